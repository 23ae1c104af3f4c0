package draw_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/draw"
	"github.com/netseam/netseam/server/graph"
	"github.com/netseam/netseam/server/layout"
)

// world is two sites: switches in four tiers with links, a cluster with every
// state, one that is stretched, one in a cloud and one in KinD.
func world() *graph.Snapshot {
	b := builder{c: api.Change{
		Vertices: map[api.VertexID]*api.Vertex{}, Edges: map[api.EdgeID]*api.Edge{},
		Scopes: map[api.ScopeID]*api.ScopeState{1: {ID: 1, State: api.StateLive}, 2: {ID: 2, State: api.StateStale}},
	}, slots: map[string]uint32{}}
	var leaves [2][]api.VertexID
	for i, name := range []string{"fra1", "a-site-with-a-very-long-name-that-has-no-room-anywhere"} {
		site := b.add(api.VertexSite, 0, name)
		border := b.device(site, "border1")
		spines := []api.VertexID{b.device(site, "spine1"), b.device(site, "spine2.with.a.long.name.example.net")}
		for n := range 12 + 30*i {
			leaf := b.device(site, fmt.Sprintf("leaf%d", n+1))
			for _, spine := range spines {
				b.link(leaf, spine)
			}
			b.link(leaf, border)
			leaves[i] = append(leaves[i], leaf)
		}
		b.link(leaves[i][0], leaves[i][1])
		b.link(spines[0], border)
		for k := range 3 {
			b.cluster(site, fmt.Sprintf("cluster-%d-with-some-name", k), 14+9*k, leaves[i], nil)
		}
	}
	b.cluster(1, "stretched", 8, append(leaves[0][:4:4], leaves[1][:4]...), nil)
	b.cluster(0, "cloud", 6, nil, []api.Attr{{Key: api.AttrPort, Value: "not expected"}, {Key: api.AttrZone, Value: "eu-west-1a"}})
	b.cluster(0, "kind", 3, nil, []api.Attr{{Key: api.AttrProviderID, Value: "kind://docker/kind/w"}})
	s := layout.Anew((&graph.Snapshot{}).Apply(b.c, 1, 1, time.Time{}))
	// More than it was built for.
	b.c = api.Change{Vertices: map[api.VertexID]*api.Vertex{}, Edges: map[api.EdgeID]*api.Edge{}}
	for v := range s.Vertices() {
		if v.Kind == api.VertexNode && v.Slot == 0 {
			for range 40 {
				b.add(api.VertexPod, v.ID, "late")
			}
		}
	}
	return s.Apply(b.c, 1, 3, time.Time{})
}

// regions are many small sites, too many to stand side by side.
func regions() *graph.Snapshot {
	b := builder{c: api.Change{
		Vertices: map[api.VertexID]*api.Vertex{}, Edges: map[api.EdgeID]*api.Edge{},
		Scopes: map[api.ScopeID]*api.ScopeState{1: {ID: 1, State: api.StateLive}, 2: {ID: 2, State: api.StateStale}},
	}, slots: map[string]uint32{}}
	for r := range 9 {
		region := b.add(api.VertexRegion, 0, fmt.Sprintf("shop%d01 – shop%d20", r, r))
		for i := range 20 {
			site := b.add(api.VertexSite, region, fmt.Sprintf("shop%d%02d", r, i+1))
			leaf := b.device(site, "leaf1")
			b.cluster(site, fmt.Sprintf("shop%d%02d", r, i+1), 3, []api.VertexID{leaf}, nil)
		}
	}
	return layout.Anew((&graph.Snapshot{}).Apply(b.c, 1, 1, time.Time{}))
}

type builder struct {
	c     api.Change
	next  api.VertexID
	slots map[string]uint32
}

func (b *builder) add(kind api.VertexKind, parent api.VertexID, name string, attrs ...api.Attr) api.VertexID {
	b.next++
	shelf := fmt.Sprint(kind, parent)
	v := &api.Vertex{ID: b.next, Kind: kind, Parent: parent, Name: name, Slot: b.slots[shelf], Attrs: attrs, Health: api.HealthOK, Scopes: []api.ScopeID{1}}
	switch b.next % 17 {
	case 3:
		v.Health = api.HealthDown
	case 7:
		v.Health = api.HealthDegraded
	case 11:
		v.Scopes = []api.ScopeID{2}
	case 13:
		v.Health = api.HealthUnknown
	}
	b.slots[shelf]++
	b.c.Vertices[b.next] = v
	return b.next
}

