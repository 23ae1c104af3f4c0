package expose

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/netseam/netseam/api"
)

// Session is a BGP session of a node with a peer.
type Session struct {
	Maker, Object, Node string
	// Peer names the peer for people, Address is its address, in canonical form.
	Peer, Address string
	VRF, State    string
	LocalAS       uint32
	PeerAS        uint32
	// Mesh says that it is one of those that all nodes have with all others.
	Mesh bool
}

// Peering says that some nodes are told to speak BGP with a peer.
type Peering struct {
	Maker, Object string
	// Node is the one that is told, else Nodes selects them; both empty for all.
	Node           string
	Nodes          []labels.Selector
	Address, Local string
	VRF            string
	LocalAS        uint32
	PeerAS         uint32
}

func (*Session) fact() {}
func (*Peering) fact() {}

// isUp says whether a session is established.
func (s *Session) isUp() bool { return strings.EqualFold(s.State, "established") }

func (s *Session) health() api.Health {
	switch {
	case s.isUp():
		return api.HealthOK
	case s.State == "" || strings.EqualFold(s.State, "unknown"):
		return api.HealthUnknown
	}
	return api.HealthDown
}

// peers says with whom nodes speak BGP: what is reported, and what is only
// told to be.
func (w *World) peers() []Unit {
	var units []Unit
	said := map[string]struct{}{}
	if len(w.known.peerings)+len(w.known.sessions) > 0 {
		for _, n := range w.known.nodes {
			u := Unit{Key: "bgp/" + n.Name, Claims: w.speakers(n)}
			if len(u.Claims) > 0 {
				units = append(units, u)
				said[u.Key] = struct{}{}
			}
		}
	}
	for key := range w.known.peerUnits {
		if _, still := said[key]; !still {
			units = append(units, Unit{Key: key})
		}
	}
	w.known.peerUnits = said
	return units
}

// speaking is one session of a node as it is said.
type speaking struct {
	session api.Session
	object  string
}

func (w *World) speakers(n *Node) []api.Claim {
	found, inMesh, upInMesh := w.reported(n), 0, 0
	for _, maker := range w.known.sessions {
		for _, s := range maker[n.Name] {
			if s.Mesh {
				inMesh++
				upInMesh += map[bool]int{true: 1}[s.isUp()]
			}
		}
	}
	for _, p := range w.known.peerings {
		if p.Address == "" || !p.tells(n) {
			continue
		}
		key := p.VRF + "/" + p.Address
		s, ok := found[key]
		if !ok {
			s = &speaking{object: p.Object, session: api.Session{
				Protocol: api.SessionBGP, Device: n.Key, VRF: p.VRF, Remote: p.Address, State: "configured",
			}}
			found[key] = s
		}
		s.session.Local = cmp.Or(s.session.Local, p.Local)
		s.session.LocalAS = cmp.Or(s.session.LocalAS, p.LocalAS)
		s.session.RemoteAS = cmp.Or(s.session.RemoteAS, p.PeerAS)
	}
	more := &api.VertexClaim{Kind: api.VertexNode, Name: n.Name, Parent: "cluster", Aliases: []api.Alias{{
		Kind: api.AliasObject, Strength: api.Strong, Scope: w.uid, Value: "Node//" + n.Name,
	}}}
	if inMesh > 0 {
		more.Attrs = append(more.Attrs, api.KV{Key: "bgp_mesh", Value: fmt.Sprintf("%d of %d established", upInMesh, inMesh)})
	}
	out := []api.Claim{{Key: n.Key + "#bgp", Vertex: more}}
	for i, key := range slices.Sorted(maps.Keys(found)) {
		s := found[key]
		out = append(out, api.Claim{Key: "bgp/" + n.Name + "/" + key, Session: &s.session})
		if i < maxNamed {
			more.Attrs = append(more.Attrs, api.KV{Key: "bgp_peer", Value: s.text()})
		}
	}
	if len(more.Attrs) == 0 {
		return nil
	}
	return out
}

// reported are the sessions of a node that objects report, by VRF and address.
func (w *World) reported(n *Node) map[string]*speaking {
	found := map[string]*speaking{}
	for _, maker := range slices.Sorted(maps.Keys(w.known.sessions)) {
		for _, s := range w.known.sessions[maker][n.Name] {
			if s.Mesh || s.Address == "" {
				continue
			}
			found[s.VRF+"/"+s.Address] = &speaking{object: s.Object, session: api.Session{
				Protocol: api.SessionBGP, Device: n.Key, VRF: s.VRF, Remote: s.Address, LocalAS: s.LocalAS, RemoteAS: s.PeerAS,
				State: strings.ToLower(s.State), Health: s.health(),
			}}
		}
	}
	return found
}

func (s *speaking) text() string {
	words := s.session.Remote
	if s.session.RemoteAS != 0 {
		words += fmt.Sprintf(" AS %d", s.session.RemoteAS)
	}
	if s.session.VRF != "" {
		words += " in VRF " + s.session.VRF
	}
	return words + " " + s.session.State + " (" + s.object + ")"
}

// tells says whether a peering is meant for a node.
func (p *Peering) tells(n *Node) bool {
	if p.Node != "" {
		return p.Node == n.Name
	}
	return len(p.Nodes) == 0 || slices.ContainsFunc(p.Nodes, func(s labels.Selector) bool { return s.Matches(n.Labels) })
}
