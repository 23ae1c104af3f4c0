// Package draw turns a layout into a picture without a browser: a list of
// rectangles, lines and texts, and SVG of it. It is pure.
package draw

import (
	"errors"
	"fmt"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
	"github.com/netseam/netseam/server/layout"
)

// Options say what is drawn.
type Options struct {
	// Of is the site or cluster that is drawn; 0 is all of them, from far away.
	Of       api.VertexID
	Grouping layout.Grouping
	Light    bool
}

// Rect is a rectangle of the picture, in pixels.
type Rect struct {
	X, Y, W, H   float64
	Fill, Stroke string // "" is none
	Line         float64
	Dash         string
	Hatched      bool         // by lines of 45°, faint behind text
	Of           api.VertexID // what it shows, if that is one thing
}

// Text is a line of text. X, Y is the left end of its base line.
type Text struct {
	X, Y, Size float64
	Value      string
	Fill, On   string // its colour, and the one that it stands on
	Mono       bool
	Plate      bool // what is drawn there before is hidden behind it
}

// Line is a way of straight pieces.
type Line struct {
	Points [][2]float64
	Stroke string
	Width  float64
	Dash   string
	From   api.VertexID // the boxes that it joins
	To     api.VertexID
	Trunk  bool // it joins many boxes, or none
}

// Picture is what is drawn, each kind in the order of drawing: rectangles, then
// lines, dots, and texts.
type Picture struct {
	W, H   float64
	Ground string
	Title  string
	Rects  []Rect
	Lines  []Line
	Dots   []Dot
	Texts  []Text
}

// ErrNothing says that there is nothing to draw.
var ErrNothing = errors.New("nothing to draw")

// Draw draws a site, a cluster, or all of them.
func Draw(s *graph.Snapshot, o Options) (*Picture, error) {
	p := &painter{
		s: s, o: o, colours: dark(), boxes: map[api.VertexID]layout.Box{}, pieces: map[api.VertexID]layout.Furniture{},
		owned: map[api.VertexID][]layout.Furniture{}, pic: &Picture{}, scale: 1,
	}
	if o.Light {
		p.colours = light()
	}
	p.pic.Ground = p.ground
	p.add(0)
	if o.Of == 0 {
		return p.overview()
	}
	v, ok := s.Vertex(o.Of)
	if !ok {
		return nil, fmt.Errorf("%w: there is no %s", ErrNothing, o.Of)
	}
	box, ok := p.boxes[o.Of]
	if !ok {
		return nil, fmt.Errorf("%w: %s %q has no place in its site until tidied", ErrNothing, v.Kind, v.Name)
	}
	p.origin(box, 24)
	p.pic.Title = v.Kind.String() + " " + v.Name
	if v.Kind == api.VertexCluster {
		p.add(v.ID)
		p.cluster(v)
		return p.pic, nil
	}
	p.add(v.ID)
	for child := range s.Children(v.ID) {
		if child.Kind == api.VertexCluster {
			p.add(child.ID)
		}
	}
	for _, f := range p.sorted() {
		if f.Role == layout.RolePart && f.Frame == v.ID {
			p.add(f.Of)
		}
	}
	if o.Grouping == layout.ByRack { // nodes of any cluster may hang here
		for cluster := range s.Vertices() {
			if cluster.Kind == api.VertexCluster && cluster.Parent != v.ID {
				p.add(cluster.ID)
			}
		}
	}
	p.site(v)
	return p.pic, nil
}

// painter draws one picture.
type painter struct {
	colours

	s      *graph.Snapshot
	o      Options
	boxes  map[api.VertexID]layout.Box
	pieces map[api.VertexID]layout.Furniture
	owned  map[api.VertexID][]layout.Furniture // vertex -> its pieces
	pic    *Picture
	scale  float64
	x0, y0 float64      // what stands at the picture's left top
	root   api.VertexID // frame at which counting ends
	heads  map[api.VertexID]headline
}

// add takes in a channel's layout.
func (p *painter) add(district api.VertexID) {
	plan := layout.District(p.s, district, p.o.Grouping)
	for _, b := range plan.Boxes {
		p.boxes[b.ID] = b
	}
	for _, f := range plan.Furniture {
		p.boxes[f.ID], p.pieces[f.ID] = f.Box, f
		p.owned[f.Of] = append(p.owned[f.Of], f)
	}
}

// origin makes a box the whole picture, with a margin.
func (p *painter) origin(b layout.Box, margin float64) {
	p.root, p.x0, p.y0 = b.Frame, float64(b.X)-margin, float64(b.Y)-margin
	p.pic.W, p.pic.H = float64(b.W)+2*margin, float64(b.H)+2*margin
}

// rect is where a box is drawn; false if it or a frame of it is not.
func (p *painter) rect(id api.VertexID) (Rect, bool) {
	b, ok := p.boxes[id]
	if !ok {
		return Rect{}, false
	}
	x, y := float64(b.X), float64(b.Y)
	for frame := b.Frame; frame != p.root; {
		f, ok := p.boxes[frame]
		if !ok {
			return Rect{}, false
		}
		x, y, frame = x+float64(f.X), y+float64(f.Y), f.Frame
	}
	return Rect{
		X: (x - p.x0) * p.scale, Y: (y - p.y0) * p.scale, W: float64(b.W) * p.scale, H: float64(b.H) * p.scale, Of: id,
	}, true
}
