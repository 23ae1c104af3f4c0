#!/bin/sh
# BRIDGE-MIB (base ports, port states, forwarding table) of the bridge $1 of this network namespace, for snmpd:
#   pass_persist .1.3.6.1.2.1.17 /bin/sh bridge.sh br10
# Reads PING, or get/getnext and an OID; answers PONG, or OID, type and value on three lines, or NONE.
bridge=$1
top=.1.3.6.1.2.1.17
rows="" read_at=0

# collect prints "OID TYPE VALUE" lines in OID order.
collect() {
	{
		echo "bridge $(cat "/sys/class/net/$bridge/address")"
		for port in "/sys/class/net/$bridge/brif/"*; do
			[ -e "$port/port_no" ] || continue
			name=${port##*/}
			echo "port $name $(($(cat "$port/port_no"))) $(cat "/sys/class/net/$name/ifindex") $(cat "$port/state")"
		done
		bridge fdb show br "$bridge" | sed 's/^/fdb /'
	} | awk -v top="$top" '
		function dec(pair) { return (index("0123456789abcdef", substr(pair, 1, 1)) - 1) * 16 + index("0123456789abcdef", substr(pair, 2, 1)) - 1 }
		function octets(mac) { gsub(/:/, " ", mac); return mac }
		function put(oid, type, value,   part, n, i, key) {
			n = split(oid, part, "."); key = ""
			for (i = 1; i <= n; i++) key = key sprintf("%010d", part[i])
			print key, top "." oid, type, value
		}
		$1 == "bridge" { put("1.1.0", "octet", octets($2)) }
		$1 == "port" {
			count++; number[$2] = $3
			put("1.4.1.1." $3, "integer", $3); put("1.4.1.2." $3, "integer", $4)
			# The kernel counts disabled, listening, learning, forwarding, blocking; the MIB disabled, blocking, listening, learning, forwarding.
			put("2.15.1.1." $3, "integer", $3); put("2.15.1.3." $3, "integer", $5 == 0 ? 1 : $5 == 4 ? 2 : $5 + 2)
		}
		$1 == "fdb" && $3 == "dev" && ($4 in number) && / master / {
			split($2, pair, ":"); index6 = ""
			for (i = 1; i <= 6; i++) index6 = index6 "." dec(pair[i])
			if (index6 in seen) next
			seen[index6] = 1
			put("4.3.1.1" index6, "octet", octets($2)); put("4.3.1.2" index6, "integer", number[$4])
			put("4.3.1.3" index6, "integer", / permanent/ ? 4 : 3)
		}
		END { put("1.2.0", "integer", count + 0); put("1.3.0", "integer", 2) }
	' | sort | cut -d" " -f2-
}

# answer prints the row of the OID $2 (get) or the first row after it (getnext).
answer() {
	printf '%s\n' "$rows" | awk -v verb="$1" -v want="$2" '
		function after(a, b,   x, y, n, m, i) { # Tells whether OID a comes after b.
			n = split(a, x, "."); m = split(b, y, ".")
			for (i = 1; i <= n && i <= m; i++) if (x[i] + 0 != y[i] + 0) return x[i] + 0 > y[i] + 0
			return n > m
		}
		NF && (verb == "get" ? $1 == want : after($1, want)) {
			print $1; print $2; $1 = ""; $2 = ""; sub(/^ +/, ""); print; found = 1; exit
		}
		END { if (!found) print "NONE" }
	'
}

while read -r verb; do
	case $verb in
	PING) echo PONG ;;
	get | getnext)
		read -r oid
		now=$(date +%s)
		if [ "$now" != "$read_at" ]; then rows=$(collect) read_at=$now; fi
		answer "$verb" "$oid"
		;;
	set)
		read -r oid
		read -r _
		echo not-writable
		;;
	*) exit 0 ;;
	esac
done
