package stitch

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

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
	x, okA := vlanSet(a.Attr(api.AttrVLANs))
	y, okB := vlanSet(b.Attr(api.AttrVLANs))
	if !okA || !okB {
		return out
	}
	if only := without(x, y); len(only) > 0 {
		out = append(out, fmt.Sprintf("VLANs %s at %s alone", vlanText(only), nameA))
	}
	if only := without(y, x); len(only) > 0 {
		out = append(out, fmt.Sprintf("VLANs %s at %s alone", vlanText(only), nameB))
	}
	return out
}

const maxVLAN = 4094

// vlanSet reads "1,10,20-29", ascending; false if it says nothing that can be read.
func vlanSet(text string) ([]int, bool) {
	if text == "" {
		return nil, false
	}
	var out []int
	for part := range strings.SplitSeq(text, ",") {
		low, high, isRange := strings.Cut(part, "-")
		from, err := strconv.Atoi(low)
		to := from
		if err == nil && isRange {
			to, err = strconv.Atoi(high)
		}
		if err != nil || from < 1 || to > maxVLAN || to < from {
			return nil, false
		}
		for v := from; v <= to; v++ {
			out = append(out, v)
		}
	}
	slices.Sort(out)
	return slices.Compact(out), true
}

func without(these, those []int) []int {
	var out []int
	for _, v := range these {
		if _, found := slices.BinarySearch(those, v); !found {
			out = append(out, v)
		}
	}
	return out
}

func vlanText(list []int) string {
	var parts []string
	for i := 0; i < len(list); {
		j := i
		for j+1 < len(list) && list[j+1] == list[j]+1 {
			j++
		}
		if i == j {
			parts = append(parts, strconv.Itoa(list[i]))
		} else {
			parts = append(parts, strconv.Itoa(list[i])+"-"+strconv.Itoa(list[j]))
		}
		i = j + 1
	}
	return strings.Join(parts, ",")
}
