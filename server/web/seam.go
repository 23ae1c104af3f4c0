package web

import (
	"cmp"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/api/rest"
	"github.com/netseam/netseam/server/graph"
)

// seam counts the nodes whose switch port is known, and why others' are not:
// by kind of reason, each with one node and its own words.
func seam(s *graph.Snapshot) rest.Seam {
	out := rest.Seam{Why: []rest.SeamReason{}}
	at := map[string]int{} // kind of reason -> its place in out.Why
	for v := range s.Vertices() {
		if v.Kind != api.VertexNode {
			continue
		}
		out.Nodes++
		state := v.Attr(api.AttrPort)
		if state == "known" || state == "one-sided" {
			out.Known++
			continue
		}
		kind, words := kindOfReason(cmp.Or(v.Attr(api.AttrPortWhy), state, "nothing is known of its port"))
		i, seen := at[kind]
		if !seen {
			i = len(out.Why)
			at[kind] = i
			out.Why = append(out.Why, rest.SeamReason{Reason: kind})
		}
		r := &out.Why[i]
		r.Count++
		if !seen || v.Name < r.Example.Name {
			r.Example = rest.SeamExample{Id: v.ID.String(), Name: v.Name, Why: words}
		}
	}
	slices.SortFunc(out.Why, func(a, b rest.SeamReason) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Reason, b.Reason))
	})
	return out
}

// kindOfReason is a reason without what only one node can have: addresses, names
// and numbers are "…", and what is said of several of them is said once. words is
// the reason shortened likewise, in its own words.
func kindOfReason(reason string) (kind, words string) {
	var kinds, own []string
	for part := range strings.SplitSeq(reason, "; ") {
		if k := withoutNames(part); !slices.Contains(kinds, k) {
			kinds, own = append(kinds, k), append(own, part)
		}
	}
	return strings.Join(kinds, "; "), strings.Join(own, "; ")
}

func withoutNames(text string) string {
	words := strings.Split(text, " ")
	for i, word := range words {
		core := strings.Trim(word, "(),:")
		if core == "" {
			continue
		}
		_, notMAC := api.ParseMAC(core)
		_, notAddress := netip.ParseAddr(core)
		_, notNumber := strconv.Atoi(core)
		if notMAC == nil || notAddress == nil || notNumber == nil || i > 0 && words[i-1] == "called" {
			words[i] = strings.Replace(word, core, "…", 1)
		}
	}
	return strings.Join(words, " ")
}
