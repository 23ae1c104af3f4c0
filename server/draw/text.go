package draw

import "unicode/utf8"

// Sizes of texts, in pixels.
const (
	small  = 12.0
	normal = 13.0
	large  = 14.0
	title  = 18.0
)

// Width is about how wide a text is in Inter, or in JetBrains Mono: rather too
// wide than too narrow, since fonts may be others where the picture is seen.
func (t Text) Width() float64 {
	w := 0.0
	for _, r := range t.Value {
		w += advance(r, t.Mono)
	}
	return w * t.Size
}

func advance(r rune, mono bool) float64 {
	switch {
	case mono:
		return 0.61
	case r == 'i' || r == 'l' || r == 'j' || r == '.' || r == ',' || r == ':' || r == '\'' || r == '|':
		return 0.3
	case r == ' ' || r == 't' || r == 'f' || r == 'r' || r == '-' || r == '/' || r == '(' || r == ')' || r == 'I':
		return 0.42
	case r == 'm' || r == 'w' || r == 'M' || r == 'W' || r == '…' || r > 0x2000:
		return 0.95
	case r >= 'A' && r <= 'Z':
		return 0.72
	}
	return 0.63
}

// fit shortens a text in its middle until it is no wider than a width; "" when
// less than three letters would be left.
func (t Text) fit(width float64) Text {
	if t.Width() <= width {
		return t
	}
	runes := []rune(t.Value)
	for n := len(runes) - 1; n >= 3; n-- {
		t.Value = string(runes[:(n+1)/2]) + "…" + string(runes[len(runes)-n/2:])
		if t.Width() <= width {
			return t
		}
	}
	t.Value = ""
	return t
}

// box is where the text stands.
func (t Text) box() Rect { return Rect{X: t.X, Y: t.Y - 0.8*t.Size, W: t.Width(), H: 1.05 * t.Size} }

// write puts a text at a place, shortened to a width; nothing where that leaves
// nothing.
func (p *painter) write(t Text, width float64) {
	t = t.fit(width)
	if utf8.RuneCountInString(t.Value) == 0 {
		return
	}
	p.pic.Texts = append(p.pic.Texts, t)
}

// writeWhole is write for a text that says nothing when it is shortened.
func (p *painter) writeWhole(t Text, width float64) {
	if t.Width() <= width {
		p.write(t, width)
	}
}

// writeFree is write for a text outside of boxes: only where no other stands.
func (p *painter) writeFree(t Text) {
	for _, other := range p.pic.Texts {
		if overlap(t.box(), other.box()) {
			return
		}
	}
	p.pic.Texts = append(p.pic.Texts, t)
}

func overlap(a, b Rect) bool {
	return a.X < b.X+b.W && b.X < a.X+a.W && a.Y < b.Y+b.H && b.Y < a.Y+a.H
}
