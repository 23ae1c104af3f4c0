package api

// Keys of attributes by which a cluster says how its addresses get out. Lists
// are separated by one space.
const (
	AttrExposure     = "exposure"       // of a vip: its class, "LB-L2", "LB-BGP", "LB-cloud", "externalIPs", …
	AttrMechanism    = "mechanism"      // of a vip or an announces edge: what makes it reachable, "MetalLB L2"; repeats
	AttrPool         = "pool"           // of a vip: the pool that it was taken from, by its key
	AttrAnnouncers   = "announcers"     // of a vip: the nodes that are claimed to announce it
	AttrAnnouncerWhy = "announcers_why" // of a vip: why they are not known, in words
	AttrEligible     = "eligible_nodes" // of a vip: the nodes that may attract its traffic
	AttrEligibleWhy  = "eligible_why"   // of a vip: which rules decide that, in words
	AttrEndpoints    = "endpoints"      // of a vip: "node 2/3" for each node with endpoints, ready and all, separated by ", "
	AttrObject       = "object"         // of a claim: the object that says so, "Lease kube-system/plndr-svcs-lock"
	AttrTrust        = "trust"          // of a claim: high, medium-high, medium, low-medium, low
	AttrUsed         = "used"           // of a pool: how many of its addresses are taken
	AttrSize         = "size"           // of a pool: how many it has
	AttrMeshName     = "mesh_name"      // of a cluster: what it is called among those that it is joined with
	AttrMeshID       = "mesh_id"        // of a cluster: its number among those, which no two of one mesh share
	AttrIsolated     = "isolated"       // of a workload: "ingress", "egress" or both, where a NetworkPolicy selects it
)
