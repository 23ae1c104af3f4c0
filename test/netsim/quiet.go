package netsim

import "fmt"

// accessPorts is how many ports a small switch has; the last is its uplink.
const accessPorts = 16

// addQuiet plugs a small switch into the site's last leaf: one that speaks no
// neighbour protocol and listens to none. That it is there and what hangs on it
// can be told by forwarding tables alone.
func (f *fabric) addQuiet(s *site) {
	d := f.addDevice(s, s.name+"-access1", access, accessPorts, maker{
		sysDescr: "Plain 16 port switch", objectID: makers()[0].objectID[:len(makers()[0].objectID)-1].Append(9), firstIndex: 1,
	})
	d.location = fmt.Sprintf("%s / office", s.name)
	for _, p := range d.ports {
		p.sends, p.hears = false, false
	}
	above := s.leaves[len(s.leaves)-1].port(leafPorts - 2)
	plug(&d.port(accessPorts).jack, &above.jack)
	above.alias = "office"
	s.quiet = d
}

// office plugs a node into the site's small switch, without an LLDP daemon.
func (n *node) office(r *racks) {
	k := n.addNIC(r, "eno1", 0)
	k.sends = false
	plug(&r.site.quiet.port(r.office).jack, &k.jack)
	r.office++
}
