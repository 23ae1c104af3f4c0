package snmp

import (
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/netseam/netseam/api"
)

// Keys of claims. The hub takes keys that are equal up to "#" for one vertex,
// so that two scopes can each say their part of it.
const (
	keyDevice     = "device"
	keyDeviceIf   = keyDevice + "#if"
	keyDeviceLLDP = keyDevice + "#lldp"
	prefixPort    = "port/"
	suffixLLDP    = "#lldp"
	prefixSite    = "site/"
	prefixLLDP    = "lldp/"
)

// Attributes that only this collector says, for the stitcher to match by.
const (
	// AttrMACs are MAC addresses of a device that belong to no port of it:
	// of VLAN interfaces, of the bridge. Separated by one space.
	AttrMACs = "macs"
	// AttrLLDPPortID is what a port calls itself to its neighbours,
	// "subtype:id", where that is none of its names, its MAC or its index.
	AttrLLDPPortID = "lldp_port_id"
	// AttrLLDPPortDescription is the description that it sends, likewise.
	AttrLLDPPortDescription = "lldp_port_description"
	// AttrRoutesLeft is for how many addresses no routes were looked for, as
	// clusters expose too many.
	AttrRoutesLeft = "routes_not_looked_for"
)

// unassigned is the site of devices that say nothing of theirs.
const unassigned = "unassigned"

// identity is what a device is known by: its configuration and its address.
type identity struct {
	cfg  Config
	peer string // the address that answered
}

// translateSystem makes the claims of scope "system": the device and its site.
func translateSystem(id identity, sys System) []api.Claim {
	site := siteOf(id.cfg.Site, sys.Location)
	device := &api.VertexClaim{
		Kind: api.VertexDevice, Parent: prefixSite + escape(site), Name: sys.Name, Health: api.HealthOK,
	}
	if device.Name == "" {
		device.Name = id.cfg.Name
	}
	if sys.Name != "" {
		device.Aliases = append(device.Aliases,
			api.Alias{Kind: api.AliasSysName, Strength: api.Weak, Scope: managementScope(id), Value: sys.Name})
	}
	device.Attrs = attrs(
		api.KV{Key: api.AttrSysObjectID, Value: sys.ObjectID},
		api.KV{Key: api.AttrDescription, Value: sys.Descr},
		api.KV{Key: api.AttrLocation, Value: sys.Location},
		api.KV{Key: api.AttrContact, Value: sys.Contact},
		api.KV{Key: api.AttrOwner, Value: id.cfg.Owner},
		api.KV{Key: api.AttrAddress, Value: ownAddress(id.peer)},
	)
	return []api.Claim{
		{Key: prefixSite + escape(site), Vertex: &api.VertexClaim{
			Kind: api.VertexSite, Name: site,
			Aliases: []api.Alias{{Kind: api.AliasSite, Strength: api.Strong, Value: site}},
		}},
		{Key: keyDevice, Vertex: device},
	}
}

// siteOf is the configured site, else the first part of sysLocation.
func siteOf(configured, location string) string {
	if configured != "" {
		return configured
	}
	if i := strings.IndexAny(location, "/,;"); i >= 0 {
		location = location[:i]
	}
	location = strings.TrimSpace(location)
	if location == "" || strings.HasPrefix(strings.ToLower(location), "unknown") {
		return unassigned
	}
	return location
}

// managementScope tells apart devices that share a sysName: the address, and
// the port where several agents share the address.
func managementScope(id identity) string {
	_, port, err := net.SplitHostPort(id.cfg.Address)
	if err != nil || port == "161" {
		return id.peer
	}
	return net.JoinHostPort(id.peer, port)
}

// ownAddress is an address in canonical form if it can name one device on a
// network, else "".
func ownAddress(text string) string {
	addr, err := netip.ParseAddr(text)
	if err != nil || addr.IsLoopback() || addr.IsUnspecified() || addr.IsLinkLocalUnicast() {
		return ""
	}
	return addr.Unmap().WithZone("").String()
}

// translateInterfaces makes the claims of scope "if": the ports, and what is
// of use of the interfaces that are none.
func translateInterfaces(interfaces []Interface) []api.Claim {
	names := namePorts(interfaces)
	out := make([]api.Claim, 0, len(interfaces)+1)
	var macs []string
	for _, i := range interfaces {
		if !isPort(i) {
			if !placeholder(i.MAC) {
				macs = append(macs, i.MAC)
			}
			continue
		}
		out = append(out, api.Claim{Key: names[i.Index].key, Vertex: portClaim(i, names[i.Index])})
	}
	if len(macs) > 0 {
		slices.Sort(macs)
		out = append(out, api.Claim{Key: keyDeviceIf, Vertex: &api.VertexClaim{
			Kind: api.VertexDevice, Attrs: attrs(api.KV{Key: AttrMACs, Value: strings.Join(slices.Compact(macs), " ")}),
		}})
	}
	return out
}

