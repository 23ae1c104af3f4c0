#!/bin/sh
# Answers for snmpd what a script prints, which is run at most once a second:
#   pass_persist .1.3.6.1.2.1.17 /bin/sh pass.sh bridge.sh br10
# Reads PING, or get/getnext and an OID; answers PONG, or OID, type and value on three lines, or NONE.
rows="" read_at=0

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
		if [ "$now" != "$read_at" ]; then rows=$(/bin/sh "$@") read_at=$now; fi
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
