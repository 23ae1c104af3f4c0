package main

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/snmp"
	"github.com/netseam/netseam/server/graph"
	"github.com/netseam/netseam/server/merge"
)

type foundRouting struct {
	Protocol string   `json:"protocol"`
	A        foundEnd `json:"a"`
	B        foundEnd `json:"b"`
	Area     string   `json:"area"`
	State    string   `json:"state"`
	// RemoteID is the neighbour's router ID or system ID, RemoteAddress its
	// address, as A tells them.
	RemoteID      string `json:"remote_id"`
	RemoteAddress string `json:"remote_address,omitempty"`
}

// foundAttachment is where a MAC is, concluded from all forwarding tables.
type foundAttachment struct {
	MAC        string  `json:"mac"`
	IP         string  `json:"ip"`
	Device     string  `json:"device"`
	Port       string  `json:"port"`
	VLAN       uint16  `json:"vlan"`
	Confidence float64 `json:"confidence"`
}

// foundSegment is something that several ports share.
type foundSegment struct {
	Members []foundEnd `json:"members"`
	MACs    int        `json:"macs"`
}

// speakers are the identities by which routing protocols name devices and their
// interfaces. What several have names nobody.
type speakers struct {
	ids       map[string]string // router or system ID -> device
	addresses map[string]foundEnd
	macs      map[string]foundEnd
}

const nobody = "?"

// join relates what devices say of each other.
func (d *discovery) join(results []*snmp.Result, targets []target, engine *merge.Engine) {
	who := speakers{ids: map[string]string{}, addresses: map[string]foundEnd{}, macs: map[string]foundEnd{}}
	type said struct {
		device string
		r      *snmp.Result
	}
	var all []said
	for i, r := range results {
		id, ok := engine.VertexOf(targets[i].config.Source(), "device")
		if r == nil || !ok {
			continue
		}
		all = append(all, said{id.String(), r})
		who.meet(id.String(), r)
	}
	joined := map[string]int{}
	for _, x := range all {
		names := interfaceNames(x.r)
		for _, a := range snmp.Of[snmp.Adjacencies](x.r) {
			for _, n := range a.List {
				found := foundRouting{
					Protocol: a.Protocol, A: foundEnd{x.device, names[n.IfIndex]}, B: who.far(n), Area: n.Area, State: n.State,
					RemoteID: n.RemoteID,
				}
				if n.Remote.IsValid() {
					found.RemoteAddress = n.Remote.String()
				}
				d.route(joined, found)
			}
		}
	}
}

// conclude adds where MACs are, and the rows of which nothing could be made.
func (d *discovery) conclude(engine *merge.Engine, read map[api.VertexID]bool) {
	s := engine.Snapshot()
	for _, a := range engine.Attachments() {
		end, ok := endOf(s, a.Port, read)
		if !ok || a.Confidence == 0 {
			continue
		}
		found := foundAttachment{MAC: a.MAC.String(), Device: end.Device, Port: end.Port, VLAN: a.VLAN, Confidence: float64(a.Confidence) / 100}
		if len(a.Addresses) > 0 {
			found.IP = a.Addresses[0]
		}
		d.Attachments = append(d.Attachments, found)
	}
	for _, c := range engine.Unresolved() {
		if read[c.Device] {
			d.Unresolved = append(d.Unresolved, foundUnresolved{c.Device.String(), strings.TrimSpace(c.Protocol + " " + c.Local + " " + c.Row), c.Why})
		}
	}
}

// route adds an adjacency, once for both that tell of it.
func (d *discovery) route(joined map[string]int, r foundRouting) {
	a, b := r.A.Device+"|"+r.A.Port, r.B.Device+"|"+r.B.Port
	key := r.Protocol + " " + r.Area + " " + min(a, b) + " " + max(a, b)
	if _, twice := joined[key]; twice && r.B.Device != "" {
		return
	}
	joined[key] = len(d.Routing)
	d.Routing = append(d.Routing, r)
}

func interfaceNames(r *snmp.Result) map[uint32]string {
	names := make(map[uint32]string, len(r.Interfaces))
	for _, i := range r.Interfaces {
		names[i.Index] = cmp.Or(i.Name, i.Descr, strconv.Itoa(int(i.Index)))
	}
	return names
}

// meet takes in the identities of a device.
func (w *speakers) meet(device string, r *snmp.Result) {
	names := interfaceNames(r)
	take := func(m map[string]foundEnd, key string, end foundEnd) {
		if other, taken := m[key]; taken && other != end {
			end = foundEnd{Device: nobody}
		}
		m[key] = end
	}
	for _, a := range snmp.Of[snmp.Adjacencies](r) {
		owner := device
		if other, taken := w.ids[a.Protocol+a.ID]; taken && other != device {
			owner = nobody
		}
		w.ids[a.Protocol+a.ID] = owner
	}
	for _, list := range snmp.Of[snmp.Addresses](r) {
		for _, a := range list.List {
			take(w.addresses, a.Address.String(), foundEnd{device, names[a.IfIndex]})
		}
	}
	for _, i := range r.Interfaces {
		if i.MAC != "" {
			take(w.macs, i.MAC, foundEnd{device, names[i.Index]})
		}
	}
}

// far is the other end of an adjacency: the interface that has its address, else
// its MAC, else the device with its ID.
func (w *speakers) far(n snmp.Adjacency) foundEnd {
	if n.Remote.IsValid() {
		if end, ok := w.addresses[n.Remote.String()]; ok && end.Device != nobody {
			return end
		}
	}
	for _, protocol := range []string{api.SessionOSPF, api.SessionISIS} {
		device := w.ids[protocol+n.RemoteID]
		if n.RemoteID == "" || device == "" || device == nobody {
			continue
		}
		if end := w.macs[n.SNPA]; n.SNPA != "" && end.Device == device {
			return end
		}
		return foundEnd{Device: device}
	}
	return foundEnd{}
}

// segmentsOf lists what several ports share, by the ports. A member that was not
// read has its name in place of an ID.
func segmentsOf(s *graph.Snapshot, read map[api.VertexID]bool) []foundSegment {
	segments := []foundSegment{}
	for v := range s.Vertices() {
		if v.Kind != api.VertexSegment {
			continue
		}
		found := foundSegment{Members: []foundEnd{}}
		for e := range s.Edges() {
			if e.Kind == api.EdgeMember && e.B == v.ID {
				found.Members = append(found.Members, memberOf(s, e.A, read))
			}
		}
		slices.SortFunc(found.Members, func(x, y foundEnd) int {
			return cmp.Or(cmp.Compare(x.Device, y.Device), cmp.Compare(x.Port, y.Port))
		})
		segments = append(segments, found)
	}
	return segments
}

func memberOf(s *graph.Snapshot, id api.VertexID, read map[api.VertexID]bool) foundEnd {
	end, ok := endOf(s, id, read)
	if port, there := s.Vertex(id); !ok && there {
		end.Port = port.Name
		if device, there := s.Vertex(port.Parent); there {
			end.Device = device.Name
		}
	}
	return end
}
