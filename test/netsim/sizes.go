package netsim

import "fmt"

// small is two sites that fit on a screen, with one of everything.
func small() Size {
	return Size{
		Name: "small",
		Sites: []SiteSize{
			{Name: "fra1", Spines: 2, LeafPairs: 3, Borders: 1, Bundles: true, ARP: true},
			{Name: "ams1", Spines: 2, LeafPairs: 2, Borders: 1, Bundles: true, ARP: true, Quiet: true},
		},
		Clusters: []ClusterSize{
			{Name: "fra-prod", Parts: []PartSize{{Site: "fra1", Nodes: 16}}, Pods: 160, Disputed: true},
			{Name: "ams-prod", Parts: []PartSize{{Site: "ams1", Nodes: 14, Office: 3}}, Pods: 140, LongNames: true, NMState: true},
			{Name: "stage", Parts: []PartSize{{Site: "fra1", Nodes: 6}, {Site: "ams1", Nodes: 4, VMs: 2}}, Pods: 100},
			{Name: "aws-prod", Parts: []PartSize{{Nodes: 4}}, Pods: 44, Controls: -1, Cloud: true},
			{Name: "kind", Parts: []PartSize{{Nodes: 3}}, Pods: 16, Controls: 1, Kind: true},
		},
	}
}

// edge is 200 shops: one switch and a cluster of three nodes each.
func edge() Size {
	out := Size{Name: "edge"}
	for n := 1; n <= 200; n++ {
		name := fmt.Sprintf("shop%03d", n)
		out.Sites = append(out.Sites, SiteSize{Name: name, Singles: 1})
		out.Clusters = append(out.Clusters, ClusterSize{Name: name, Parts: []PartSize{{Site: name, Nodes: 3}}, Pods: 24, Controls: 1})
	}
	return out
}

// noc is what an operations centre looks at: ten sites, one of them with 60
// racks, 500 switches, 40 clusters, five of which stand in two sites, 2,000
// nodes and 20,000 pods.
func noc() Size {
	names := []string{"fra", "ams", "lon", "par", "mad", "mil", "sto", "waw", "vie", "zrh"}
	out := Size{Name: "noc"}
	cluster := func(name string, parts ...PartSize) {
		c := ClusterSize{Name: name, Parts: parts, LongNames: len(out.Clusters)%4 == 1}
		for _, part := range parts {
			c.Pods += 10 * part.Nodes
		}
		c.Network = map[string]string{
			"fra-ml": NetworkCilium, "fra-pay": NetworkCilium, "fra-tools": NetworkAntrea, "fra-media": NetworkOVN,
		}[name]
		out.Clusters = append(out.Clusters, c)
	}
	for i, name := range names {
		site := SiteSize{Name: name + "1", Spines: 4, LeafPairs: 18, Borders: 2}
		uses, nodes := []string{"prod", "stage", "data"}, 40
		switch {
		case i == 0:
			site.LeafPairs = 60
			uses, nodes = append(uses, "ci", "ml", "tools", "pay", "media"), 70
		case i > 5:
			site.Borders = 1
		}
		out.Sites = append(out.Sites, site)
		for _, use := range uses {
			cluster(name+"-"+use, PartSize{Site: site.Name, Nodes: nodes})
		}
	}
	for i := 1; i < len(names); i += 2 {
		a, b := names[i], names[i%9+1]
		cluster("core-"+a+"-"+b, PartSize{Site: a + "1", Nodes: 36}, PartSize{Site: b + "1", Nodes: 36})
	}
	return out
}

// huge is about 100,000 things and 150,000 relations, as netseam counts them.
func huge() Size {
	out := Size{Name: "huge"}
	for n := 1; n <= 40; n++ {
		name := fmt.Sprintf("dc%02d", n)
		out.Sites = append(out.Sites, SiteSize{Name: name, Spines: 2, LeafPairs: 6, Borders: 1})
		out.Clusters = append(out.Clusters, ClusterSize{
			Name: name + "-prod", Parts: []PartSize{{Site: name, Nodes: 50}}, Pods: 1370, Replicas: 20, MoreServices: 2,
		})
	}
	return out
}
