package query

import (
	"cmp"
	"math/bits"
	"net/netip"
	"slices"
	"strings"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
)

// filter finds the vertices that a term may match, by their texts alone: all
// that match, and few others.
type filter struct {
	term *term
	all  bool // nothing can be ruled out
	// Any of these in the texts of its sort makes a candidate.
	needles [kinds][]string
	// least is the best rank that a match outside of the name can have.
	least rank
	// holders are the words of the term that are in the name of a holder, a bit
	// each.
	holders map[api.VertexID]uint64
	last    api.VertexID // the holder asked about last, as its neighbours mostly have the same
	lastHas uint64
	rare    int // the word that ruled out a page last: it is looked for first
}

func newFilter(t *term) *filter {
	f := &filter{term: t, all: t.text == "", least: rankLabelPart, holders: map[api.VertexID]uint64{}}
	if t.mac != "" {
		f.need(macs, t.mac, rankAddress)
	}
	switch {
	case t.address != "":
		f.need(addresses, t.address, rankAddress)
		f.need(addresses, t.text, rankAddressPart)
	case t.prefix.IsValid():
		common := commonText(t.prefix)
		f.all = f.all || common == ""
		f.need(addresses, common, rankAddressPart)
	case t.digits:
		f.need(addresses, t.text, rankAddressPart)
	}
	if t.label {
		f.least = min(f.least, rankLabel)
		f.needles[labels] = []string{t.text}
	} else {
		f.needles[labels] = []string{"=" + t.text}
	}
	return f
}

// need adds what an address or a MAC that matches has in it, and how well it
// then matches at best.
func (f *filter) need(sort int, needle string, least rank) {
	f.least = min(f.least, least)
	if !slices.Contains(f.needles[sort], needle) {
		f.needles[sort] = append(f.needles[sort], needle)
	}
}

// commonText is how all addresses in a prefix begin, "" where nothing can be
// said: of IPv6, whose zeros are left out, and of what is wider than an octet.
func commonText(prefix netip.Prefix) string {
	octets := prefix.Bits() / 8
	if !prefix.Addr().Is4() || octets == 0 {
		return ""
	}
	parts := strings.SplitAfter(prefix.Addr().String(), ".")
	return strings.Join(parts[:octets], "")
}

// candidates are the vertices of a page that may match, a bit each.
func (f *filter) candidates(s *graph.Snapshot, p *page) uint32 {
	if f.all {
		return 1<<len(p.vertices) - 1
	}
	every := ^uint32(0) >> (32 - len(p.vertices))
	found := p.names.mark(f.term.text)
	if f.term.words != nil {
		found |= f.withHolders(s, p)
	}
	for sort, needles := range f.needles {
		for _, needle := range needles {
			if found == every {
				return found
			}
			found |= p.others[sort].mark(needle)
		}
	}
	return found
}

// withHolders are the vertices of whose names some words are, and all others of
// their holders' names.
func (f *filter) withHolders(s *graph.Snapshot, p *page) uint32 {
	held := uint64(0) // words that are in any holder's name
	for _, id := range p.parents {
		held |= f.ofHolder(s, id)
	}
	all, some := ^uint32(0), uint32(0)
	var has [maxWords]uint32
	for n := range f.term.words {
		w := (f.rare + n) % len(f.term.words)
		has[w] = p.names.mark(f.term.words[w])
		if has[w] == 0 && held&(1<<w) == 0 {
			f.rare = w
			return 0
		}
		all, some = all&has[w], some|has[w]
	}
	found := all
	for left := some &^ all; left != 0; left &= left - 1 {
		i := bits.TrailingZeros32(left)
		words := f.ofHolder(s, p.parents[i])
		for w := range f.term.words {
			words |= uint64(has[w]>>i&1) << w
		}
		if words == 1<<len(f.term.words)-1 {
			found |= 1 << i
		}
	}
	return found
}

func (f *filter) ofHolder(s *graph.Snapshot, id api.VertexID) uint64 {
	if id == f.last {
		return f.lastHas
	}
	words, known := f.holders[id]
	f.last, f.lastHas = id, words
	if known {
		return words
	}
	if holder, ok := s.Vertex(id); ok {
		for w, word := range f.term.words {
			if IndexFold(holder.Name, word) >= 0 {
				words |= 1 << w
			}
		}
	}
	f.holders[id], f.lastHas = words, words
	return words
}

// mayBeat says whether a vertex may be better than the worst hit so far, as far
// as its texts tell: reading the vertex itself costs more.
func (f *filter) mayBeat(p *page, i int, worst *Hit) bool {
	name := p.name(i)
	r := f.nameRank(name)
	if c := cmp.Or(cmp.Compare(r, worst.rank), cmp.Compare(len(name), len(worst.Vertex.Name))); c != 0 {
		return c < 0
	}
	if p.capitals&(1<<i) != 0 {
		return true // its name is another one
	}
	c := cmp.Compare(name, worst.Vertex.Name)
	return c < 0 || c == 0 && p.vertices[i].ID < worst.Vertex.ID
}

// nameRank is the best rank that a vertex of a name can have.
func (f *filter) nameRank(name string) rank {
	if f.term.words != nil {
		return rankWords
	}
	at := strings.Index(name, f.term.text)
	switch {
	case at < 0:
		return f.least
	case at == 0 && len(name) == len(f.term.text):
		return rankName
	case at == 0:
		return rankPrefix
	}
	return rankWord
}
