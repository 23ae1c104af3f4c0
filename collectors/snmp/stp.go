package snmp

import (
	"context"
	"strconv"

	"github.com/netseam/netseam/api"
)

// TableSTP is the scope of the spanning tree.
const TableSTP = "stp"

// SpanningTree is what the spanning tree made of a bridge's ports.
type SpanningTree struct {
	// Bridge is the bridge's own address, Root the "priority/MAC" of the root
	// that it believes in; both may be "".
	Bridge, Root string
	Ports        []STPPort
}

// STPPort is one row of dot1dStpPortTable.
type STPPort struct {
	BasePort, IfIndex uint32
	State             string // disabled, blocking, listening, learning, forwarding, broken
	// DesignatedBridge is the MAC of the bridge above, "" if it does not say;
	// DesignatedPort is its port's number there, without the priority.
	DesignatedBridge string
	DesignatedPort   uint32
}

// Rows implements Facts.
func (t *SpanningTree) Rows() int { return len(t.Ports) }

const (
	stpState            = 3
	stpDesignatedBridge = 8
	stpDesignatedPort   = 9
)

func stpPorts() source {
	return source{"dot1dStpPortTable", "1.3.6.1.2.1.17.2.15.1", []int{stpState, stpDesignatedBridge, stpDesignatedPort}}
}

func readSTP(ctx context.Context, s session, k known) (Facts, error) {
	scalars, err := s.Get(ctx, bridgeAddress(), object{"dot1dStpDesignatedRoot", "1.3.6.1.2.1.17.2.5.0"})
	if err != nil {
		return &SpanningTree{}, err
	}
	cells, err := stpPorts().read(ctx, s)
	if err != nil || len(cells) == 0 {
		return decodeSTP(scalars[0], scalars[1], cells, k.basePorts), err
	}
	ports, err := k.bridgePorts(ctx, s)
	return decodeSTP(scalars[0], scalars[1], cells, ports), err
}

func decodeSTP(bridge, root value, cells []binding, basePorts map[uint32]uint32) *SpanningTree {
	t := &SpanningTree{Bridge: macOf(bridge.bytes())}
	if priority, mac := bridgeID(root.bytes()); mac != "" && !placeholder(mac) {
		t.Root = strconv.Itoa(int(priority)) + "/" + mac
	}
	for _, r := range rowsOf(cells, stpPorts().entry) {
		p := STPPort{BasePort: r.last(), State: stpStateName(r.number(stpState))}
		p.IfIndex = basePorts[p.BasePort]
		if _, mac := bridgeID(r.cells[stpDesignatedBridge].bytes()); mac != "" && !placeholder(mac) {
			p.DesignatedBridge = mac
			p.DesignatedPort = bigEndian(r.cells[stpDesignatedPort]) & 0xfff
		}
		t.Ports = append(t.Ports, p)
	}
	return t
}

// bridgeID reads a priority and a MAC.
func bridgeID(octets []byte) (priority uint16, mac string) {
	if len(octets) != 8 {
		return 0, ""
	}
	return uint16(octets[0])<<8 | uint16(octets[1]), macOf(octets[2:])
}

func stpStateName(n uint32) string {
	names := [...]string{"", "disabled", "blocking", "listening", "learning", "forwarding", "broken"}
	if n >= uint32(len(names)) {
		return ""
	}
	return names[n]
}

func (t *SpanningTree) claims(k known) []api.Claim {
	var out []api.Claim
	if t.Root != "" {
		out = append(out, deviceSays("#stp", []api.KV{{Key: api.AttrSTPRoot, Value: t.Root}}))
	}
	made := map[string]bool{}
	for _, p := range t.Ports {
		c, ok := k.about(p.IfIndex, "#stp", attrs(api.KV{Key: api.AttrSTP, Value: p.State}))
		if !ok || made[c.Key] {
			continue
		}
		made[c.Key] = true
		out = append(out, c)
		// A port that is disabled or down keeps what it heard last.
		if p.DesignatedBridge == "" || p.DesignatedBridge == t.Bridge || t.Bridge == "" || p.State == "disabled" || p.State == "broken" {
			continue
		}
		port, _ := k.portKey(p.IfIndex, "")
		out = append(out, api.Claim{Key: "stp/" + port[len(prefixPort):], Neighbour: &api.Neighbour{
			Protocol: api.ProtocolSTP, Device: keyDevice, Port: port,
			ChassisID: p.DesignatedBridge, ChassisIDSubtype: api.ChassisMAC,
			PortID: strconv.Itoa(int(p.DesignatedPort)), PortIDSubtype: api.PortLocal,
		}})
	}
	return out
}
