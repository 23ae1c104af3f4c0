package kube

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/labels"
)

// calicoSelector reads a selector as Calico writes them: all(), has(k),
// k == "v", k != "v", k in {"v"}, k not in {"v"}, k contains "v", k starts with
// "v", k ends with "v", joined by &&, || and ! and put in parentheses. It says
// whether it could: whom one that it cannot read selects is not known.
//
// global(), which means what is in no namespace, is not read here.
func calicoSelector(text string) (labels.Selector, bool) {
	s := calicoScan{text: text}
	if s.skip(); s.at == len(text) {
		return labels.Everything(), true
	}
	top, ok := s.or(0)
	if s.skip(); !ok || s.at != len(text) {
		return nil, false
	}
	return &calicoExpr{text: text, top: top}, true
}

// calicoExpr is a selector of Calico's that was read.
type calicoExpr struct {
	text string
	top  *calicoNode
}

// Matches implements labels.Selector.
func (e *calicoExpr) Matches(l labels.Labels) bool { return e.top.matches(l) }

// Empty implements labels.Selector.
func (e *calicoExpr) Empty() bool { return false }

// String implements labels.Selector.
func (e *calicoExpr) String() string { return e.text }

// Add implements labels.Selector: it cannot be added to.
func (e *calicoExpr) Add(...labels.Requirement) labels.Selector { return labels.Nothing() }

// Requirements implements labels.Selector: it has none that could be listed.
func (e *calicoExpr) Requirements() (labels.Requirements, bool) { return nil, false }

// DeepCopySelector implements labels.Selector; it is never modified.
func (e *calicoExpr) DeepCopySelector() labels.Selector { return e }

// RequiresExactMatch implements labels.Selector.
func (e *calicoExpr) RequiresExactMatch(string) (string, bool) { return "", false }

// mentions says whether one of the labels that it asks for fits.
func (e *calicoExpr) mentions(fits func(key string) bool) bool { return e.top.mentions(fits) }

type calicoOp int

const (
	calicoAll calicoOp = iota
	calicoAnd
	calicoOr
	calicoNot
	calicoHas
	calicoIn // == and in
	calicoNotIn
	calicoContains
	calicoStarts
	calicoEnds
)

type calicoNode struct {
	op     calicoOp
	key    string
	values []string
	of     []*calicoNode
}

func (n *calicoNode) matches(l labels.Labels) bool {
	fits := func(o *calicoNode) bool { return o.matches(l) }
	switch n.op {
	case calicoAll:
		return true
	case calicoAnd:
		return !slices.ContainsFunc(n.of, func(o *calicoNode) bool { return !o.matches(l) })
	case calicoOr:
		return slices.ContainsFunc(n.of, fits)
	case calicoNot:
		return !n.of[0].matches(l)
	case calicoHas, calicoIn, calicoNotIn, calicoContains, calicoStarts, calicoEnds:
	}
	value, has := l.Get(n.key), l.Has(n.key)
	switch n.op {
	case calicoIn:
		return has && slices.Contains(n.values, value)
	case calicoNotIn:
		return !has || !slices.Contains(n.values, value)
	case calicoContains:
		return has && strings.Contains(value, n.values[0])
	case calicoStarts:
		return has && strings.HasPrefix(value, n.values[0])
	case calicoEnds:
		return has && strings.HasSuffix(value, n.values[0])
	case calicoAll, calicoAnd, calicoOr, calicoNot, calicoHas:
	}
	return has
}

func (n *calicoNode) mentions(fits func(key string) bool) bool {
	return n.key != "" && fits(n.key) || slices.ContainsFunc(n.of, func(o *calicoNode) bool { return o.mentions(fits) })
}

// calicoScan reads a selector from left to right.
type calicoScan struct {
	text string
	at   int
}

// calicoDeep is how deep parentheses may be nested in what is read.
const calicoDeep = 64

func (s *calicoScan) skip() {
	for s.at < len(s.text) && (s.text[s.at] == ' ' || s.text[s.at] == '\t') {
		s.at++
	}
}

