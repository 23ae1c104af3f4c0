package stitch

import (
	"slices"
	"strings"

	"github.com/netseam/netseam/api"
)

// concludeTunnel says where a tunnel ends: on a node of the cluster that it
// leads to, else on that cluster. Nodes' names and addresses repeat among
// clusters, so the cluster comes first.
func concludeTunnel(from api.VertexID, s *api.Session, find Finder) Conclusion {
	clusters := others(find(meshKey(s.Cluster)), from)
	switch len(clusters) {
	case 0:
		return Conclusion{Outcome: Unknown, Why: "no other cluster that is read calls itself " + s.Cluster}
	case 1:
	default:
		return Conclusion{Outcome: Ambiguous, Candidates: vertexIDs(clusters), Why: "several clusters call themselves " + s.Cluster}
	}
	cluster := api.VertexID(clusters[0])
	found := Conclusion{Outcome: Host, Method: api.MethodRouting, Confidence: confidenceSession, Remote: cluster, Why: "the cluster calls itself " + s.Cluster}
	if s.Host == "" && s.Remote == "" {
		return found
	}
	host, _, _ := strings.Cut(strings.ToLower(s.Host), ".")
	for _, key := range []string{nodeNameKey(strings.ToLower(s.Host)), nodeNameKey(host), nodeAddressKey(s.Remote)} {
		fits := slices.DeleteFunc(find(key), func(id uint64) bool {
			return !slices.Contains(find(clusterOfKey(api.VertexID(id))), clusters[0])
		})
		if len(fits) == 1 {
			found.Remote, found.Why = api.VertexID(fits[0]), "the node of that name or address in the cluster that calls itself "+s.Cluster
			return found
		}
	}
	found.Why += ", and none of its nodes is called " + s.Host
	return found
}

// meshEntries are the names under which a cluster is known to those that it is
// joined with.
func meshEntries(v *api.Vertex) []Entry {
	var out []Entry
	for i := range v.Attrs {
		if a := &v.Attrs[i]; a.Key == api.AttrMeshName {
			out = append(out, Entry{meshKey(a.Value), uint64(v.ID)})
		}
	}
	return out
}

func meshKey(name string) string            { return "mesh " + name }
func clusterOfKey(node api.VertexID) string { return "cluster of " + node.String() }

// ClusterOf is the cluster that a node is in, 0 if none is known.
func ClusterOf(node api.VertexID, find Finder) api.VertexID { return first(find(clusterOfKey(node))) }
