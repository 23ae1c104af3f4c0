package query

import (
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
)

// readVLAN reads "vlan 120", "VLAN120" or "vlan 120 leaf": the number, and words
// that names of what is in it must have.
func readVLAN(text string) (id int, words []string, ok bool) {
	rest, ok := strings.CutPrefix(text, "vlan")
	if !ok {
		return 0, nil, false
	}
	words = strings.Fields(strings.TrimLeft(rest, " :="))
	if len(words) == 0 {
		return 0, nil, false
	}
	id, err := strconv.Atoi(words[0])
	return id, words[1:min(len(words), maxWords)], err == nil && id >= 1 && id <= api.MaxVLAN
}

// vlanHits are who is in a VLAN: devices that name it, nodes behind ports that
// are in it, and those ports. What is too much is left out of each alike.
func vlanHits(s *graph.Snapshot, id int, words []string, limit int) []Hit {
	var devices, ports, behind hits
	nodes := map[api.VertexID]Hit{}
	for v := range s.Vertices() {
		switch v.Kind { //nolint:exhaustive // The others are in no VLAN of their own.
		case api.VertexDevice:
			if match := namedVLAN(v, id); match != "" && isNamed(s, v, words) {
				devices.offer(vlanHit(v, match), limit)
			}
		case api.VertexPort, api.VertexLAG:
			if how := inVLAN(v, id); how != "" && isNamed(s, v, words) {
				ports.offer(vlanHit(v, how), limit)
			}
		case api.VertexNIC:
			node, ok := s.Vertex(v.Parent)
			if !ok || node.Kind != api.VertexNode || !isNamed(s, node, words) {
				continue
			}
			for port := range portsOf(s, v.ID) {
				how := inVLAN(port, id)
				if how == "" {
					continue
				}
				hit := vlanHit(node, how+" by "+portName(s, port))
				if was, there := nodes[node.ID]; !there || better(hit, was) {
					nodes[node.ID] = hit
				}
			}
		}
	}
	for _, hit := range nodes {
		behind.offer(hit, limit)
	}
	groups := [][]Hit{devices, behind, ports}
	for _, g := range groups {
		slices.SortFunc(g, compareHits)
	}
	return fair(groups, limit)
}

func portName(s *graph.Snapshot, port *api.Vertex) string {
	if device, ok := s.Vertex(port.Parent); ok {
		return device.Name + " " + port.Name
	}
	return port.Name
}

// fair takes as much of each list as of the others, while there is any.
func fair(groups [][]Hit, limit int) []Hit {
	take := make([]int, len(groups))
	for left, more := limit, true; left > 0 && more; {
		more = false
		for i, g := range groups {
			if left > 0 && take[i] < len(g) {
				take[i]++
				left--
				more = true
			}
		}
	}
	var out []Hit
	for i, g := range groups {
		out = append(out, g[:take[i]]...)
	}
	return out
}

func vlanHit(v *api.Vertex, match string) Hit {
	return Hit{Vertex: v, rank: rankLabel, Field: "vlan", match: match}
}

// isNamed says whether all words are in the names of a vertex and its holder.
func isNamed(s *graph.Snapshot, v *api.Vertex, words []string) bool {
	if len(words) == 0 {
		return true
	}
	holder := ""
	if h, ok := s.Vertex(v.Parent); ok {
		holder = h.Name
	}
	return !slices.ContainsFunc(words, func(w string) bool { return IndexFold(v.Name, w) < 0 && IndexFold(holder, w) < 0 })
}

// namedVLAN is what a device calls a VLAN, with its number; "" if it names none.
func namedVLAN(v *api.Vertex, id int) string {
	for i := range v.Attrs {
		if a := &v.Attrs[i]; a.Key == api.AttrVLAN {
			number, _, _ := strings.Cut(a.Value, " ")
			if n, err := strconv.Atoi(number); err == nil && n == id {
				return a.Value
			}
		}
	}
	return ""
}

const untagged = "untagged"

// inVLAN says how a port is in a VLAN, "" if it is not.
func inVLAN(v *api.Vertex, id int) string {
	tagged := false
	for i := range v.Attrs {
		switch a := &v.Attrs[i]; a.Key {
		case api.AttrUntagged, api.AttrPVID:
			if api.TextHasVLAN(a.Value, uint16(id)) {
				return untagged
			}
		case api.AttrVLANs:
			tagged = tagged || api.TextHasVLAN(a.Value, uint16(id))
		}
	}
	if tagged {
		return "tagged"
	}
	return ""
}

// better says which port of a node is said: one where it is untagged, else the
// first by name.
func better(a, b Hit) bool {
	if x, y := strings.HasPrefix(a.match, untagged), strings.HasPrefix(b.match, untagged); x != y {
		return x
	}
	return a.match < b.match
}

func farEnd(edge *api.Edge, near api.VertexID) api.VertexID {
	if edge.A == near {
		return edge.B
	}
	return edge.A
}

// portsOf are the ports to which a NIC is attached, and the bundles of these.
func portsOf(s *graph.Snapshot, nic api.VertexID) iter.Seq[*api.Vertex] {
	return func(yield func(*api.Vertex) bool) {
		for edge := range s.EdgesOf(nic) {
			port, ok := s.Vertex(farEnd(edge, nic))
			if !ok || edge.Kind != api.EdgeAttach {
				continue
			}
			if !yield(port) {
				return
			}
			for member := range s.EdgesOf(port.ID) {
				lag, ok := s.Vertex(member.B)
				if ok && member.Kind == api.EdgeMember && lag.Kind == api.VertexLAG && lag.ID != port.ID && !yield(lag) {
					return
				}
			}
		}
	}
}
