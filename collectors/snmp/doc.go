// Package snmp reads switches, routers and firewalls over SNMP: one device in,
// api.Observations out.
//
// A device is one source, "snmp:NAME", with three scopes: "system" (who it
// is), "if" (its ports) and "lldp" (whom it hears). The way of the data is
//
//	access.go     which credentials, and which not again so soon
//	gosnmp.go     sockets, retries, requests
//	community.go usm.go   the wire, by version; gosnmp is the codec of both
//	usmheader.go keys.go report.go   what of SNMPv3 is judged before it is decoded
//	walk.go       a walk that ends, whatever the agent answers
//	system.go iface.go lldp.go bridge.go   one MIB each: rows → structs, pure
//	locate.go     which interface an LLDP local port number means, pure
//	translate.go  structs → claims, pure
//	poller.go     when to read, and what to tell the sink
//	pool.go       many devices under one budget
//
// Collect reads a device once, without a sink. Nothing here ever writes to a
// device.
package snmp