// take takes words that follow one another, with space between them or not.
func (s *calicoScan) take(words ...string) bool {
	was := s.at
	for _, w := range words {
		if s.skip(); !strings.HasPrefix(s.text[s.at:], w) {
			s.at = was
			return false
		}
		s.at += len(w)
	}
	return true
}

// or reads terms joined by ||, which binds less than &&.
func (s *calicoScan) or(deep int) (*calicoNode, bool) {
	return s.joined("||", calicoOr, func() (*calicoNode, bool) {
		return s.joined("&&", calicoAnd, func() (*calicoNode, bool) { return s.term(deep) })
	})
}

func (s *calicoScan) joined(by string, op calicoOp, read func() (*calicoNode, bool)) (*calicoNode, bool) {
	out := &calicoNode{op: op}
	for {
		n, ok := read()
		if !ok {
			return nil, false
		}
		if out.of = append(out.of, n); !s.take(by) {
			break
		}
	}
	if len(out.of) == 1 {
		return out.of[0], true
	}
	return out, true
}

func (s *calicoScan) term(deep int) (*calicoNode, bool) {
	negated := false
	for s.take("!") {
		negated = !negated
	}
	n, ok := s.plain(deep)
	if ok && negated {
		n = &calicoNode{op: calicoNot, of: []*calicoNode{n}}
	}
	return n, ok
}

func (s *calicoScan) plain(deep int) (*calicoNode, bool) {
	if s.take("(") {
		if deep >= calicoDeep {
			return nil, false
		}
		n, ok := s.or(deep + 1)
		return n, ok && s.take(")")
	}
	key, ok := s.key()
	switch {
	case !ok:
		return nil, false
	case key == "all" && s.take("(", ")"):
		return &calicoNode{op: calicoAll}, true
	case key == "has" && s.take("("):
		key, ok = s.key()
		return &calicoNode{op: calicoHas, key: key}, ok && s.take(")")
	}
	return s.about(key)
}

// about reads what is asked of a label.
func (s *calicoScan) about(key string) (*calicoNode, bool) {
	for _, o := range []struct {
		words []string
		op    calicoOp
		set   bool
	}{
		{[]string{"=="}, calicoIn, false},
		{[]string{"!="}, calicoNotIn, false},
		{[]string{"contains"}, calicoContains, false},
		{[]string{"starts", "with"}, calicoStarts, false},
		{[]string{"ends", "with"}, calicoEnds, false},
		{[]string{"not", "in"}, calicoNotIn, true},
		{[]string{"in"}, calicoIn, true},
	} {
		if !s.take(o.words...) {
			continue
		}
		n := &calicoNode{op: o.op, key: key}
		if o.set {
			ok := s.set(n)
			return n, ok
		}
		v, ok := s.quoted()
		n.values = []string{v}
		return n, ok
	}
	return nil, false
}

// set reads {"a", "b"}.
func (s *calicoScan) set(n *calicoNode) bool {
	if !s.take("{") {
		return false
	}
	for {
		v, ok := s.quoted()
		if !ok {
			return false
		}
		n.values = append(n.values, v)
		if !s.take(",") {
			return s.take("}")
		}
	}
}

func (s *calicoScan) key() (string, bool) {
	s.skip()
	from := s.at
	for s.at < len(s.text) && isKeyByte(s.text[s.at]) {
		s.at++
	}
	return s.text[from:s.at], s.at > from && s.at-from <= 512
}

func isKeyByte(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || strings.IndexByte("_./-", b) >= 0
}

// quoted reads a text in quotes of either kind; there is no way to put such a
// quote into it.
func (s *calicoScan) quoted() (string, bool) {
	if s.skip(); s.at == len(s.text) || s.text[s.at] != '\'' && s.text[s.at] != '"' {
		return "", false
	}
	inner, _, ok := strings.Cut(s.text[s.at+1:], s.text[s.at:s.at+1])
	if ok {
		s.at += len(inner) + 2
	}
	return inner, ok
}
