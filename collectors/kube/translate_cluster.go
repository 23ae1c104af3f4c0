package kube

import (
	"github.com/netseam/netseam/api"
)

// clusterClaim is what a cluster says of itself: it answers, so its API server
// is well. Version is empty where it is not told. Who
// owns it is what the configuration says.
func clusterClaim(uid, name, version, owner string) api.Claim {
	var a attrs
	a.add(api.AttrOwner, owner)
	a.add(api.AttrVersion, version)
	return api.Claim{Key: clusterKey, Vertex: &api.VertexClaim{
		Kind: api.VertexCluster,
		Aliases: []api.Alias{
			{Kind: api.AliasClusterUID, Strength: api.Strong, Value: uid},
		},
		Name:   name,
		Health: api.HealthOK,
		Attrs:  a,
	}}
}
