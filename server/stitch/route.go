package stitch

import (
	"hash/fnv"
	"slices"
	"strings"

	"github.com/netseam/netseam/api"
)

const (
	confidenceForwards = 95 // a router sends packets there
	confidencePath     = 90 // BGP knows that way
)

// ConcludeRoute says to which node a router sends what is for an address that a
// cluster exposes. Node and address are of one cluster: private addresses repeat.
func ConcludeRoute(device api.VertexID, r *api.Route, find Finder) Conclusion {
	vips := find(vipKey(r.Address))
	if len(vips) == 0 {
		return Conclusion{Outcome: Unknown, Why: "no cluster that is read exposes " + r.Address}
	}
	nodes, who := find(nodeAddressKey(r.NextHop)), "address "+r.NextHop
	if r.NextHop == "" {
		nodes, who = find(nodeMACKey(r.MAC)), "MAC "+r.MAC
	}
	if len(nodes) == 0 {
		next := others(find(deviceAddressKey(r.NextHop)), device)
		if r.NextHop != "" && len(next) == 1 {
			return Conclusion{Outcome: Echo, Why: who + " is that of another router, which hands it on"}
		}
		return Conclusion{Outcome: Unknown, Why: "nobody that is known has the " + who}
	}
	var fits []Conclusion
	foreign := false
	for _, vip := range vips {
		for _, node := range nodes {
			if isForeign(api.VertexID(node), r.VRF, find) {
				foreign = true
				continue
			}
			if slices.Equal(find(clusterUIDKey(api.VertexID(vip))), find(clusterUIDKey(api.VertexID(node)))) {
				fits = append(fits, Conclusion{
					Outcome: Host, Node: api.VertexID(node), Remote: api.VertexID(vip), Method: api.MethodRouting,
					Confidence: confidencePath, Why: who + " is the node's",
				})
			}
		}
	}
	switch len(fits) {
	case 0:
		if foreign {
			return Conclusion{Outcome: Unknown, Why: who + " is a node's, whose cluster is proved to be in another VRF than " + r.VRF}
		}
		return Conclusion{Outcome: Unknown, Why: who + " is a node's of another cluster than the one that exposes " + r.Address}
	case 1:
	default:
		return Conclusion{Outcome: Ambiguous, Candidates: vertexIDs(nodes), Why: "several clusters have a node of " + who + " and expose " + r.Address}
	}
	if r.Forwards {
		fits[0].Confidence = confidenceForwards
	}
	return fits[0].wrong(r, find)
}

// wrong adds to a conclusion what contradicts the cluster's own word.
func (c Conclusion) wrong(r *api.Route, find Finder) Conclusion {
	name := find(ownNameKey(c.Node))
	for _, rule := range []struct{ key, text string }{
		{eligibleKey(c.Remote), "is none of the nodes that may attract the traffic of " + r.Address},
		{announcersKey(c.Remote), "is none of the nodes that announce " + r.Address + ", as its cluster says"},
	} {
		listed := find(rule.key)
		if len(listed) > 0 && len(name) == 1 && !slices.Contains(listed, name[0]) {
			c.Wrong = rule.text
			return c
		}
	}
	return c
}

// RouteText says a route in words.
func RouteText(r *api.Route) string {
	words := []string{r.Address}
	add := func(before, value string) {
		if value != "" {
			words = append(words, before+" "+value)
		}
	}
	if r.Prefix != "" && r.Prefix != r.Address+"/32" && r.Prefix != r.Address+"/128" {
		add("by", r.Prefix)
	}
	if !r.Forwards {
		words = append(words, "as BGP knows")
	}
	add("to", r.NextHop)
	add("to", r.MAC)
	add("on", r.Interface)
	add("in VRF", r.VRF)
	return strings.Join(words, " ")
}

// vipEntries are what routes to an exposed address rest on.
func vipEntries(v *api.Vertex) []Entry {
	out := []Entry{{vipKey(v.Name), uint64(v.ID)}}
	for _, a := range v.Aliases {
		if a.Kind == api.AliasAddress {
			out = append(out, Entry{clusterUIDKey(v.ID), hashOf(a.Scope)})
		}
	}
	for i := range v.Attrs {
		var key string
		switch v.Attrs[i].Key {
		case api.AttrEligible:
			key = eligibleKey(v.ID)
		case api.AttrAnnouncers:
			key = announcersKey(v.ID)
		default:
			continue
		}
		names := strings.Fields(v.Attrs[i].Value)
		if slices.Contains(names, "of") { // "7 of 12 nodes": too many to be named
			continue
		}
		for _, name := range names {
			out = append(out, Entry{key, hashOf(name)})
		}
	}
	return out
}

// routeNodeEntries are what routes to a node rest on, beside its addresses.
func routeNodeEntries(v *api.Vertex) []Entry {
	out := []Entry{{ownNameKey(v.ID), hashOf(v.Name)}}
	for _, a := range v.Aliases {
		if a.Kind == api.AliasObject {
			out = append(out, Entry{clusterUIDKey(v.ID), hashOf(a.Scope)})
		}
	}
	return out
}

func hashOf(text string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(text))
	return h.Sum64()
}

func vipKey(address string) string          { return "vip " + address }
func clusterUIDKey(of api.VertexID) string  { return "cluster uid of " + of.String() }
func eligibleKey(vip api.VertexID) string   { return "eligible for " + vip.String() }
func announcersKey(vip api.VertexID) string { return "announce " + vip.String() }
func ownNameKey(node api.VertexID) string   { return "node called " + node.String() }
