package draw_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/draw"
	"github.com/netseam/netseam/server/graph"
	"github.com/netseam/netseam/server/layout"
)

// small is a site of its own making: what is done to a builder, drawn.
func small(t *testing.T, of string, build func(b *builder)) *draw.Picture {
	t.Helper()
	b := &builder{c: api.Change{
		Vertices: map[api.VertexID]*api.Vertex{}, Edges: map[api.EdgeID]*api.Edge{},
		Scopes: map[api.ScopeID]*api.ScopeState{1: {ID: 1, State: api.StateLive}, 2: {ID: 2, State: api.StateLive}},
	}, slots: map[string]uint32{}}
	build(b)
	for _, v := range b.c.Vertices {
		v.Health = api.HealthOK
	}
	s := layout.Anew((&graph.Snapshot{}).Apply(b.c, 1, 1, time.Time{}))
	for v := range s.Vertices() {
		if v.Kind == api.VertexSite && v.Name == of {
			p, err := draw.Draw(s, draw.Options{Of: v.ID, Grouping: layout.ByCluster})
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
	}
	t.Fatalf("there is no site %s", of)
	return nil
}

// pairOf is a spine and a leaf with links at their first ports.
func pairOf(b *builder, links int) (spine, leaf api.VertexID) {
	site := b.add(api.VertexSite, 0, "s")
	spine, leaf = b.device(site, "spine1"), b.device(site, "leaf1")
	for i := range links {
		b.edge(api.EdgeLink, spine+1+api.VertexID(i), leaf+1+api.VertexID(i))
	}
	return spine, leaf
}

func says(p *draw.Picture, text string) bool {
	for _, t := range p.Texts {
		if strings.Contains(t.Value, text) {
			return true
		}
	}
	return false
}

// dots counts the ends of cables that are filled and hollow, and rings.
func dots(p *draw.Picture) (filled, hollow, rings int) {
	for _, d := range p.Dots {
		switch d.Fill {
		case "":
			rings++
		case d.Stroke:
			filled++
		default:
			hollow++
		}
	}
	return filled, hollow, rings
}

func TestAnEndIsFilledWhereItReportsTheCable(t *testing.T) {
	p := small(t, "s", func(b *builder) {
		pairOf(b, 1)
		b.c.Edges[1].ReportedA = true
	})
	filled, hollow, rings := dots(p)
	if filled != 1 || hollow != 1 || rings != 0 || len(p.Dots) != 2 {
		t.Fatalf("%d filled, %d hollow, %d rings, want one of the first two", filled, hollow, rings)
	}
	spine, leaf := p.Dots[0], p.Dots[1]
	if spine.Y > leaf.Y || spine.Fill != spine.Stroke || leaf.Fill == leaf.Stroke {
		t.Errorf("the ends are %+v and %+v, want that of the spine filled alone", spine, leaf)
	}
}

func TestABundleIsTwoParallelsWithARing(t *testing.T) {
	plain := small(t, "s", func(b *builder) { pairOf(b, 2) })
	p := small(t, "s", func(b *builder) {
		spine, leaf := pairOf(b, 2)
		lag := b.add(api.VertexLAG, leaf, "Port-Channel1")
		b.edge(api.EdgeMember, leaf+1, lag)
		b.edge(api.EdgeMember, leaf+2, lag)
		far := b.add(api.VertexLAG, spine, "Port-Channel1")
		b.edge(api.EdgeLink, far, lag) // It is no third cable.
	})
	if _, _, rings := dots(p); rings != 1 || len(p.Lines) != len(plain.Lines)+1 {
		t.Errorf("%d rings, %d lines, want one ring, and one line more than %d", rings, len(p.Lines), len(plain.Lines))
	}
	if _, _, rings := dots(plain); rings != 0 {
		t.Error("two cables that are no bundle have a ring")
	}
	if !says(plain, "2") || !says(p, "2") {
		t.Error("the count is not said")
	}
}

func TestADisputeHasAnOutlineAndASign(t *testing.T) {
	p := small(t, "s", func(b *builder) {
		pairOf(b, 1)
		b.c.Edges[1].Disputed = true
	})
	if len(p.Lines) != 3 || !says(p, "≠") {
		t.Errorf("%d lines, signs %v, want an outline of two around one, and ≠", len(p.Lines), p.Texts)
	}
}

func TestABlockedPortHasABarAcross(t *testing.T) {
	p := small(t, "s", func(b *builder) {
		_, leaf := pairOf(b, 1)
		b.c.Vertices[leaf+1].Attrs = []api.Attr{{Key: api.AttrSTP, Value: "blocking"}}
	})
	last := p.Lines[len(p.Lines)-1]
	if len(p.Lines) != 2 || last.Points[0][1] != last.Points[1][1] || last.Points[1][0]-last.Points[0][0] != 10 {
		t.Errorf("lines %+v, want a short bar across", p.Lines)
	}
}

func TestAnIllCableIsSaidByItsShare(t *testing.T) {
	p := small(t, "s", func(b *builder) {
		pairOf(b, 4)
		b.c.Edges[2].Health = api.HealthDown
	})
	if !says(p, "✕ 1 of 4") {
		t.Errorf("texts %v, want the share that is down", p.Texts)
	}
}

func TestLinksToOtherSitesAreAChip(t *testing.T) {
	p := small(t, "s", func(b *builder) {
		spine, _ := pairOf(b, 1)
		other := b.add(api.VertexSite, 0, "far1")
		far := b.device(other, "border1")
		b.edge(api.EdgeLink, spine+3, far+3)
		b.edge(api.EdgeLink, spine+4, far+4)
	})
	if !says(p, "far1: 2 links") || len(p.Lines) != 1 {
		t.Errorf("texts %v and %d lines, want a chip for far1 and the one cable of the site", p.Texts, len(p.Lines))
	}
}

// A site of sixty racks has a line or two a switch, not one a cable, and says in
// each switch's head how many lead where.
func TestManyCablesAreTrunks(t *testing.T) {
	const leaves, spines = 120, 4
	p := small(t, "s", func(b *builder) {
		site := b.add(api.VertexSite, 0, "s")
		var above []api.VertexID
		for n := range spines {
			above = append(above, b.device(site, fmt.Sprintf("spine%d", n+1)))
		}
		var below []api.VertexID
		for n := range leaves {
			leaf := b.device(site, fmt.Sprintf("leaf%d", n+1))
			for _, spine := range above {
				b.edge(api.EdgeLink, leaf+1, spine+1)
			}
			below = append(below, leaf)
		}
		b.c.Edges[7].Health = api.HealthDown
		b.cluster(site, "prod", 240, below, nil)
	})
	if most := 3 * (leaves + spines); len(p.Lines) > most {
		t.Errorf("%d lines, want at most %d", len(p.Lines), most)
	}
	// The cable that is down is drawn by itself.
	for _, want := range []string{"479 cables between 4 above and 120 below", "✕", "↑4", "cables from 120 switches", "owner unknown"} {
		if !says(p, want) {
			t.Errorf("nothing says %q", want)
		}
	}
}

// The seam says who owns either side; where nobody is known it says so, and its
// stitch is open.
func TestTheSeamSaysTheOwners(t *testing.T) {
	for _, owned := range []bool{true, false} {
		p := small(t, "s", func(b *builder) {
			site := b.add(api.VertexSite, 0, "s")
			leaf := b.device(site, "leaf1")
			b.c.Vertices[leaf].Attrs = []api.Attr{{Key: api.AttrContact, Value: "noc"}, {Key: api.AttrOwner, Value: "network team"}}
			b.cluster(site, "prod", 8, []api.VertexID{leaf}, nil)
			for _, v := range b.c.Vertices {
				if v.Kind == api.VertexCluster && owned {
					v.Attrs = []api.Attr{{Key: api.AttrOwner, Value: "platform team"}}
				}
			}
		})
		want, dash := "cluster: owner unknown", "2 6"
		if owned {
			want, dash = "cluster: platform team", "6 2"
		}
		if !says(p, "network: network team") || !says(p, want) {
			t.Errorf("texts %v, want the network's owner, and %q", p.Texts, want)
		}
		seams := 0
		for _, l := range p.Lines {
			if l.Dash == dash {
				seams++
			}
		}
		if seams != 2 {
			t.Errorf("%d lines are stitched %q, want two", seams, dash)
		}
	}
}
