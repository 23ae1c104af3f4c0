#!/bin/sh
# Prints BRIDGE-MIB (base ports, port states, forwarding table) of the bridge $1 of this network namespace for pass.sh:
# lines of OID, type and value in the order of OIDs.
bridge=$1
top=.1.3.6.1.2.1.17

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
