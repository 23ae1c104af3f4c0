package draw

import (
	"bufio"
	"fmt"
	"html"
	"io"
	"strings"
)

// SVG writes the picture.
func (p *Picture) SVG(to io.Writer) error {
	w := bufio.NewWriter(to)
	fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" width="%s" height="%s" viewBox="0 0 %[1]s %[2]s" role="img">`+"\n", num(p.W), num(p.H))
	fmt.Fprintf(w, "<title>%s</title>\n", html.EscapeString(p.Title))
	fmt.Fprint(w, "<style>text{font-family:Inter,system-ui,sans-serif;font-feature-settings:'tnum'}.m{font-family:'JetBrains Mono',ui-monospace,monospace}</style>\n")
	fmt.Fprintf(w, `<rect width="100%%" height="100%%" fill="%s"/>`+"\n", p.Ground)
	fmt.Fprint(w, `<pattern id="hatch" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0V8" stroke="#808b99" stroke-opacity=".35"/></pattern>`+"\n")
	for _, r := range p.Rects {
		fmt.Fprintf(w, `<rect x="%s" y="%s" width="%s" height="%s" rx="2" fill="%s"%s/>`+"\n",
			num(r.X), num(r.Y), num(r.W), num(r.H), or(r.Fill, "none"), stroke(r.Stroke, r.Line, r.Dash))
		if r.Hatched {
			fmt.Fprintf(w, `<rect x="%s" y="%s" width="%s" height="%s" fill="url(#hatch)"/>`+"\n", num(r.X), num(r.Y), num(r.W), num(r.H))
		}
	}
	for _, l := range p.Lines {
		points := make([]string, 0, len(l.Points))
		for _, point := range l.Points {
			points = append(points, num(point[0])+","+num(point[1]))
		}
		fmt.Fprintf(w, `<polyline points="%s" fill="none"%s/>`+"\n", strings.Join(points, " "), stroke(l.Stroke, l.Width, l.Dash))
	}
	for _, d := range p.Dots {
		fmt.Fprintf(w, `<circle cx="%s" cy="%s" r="%s" fill="%s"%s/>`+"\n", num(d.X), num(d.Y), num(d.R), or(d.Fill, "none"), stroke(d.Stroke, 1.5, ""))
	}
	for _, t := range p.Texts {
		if b := t.box(); t.Plate {
			fmt.Fprintf(w, `<rect x="%s" y="%s" width="%s" height="%s" rx="2" fill="%s"/>`+"\n", num(b.X-2), num(b.Y-1), num(b.W+4), num(b.H+2), t.On)
		}
		class := ""
		if t.Mono {
			class = ` class="m"`
		}
		fmt.Fprintf(w, `<text x="%s" y="%s" font-size="%s" fill="%s"%s>%s</text>`+"\n",
			num(t.X), num(t.Y), num(t.Size), t.Fill, class, html.EscapeString(t.Value))
	}
	fmt.Fprint(w, "</svg>\n")
	if err := w.Flush(); err != nil {
		return fmt.Errorf("write SVG: %w", err)
	}
	return nil
}

func num(x float64) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.1f", x), "0"), ".")
}

func or(value, instead string) string {
	if value == "" {
		return instead
	}
	return value
}

func stroke(colour string, width float64, dash string) string {
	if colour == "" {
		return ""
	}
	out := fmt.Sprintf(` stroke="%s" stroke-width="%s"`, colour, num(width))
	if dash != "" {
		out += fmt.Sprintf(` stroke-dasharray="%s"`, dash)
	}
	return out
}
