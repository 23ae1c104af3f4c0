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
	if s.Service != "" {
		return concludeShared(from, s, find)
	}
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
		switch a := &v.Attrs[i]; a.Key {
		case api.AttrMeshName:
			out = append(out, Entry{meshKey(a.Value), uint64(v.ID)})
		case api.AttrMeshID:
			out = append(out, Entry{meshIDKey(a.Value), uint64(v.ID)})
		}
	}
	return out
}

// confidenceShared: that both have the service together follows from how both
// are set up, and no object says that they are joined.
const confidenceShared = 60

// concludeShared says which other clusters have a service together with this
// one. Names and numbers of clusters are unique in a mesh, so those that have
// the same are in another.
func concludeShared(from api.VertexID, s *api.Session, find Finder) Conclusion {
	list := others(find(sharedKey(s.Service)), from)
	strangers := slices.Concat(find(meshKey(s.Local)), find(meshIDKey(s.LocalID)))
	list = slices.DeleteFunc(list, func(id uint64) bool { return slices.Contains(strangers, id) })
	if len(list) == 0 {
		return Conclusion{Outcome: Unknown, Why: "no other cluster that is read shares it"}
	}
	return Conclusion{
		Outcome: Host, Method: api.MethodObject, Confidence: confidenceShared,
		Remote: api.VertexID(list[0]), Candidates: vertexIDs(list),
		Why: "both have it as a global one, under names and numbers that differ; no object says that they are joined",
	}
}

// SharedEntries are what a session says to others of a service that clusters
// have together: which cluster shares it, and which service of that cluster.
func SharedEntries(row Row, s *api.Session) []Entry {
	if s.Service == "" || !s.Shared || row.Device == 0 {
		return nil
	}
	out := []Entry{{sharedKey(s.Service), uint64(row.Device)}}
	if row.Port != 0 {
		out = append(out, Entry{sharedServiceKey(s.Service, row.Device), uint64(row.Port)})
	}
	return out
}

// SharedService is a service that a cluster shares, 0 if it is not known.
func SharedService(service string, cluster api.VertexID, find Finder) api.VertexID {
	return first(find(sharedServiceKey(service, cluster)))
}

func meshKey(name string) string      { return "mesh " + name }
func meshIDKey(id string) string      { return "mesh number " + id }
func sharedKey(service string) string { return "shared " + service }
func sharedServiceKey(service string, cluster api.VertexID) string {
	return "shared " + service + " of " + cluster.String()
}
func clusterOfKey(node api.VertexID) string { return "cluster of " + node.String() }

// ClusterOf is the cluster that a node is in, 0 if none is known.
func ClusterOf(node api.VertexID, find Finder) api.VertexID { return first(find(clusterOfKey(node))) }
