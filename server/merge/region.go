package merge

import (
	"slices"
	"strings"

	"github.com/netseam/netseam/api"
)

// More sites than a screen shows are put together in regions. A source may say
// them; where none does, they are made of the sites' names, once, when all
// sources were heard for the first time. They are kept as a cluster's home is.

const (
	fewSites   = 24 // need no regions
	regionSize = 20 // sites of a region that is made of names; later ones may fill it up to fewSites
)

// group is a region in the making.
type group struct {
	name  string
	sites []*api.Vertex
}

// settleRegions gives a region to sites that have none. What stands in the world
// itself since it was placed stays there.
func (e *Engine) settleRegions() {
	if !e.batch.siteCame && e.heardAll || !e.allHeard() {
		return
	}
	var fresh, grouped []*api.Vertex
	placed := 0
	for _, site := range e.sites() {
		_, derived := e.regionName(site.Parent)
		switch plot := e.memory.of(site.ID).Plot; {
		case derived:
			grouped = append(grouped, site)
		case plot != nil && plot.In == site.Parent:
			placed++
		case site.Parent == 0:
			fresh = append(fresh, site)
		}
	}
	if len(fresh) > fewSites && placed+len(grouped) == 0 {
		for _, g := range groupByName(fresh) {
			region := e.mint()
			e.memory.bind(region, regionAlias(g.name))
			for _, site := range g.sites {
				e.putIn(site, region)
			}
		}
		return
	}
	for _, site := range fresh {
		if region := e.regionBeside(site, grouped); region != 0 {
			e.putIn(site, region)
			grouped = append(grouped, site)
			sortSites(grouped)
		}
	}
}

// sites are all sites as they stand in the step in the making.
func (e *Engine) sites() []*api.Vertex {
	var out []*api.Vertex
	add := func(v *api.Vertex) {
		if now := e.vertex(v.ID); now != nil && now.Kind == api.VertexSite {
			out = append(out, now)
		}
	}
	for v := range e.snap.Children(0) {
		add(v)
		if v.Kind == api.VertexRegion {
			for site := range e.snap.Children(v.ID) {
				add(site)
			}
		}
	}
	for id, v := range e.batch.change.Vertices {
		if _, before := e.snap.Vertex(id); !before && v != nil {
			add(v)
		}
	}
	sortSites(out)
	return out
}

func sortSites(list []*api.Vertex) {
	slices.SortFunc(list, func(a, b *api.Vertex) int {
		if c := compareNatural(a.Name, b.Name); c != 0 {
			return c
		}
		return int(a.ID) - int(b.ID)
	})
}

func (e *Engine) putIn(site *api.Vertex, region api.VertexID) {
	identity := e.memory.of(site.ID)
	identity.Home = region
	e.memory.put(identity)
	e.touchThing(site.ID)
}

// regionBeside is the region, made of names, of the site whose name comes just
// before another's, or first of all; 0 if that is full.
func (e *Engine) regionBeside(site *api.Vertex, grouped []*api.Vertex) api.VertexID {
	var beside *api.Vertex
	for _, other := range grouped {
		if beside == nil || compareNatural(other.Name, site.Name) < 0 {
			beside = other
		}
	}
	if beside == nil {
		return 0
	}
	region := e.memory.of(beside.ID).Home
	members := 0
	for _, other := range grouped {
		if e.memory.of(other.ID).Home == region {
			members++
		}
	}
	if members >= fewSites {
		return 0
	}
	return region
}

// groupByName divides sites that are in the order of their names: those whose
// names begin alike stay together if they are not too many.
func groupByName(sites []*api.Vertex) []group {
	var out []group
	var pending []*api.Vertex
	flush := func() {
		if len(pending) > 0 {
			out = append(out, group{nameOfGroup(pending), pending})
			pending = nil
		}
	}
	for len(sites) > 0 {
		n := 1
		for n < len(sites) && stemOfName(sites[n].Name) == stemOfName(sites[0].Name) {
			n++
		}
		run := sites[:n]
		sites = sites[n:]
		if len(pending)+n > regionSize {
			flush()
		}
		if n <= fewSites {
			pending = append(pending, run...)
			continue
		}
		flush()
		for parts := (n + regionSize - 1) / regionSize; parts > 0; parts-- {
			size := (len(run) + parts - 1) / parts
			out = append(out, group{nameOfGroup(run[:size]), run[:size]})
			run = run[size:]
		}
	}
	flush()
	return out
}

// nameOfGroup is what names begin with that all begin alike and that stand
// apart, else the first and the last one.
func nameOfGroup(sites []*api.Vertex) string {
	first, last := sites[0].Name, sites[len(sites)-1].Name
	if first == last {
		return first
	}
	return first + " – " + last
}

// stemOfName is what a name begins with: all before the first digit or mark.
func stemOfName(name string) string {
	if i := strings.IndexAny(name, "0123456789-_. "); i > 0 {
		name = name[:i]
	}
	return strings.ToLower(name)
}

func regionAlias(name string) api.Alias {
	return api.Alias{Kind: api.AliasSite, Strength: api.Strong, Scope: "region by name", Value: name}
}

// regionName is what a region that was made of names is called; false for what
// is none.
func (e *Engine) regionName(id api.VertexID) (string, bool) {
	if id == 0 {
		return "", false
	}
	for _, a := range e.memory.of(id).Aliases {
		if keyOf(a) == keyOf(regionAlias(a.Value)) {
			return a.Value, true
		}
	}
	return "", false
}

// composeRegion makes the vertex of a region that was made of names; of kind 0
// if no site is in it.
func (e *Engine) composeRegion(id api.VertexID) *api.Vertex {
	v := &api.Vertex{ID: id}
	name, ok := e.regionName(id)
	if !ok || len(e.regions[id]) == 0 {
		return v
	}
	v.Kind, v.Name, v.Derived, v.Aliases = api.VertexRegion, name, true, []api.Alias{regionAlias(name)}
	for site := range e.regions[id] {
		if s := e.vertex(site); s != nil && len(s.Scopes) > 0 {
			v.Scopes = append(v.Scopes, s.Scopes[0])
		}
	}
	slices.Sort(v.Scopes)
	v.Scopes = slices.Compact(v.Scopes)
	return v
}

// moveSite notes in which region a site stands now.
func (e *Engine) moveSite(was, is *api.Vertex) {
	if was != nil && was.Parent != 0 {
		delete(e.regions[was.Parent], was.ID)
		if len(e.regions[was.Parent]) == 0 {
			delete(e.regions, was.Parent)
		}
		e.touchThing(was.Parent)
	}
	if is != nil && is.Parent != 0 {
		e.noteSite(is)
		e.touchThing(is.Parent)
	}
}

func (e *Engine) noteSite(site *api.Vertex) {
	if e.regions[site.Parent] == nil {
		e.regions[site.Parent] = map[api.VertexID]struct{}{}
	}
	e.regions[site.Parent][site.ID] = struct{}{}
}