// isPort says whether an interface is drawn as a port. One without a type is:
// devices that have only ifXTable say no types.
func isPort(i Interface) bool { return i.Type == 0 || portLike(i.Type) }

func portClaim(i Interface, name portName) *api.VertexClaim {
	kind := api.VertexPort
	if i.Type == typeLAG {
		kind = api.VertexLAG
	}
	health, reason := portHealth(i)
	mac := i.MAC
	if placeholder(mac) {
		mac = ""
	}
	return &api.VertexClaim{
		Kind: kind, Parent: keyDevice, Name: i.label(), Aliases: name.aliases, Health: health,
		Attrs: attrs(
			api.KV{Key: api.AttrDescr, Value: i.Descr},
			api.KV{Key: api.AttrIfIndex, Value: strconv.FormatUint(uint64(i.Index), 10)},
			api.KV{Key: api.AttrIfType, Value: number(uint64(i.Type))},
			api.KV{Key: api.AttrMAC, Value: mac},
			api.KV{Key: api.AttrDescription, Value: i.Alias},
			api.KV{Key: api.AttrAdmin, Value: i.Admin},
			api.KV{Key: api.AttrOper, Value: i.Oper},
			api.KV{Key: api.AttrSpeed, Value: number(i.Speed)},
			api.KV{Key: api.AttrReason, Value: reason},
		),
	}
}

// portHealth judges by what the device says of the port. Only a port that is
// meant to be up can be down.
func portHealth(i Interface) (api.Health, string) {
	switch {
	case i.Admin == "down":
		return api.HealthUnknown, "administratively down"
	case i.Admin == "testing" || i.Oper == "testing":
		return api.HealthUnknown, "testing"
	case i.Oper == "up":
		return api.HealthOK, ""
	case i.Oper == "down":
		return api.HealthDown, "link down"
	case i.Oper == "lowerLayerDown":
		return api.HealthDown, "lower layer down"
	case i.Oper == "notPresent":
		return api.HealthUnknown, "not present"
	case i.Oper == "dormant":
		return api.HealthUnknown, "dormant"
	}
	return api.HealthUnknown, ""
}

// portName is how a port is known: its key and its aliases.
type portName struct {
	key     string
	aliases []api.Alias
}

// namePorts names every interface: by ifName, else by ifDescr, told apart by
// MAC and type where several share it, and by its index, which changes at a
// reboot, only if there is nothing else.
func namePorts(interfaces []Interface) map[uint32]portName {
	names, descrs := count(interfaces, Interface.label), count(interfaces, func(i Interface) string { return i.Descr })
	full := count(interfaces, func(i Interface) string { return apart(i.label(), i) })
	out := make(map[uint32]portName, len(interfaces))
	for _, i := range interfaces {
		label := i.label()
		key := prefixPort + escape(label)
		unique := true
		if i.Name == "" && i.Descr == "" {
			key = prefixPort + "@" + number(uint64(i.Index)) // No "#": see the keys above.
		} else if names[label] > 1 {
			label = apart(label, i)
			key = prefixPort + escape(label)
			if full[label] > 1 {
				unique = false
				key += "|@" + number(uint64(i.Index))
			}
		}
		n := portName{key: key}
		if unique && i.Name != "" {
			n.aliases = append(n.aliases, api.Alias{Kind: api.AliasIfName, Strength: api.Strong, Value: label})
		}
		if descr := i.Descr; descr != "" && (unique || i.Name == "") {
			if descrs[descr] > 1 {
				descr = apart(descr, i)
			}
			strength := api.Weak
			if unique && i.Name == "" {
				strength = api.Strong
			}
			n.aliases = append(n.aliases, api.Alias{Kind: api.AliasIfDescr, Strength: strength, Value: descr})
		}
		n.aliases = append(n.aliases,
			api.Alias{Kind: api.AliasIfIndex, Strength: api.Weak, Value: strconv.FormatUint(uint64(i.Index), 10)})
		out[i.Index] = n
	}
	return out
}

// apart tells a name apart from equal ones of the same device.
func apart(name string, i Interface) string {
	return name + "|" + i.MAC + "|" + strconv.FormatUint(uint64(i.Type), 10)
}

func count(interfaces []Interface, key func(Interface) string) map[string]int {
	out := make(map[string]int, len(interfaces))
	for _, i := range interfaces {
		out[key(i)]++
	}
	return out
}

// escape makes a name fit for a key: without "#", and without the "@" that an
// index begins with.
func escape(name string) string {
	name = strings.ReplaceAll(strings.ReplaceAll(name, "%", "%25"), "#", "%23")
	if strings.HasPrefix(name, "@") {
		name = "%40" + name[1:]
	}
	return name
}

// number is a number that is known, else "".
func number(n uint64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatUint(n, 10)
}

// attrs leaves out what is empty.
func attrs(all ...api.KV) []api.KV {
	return slices.DeleteFunc(all, func(kv api.KV) bool { return kv.Value == "" })
}
