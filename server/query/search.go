package query

import (
	"math/bits"
	"slices"
	"sync"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
)

// Search finds vertices by names, addresses, MACs, labels and VLANs. It keeps the texts
// of the snapshot that it was last asked about, by pages as the snapshot keeps
// them: what did not change since is not read again. Safe for concurrent use.
type Search struct {
	mu     sync.Mutex
	epoch  uint64
	at     uint64 // revision of what follows
	pages  []*page
	byPage map[any]*page // the snapshot's page -> its texts
}

// Find returns what matches a text, best first and at most limit.
func (x *Search) Find(s *graph.Snapshot, text string, limit int) []Hit {
	t := newTerm(text)
	best := hits{}
	if id, err := api.ParseVertexID(t.text); err == nil {
		if v, ok := s.Resolve(id); ok {
			best.offer(Hit{Vertex: v, rank: rankID, Field: "id", match: t.text}, limit)
		}
	}
	f := newFilter(&t)
	for _, p := range x.texts(s) {
		for left := f.candidates(s, p); left != 0; left &= left - 1 {
			i := bits.TrailingZeros32(left)
			v := p.vertices[i]
			if len(best) == limit && !f.mayBeat(p, i, &best[0]) {
				continue
			}
			if h, ok := t.match(s, v); ok {
				best.offer(h, limit)
			}
		}
	}
	found := []Hit(best)
	slices.SortFunc(found, compareHits)
	if vlan, words, ok := readVLAN(t.text); ok {
		in := vlanHits(s, vlan, words, limit)
		found = slices.DeleteFunc(found, func(h Hit) bool {
			return slices.ContainsFunc(in, func(other Hit) bool { return other.Vertex.ID == h.Vertex.ID })
		})
		found = append(in, found...)[:min(limit, len(in)+len(found))]
	}
	return slices.CompactFunc(found, func(a, b Hit) bool { return a.Vertex.ID == b.Vertex.ID })
}

// texts returns the texts of a snapshot, in order of IDs.
func (x *Search) texts(s *graph.Snapshot) []*page {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.byPage != nil && x.epoch == s.Epoch && x.at == s.Revision {
		return x.pages
	}
	pages, byPage := make([]*page, 0, len(x.pages)), make(map[any]*page, len(x.byPage))
	for key, vertices := range s.VertexPages() {
		p := x.byPage[key]
		if p == nil {
			p = newPage(vertices)
		}
		byPage[key] = p
		pages = append(pages, p)
	}
	x.epoch, x.at, x.pages, x.byPage = s.Epoch, s.Revision, pages, byPage
	return pages
}
