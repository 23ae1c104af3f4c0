package stitch

import (
	"fmt"
	"hash/fnv"

	"github.com/netseam/netseam/api"
)

// Twins returns the aggregates of other devices that speak with the same LACP
// system under the same key as this one: to the far side they are one, so that
// their devices act as one (MLAG).
func Twins(lag *api.Vertex, find Finder, parent func(api.VertexID) api.VertexID) []api.VertexID {
	system := lag.Attr(api.AttrPartner)
	if system == "" {
		return nil
	}
	var out []api.VertexID
	for _, id := range find(partnerKey(system, lag.Attr(api.AttrPartnerKey))) {
		if twin := api.VertexID(id); twin != lag.ID && parent(twin) != lag.Parent {
			// What they are called is said of this one: it is asked for, so that
			// another name is another fact.
			find(calledKey(twin))
			find(calledKey(parent(twin)))
			out = append(out, twin)
		}
	}
	return out
}

// calledEntries let others rest on a vertex's name.
func calledEntries(v *api.Vertex) []Entry {
	h := fnv.New64a()
	_, _ = h.Write([]byte(v.Name))
	return []Entry{{calledKey(v.ID), h.Sum64()}}
}

func calledKey(id api.VertexID) string { return "called " + id.String() }

// Mismatches says in what the two ends of a link are set up differently. What
// one end does not say, does not differ.
func Mismatches(a, b *api.Vertex, nameA, nameB string) []string {
	var out []string
	for _, what := range []struct{ key, word string }{{api.AttrPVID, "untagged VLAN"}, {api.AttrMTU, "MTU"}, {api.AttrDuplex, "duplex"}} {
		if x, y := a.Attr(what.key), b.Attr(what.key); x != "" && y != "" && x != y {
			out = append(out, fmt.Sprintf("%s %s at %s, %s at %s", what.word, x, nameA, y, nameB))
		}
	}
	x, errA := api.ParseVLANSet(a.Attr(api.AttrVLANs))
	y, errB := api.ParseVLANSet(b.Attr(api.AttrVLANs))
	if errA != nil || errB != nil || len(x) == 0 || len(y) == 0 {
		return out // one end does not say
	}
	if only := x.Without(y); len(only) > 0 {
		out = append(out, fmt.Sprintf("VLANs %s at %s alone", only, nameA))
	}
	if only := y.Without(x); len(only) > 0 {
		out = append(out, fmt.Sprintf("VLANs %s at %s alone", only, nameB))
	}
	return out
}
