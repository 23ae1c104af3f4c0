package query

import (
	"strings"

	"github.com/netseam/netseam/api"
)

// page is what can be looked for in some vertices, in lower case and one after
// the other, so that a search reads memory from front to back.
type page struct {
	vertices []*api.Vertex
	parents  []api.VertexID
	names    texts  // each name has an end mark
	capitals uint32 // a bit a vertex: its name is not the folded one
	others   [kinds]texts
}

// texts are the values of one sort.
type texts struct {
	text string
	ends []uint32  // by vertex
	has  [4]uint64 // the bytes that are in the text, a bit each
}

func (t *texts) set(text []byte) {
	t.text = string(text)
	for _, ch := range text {
		t.has[ch>>6] |= 1 << (ch & 63)
	}
}

// The sorts of values beside names.
const (
	addresses = iota
	macs
	labels
	kinds
)

// end ends a name, a value and a label: a search does not match across.
const end = '\x00'

func newPage(all []*api.Vertex) *page {
	p := &page{}
	var names []byte
	var others [kinds][]byte
	for _, v := range all {
		if v == nil {
			continue
		}
		p.vertices = append(p.vertices, v)
		p.parents = append(p.parents, v.Parent)
		names = append(appendFolded(names, v.Name), end)
		if string(names[len(names)-1-len(v.Name):len(names)-1]) != v.Name {
			p.capitals |= 1 << (len(p.vertices) - 1)
		}
		p.names.ends = append(p.names.ends, uint32(len(names)))
		for i := range v.Attrs {
			switch a := &v.Attrs[i]; a.Key {
			case api.AttrMAC, api.AttrChassisID, attrMACs:
				others[macs] = append(append(others[macs], a.Value...), end)
			case api.AttrAddress, api.AttrAddresses:
				others[addresses] = append(append(others[addresses], a.Value...), end)
			}
		}
		for i := range v.Labels {
			l := &v.Labels[i]
			others[labels] = append(appendFolded(append(appendFolded(others[labels], l.Key), '='), l.Value), end)
		}
		for k := range others {
			p.others[k].ends = append(p.others[k].ends, uint32(len(others[k])))
		}
	}
	p.names.set(names)
	for k := range others {
		p.others[k].set(others[k])
	}
	return p
}

func appendFolded(to []byte, text string) []byte {
	for i := range len(text) {
		to = append(to, fold(text[i]))
	}
	return to
}

// name is the folded name of a vertex.
func (p *page) name(i int) string {
	begin := uint32(0)
	if i > 0 {
		begin = p.names.ends[i-1]
	}
	return p.names.text[begin : p.names.ends[i]-1]
}

// mark sets the bits of the vertices whose part of the text holds a needle.
func (t *texts) mark(needle string) uint32 {
	for i := range len(needle) {
		if ch := needle[i]; t.has[ch>>6]&(1<<(ch&63)) == 0 {
			return 0
		}
	}
	at, i, bits := 0, 0, uint32(0)
	for at < len(t.text) {
		found := strings.Index(t.text[at:], needle)
		if found < 0 {
			break
		}
		for uint32(at+found) >= t.ends[i] {
			i++
		}
		bits |= 1 << i
		at = int(t.ends[i])
	}
	return bits
}
