#!/bin/sh
# Says by SNMP trap that a port of this network namespace got or lost its carrier, at once, as switches do (what snmpd
# has for that looks at its own tables now and then):
#   /bin/sh links.sh 10.199.0.1:162 public
sink=$1 community=$2
trap=.1.3.6.1.6.3.1.1.5 entry=.1.3.6.1.2.1.2.2.1

ip -o monitor link | while read -r index name flags rest; do
	index=${index%:} name=${name%%[@:]*}
	case $name in swp*) ;; *) continue ;; esac
	case $rest in
	*" state UP "*) oper=1 kind=4 ;;
	*" state DOWN "* | *" state LOWERLAYERDOWN "*) oper=2 kind=3 ;;
	*) continue ;; # The bridge's part of the news.
	esac
	admin=2
	case ",${flags#<}" in *,UP,* | *",UP>") admin=1 ;; esac
	eval "before=\${port$index:-}"
	# shellcheck disable=SC2154 # It was set by eval.
	[ "$before" != "$admin$oper" ] || continue
	eval "port$index=$admin$oper"
	snmptrap -v 2c -c "$community" -m "" "$sink" "" "$trap.$kind" \
		"$entry.1.$index" i "$index" "$entry.7.$index" i "$admin" "$entry.8.$index" i "$oper"
done
