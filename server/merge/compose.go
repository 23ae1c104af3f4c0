package merge

import (
	"slices"
	"strings"
	"time"

	"github.com/netseam/netseam/api"
)

// compose makes the vertex that a thing's claims and rows amount to; of kind 0
// when there is none.
func (e *Engine) compose(id api.VertexID) *api.Vertex {
	t := e.things[id]
	v := &api.Vertex{ID: id}
	if t == nil || t.empty() {
		return e.composeRegion(id)
	}
	for h := range t.claims.all {
		e.addClaim(v, h)
	}
	if t.claims.len() == 0 {
		v.Derived = true
		for _, row := range rowsInOrder(e, t.seen().derived) {
			addDerived(v, t.seen().derived[row])
		}
	}
	if v.Kind == api.VertexNode {
		e.addPortState(v, t)
		if s := e.seatings[id]; s != nil {
			v.Attrs = append(v.Attrs, s.vrfs...)
		}
	}
	if v.Kind == api.VertexPort && v.Health == api.HealthDown && len(t.seen().rows) == 0 {
		v.Health = api.HealthUnknown // nothing was ever heard there: an empty port is no fault
	}
	if s := e.seatings[id]; s != nil && v.Kind == api.VertexLAG {
		for _, twin := range s.twins {
			v.Attrs = append(v.Attrs, api.Attr{Key: api.AttrMLAG, Value: twin, Scope: v.Scopes[0]})
		}
	}
	v.Aliases = e.aliasesSaid(t)
	if v.Kind == api.VertexCluster && v.Parent == 0 {
		if home := e.memory.of(id).Home; home != 0 && e.vertex(home) != nil {
			v.Parent = home
		}
	}
	if v.Kind == api.VertexSite && v.Parent == 0 {
		if region := e.memory.of(id).Home; region != 0 {
			if _, made := e.regionName(region); made {
				v.Parent = region
			}
		}
	}
	slices.Sort(v.Scopes)
	v.Scopes = slices.Compact(v.Scopes)
	if !inOrder(v.Attrs) {
		slices.SortStableFunc(v.Attrs, func(a, b api.Attr) int { return strings.Compare(a.Key, b.Key) })
		v.Attrs = slices.CompactFunc(v.Attrs, sameSaid)
	}
	return v
}

// inOrder says whether attributes stand as a vertex has them: by key, none twice.
func inOrder(attrs []api.Attr) bool {
	for i := 1; i < len(attrs); i++ {
		if attrs[i-1].Key > attrs[i].Key || sameSaid(attrs[i-1], attrs[i]) {
			return false
		}
	}
	return true
}

// sameSaid says whether two attributes say the same, in whatever scope.
func sameSaid(a, b api.Attr) bool { return a.Key == b.Key && a.Value == b.Value }

// aliasesSaid returns the aliases that are claimed of a thing now. A void one is
// among them: that two claim it is what makes it name neither.
func (e *Engine) aliasesSaid(t *thing) []api.Alias {
	var out []api.Alias
	add := func(list []api.Alias) {
		for _, a := range list {
			if a.Kind != 0 && !slices.ContainsFunc(out, func(b api.Alias) bool { return keyOf(a) == keyOf(b) }) {
				out = append(out, a)
			}
		}
	}
	var last *voice
	for h := range t.claims.all {
		if t.claims.len() == 1 && !slices.ContainsFunc(h.voice.aliases, isOwn) {
			return h.voice.aliases // most are like this: no memory of its own
		}
		if h.voice != last {
			last = h.voice
			add(h.voice.aliases)
		}
	}
	if t.claims.len() == 0 {
		for _, row := range rowsInOrder(e, t.seen().derived) {
			add([]api.Alias{t.seen().derived[row].alias})
		}
	}
	return out
}

func isOwn(a api.Alias) bool { return a.Kind == 0 }

func (e *Engine) addClaim(v *api.Vertex, h *held) {
	c := h.op.vertex()
	v.Kind = h.voice.kind
	if v.Name == "" {
		v.Name = c.Name
	}
	if v.Parent == 0 && c.Parent != "" {
		v.Parent = h.scope.source.vertexOf(c.Parent)
		if v.Parent == 0 {
			v.Parent = h.scope.source.rootExcept(v.ID)
		}
	}
	if v.Controller == 0 {
		v.Controller = h.scope.source.vertexOf(c.Controller)
	}
	v.Health = max(v.Health, c.Health)
	v.Scopes = h.scope.addTo(v.Scopes)
	if len(v.Attrs) == 0 && inOrder(c.Attrs) {
		v.Attrs = slices.Clip(c.Attrs) // most are like this: no memory of its own
	} else {
		v.Attrs = append(v.Attrs, c.Attrs...)
	}
	if len(v.Labels) == 0 {
		v.Labels = c.Labels
	}
}

func (s *source) rootExcept(id api.VertexID) api.VertexID {
	for _, stem := range []string{"cluster", "device"} {
		if root := s.vertexOf(stem); root != 0 && root != id {
			return root
		}
	}
	return 0
}

func addDerived(v *api.Vertex, d *derived) {
	v.Kind = d.kind
	if v.Name == "" {
		v.Name = d.name
	}
	if v.Parent == 0 {
		v.Parent = d.parent
	}
	v.Health = max(v.Health, d.health)
	v.Scopes = append(v.Scopes, d.scope)
	for _, kv := range d.attrs {
		v.Attrs = append(v.Attrs, api.Attr{Key: kv.Key, Value: kv.Value, Scope: d.scope})
	}
}

func equalVertices(a, b *api.Vertex) bool {
	return a.ID == b.ID && a.Kind == b.Kind && a.Name == b.Name && a.Parent == b.Parent && a.Controller == b.Controller &&
		a.Health == b.Health && a.Slot == b.Slot && a.Derived == b.Derived && slices.Equal(a.Scopes, b.Scopes) &&
		slices.Equal(a.Attrs, b.Attrs) && slices.Equal(a.Labels, b.Labels) && slices.Equal(a.Aliases, b.Aliases) && a.Plot.Equal(b.Plot)
}

func milliTime(ms int64) time.Time { return time.UnixMilli(ms).UTC() }
