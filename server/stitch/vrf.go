package stitch

import (
	"cmp"
	"slices"
	"strings"

	"github.com/netseam/netseam/api"
)

// An address means somebody within its VRF alone: tenants' addresses repeat. In
// which VRF a node is, nobody says; what proves it is an address table of that
// VRF that has, for the node's own address, a MAC which the node says is its
// own, or which was learned on the port where LLDP hears the node. What is
// proved of a node is taken of all of its cluster.

// Proof is an address of a node that a router has in a VRF, with the node's own
// MAC.
type Proof struct {
	VRF     string
	MAC     api.MAC
	Address string
	Binding RowID // the claim of the address table
	Station RowID // that of the forwarding table; 0 if the node says itself that the MAC is its own
}

// ProveVRFs returns what proves in which VRFs a node is, one for each. Nothing
// is asked for while all that is read is in the default one.
func ProveVRFs(h Sought, find Finder, tables Tables) []Proof {
	if len(find(vrfsKey)) == 0 {
		return nil
	}
	ports := find(heardKey(h.ID))
	for _, p := range slices.Clone(ports) {
		ports = append(ports, find(lagKey(api.VertexID(p)))...)
	}
	var out []Proof
	for _, address := range h.Addresses {
		for _, a := range answersFor(address, find, tables) {
			station, learned := learnedOn(a.mac, ports, find)
			if learned || slices.Contains(h.MACs, a.mac) {
				out = append(out, Proof{VRF: a.vrf, MAC: a.mac, Address: address, Binding: a.claim, Station: station})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Proof) int { return cmp.Compare(a.VRF, b.VRF) })
	return slices.CompactFunc(out, func(a, b Proof) bool { return a.VRF == b.VRF })
}

// learnedOn finds the claim of a forwarding table that has a MAC on one of some
// ports.
func learnedOn(mac api.MAC, ports []uint64, find Finder) (RowID, bool) {
	if len(ports) == 0 {
		return 0, false
	}
	for _, claim := range find(stationKey(mac)) {
		if on := find(claimPortKey(RowID(claim))); len(on) > 0 && slices.Contains(ports, on[0]) {
			return RowID(claim), true
		}
	}
	return 0, false
}

// ProofEntries let a cluster's other nodes rest on what is proved of one.
func ProofEntries(cluster api.VertexID, proofs []Proof) []Entry {
	var out []Entry
	if cluster == 0 {
		return nil
	}
	for _, p := range proofs {
		out = append(out, Entry{vrfOfKey(cluster), hashOf(p.VRF)})
	}
	return out
}

// answer is a MAC that an address table has for an address.
type answer struct {
	vrf, from, on string // from is the source, on its interface
	mac           api.MAC
	claim         RowID
}

// answersFor returns what address tables have for an address, each MAC once a
// VRF and interface.
func answersFor(address string, find Finder, tables Tables) []answer {
	var out []answer
	for _, number := range find(arpKey(address)) {
		mac := macOf(number)
		for _, claim := range find(arpClaimKey(address, mac)) {
			find(claimVRFKey(RowID(claim))) // that another VRF is another fact
			if l, ok := tables(RowID(claim), mac); ok {
				out = append(out, answer{l.VRF, l.Source, l.Interface, mac, RowID(claim)})
			}
		}
	}
	slices.SortFunc(out, func(a, b answer) int {
		return cmp.Or(cmp.Compare(a.vrf, b.vrf), a.mac.Compare(b.mac), cmp.Compare(a.from, b.from), cmp.Compare(a.on, b.on), cmp.Compare(a.claim, b.claim))
	})
	return out
}

// doubts are the rows by which an address is not the host's alone: they are kept
// like those that say where it is, or what is told apart by two would be decided
// by the one that ages last.
func doubts(address string, list []answer) []Proof {
	var out []Proof
	for _, a := range list {
		out = append(out, Proof{VRF: a.vrf, MAC: a.mac, Address: address, Binding: a.claim})
	}
	return out
}

// meant returns those answers that can be the host's, or why none is.
func meant(h Sought, address string, all []answer, find Finder) (list []answer, why string) {
	home := make([]uint64, 0, len(h.VRFs))
	for _, name := range h.VRFs {
		home = append(home, hashOf(name))
	}
	if len(home) == 0 {
		home = find(vrfOfKey(ClusterOf(h.ID, find)))
	}
	list = all
	if len(home) > 0 {
		list = slices.DeleteFunc(slices.Clone(all), func(a answer) bool { return !slices.Contains(home, hashOf(a.vrf)) })
		if len(list) == 0 {
			return nil, "address " + address + " is known in " + vrfNames(all) + " alone, and the cluster's nodes are proved to be in another"
		}
	}
	for _, other := range find(nodeAddressKey(address)) {
		if other != uint64(h.ID) && (len(home) == 0 || !isElsewhere(api.VertexID(other), list, find)) {
			return nil, "several nodes have the address " + address
		}
	}
	shared := inAll(list)
	if len(shared) == 0 {
		return nil, "address " + address + " has different MACs in " + vrfNames(list) + ", and nothing proves in which the node is"
	}
	list = slices.DeleteFunc(slices.Clone(list), func(a answer) bool { return !slices.Contains(shared, a.mac) })
	if from, ok := withinOne(list); !ok {
		return nil, "address " + address + " has different MACs on several interfaces of " + from + ", which does not tell their VRFs apart"
	}
	return list, ""
}

// isElsewhere says whether a node with the same address is proved to be in
// other VRFs than these answers are of.
func isElsewhere(other api.VertexID, list []answer, find Finder) bool {
	home := find(vrfOfKey(ClusterOf(other, find)))
	return len(home) > 0 && !slices.ContainsFunc(list, func(a answer) bool { return slices.Contains(home, hashOf(a.vrf)) })
}

// inAll returns the MACs that all VRFs have.
func inAll(list []answer) []api.MAC {
	by := map[api.MAC]map[string]bool{}
	vrfs := map[string]bool{}
	for _, a := range list {
		if by[a.mac] == nil {
			by[a.mac] = map[string]bool{}
		}
		by[a.mac][a.vrf], vrfs[a.vrf] = true, true
	}
	var out []api.MAC
	for mac, in := range by {
		if len(in) == len(vrfs) {
			out = append(out, mac)
		}
	}
	return out
}

// withinOne says whether no device has an address twice within one VRF, with
// different MACs on different interfaces: there are agents that show the tables
// of all VRFs as one.
func withinOne(list []answer) (from string, ok bool) {
	for i, a := range list {
		for _, b := range list[i+1:] {
			if a.vrf == b.vrf && a.from == b.from && a.on != b.on && a.mac != b.mac {
				return a.from, false
			}
		}
	}
	return "", true
}

// vrfNames says the VRFs of answers in words.
func vrfNames(list []answer) string {
	var out []string
	for _, a := range list {
		name := "VRF " + a.vrf
		if a.vrf == "" {
			name = "the default VRF"
		}
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return strings.Join(out, " and ")
}

// isForeign says whether what is said in a VRF cannot be about a node, since its
// cluster is proved to be in others. The default one may stand for any: many
// agents tell of it what is in all.
func isForeign(node api.VertexID, vrf string, find Finder) bool {
	if vrf == "" {
		return false
	}
	home := find(vrfOfKey(ClusterOf(node, find)))
	return len(home) > 0 && !slices.Contains(home, hashOf(vrf))
}

// vrfsKey is under what any claim of a VRF that has a name can be found.
const vrfsKey = "vrfs"

func claimVRFKey(id RowID) string          { return "vrf by " + claimPortKey(id) }
func vrfOfKey(cluster api.VertexID) string { return "vrf of " + cluster.String() }
