package netsim

import "fmt"

// Size says how large a world is and how it is divided.
type Size struct {
	Name     string
	Sites    []SiteSize
	Clusters []ClusterSize
}

// SiteSize is one site's fabric.
type SiteSize struct {
	Name      string
	Spines    int
	LeafPairs int
	// Borders join the site to the outside and to the next site.
	Borders int
}

// ClusterSize is one cluster.
type ClusterSize struct {
	Name string
	// Parts are the sites the cluster's nodes stand in.
	Parts []PartSize
	// Pods are all of the cluster's, those of its DaemonSets included.
	Pods int
	// LongNames makes the Nodes' names fully qualified, as some installers do.
	LongNames bool
}

// PartSize is the part of a cluster at one site.
type PartSize struct {
	Site  string
	Nodes int
}

// SizeNamed gives the size with a name; so far there is "small".
func SizeNamed(name string) (Size, error) {
	switch name {
	case "small":
		return small(), nil
	default:
		return Size{}, fmt.Errorf("world size %q is unknown, there is: small", name)
	}
}

func small() Size {
	return Size{
		Name: "small",
		Sites: []SiteSize{
			{Name: "fra1", Spines: 2, LeafPairs: 3, Borders: 1},
			{Name: "ams1", Spines: 2, LeafPairs: 2, Borders: 1},
		},
		Clusters: []ClusterSize{
			{Name: "fra-prod", Parts: []PartSize{{"fra1", 16}}, Pods: 160},
			{Name: "ams-prod", Parts: []PartSize{{"ams1", 14}}, Pods: 140, LongNames: true},
			{Name: "stage", Parts: []PartSize{{"fra1", 6}, {"ams1", 4}}, Pods: 100},
		},
	}
}

// check says what of a size cannot be built.
func (s Size) check() error {
	sites := map[string]SiteSize{}
	for _, site := range s.Sites {
		if _, twice := sites[site.Name]; twice {
			return fmt.Errorf("site %q is there twice", site.Name)
		}
		if site.Spines < 1 || site.Spines > 4 || site.LeafPairs < 1 || 2*site.LeafPairs > spinePorts-4 || site.Borders < 0 || site.Borders > 2 {
			return fmt.Errorf("site %q: spines must be 1 to 4, leaf pairs 1 to %d, borders 0 to 2", site.Name, (spinePorts-4)/2)
		}
		sites[site.Name] = site
	}
	nodes := map[string]int{} // site -> nodes
	clusters := map[string]bool{}
	for _, c := range s.Clusters {
		if clusters[c.Name] {
			return fmt.Errorf("cluster %q is there twice", c.Name)
		}
		clusters[c.Name] = true
		for _, part := range c.Parts {
			if _, known := sites[part.Site]; !known {
				return fmt.Errorf("cluster %q: site %q is unknown", c.Name, part.Site)
			}
			nodes[part.Site] += part.Nodes
		}
	}
	for _, site := range s.Sites {
		// Ports stay free for hosts that are no nodes and for cables to move to.
		if room := site.LeafPairs * 32; nodes[site.Name] > room {
			return fmt.Errorf("site %q has room for %d nodes, not for %d", site.Name, room, nodes[site.Name])
		}
	}
	return nil
}
