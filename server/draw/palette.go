package draw

import "github.com/netseam/netseam/api"

// colours are a theme.
type colours struct {
	ground, panel, ink, muted                       string
	physical, node, pod, service, outside, degraded string
	down                                            string
}

func dark() colours {
	return colours{
		ground: "#0F141B", panel: "#171E27", ink: "#E6EDF3", muted: "#93A1B1",
		physical: "#56B4E9", node: "#9FB0C3", pod: "#2BB38A", service: "#D68FB8", outside: "#C9D1D9",
		degraded: "#E69F00", down: "#FF7043",
	}
}

func light() colours {
	return colours{
		ground: "#F6F7F9", panel: "#FFFFFF", ink: "#17202B", muted: "#566474",
		physical: "#00669F", node: "#4A5B6D", pod: "#00704F", service: "#9C3F78", outside: "#3B4652",
		degraded: "#8A5600", down: "#B83E00",
	}
}

// of is the colour of a kind's layer.
func (c colours) of(kind api.VertexKind) string {
	switch kind.Layer() {
	case api.LayerPhysical, api.LayerNetwork:
		return c.physical
	case api.LayerNode:
		return c.node
	case api.LayerPod:
		return c.pod
	case api.LayerService:
		return c.service
	case api.LayerOutside, api.LayerPlace:
		return c.outside
	}
	return c.ink
}

// mark is how a vertex stands: what its health is, unless its sources are late.
type mark int

const (
	markNone mark = iota
	markDegraded
	markDown
	markStale
	markUnknown
)

func (p *painter) markOf(v *api.Vertex) mark {
	m := p.standing(v.Health, v.Scopes)
	if m == markNone && v.Health == api.HealthUnknown && (v.Kind == api.VertexNode || v.Kind == api.VertexPod) {
		return markUnknown
	}
	return m
}

func (p *painter) markOfEdge(e *api.Edge) mark { return p.standing(e.Health, e.Scopes) }

// standing is what health and sources make of a thing.
func (p *painter) standing(health api.Health, scopes []api.ScopeID) mark {
	fresh := len(scopes) == 0
	for _, id := range scopes {
		if sc, ok := p.s.Scope(id); ok && (sc.State == api.StateLive || sc.State == api.StateSyncing) {
			fresh = true
		}
	}
	switch {
	case health == api.HealthDown:
		return markDown
	case health == api.HealthDegraded:
		return markDegraded
	case !fresh:
		return markStale
	}
	return markNone
}

func (m mark) glyph() string { return [...]string{"", "▲", "✕", "◷", "?"}[m] }

func (c colours) mark(m mark) string {
	return [...]string{c.ink, c.degraded, c.down, c.muted, c.muted}[m]
}
