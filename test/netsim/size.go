package netsim

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"strings"
)

// Size says how large a world is and how it is divided.
type Size struct {
	Name     string
	Sites    []SiteSize
	Clusters []ClusterSize
}

// SiteSize is one site's fabric.
type SiteSize struct {
	Name   string
	Spines int
	// LeafPairs are racks with two leaves each, Singles racks with one.
	LeafPairs int
	Singles   int
	// Borders join the site to the outside and to the next site.
	Borders int
	// Bundles makes aggregates (LACP) of the cables between the leaves of a
	// pair, and of the first server's of each cluster part that has two.
	Bundles bool
	// Quiet adds a small switch that speaks no neighbour protocol, and lets the
	// site's leaves tell their forwarding tables, which is how it can be found.
	Quiet bool
	// ARP lets the borders tell their address tables.
	ARP bool
}

// ClusterSize is one cluster.
type ClusterSize struct {
	Name string
	// Parts are the sites the cluster's nodes stand in.
	Parts []PartSize
	// Pods are all of the cluster's, those of its DaemonSets included.
	Pods int
	// Controls is the number of nodes that are kept for the control plane, 3
	// if 0, none if negative.
	Controls int
	// Replicas is about how many pods a workload has, 4 or 5 if 0.
	Replicas int
	// MoreServices is the number of services in front of each workload beyond
	// its first.
	MoreServices int
	// Cloud makes the nodes a cloud's machines and Kind makes them containers
	// on one machine, as KinD does. They have no cables; their parts' sites are
	// not looked at.
	Cloud, Kind bool
	// Disputed makes two switches claim to hear one node's NIC.
	Disputed bool
	// NMState serves nmstate's objects: the nodes' NICs with their MACs.
	NMState bool
	// Network is what makes the pod network, and with it what hands out and
	// announces addresses: one of the networks below, or empty for what its
	// place among the clusters gives it.
	Network string
	// LongNames makes the Nodes' names fully qualified, as some installers do.
	LongNames bool
}

// The networks that a cluster can be given by name.
const (
	NetworkCilium = "cilium"         // BGP; all of them are one mesh
	NetworkAntrea = "antrea"         // L2, and addresses by which pods go out
	NetworkOVN    = "ovn-kubernetes" // with MetalLB in L2
)

// PartSize is the part of a cluster at one site.
type PartSize struct {
	Site  string
	Nodes int
	// VMs is how many of the nodes, the last of them, are virtual machines
	// behind one port.
	VMs int
	// Office is how many of them, the last before those, are plugged into the
	// site's small switch.
	Office int
}

// SizeNames are the names of the sizes, smallest first.
func SizeNames() []string { return []string{"small", "edge", "noc", "huge"} }

// SizeNamed gives the size with a name.
func SizeNamed(name string) (Size, error) {
	switch name {
	case "small":
		return small(), nil
	case "edge":
		return edge(), nil
	case "noc":
		return noc(), nil
	case "huge":
		return huge(), nil
	default:
		return Size{}, fmt.Errorf("world size %q is unknown, there are: %s", name, strings.Join(SizeNames(), ", "))
	}
}

// A site's limits. Addresses are made for so many sites and no more.
const (
	maxSites = 256
	maxPairs = 62
)

// spinePorts is how many ports a site's spines have: one for each leaf, and
// four more.
func (s SiteSize) spinePorts() int {
	need := 2*s.LeafPairs + s.Singles + 4
	for _, ports := range []int{32, 64} {
		if need <= ports {
			return ports
		}
	}
	return 128
}

func (s SiteSize) check() error {
	switch racks := s.LeafPairs + s.Singles; {
	case s.Spines < 0 || s.Spines > 4 || s.LeafPairs < 0 || s.Singles < 0 || s.Borders < 0 || s.Borders > 2:
		return fmt.Errorf("site %q: spines must be 0 to 4, borders 0 to 2", s.Name)
	case racks < 1 || 2*s.LeafPairs+s.Singles > 2*maxPairs:
		return fmt.Errorf("site %q: leaf pairs must be 1 to %d, or single leaves 1 to %d", s.Name, maxPairs, 2*maxPairs)
	case s.Spines == 0 && (racks > 1 || s.Borders > 0):
		return fmt.Errorf("site %q: without a spine one rack is possible, and no border", s.Name)
	default:
		return nil
	}
}

// room is how many nodes a site has ports for. Some stay free for hosts that
// are no nodes and for cables to move to.
func (s SiteSize) room() int { return min(s.LeafPairs*32+s.Singles*16, maxHosts-1) }

func (c ClusterSize) controls() int { return max(0, cmp.Or(c.Controls, 3)) }

// replicas draws how many pods a workload has.
func (c ClusterSize) replicas(random *rand.Rand) int {
	if c.Replicas == 0 {
		return 2 + random.IntN(6)
	}
	return c.Replicas/2 + random.IntN(c.Replicas+1)
}

// check says what of a size cannot be built.
func (s Size) check() error {
	sites := map[string]SiteSize{}
	for _, site := range s.Sites {
		if _, twice := sites[site.Name]; twice {
			return fmt.Errorf("site %q is there twice", site.Name)
		}
		if err := site.check(); err != nil {
			return err
		}
		sites[site.Name] = site
	}
	if len(s.Sites) > maxSites || len(s.Clusters) > maxSites {
		return fmt.Errorf("%d sites and %d clusters: at most %d of each are possible", len(s.Sites), len(s.Clusters), maxSites)
	}
	nodes := map[string]int{} // site -> nodes
	clusters := map[string]bool{}
	for _, c := range s.Clusters {
		if clusters[c.Name] {
			return fmt.Errorf("cluster %q is there twice", c.Name)
		}
		clusters[c.Name] = true
		switch c.Network {
		case "", NetworkCilium, NetworkAntrea, NetworkOVN:
		default:
			return fmt.Errorf("cluster %q: network %q is unknown", c.Name, c.Network)
		}
		if c.Cloud || c.Kind {
			continue // Their nodes are at no site.
		}
		for _, part := range c.Parts {
			if _, known := sites[part.Site]; !known {
				return fmt.Errorf("cluster %q: site %q is unknown", c.Name, part.Site)
			}
			if part.Office > 0 && (!sites[part.Site].Quiet || part.Office >= accessPorts) {
				return fmt.Errorf("cluster %q: site %q has no small switch with %d ports", c.Name, part.Site, part.Office)
			}
			if part.VMs+part.Office > part.Nodes {
				return fmt.Errorf("cluster %q: %d of %d nodes cannot be elsewhere than in racks", c.Name, part.VMs+part.Office, part.Nodes)
			}
			nodes[part.Site] += part.Nodes
		}
	}
	for _, site := range s.Sites {
		if room := site.room(); nodes[site.Name] > room {
			return fmt.Errorf("site %q has room for %d nodes, not for %d", site.Name, room, nodes[site.Name])
		}
	}
	return nil
}
