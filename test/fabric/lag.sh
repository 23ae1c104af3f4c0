#!/bin/sh
# Prints IEEE8023-LAG-MIB of the one bundle of the Open vSwitch that listens at the socket $1, whose bridge $2 is the
# aggregate's interface, for pass.sh: lines of OID, type and value in the order of OIDs.
index() { cat "/sys/class/net/$1/ifindex"; }

{
	echo "aggregate $(index "$2")"
	for name in /sys/class/net/swp*; do echo "port ${name##*/} $(index "${name##*/}")"; done
	ovs-appctl -t "$1" lacp/show
} | awk '
	function octets(mac) { gsub(/:/, " ", mac); return mac }
	function put(oid, type, value,   part, n, i, key) {
		n = split(oid, part, "."); key = ""
		for (i = 1; i <= n; i++) key = key sprintf("%010d", part[i])
		print key, ".1.2.840.10006.300.43.1." oid, type, value
	}
	function state(line,   n, i, word, sum) { # LacpState: the first name is the first bit.
		n = split("activity timeout aggregation synchronized collecting distributing defaulted expired", word, " ")
		for (i = 1; i <= n; i++) if (index(line " ", " " word[i] " ")) sum += 2 ^ (8 - i)
		return sprintf("%02x", sum)
	}
	$1 == "aggregate" { aggregate = $2 }
	$1 == "port" { at[$2] = $3 }
	$1 == "sys_id:" { put("1.1.1.4." aggregate, "octet", octets($2)) }
	$1 == "aggregation" && $2 == "key:" { put("1.1.1.7." aggregate, "integer", $3) }
	$1 == "member:" {
		name = $2; sub(/:$/, "", name); port = at[name]
		put("2.1.1.13." port, "integer", / attached$/ ? aggregate : 0)
	}
	$1 == "actor" && $2 == "state:" { put("2.1.1.21." port, "octet", state($0)) }
	$1 == "partner" && $2 == "sys_id:" {
		put("2.1.1.9." port, "octet", octets($3))
		if (!partner++) put("1.1.1.8." aggregate, "octet", octets($3))
	}
	$1 == "partner" && $2 == "key:" {
		put("2.1.1.11." port, "integer", $3)
		if (!key++) put("1.1.1.10." aggregate, "integer", $3)
	}
	$1 == "partner" && $2 == "port_id:" { put("2.1.1.17." port, "integer", $3) }
' | sort | cut -d" " -f2-
