// Package netsim is a network that does not exist, over real protocols: switches
// that answer SNMP on loopback UDP and Kubernetes clusters that answer
// list and watch over HTTPS, cabled to each other and alive.
//
// A [World] is made from a seed: the same seed gives the same world and the
// same events. Acts such as [World.MoveCable] change it as reality would, at
// both ends of a cable and in both worlds. [World.Truth] says what a reader of
// those protocols can know, so that a test compares it with what netseam says.
//
//	   border ── firewall        one site; sites join at their borders
//	   /    \
//	spine1  spine2
//	  |  \/   |
//	  |  /\   |
//	leaf1 = leaf2   ...          leaf pairs, = are two parallel cables
//	   \    /  |
//	   node1  node2   ...        nodes on one leaf or on both of a pair
//
// It needs no privileges and no network but loopback.
package netsim
