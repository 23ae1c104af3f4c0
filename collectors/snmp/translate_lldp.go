package snmp

import (
	"reflect"
	"strconv"
	"strings"

	"github.com/netseam/netseam/api"
)

// translateLLDP makes the claims of scope "lldp": what the device calls itself
// to others, ports that only this MIB knows, and the sightings.
func translateLLDP(lldp LLDP, interfaces []Interface) []api.Claim {
	t := lldpTranslation{
		names: namePorts(interfaces),
		ifs:   make(map[uint32]Interface, len(interfaces)),
		ports: make(map[string]Interface, len(interfaces)),
		local: make(map[uint32]LocalPort, len(lldp.Ports)),
		made:  map[string]int{},
	}
	for _, i := range interfaces {
		t.ifs[i.Index] = i
		if isPort(i) {
			t.ports[i.label()] = i
		}
	}
	for _, p := range lldp.Ports {
		t.local[p.Number] = p
	}
	t.device(lldp)
	for _, p := range lldp.Ports {
		t.port(p)
	}
	for _, n := range lldp.Neighbours {
		if !n.Self {
			t.neighbour(n)
		}
	}
	return t.claims
}

type lldpTranslation struct {
	names  map[uint32]portName // ifIndex -> name
	ifs    map[uint32]Interface
	ports  map[string]Interface // label -> interface that is a port
	local  map[uint32]LocalPort // local port number -> row
	made   map[string]int       // key -> its claim's place in claims
	claims []api.Claim
}

func (t *lldpTranslation) add(c api.Claim) {
	t.made[c.Key] = len(t.claims)
	t.claims = append(t.claims, c)
}

// device claims the chassis ID, unless it is one that every such device has.
func (t *lldpTranslation) device(lldp LLDP) {
	device := &api.VertexClaim{Kind: api.VertexDevice}
	if !placeholder(lldp.ChassisID) {
		device.Aliases = []api.Alias{{
			Kind: api.AliasChassis, Strength: api.Strong,
			Value: strconv.Itoa(int(lldp.ChassisIDSubtype)) + ":" + lldp.ChassisID,
		}}
		device.Attrs = append(device.Attrs, api.KV{Key: api.AttrChassisID, Value: lldp.ChassisID})
	}
	for _, a := range lldp.Addresses {
		device.Attrs = append(device.Attrs, attrs(api.KV{Key: api.AttrAddress, Value: ownAddress(a)})...)
	}
	t.add(api.Claim{Key: keyDeviceLLDP, Vertex: device})
}

// port says what a known port calls itself to others, if that is nothing that
// the scope "if" says of it.
func (t *lldpTranslation) port(p LocalPort) {
	i, known := t.cabled(p.IfIndex)
	if !known || !isPort(i) {
		return
	}
	says := attrs(
		api.KV{Key: AttrLLDPPortID, Value: portIDText(p, unlessSaid(p.ID, i))},
		api.KV{Key: AttrLLDPPortDescription, Value: unlessSaid(p.Description, i)},
	)
	if len(says) == 0 {
		return
	}
	kind := api.VertexPort
	if i.Type == typeLAG {
		kind = api.VertexLAG
	}
	key := t.names[i.Index].key + suffixLLDP
	if _, twice := t.made[key]; twice {
		return
	}
	t.add(api.Claim{Key: key, Vertex: &api.VertexClaim{Kind: kind, Parent: keyDevice, Attrs: says}})
}

// cabled returns an interface, or of a logical unit ("ge-0/0/0.0") the port
// that it is a part of, because that is where the cable ends.
func (t *lldpTranslation) cabled(ifIndex uint32) (Interface, bool) {
	i, known := t.ifs[ifIndex]
	if known && !isPort(i) {
		if port, ok := t.ports[unitOf(i.label())]; ok {
			return port, true
		}
	}
	return i, known
}

// unitOf is the name of what a logical unit is a part of, "" if the name is not
// that of a unit.
func unitOf(label string) string {
	return label[:max(0, strings.LastIndexByte(label, '.'))]
}

// portIDText is a port ID as the attribute holds it, with its subtype.
func portIDText(p LocalPort, id string) string {
	if id == "" {
		return ""
	}
	return strconv.Itoa(int(p.IDSubtype)) + ":" + id
}

// unlessSaid is a text that the interface's own attributes do not say, or "".
func unlessSaid(text string, i Interface) string {
	switch text {
	case "-", i.Name, i.Descr, i.Alias, i.MAC, strconv.FormatUint(uint64(i.Index), 10):
		return ""
	}
	return text
}

func (t *lldpTranslation) neighbour(n Neighbour) {
	port := t.portOf(n)
	where := "?" + strconv.FormatUint(uint64(n.LocalPortNum), 10)
	claim := api.Neighbour{
		Protocol: "lldp", Device: keyDevice, Port: port,
		ChassisID: n.ChassisID, ChassisIDSubtype: n.ChassisIDSubtype,
		PortID: n.PortID, PortIDSubtype: n.PortIDSubtype, PortDescription: n.PortDescription,
		SysName: n.SysName, SysDescription: n.SysDescription,
		Capabilities: n.Capabilities, Addresses: n.Addresses,
		PVID: n.PVID, VLANs: n.VLANs.String(), MTU: n.MTU,
	}
	if port == "" {
		claim.LocalPort = n.LocalPort
	} else {
		where = port[len(prefixPort):]
	}
	key := prefixLLDP + where + "/" + escape(n.ChassisID) + "/" + escape(n.PortID)
	// Rows that differ in nothing that names the neighbour are told apart by
	// their order only if they say different things of it.
	unique := key
	for again := 2; ; again++ {
		at, taken := t.made[unique]
		if !taken {
			break
		}
		if reflect.DeepEqual(*t.claims[at].Neighbour, claim) {
			return
		}
		unique = key + "~" + strconv.Itoa(again)
	}
	t.add(api.Claim{Key: unique, Neighbour: &claim})
}

// portOf returns the key of the neighbour's local port. A port that the scope
// "if" does not claim is claimed here: one of a device without IF-MIB, or an
// interface that is not like a port and yet hears someone. "" if the device
// gives no name for it.
func (t *lldpTranslation) portOf(n Neighbour) string {
	if i, known := t.cabled(n.IfIndex); known {
		name := t.names[i.Index]
		if !isPort(i) {
			t.ensure(name.key+suffixLLDP, portClaim(i, name))
		}
		return name.key
	}
	p, known := t.local[n.LocalPortNum]
	label := p.Name
	if !known || label == "" {
		return ""
	}
	key := prefixPort + escape(label)
	t.ensure(key+suffixLLDP, &api.VertexClaim{
		Kind: api.VertexPort, Parent: keyDevice, Name: label,
		Aliases: []api.Alias{{Kind: api.AliasIfName, Strength: api.Strong, Value: label}},
		Attrs: attrs(
			api.KV{Key: AttrLLDPPortID, Value: portIDText(p, p.ID)},
			api.KV{Key: AttrLLDPPortDescription, Value: p.Description},
		),
	})
	return key
}

func (t *lldpTranslation) ensure(key string, claim *api.VertexClaim) {
	if _, made := t.made[key]; !made {
		t.add(api.Claim{Key: key, Vertex: claim})
	}
}
