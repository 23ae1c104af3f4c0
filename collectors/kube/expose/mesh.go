package expose

import (
	"maps"
	"slices"

	"github.com/netseam/netseam/api"
)

// Mesh says what the cluster is called among those that it is joined with, and
// by what. Ends says that the tunnels' ends are known one by one.
type Mesh struct {
	Name, By string
	Ends     bool
}

// Joined says that the cluster has something of another one.
type Joined struct{ Cluster, Object string }

func (*Mesh) fact()   {}
func (*Joined) fact() {}

// mesh says which clusters this one is joined with, where no object tells
// through which nodes.
func (w *World) mesh() Unit {
	u := Unit{Key: "mesh"}
	own, by := map[string]bool{}, ""
	joined := map[string]string{} // cluster -> the object that says so
	for f := range w.others {
		switch f := f.(type) {
		case *Mesh:
			if f.Ends {
				return u
			}
			own[f.Name], by = true, max(by, f.By)
		case *Joined:
			if was, ok := joined[f.Cluster]; !ok || f.Object < was {
				joined[f.Cluster] = f.Object
			}
		}
	}
	if len(own) == 0 { // it is not known which of the names is its own
		return u
	}
	for _, cluster := range slices.Sorted(maps.Keys(joined)) {
		if own[cluster] {
			continue
		}
		u.Claims = append(u.Claims, api.Claim{Key: "tunnel//" + cluster, Session: &api.Session{
			Protocol: by, Device: "cluster", Tunnel: true, Cluster: cluster, State: "joined, says " + joined[cluster],
		}})
	}
	return u
}
