package netsim

import "fmt"

// device finds a switch by its name, nil if there is none.
func (w *World) device(name string) *device {
	for _, d := range w.fabric.devices {
		if d.name == name {
			return d
		}
	}
	return nil
}

// port finds a switch's front port.
func (w *World) port(dev, name string) (*port, error) {
	d := w.device(dev)
	if d == nil {
		return nil, fmt.Errorf("switch %q does not exist", dev)
	}
	p := d.named(name)
	if p == nil || !p.front() {
		return nil, fmt.Errorf("switch %s has no front port %q", dev, name)
	}
	return p, nil
}

// cluster finds a cluster by its name, nil if there is none.
func (w *World) cluster(name string) *cluster {
	for _, c := range w.clusters {
		if c.name == name {
			return c
		}
	}
	return nil
}

// node finds a node by its Node's name or its host name.
func (c *cluster) node(name string) *node {
	for _, n := range c.nodes {
		if n.name == name || n.host == name {
			return n
		}
	}
	return nil
}

// nodeOf finds a node of a cluster.
func (w *World) nodeOf(cluster, name string) (*node, error) {
	c := w.cluster(cluster)
	if c == nil {
		return nil, fmt.Errorf("cluster %q does not exist", cluster)
	}
	n := c.node(name)
	if n == nil {
		return nil, fmt.Errorf("cluster %s has no node %q", cluster, name)
	}
	return n, nil
}

// nic finds a NIC of a node, whose name is unique in the world.
func (w *World) nic(node, name string) (*nic, error) {
	for _, c := range w.clusters {
		n := c.node(node)
		if n == nil {
			continue
		}
		for _, k := range n.nics {
			if k.name == name {
				return k, nil
			}
		}
		return nil, fmt.Errorf("node %s has no NIC %q", node, name)
	}
	return nil, fmt.Errorf("node %q does not exist", node)
}

// pod finds a pod of a cluster.
func (c *cluster) pod(namespace, name string) *pod {
	for _, w := range c.workloads {
		if w.namespace.name != namespace {
			continue
		}
		for _, p := range w.pods {
			if p.name == name {
				return p
			}
		}
	}
	return nil
}
