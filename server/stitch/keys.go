package stitch

import (
	"hash/fnv"
	"strconv"
	"strings"

	"github.com/netseam/netseam/api"
)

// AttrLLDPPortID is the attribute in which a port says its own LLDP port ID,
// "subtype:id": what its neighbours hear.
const AttrLLDPPortID = "lldp_port_id"

// attrLLDPPortDescription is the attribute in which a port says the LLDP port
// description that it sends, where that is none of its names.
const attrLLDPPortDescription = "lldp_port_description"

// AttrMACs is the attribute in which a device says the MACs of interfaces that
// are not drawn, separated by one space.
const AttrMACs = "macs"

// Entries returns the identities under which a vertex that sources claim can
// be found. Vertices derived from rows are not indexed: conclusions do not
// rest on conclusions.
func Entries(v *api.Vertex) []Entry {
	if v == nil || v.Derived {
		return nil
	}
	switch v.Kind { //nolint:exhaustive // No row names a vertex of another kind.
	case api.VertexDevice:
		return deviceEntries(v)
	case api.VertexPort, api.VertexLAG:
		return portEntries(v)
	case api.VertexNode:
		return nodeEntries(v)
	case api.VertexNIC:
		return nicEntries(v)
	case api.VertexCluster:
		return meshEntries(v)
	case api.VertexVIP:
		return vipEntries(v)
	default:
		return nil
	}
}

func deviceEntries(v *api.Vertex) []Entry {
	id := uint64(v.ID)
	var out []Entry
	for _, a := range v.Aliases {
		if a.Kind == api.AliasChassis {
			out = append(out, Entry{chassisKey(a.Value), id})
		}
	}
	for _, name := range hostNames(v.Name) {
		out = append(out, Entry{deviceNameKey(name), id})
	}
	out = append(out, calledEntries(v)...)
	out = append(out, speakerEntries(v)...)
	for i := range v.Attrs {
		switch a := &v.Attrs[i]; a.Key {
		case api.AttrAddress:
			out = append(out, Entry{deviceAddressKey(a.Value), id})
		case api.AttrMAC, AttrMACs:
			for mac := range strings.FieldsSeq(a.Value) {
				out = append(out, Entry{deviceMACKey(mac), id})
			}
		}
	}
	return out
}

func portEntries(v *api.Vertex) []Entry {
	id := uint64(v.ID)
	out := []Entry{{portKey(v.Parent, "name", v.Name), id}, {portKey(v.Parent, "short", shortPort(v.Name)), id}}
	if v.Kind == api.VertexLAG {
		out = append(out, partnerEntries(v)...)
		out = append(out, calledEntries(v)...)
	}
	for i := range v.Attrs {
		switch a := &v.Attrs[i]; a.Key {
		case api.AttrDescr:
			out = append(out, Entry{portKey(v.Parent, "descr", a.Value), id})
		case api.AttrDescription:
			out = append(out, Entry{portKey(v.Parent, "alias", a.Value), id})
		case api.AttrBasePort:
			out = append(out, Entry{portKey(v.Parent, "base", a.Value), id})
		case api.AttrIfIndex:
			out = append(out, Entry{portKey(v.Parent, "index", a.Value), id})
		case attrLLDPPortDescription:
			out = append(out, Entry{portKey(v.Parent, "descr", a.Value), id})
		case AttrLLDPPortID:
			out = append(out, Entry{portKey(v.Parent, "lldp", a.Value), id})
		case api.AttrMAC:
			out = append(out, Entry{deviceMACKey(a.Value), uint64(v.Parent)})
			if v.Kind != api.VertexLAG { // often that of its first member, on which LLDP is
				out = append(out, Entry{portKey(v.Parent, "mac", a.Value), id})
			}
		}
	}
	return out
}

func nodeEntries(v *api.Vertex) []Entry {
	id := uint64(v.ID)
	out := append([]Entry{{clusterOfKey(v.ID), uint64(v.Parent)}}, routeNodeEntries(v)...)
	for _, name := range hostNames(v.Name) {
		out = append(out, Entry{nodeNameKey(name), id})
	}
	for i := range v.Attrs {
		switch a := &v.Attrs[i]; a.Key {
		case "hostname":
			for _, name := range hostNames(a.Value) {
				out = append(out, Entry{nodeNameKey(name), id})
			}
		case api.AttrAddress:
			out = append(out, Entry{nodeAddressKey(a.Value), id})
		case api.AttrMAC, AttrMACs:
			for mac := range strings.FieldsSeq(a.Value) {
				out = append(out, Entry{nodeMACKey(mac), id})
				out = append(out, macsOf(v.ID, mac)...)
			}
		}
	}
	return out
}

func macsOf(node api.VertexID, text string) []Entry {
	mac, err := api.ParseMAC(text)
	if err != nil || !mac.IsStation() {
		return nil
	}
	return []Entry{{macsOfKey(node), numberOf(mac)}}
}

// partnerEntries say with which LACP system an aggregate speaks, if with any.
func partnerEntries(v *api.Vertex) []Entry {
	system, key := v.Attr(api.AttrPartner), v.Attr(api.AttrPartnerKey)
	if system == "" {
		return nil
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(partnerKey(system, key)))
	return []Entry{{partnerOfKey(v.ID), h.Sum64()}, {partnerKey(system, key), uint64(v.ID)}}
}

func chassisKey(value string) string         { return "chassis " + value }
func deviceNameKey(name string) string       { return "device name " + name }
func deviceAddressKey(address string) string { return "device address " + address }
func deviceMACKey(mac string) string         { return "device mac " + mac }
func nodeNameKey(name string) string         { return "node name " + name }
func nodeAddressKey(address string) string   { return "node address " + address }
func nodeMACKey(mac string) string           { return "node mac " + mac }
func portKey(device api.VertexID, what, value string) string {
	return "port " + device.String() + " " + what + " " + strings.ToLower(value)
}

// chassisText is a neighbour's chassis ID as an alias writes it.
func chassisText(n *api.Neighbour) string {
	return strconv.Itoa(int(n.ChassisIDSubtype)) + ":" + n.ChassisID
}

// hostNames returns the forms under which a name is compared: as it is, and
// without its domain, in lower case.
func hostNames(name string) []string {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	if name == "" {
		return nil
	}
	short, _, found := strings.Cut(name, ".")
	if !found || short == "" || isNumber(short) {
		return []string{name}
	}
	return []string{name, short}
}

func isNumber(s string) bool {
	_, err := strconv.Atoi(s)
	return err == nil
}

// shortPort folds the long and short forms of interface names into one:
// GigabitEthernet1/0/1 and Gi1/0/1. It is a last resort, used where it meets
// one port only.
func shortPort(name string) string {
	name = strings.ToLower(strings.ReplaceAll(name, " ", ""))
	at := strings.IndexFunc(name, func(r rune) bool { return r >= '0' && r <= '9' })
	if at <= 0 {
		return name
	}
	prefix, rest := name[:at], name[at:]
	if len(prefix) > 2 {
		prefix = prefix[:2]
	}
	return prefix + rest
}