func (b *builder) device(site api.VertexID, name string) api.VertexID {
	device := b.add(api.VertexDevice, site, name)
	for i := range 54 {
		b.add(api.VertexPort, device, fmt.Sprintf("Ethernet1/%d", i+1))
	}
	return device
}

// link joins two devices at any of their ports.
func (b *builder) link(x, y api.VertexID) {
	b.edge(api.EdgeLink, x+1+api.VertexID(len(b.c.Edges)%54), y+1+api.VertexID(len(b.c.Edges)%50))
}

func (b *builder) edge(kind api.EdgeKind, x, y api.VertexID) {
	id := api.EdgeID(len(b.c.Edges) + 1)
	b.c.Edges[id] = &api.Edge{ID: id, Kind: kind, A: x, B: y, Health: api.HealthOK}
}

func (b *builder) cluster(site api.VertexID, name string, nodes int, leaves []api.VertexID, attrs []api.Attr) {
	cluster := b.add(api.VertexCluster, site, name)
	for n := range nodes {
		node := b.add(api.VertexNode, cluster, fmt.Sprintf("%s-w%02d.example.net", name, n), attrs...)
		nic := b.add(api.VertexNIC, node, "eno1")
		if len(leaves) > 0 {
			b.edge(api.EdgeAttach, nic, leaves[n%len(leaves)]+1+api.VertexID(n))
		}
		for range n % 12 {
			b.add(api.VertexPod, node, "pod")
		}
	}
	b.add(api.VertexPod, cluster, "pending")
	for n := range 7 {
		ns := b.add(api.VertexNamespace, cluster, fmt.Sprintf("namespace-%d", n))
		for w := range 1 + n*2 {
			b.add(api.VertexWorkload, ns, fmt.Sprintf("a-workload-of-a-name-%d", w))
			b.add(api.VertexService, ns, fmt.Sprintf("svc-%d", w))
		}
	}
}

// pictures are all pictures of the world.
func pictures(t *testing.T, yield func(name string, p *draw.Picture)) {
	t.Helper()
	s := world()
	for _, light := range []bool{false, true} {
		for v := range s.Vertices() {
			if !graph.IsDistrict(v.Kind) {
				continue
			}
			p, err := draw.Draw(s, draw.Options{Of: v.ID, Light: light, Grouping: layout.ByCluster})
			if err != nil {
				t.Fatal(err)
			}
			yield(fmt.Sprintf("%s %s, light %v", v.Kind, v.Name, light), p)
			if v.Kind != api.VertexSite {
				continue
			}
			if p, err = draw.Draw(s, draw.Options{Of: v.ID, Light: light, Grouping: layout.ByRack}); err != nil {
				t.Fatal(err)
			}
			yield(fmt.Sprintf("site %s by racks, light %v", v.Name, light), p)
		}
		p, err := draw.Draw(s, draw.Options{Light: light, Grouping: layout.ByCluster})
		if err != nil {
			t.Fatal(err)
		}
		yield(fmt.Sprintf("overview, light %v", light), p)
		if p, err = draw.Draw(regions(), draw.Options{Light: light, Grouping: layout.ByCluster}); err != nil {
			t.Fatal(err)
		}
		yield(fmt.Sprintf("overview of regions, light %v", light), p)
	}
}

func box(t draw.Text) draw.Rect {
	return draw.Rect{X: t.X, Y: t.Y - 0.8*t.Size, W: t.Width(), H: t.Size}
}

