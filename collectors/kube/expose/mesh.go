package expose

import (
	"maps"
	"slices"
	"strings"

	"github.com/netseam/netseam/api"
)

// Mesh says what the cluster is called among those that it is joined with, and
// by what. Ends says that the tunnels' ends are known one by one.
type Mesh struct {
	Name, By string
	// ID is its number among them, where they have numbers.
	ID   string
	Ends bool
	// Unshared says that namespaces share nothing unless they say so.
	Unshared bool
}

// Joined says that the cluster has something of another one.
type Joined struct{ Cluster, Object string }

// Global is a service that the cluster has together with others of its mesh: as
// one under that name.
type Global struct {
	Name
	Key string // of the service's own claim
	// Unshared says that others do not get at its endpoints.
	Unshared bool
	Affinity string // "local" or "remote": which endpoints are taken first
}

func (*Mesh) fact()   {}
func (*Joined) fact() {}
func (*Global) fact() {}

// meshByCilium is Cilium's ClusterMesh.
const meshByCilium = "ClusterMesh"

// mesh says which clusters this one is joined with, where no object tells
// through which nodes, and which services it has together with others.
func (w *World) mesh() Unit {
	u := Unit{Key: "mesh"}
	var meshes []*Mesh
	joined := map[string]string{} // cluster -> the object that says so
	var globals []*Global
	for f := range w.others {
		switch f := f.(type) {
		case *Mesh:
			meshes = append(meshes, f)
		case *Joined:
			if was, ok := joined[f.Cluster]; !ok || f.Object < was {
				joined[f.Cluster] = f.Object
			}
		case *Global:
			globals = append(globals, f)
		}
	}
	u.Claims = append(joins(meshes, joined), w.shared(meshes, globals)...)
	return u
}

// joins are the tunnels to clusters of which this one has something. Where
// gateways say their tunnels these are not said twice, and without a name of its
// own it is not known which of the names is its own.
func joins(meshes []*Mesh, joined map[string]string) []api.Claim {
	own, by := map[string]bool{}, ""
	for _, m := range meshes {
		if m.Ends {
			return nil
		}
		own[m.Name], by = true, max(by, m.By)
	}
	if len(own) == 0 {
		return nil
	}
	var out []api.Claim
	for _, cluster := range slices.Sorted(maps.Keys(joined)) {
		if own[cluster] {
			continue
		}
		out = append(out, api.Claim{Key: "tunnel//" + cluster, Session: &api.Session{
			Protocol: by, Device: "cluster", Tunnel: true, Cluster: cluster, State: "joined, says " + joined[cluster],
		}})
	}
	return out
}

// shared are the services of Cilium's mesh. The hub finds who else has them.
func (w *World) shared(meshes []*Mesh, globals []*Global) []api.Claim {
	i := slices.IndexFunc(meshes, func(m *Mesh) bool { return m.By == meshByCilium && m.ID != "" })
	if i < 0 {
		return nil
	}
	slices.SortFunc(globals, func(a, b *Global) int { return strings.Compare(a.Key, b.Key) })
	var out []api.Claim
	for _, g := range globals {
		s := &api.Session{
			Protocol: meshByCilium, Device: "cluster", Port: g.Key, Tunnel: true, Service: g.String(),
			Local: meshes[i].Name, LocalID: meshes[i].ID, Shared: !g.Unshared && w.shares(g.Namespace, meshes[i]),
		}
		words := []string{"global"}
		if !s.Shared {
			words = append(words, "not shared")
		}
		if g.Affinity != "" {
			words = append(words, "affinity "+g.Affinity)
		}
		s.State = strings.Join(words, ", ")
		out = append(out, api.Claim{Key: "shared/" + s.Service, Session: s})
	}
	return out
}

// shares says whether the services of a namespace may be had by other clusters.
func (w *World) shares(namespace string, m *Mesh) bool {
	if p := w.namespaces[namespace]; p != nil && p.global != "" {
		return p.global == "true"
	}
	return !m.Unshared
}
