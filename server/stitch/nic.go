package stitch

import (
	"cmp"
	"hash/fnv"

	"github.com/netseam/netseam/api"
)

// Several NICs of a host may have one MAC: a bond takes that of its first
// member and gives it to the others, and VLANs and bridges take it from what
// they lie on.

// attrPermanentMAC is the attribute in which a NIC says its own MAC where a bond
// gave it another: what it sends LLDP from.
const attrPermanentMAC = "permanent_mac"

func nicEntries(v *api.Vertex) []Entry {
	var out []Entry
	for _, mac := range []string{v.Attr(api.AttrMAC), v.Attr(attrPermanentMAC)} {
		if mac != "" {
			out = append(out, Entry{nodeMACKey(mac), uint64(v.Parent)}, Entry{nicMACKey(mac), uint64(v.ID)},
				Entry{nicFormKey(mac), formOf(v)})
			out = append(out, macsOf(v.Parent, mac)...)
		}
	}
	return out
}

// NICs returns the NICs that sources say have a MAC. What tells them apart is
// asked for with it: an answer changes when one of them becomes a bond.
func NICs(mac api.MAC, find Finder) []api.VertexID {
	list := find(nicMACKey(mac.String()))
	if len(list) > 1 {
		find(nicFormKey(mac.String()))
	}
	return vertexIDs(list)
}

// PreferNIC says whether a is meant sooner than b by a MAC that both have. A
// neighbour protocol is heard from a card: the one that it names, the one whose
// own MAC it is, another that carries it. What a forwarding table learned was
// sent by the bond, or else by the card whose own it is. What lies on top of
// those (a VLAN, a bridge) comes last, and the name, which no restart changes,
// tells equals apart.
func PreferNIC(a, b *api.Vertex, mac api.MAC, heard bool, name string) bool {
	return cmp.Or(
		cmp.Compare(nicRank(a, mac.String(), heard, name), nicRank(b, mac.String(), heard, name)),
		cmp.Compare(a.Name, b.Name),
		cmp.Compare(a.ID, b.ID),
	) < 0
}

func nicRank(v *api.Vertex, mac string, heard bool, name string) int {
	switch form, own := nicForm(v), v.Attr(attrPermanentMAC); {
	case heard && name != "" && v.Name == name:
		return 0
	case form == formBond && heard:
		return 3
	case form == formBond:
		return 0
	case form == formOnTop:
		return 4
	case own == mac || own == "" && v.Attr(api.AttrMAC) == mac:
		return 1
	}
	return 2
}

// The forms of NICs, as far as they matter here.
const (
	formCard = iota
	formBond
	formOnTop
)

// nicForm goes by the type, as NodeNetworkStates and as IF-MIB say it.
func nicForm(v *api.Vertex) int {
	switch v.Attr(api.AttrIfType) {
	case "bond", "team", "161":
		return formBond
	case "vlan", "linux-bridge", "ovs-bridge", "ovs-interface", "mac-vlan", "mac-vtap", "135", "136", "209":
		return formOnTop
	}
	return formCard
}

// formOf is all of a NIC by which it is preferred.
func formOf(v *api.Vertex) uint64 {
	h := fnv.New64a()
	for _, s := range []string{v.ID.String(), v.Name, v.Attr(api.AttrIfType), v.Attr(api.AttrMAC), v.Attr(attrPermanentMAC)} {
		_, _ = h.Write([]byte(s))
		_, _ = h.Write([]byte{0})
	}
	return h.Sum64()
}

func nicMACKey(mac string) string  { return "nic mac " + mac }
func nicFormKey(mac string) string { return "nic form " + mac }
