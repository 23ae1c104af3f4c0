package query

import (
	"net/netip"
	"strings"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
)

// attrMACs are MACs of a device that belong to none of its drawn ports,
// separated by one space (collectors/snmp).
const attrMACs = "macs"

// term is what is looked for, read in all the ways that it can be meant.
type term struct {
	text    string       // lower-case
	words   []string     // of text, where there are several
	mac     string       // as a MAC or a part of one, with colons; "" if it is none
	address string       // as an address, in canonical form; "" if it is none
	prefix  netip.Prefix // as a prefix
	digits  bool         // could be a part of an address
	label   bool         // has the form key=value
}

// maxWords is how many words of a text are looked for one by one.
const maxWords = 16

func newTerm(text string) term {
	t := term{text: strings.ToLower(strings.TrimSpace(text))}
	if words := strings.Fields(t.text); len(words) > 1 {
		t.words = words[:min(len(words), maxWords)]
	}
	t.mac = readMAC(t.text)
	if addr, err := netip.ParseAddr(strings.Trim(t.text, "[]")); err == nil {
		t.address = addr.Unmap().WithZone("").String()
	}
	if prefix, err := netip.ParsePrefix(t.text); err == nil {
		t.prefix = prefix.Masked()
	}
	t.digits = strings.ContainsAny(t.text, ".:") && strings.Trim(t.text, "0123456789abcdef.:") == ""
	t.label = strings.Contains(t.text, "=")
	return t
}

// readMAC reads a MAC address, or the leading part of one, in any usual
// notation: aa:bb:cc:dd:ee:ff, aa-bb-…, aabb.ccdd.eeff, aabbccddeeff. The
// result has colons; "" if the text is none, or too short to tell.
func readMAC(text string) string {
	digits := make([]byte, 0, 12)
	separators := 0
	for i := range len(text) {
		ch := text[i]
		switch {
		case ch >= '0' && ch <= '9' || ch >= 'a' && ch <= 'f':
			digits = append(digits, ch)
		case ch == ':' || ch == '-' || ch == '.':
			separators++
		default:
			return ""
		}
	}
	if len(digits) > 12 || len(digits) < 4 || (separators == 0 && len(digits) != 12) || !grouped(text) {
		return ""
	}
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && i%2 == 0 {
			b.WriteByte(':')
		}
		b.WriteByte(d)
	}
	return b.String()
}

// grouped says whether a text has its separators where a MAC has them: all of
// one kind, every two digits, or every four for dots.
func grouped(text string) bool {
	at := strings.IndexAny(text, ":-.")
	if at < 0 {
		return true
	}
	size := 2
	if text[at] == '.' {
		size = 4
	}
	groups := strings.Split(text, text[at:at+1])
	for i, g := range groups {
		last := i == len(groups)-1
		if len(g) > size || (len(g) < size && !last) {
			return false
		}
	}
	return true
}

// match says how well a vertex matches, if it does.
func (t *term) match(s *graph.Snapshot, v *api.Vertex) (Hit, bool) {
	if r, ok := t.matchName(s, v); ok {
		return Hit{Vertex: v, rank: r, Field: "name", match: v.Name}, true
	}
	if t.mac != "" || t.digits || t.address != "" || t.prefix.IsValid() {
		if h, ok := t.matchAttrs(v); ok {
			return h, true
		}
	}
	if t.label {
		return t.matchLabels(v)
	}
	return t.matchLabelValues(v)
}

func (t *term) matchName(s *graph.Snapshot, v *api.Vertex) (rank, bool) {
	if t.words != nil && t.matchWords(s, v) {
		return rankWords, true
	}
	at := IndexFold(v.Name, t.text)
	switch {
	case at < 0:
		return 0, false
	case at == 0 && len(v.Name) == len(t.text):
		return rankName, true
	case at == 0:
		return rankPrefix, true
	}
	for rest := at; ; {
		if !isWord(v.Name[rest-1]) {
			return rankWord, true
		}
		next := IndexFold(v.Name[rest+1:], t.text)
		if next < 0 {
			return rankPart, true
		}
		rest += 1 + next
	}
}