func TestTextsCanBeRead(t *testing.T) {
	pictures(t, func(name string, p *draw.Picture) {
		if len(p.Texts) == 0 {
			t.Errorf("%s: has no text", name)
		}
		for i, a := range p.Texts {
			if a.Size < 12 {
				t.Errorf("%s: %q is of %v px", name, a.Value, a.Size)
			}
			if c := draw.Contrast(a.Fill, a.On); c < 4.5 {
				t.Errorf("%s: %q has contrast %.2f", name, a.Value, c)
			}
			r := box(a)
			if r.X < 0 || r.Y < 0 || r.X+r.W > p.W || r.Y+r.H > p.H {
				t.Errorf("%s: %q leaves the picture", name, a.Value)
			}
			for _, b := range p.Texts[i+1:] {
				if o := box(b); r.X < o.X+o.W && o.X < r.X+r.W && r.Y < o.Y+o.H && o.Y < r.Y+r.H {
					t.Errorf("%s: %q and %q overlap at %.0f,%.0f", name, a.Value, b.Value, a.X, a.Y)
				}
			}
		}
	})
}

// A colour that a text says it stands on is the one that is drawn there.
func TestTextsStandOnWhatTheySay(t *testing.T) {
	pictures(t, func(name string, p *draw.Picture) {
		for _, text := range p.Texts {
			under := p.Ground
			x, y := text.X+text.Width()/2, text.Y-0.4*text.Size
			for _, r := range p.Rects {
				if r.Fill != "" && x >= r.X && x <= r.X+r.W && y >= r.Y && y <= r.Y+r.H {
					under = r.Fill
				}
			}
			if c := draw.Contrast(text.Fill, under); c < 4.5 {
				t.Errorf("%s: %q has contrast %.2f on %s, which is drawn under it", name, text.Value, c, under)
			}
		}
	})
}

// No cable crosses the inside of a box that it does not end in.
func TestLinesGoRoundBoxes(t *testing.T) {
	lines := 0
	s := world()
	pictures(t, func(name string, p *draw.Picture) {
		for _, l := range p.Lines {
			lines++
			for _, at := range l.Points {
				if at[0] < 0 || at[1] < 0 || at[0] > p.W || at[1] > p.H {
					t.Fatalf("%s: the line %s–%s leaves the picture at %v", name, l.From, l.To, at)
				}
			}
			for _, r := range p.Rects {
				v, ok := s.Vertex(r.Of)
				if !ok || r.Of == l.From || r.Of == l.To || (v.Kind != api.VertexDevice && v.Kind != api.VertexCluster && v.Kind != api.VertexNode) {
					continue
				}
				if !l.Trunk && (v.Parent == l.From || v.Parent == l.To) {
					continue
				}
				for i := 1; i < len(l.Points); i++ {
					if crosses(l.Points[i-1], l.Points[i], r) {
						t.Fatalf("%s: the line %s–%s crosses %s %s", name, l.From, l.To, v.Kind, v.Name)
					}
				}
			}
		}
	})
	if lines == 0 {
		t.Error("no lines were drawn")
	}
}

// crosses says whether a straight piece, level or upright, is inside a rectangle.
func crosses(a, b [2]float64, r draw.Rect) bool {
	x0, x1 := min(a[0], b[0]), max(a[0], b[0])
	y0, y1 := min(a[1], b[1]), max(a[1], b[1])
	return x0 < r.X+r.W-0.5 && x1 > r.X+0.5 && y0 < r.Y+r.H-0.5 && y1 > r.Y+0.5
}

func TestSVGIsWellFormedAndAlwaysTheSame(t *testing.T) {
	pictures(t, func(name string, p *draw.Picture) {
		var out bytes.Buffer
		if err := p.SVG(&out); err != nil {
			t.Fatal(err)
		}
		for d := xml.NewDecoder(&out); ; {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
	})
	s := world()
	draws := make([]string, 2)
	for i := range draws {
		p, err := draw.Draw(s, draw.Options{Of: 1, Grouping: layout.ByCluster})
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := p.SVG(&out); err != nil {
			t.Fatal(err)
		}
		draws[i] = out.String()
	}
	if draws[0] != draws[1] {
		t.Error("the same graph is drawn in two ways")
	}
}

func TestWhatIsNotThereIsNotDrawn(t *testing.T) {
	for _, of := range []api.VertexID{0, 99} {
		if _, err := draw.Draw(&graph.Snapshot{}, draw.Options{Of: of, Grouping: layout.ByCluster}); !errors.Is(err, draw.ErrNothing) {
			t.Errorf("%s: got %v", of, err)
		}
	}
}
