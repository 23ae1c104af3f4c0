package store

import (
	"encoding/binary"
	"strings"

	"github.com/netseam/netseam/api"
)

// wordsBound is how many texts are remembered at a time, and longestWord how
// long they are: what repeats comes again soon.
const (
	wordsBound  = 1 << 16
	longestWord = 128
)

// words makes texts that are equal one text, as they were before they were
// written: read back, each would have memory of its own. So it does with labels
// and with what edges say, which are equal as a whole for many.
type words struct {
	texts     map[string]string
	labels    map[string][]api.Label // all keys and values -> labels
	attrLists map[string][]api.Attr  // likewise
	buffer    []byte
}

func newWords() *words {
	return &words{texts: map[string]string{}, labels: map[string][]api.Label{}, attrLists: map[string][]api.Attr{}}
}

func (w *words) one(text string) string {
	if text == "" || len(text) > longestWord {
		return text
	}
	return remember(w.texts, text, text)
}

// remember returns what is remembered under a key, and remembers what is new.
func remember[T any](known map[string]T, key string, value T) T {
	if was, ok := known[key]; ok {
		return was
	}
	if len(known) >= wordsBound {
		clear(known)
	}
	known[key] = value
	return value
}

// share goes over all texts of a part.
func (w *words) share(p *part) {
	for i := range p.Claims {
		if op := &p.Claims[i]; op.Claim != nil {
			w.claim(op)
		}
	}
	for i := range p.Identities {
		w.aliases(p.Identities[i].Aliases)
	}
	for _, v := range p.Vertices {
		if v != nil {
			w.attrs(v.Attrs)
			w.aliases(v.Aliases)
			v.Labels = w.allLabels(v.Labels)
		}
	}
	for _, e := range p.Edges {
		if e != nil {
			w.attrs(e.Attrs)
		}
	}
}

func (w *words) claim(op *ClaimOp) {
	if op.Claim.Key == op.Key {
		op.Claim.Key = op.Key
	}
	switch {
	case op.Claim.Vertex != nil:
		c := op.Claim.Vertex
		c.Parent, c.Controller = w.one(c.Parent), w.one(c.Controller)
		if strings.HasSuffix(op.Key, c.Name) {
			c.Name = op.Key[len(op.Key)-len(c.Name):]
		}
		w.attrs(c.Attrs)
		c.Labels = w.allLabels(c.Labels)
		w.aliases(c.Aliases)
	case op.Claim.Edge != nil:
		c := op.Claim.Edge
		c.A, c.B = w.one(c.A), w.one(c.B)
		c.Attrs = w.allAttrs(c.Attrs)
	case op.Claim.Neighbour != nil:
		n := op.Claim.Neighbour
		n.Device, n.Port, n.Protocol = w.one(n.Device), w.one(n.Port), w.one(n.Protocol)
		n.SysName, n.SysDescription = w.one(n.SysName), w.one(n.SysDescription)
	}
}

func (w *words) attrs(all []api.Attr) {
	for i := range all {
		all[i].Key, all[i].Value = w.one(all[i].Key), w.one(all[i].Value)
	}
}

func (w *words) aliases(all []api.Alias) {
	for i := range all {
		all[i].Scope = w.one(all[i].Scope)
	}
}

func (w *words) allLabels(all []api.Label) []api.Label {
	w.buffer = w.buffer[:0]
	for i := range all {
		all[i].Key, all[i].Value = w.one(all[i].Key), w.one(all[i].Value)
		w.note(all[i].Key, all[i].Value)
	}
	if known, ok := w.labels[string(w.buffer)]; ok || len(all) == 0 {
		return known
	}
	return remember(w.labels, string(w.buffer), all)
}

func (w *words) allAttrs(all []api.Attr) []api.Attr {
	w.buffer = w.buffer[:0]
	for i := range all {
		w.buffer = binary.AppendUvarint(w.buffer, uint64(all[i].Scope))
		all[i].Key, all[i].Value = w.one(all[i].Key), w.one(all[i].Value)
		w.note(all[i].Key, all[i].Value)
	}
	if known, ok := w.attrLists[string(w.buffer)]; ok || len(all) == 0 {
		return known
	}
	return remember(w.attrLists, string(w.buffer), all)
}

// note adds to what a list is remembered under: no text can pass for two.
func (w *words) note(texts ...string) {
	for _, text := range texts {
		w.buffer = binary.AppendUvarint(w.buffer, uint64(len(text)))
		w.buffer = append(w.buffer, text...)
	}
}