// matchWords says whether all words are in the names of a vertex and its
// holder, and at least one in its own.
func (t *term) matchWords(s *graph.Snapshot, v *api.Vertex) bool {
	var missing uint64 // a bit a word
	for i, word := range t.words {
		if IndexFold(v.Name, word) < 0 {
			missing |= 1 << i
		}
	}
	if missing == 0 {
		return true
	}
	if missing == 1<<len(t.words)-1 {
		return false
	}
	holder, ok := s.Vertex(v.Parent)
	if !ok {
		return false
	}
	for i, word := range t.words {
		if missing&(1<<i) != 0 && IndexFold(holder.Name, word) < 0 {
			return false
		}
	}
	return true
}

func (t *term) matchAttrs(v *api.Vertex) (Hit, bool) {
	best := Hit{Vertex: v, rank: rankLabelPart}
	offer := func(r rank, field, match string) {
		if r < best.rank {
			best.rank, best.Field, best.match = r, field, match
		}
	}
	for i := range v.Attrs {
		a := &v.Attrs[i]
		switch a.Key {
		case api.AttrMAC, api.AttrChassisID, attrMACs:
			if t.mac == "" {
				continue
			}
			for mac := range strings.FieldsSeq(a.Value) {
				if mac == t.mac {
					offer(rankAddress, "mac", mac)
				} else if strings.Contains(mac, t.mac) {
					offer(rankAddressPart, "mac", mac)
				}
			}
		case api.AttrAddress, api.AttrAddresses:
			for text := range strings.FieldsSeq(a.Value) {
				if r, ok := t.matchAddress(text); ok {
					offer(r, "address", text)
				}
			}
		}
	}
	return best, best.Field != ""
}

// matchAddress compares with an address in canonical form.
func (t *term) matchAddress(text string) (rank, bool) {
	switch {
	case t.address != "":
		if text == t.address {
			return rankAddress, true
		}
		return rankAddressPart, strings.HasPrefix(text, t.text)
	case t.prefix.IsValid():
		addr, err := netip.ParseAddr(text)
		return rankAddressPart, err == nil && t.prefix.Contains(addr.Unmap())
	}
	return rankAddressPart, t.digits && strings.Contains(text, t.text)
}

// matchLabelValues finds a text that begins a label's value, whatever its key.
func (t *term) matchLabelValues(v *api.Vertex) (Hit, bool) {
	for i := range v.Labels {
		l := &v.Labels[i]
		if IndexFold(l.Value, t.text) == 0 {
			return Hit{Vertex: v, rank: rankLabelPart, Field: "label", label: l}, true
		}
	}
	return Hit{}, false
}

func (t *term) matchLabels(v *api.Vertex) (Hit, bool) {
	key, value, _ := strings.Cut(t.text, "=")
	for i := range v.Labels {
		l := &v.Labels[i]
		if len(l.Key) != len(key) || IndexFold(l.Key, key) != 0 || IndexFold(l.Value, value) != 0 {
			continue
		}
		h := Hit{Vertex: v, rank: rankLabelPart, Field: "label", label: l}
		if len(l.Value) == len(value) {
			h.rank = rankLabel
		}
		return h, true
	}
	return Hit{}, false
}

// IndexFold returns where a lower-case text begins in another one, whatever
// the case of ASCII letters in that; -1 if nowhere. It allocates nothing.
func IndexFold(in, lower string) int {
	if lower == "" {
		return 0
	}
	first := lower[0]
	for at := 0; at+len(lower) <= len(in); at++ {
		if fold(in[at]) != first {
			continue
		}
		i := 1
		for i < len(lower) && fold(in[at+i]) == lower[i] {
			i++
		}
		if i == len(lower) {
			return at
		}
	}
	return -1
}

func fold(ch byte) byte {
	if ch >= 'A' && ch <= 'Z' {
		return ch + 'a' - 'A'
	}
	return ch
}

// isWord says whether a byte belongs to a word; bytes of letters beyond ASCII
// do.
func isWord(ch byte) bool {
	ch = fold(ch)
	return ch >= 'a' && ch <= 'z' || ch >= '0' && ch <= '9' || ch >= 0x80
}
