// Package fabric is a real small network on one machine, for tests: two spines, three leaves and a few hosts as network
// namespaces, joined by veth cables, with the real lldpd, snmpd (AgentX) and FRR in them.
//
//	         root namespace: NAMEnms 10.199.0.1
//	               │ management LAN (a bridge in its own namespace), mgmt0 of every switch
//	  spine1        spine2
//	swp1 2 3       swp1 2 3        swpN of a spine is leafN's swp51 (spine1) or swp52 (spine2)
//	  │  │  └────┐  │  │  │
//	 leaf1   leaf2   leaf3         swp1…swp6 are host ports, members of the bridge br10 (10.10.LEAF.1/24)
//	  │ │     │ │ │   │ │
//	 hosts: lldpd only             a host port without a cable has no carrier
//
// It needs root and Debian's packages; [Missing] says what is not there. It is not a simulator (see test/netsim for that)
// and holds no expectations about netseam: [Fabric.Topology] says what is plugged where, and tests compare.
package fabric
