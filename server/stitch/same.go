package stitch

import (
	"slices"
	"strings"

	"github.com/netseam/netseam/api"
)

// A Kubernetes node may be polled itself: then what its agent says is of the
// node. What proves it are two of three: the name, an address, a MAC. One alone
// does not: names and private addresses repeat, and MACs are shared by gateways.

// OwnWord is what a source says of a host or of a device by itself, whatever others
// made of it.
type OwnWord struct {
	Names, Addresses, MACs []string
}

// SelfOf gathers it from a source's claims.
func SelfOf(claims []*api.VertexClaim) OwnWord {
	var s OwnWord
	add := func(list *[]string, values ...string) {
		for _, v := range values {
			if v != "" && !slices.Contains(*list, v) {
				*list = append(*list, v)
			}
		}
	}
	for _, c := range claims {
		add(&s.Names, hostNames(c.Name)...)
		for _, a := range c.Aliases {
			if mac, ok := strings.CutPrefix(a.Value, "4:"); ok && a.Kind == api.AliasChassis {
				add(&s.MACs, mac)
			}
		}
		for _, kv := range c.Attrs {
			switch kv.Key {
			case "hostname":
				add(&s.Names, hostNames(kv.Value)...)
			case api.AttrAddress:
				add(&s.Addresses, kv.Value)
			case api.AttrMAC, AttrMACs:
				add(&s.MACs, strings.Fields(kv.Value)...)
			}
		}
	}
	return s
}

// SelfEntries let a node be found by what its own cluster says of it.
func SelfEntries(node RowID, s OwnWord) []Entry {
	var out []Entry
	for what, values := range s.all() {
		for _, v := range values {
			out = append(out, Entry{selfKey(what, v), uint64(node)})
		}
	}
	return out
}

func (s OwnWord) all() map[string][]string {
	return map[string][]string{"name": s.Names, "address": s.Addresses, "mac": s.MACs}
}

// SameHosts returns the nodes that a polled device proves to be, ascending.
func SameHosts(device OwnWord, find Finder) []RowID {
	agree := map[uint64]int{}
	for what, values := range device.all() {
		matched := map[uint64]bool{}
		for _, v := range values {
			for _, node := range find(selfKey(what, v)) {
				matched[node] = true
			}
		}
		for node := range matched {
			agree[node]++
		}
	}
	var out []RowID
	for node, n := range agree {
		if n >= 2 {
			out = append(out, RowID(node))
		}
	}
	slices.Sort(out)
	return out
}

func selfKey(what, value string) string { return "self " + what + " " + value }
