package expose

import (
	"maps"
	"slices"
	"strings"

	"github.com/netseam/netseam/api"
)

// pools says every pool with its fill, and takes back those that are gone.
func (w *World) pools() []Unit {
	var units []Unit
	said := map[string]struct{}{}
	for _, p := range w.known.pools {
		key := p.Key
		said[key] = struct{}{}
		units = append(units, Unit{Key: key, Claims: []api.Claim{{Key: key, Vertex: w.poolClaim(p)}}})
	}
	for key := range w.known.poolUnits {
		if _, still := said[key]; !still {
			units = append(units, Unit{Key: key})
		}
	}
	w.known.poolUnits = said
	return units
}

func (w *World) poolClaim(p *Pool) *api.VertexClaim {
	used, size := w.fillOf(p)
	ranges := make([]string, len(p.Ranges))
	for i, r := range p.Ranges {
		ranges[i] = r.String()
	}
	kind, object, _ := strings.Cut(p.Object, " ")
	if !strings.Contains(object, "/") {
		object = "/" + object
	}
	v := &api.VertexClaim{
		Kind: api.VertexPool, Name: p.Name, Parent: "cluster", Health: api.HealthOK,
		Aliases: []api.Alias{{Kind: api.AliasObject, Strength: api.Strong, Scope: w.uid, Value: kind + "/" + object}},
	}
	add := func(key, value string) {
		if value != "" {
			v.Attrs = append(v.Attrs, api.KV{Key: key, Value: value})
		}
	}
	add(api.AttrMechanism, p.Maker)
	add(api.AttrObject, p.Object)
	add("ranges", strings.Join(ranges, " "))
	reason := w.overlap(p)
	switch {
	case p.Disabled:
		v.Health, reason = api.HealthUnknown, "disabled"
	case size > 0 && used >= size:
		v.Health, reason = api.HealthDown, "no address is left"
	case size > 0 && used*10 >= size*9:
		v.Health, reason = api.HealthDegraded, "over 90 % of the addresses are taken"
	case reason != "":
		v.Health = api.HealthDegraded
	}
	add(api.AttrReason, reason)
	if size > 0 {
		add(api.AttrSize, number(size))
	}
	add(api.AttrUsed, number(used))
	return v
}

// fillOf is how many addresses of a pool are taken and how many it has, 0 where
// these are more than anybody counts. What the pool itself says counts more
// than what we count.
func (w *World) fillOf(p *Pool) (used, size int64) {
	for _, r := range p.Ranges {
		n, ok := r.Size()
		if !ok {
			size = 0
			break
		}
		size += n
	}
	if p.Used >= 0 && p.Free >= 0 {
		return p.Used, p.Used + p.Free
	}
	for a := range w.owners {
		if p.contains(parse(a)) {
			used++
		}
	}
	for f := range w.others {
		if t, ok := f.(*Taken); ok && p.contains(t.Address) {
			used++
		}
	}
	return used, size
}

// overlap names a pool of another object that has an address of this one too.
func (w *World) overlap(p *Pool) string {
	for _, o := range w.known.pools {
		if o == p || o.Disabled {
			continue
		}
		for _, r := range p.Ranges {
			if slices.ContainsFunc(o.Ranges, r.Overlaps) {
				return "overlaps " + o.Object
			}
		}
	}
	return ""
}

// network says what is known of the cluster's network as a whole.
func (w *World) network() Unit {
	values := map[string]map[string]struct{}{} // attribute -> values
	add := func(key, value string) {
		if value == "" {
			return
		}
		if values[key] == nil {
			values[key] = map[string]struct{}{}
		}
		values[key][value] = struct{}{}
	}
	for f := range w.others {
		switch f := f.(type) {
		case *Setting:
			add(f.Key, f.Value)
		case *Mesh:
			add(api.AttrMeshName, f.Name)
			add(api.AttrMeshID, f.ID)
		}
	}
	for _, n := range w.nodes {
		add("cni", n.Network)
		add("cni_mode", n.Mode)
	}
	u := Unit{Key: "network"}
	v := &api.VertexClaim{
		Kind: api.VertexCluster, Aliases: []api.Alias{{Kind: api.AliasClusterUID, Strength: api.Strong, Value: w.uid}},
	}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		for _, value := range slices.Sorted(maps.Keys(values[key])) {
			v.Attrs = append(v.Attrs, api.KV{Key: key, Value: value})
		}
	}
	if len(v.Attrs) > 0 {
		u.Claims = []api.Claim{{Key: "cluster#network", Vertex: v}}
	}
	return u
}
