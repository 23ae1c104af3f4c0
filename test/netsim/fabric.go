package netsim

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
)

// site is one site's fabric while it is being built.
type site struct {
	number  int
	name    string
	spines  []*device
	leaves  []*device // Pairs stand beside each other, single ones follow.
	pairs   int
	borders []*device
	bundles bool
	quiet   *device // The small switch that speaks no neighbour protocol, nil if there is none.
	arp     bool    // The borders tell their address table, and routes.
	guests  []*cluster
}

// fabric builds all switches and the cables between them.
type fabric struct {
	random  *rand.Rand
	sites   []*site
	devices []*device
	// strangers are neighbours that are no switch of ours and no node.
	strangers []*stranger
}

func buildFabric(size Size, random *rand.Rand) *fabric {
	f := &fabric{random: random}
	for i, s := range size.Sites {
		f.addSite(i, s)
	}
	for i := 1; i < len(f.sites); i++ {
		f.joinSites(f.sites[i-1], f.sites[i])
	}
	for i, s := range size.Sites {
		if s.Quiet {
			f.addQuiet(f.sites[i])
		}
	}
	return f
}

func (f *fabric) addSite(number int, size SiteSize) {
	s := &site{number: number, name: size.Name, pairs: size.LeafPairs, arp: size.ARP}
	f.sites = append(f.sites, s)
	kinds := makers()
	for n := 1; n <= size.Spines; n++ {
		d := f.addDevice(s, fmt.Sprintf("%s-spine%d", s.name, n), spine, size.spinePorts(), kinds[0])
		d.location = fmt.Sprintf("%s / row 1 / rack %d", s.name, n)
		s.spines = append(s.spines, d)
	}
	for n := range 2*size.LeafPairs + size.Singles {
		rack := n / 2
		if n >= 2*size.LeafPairs {
			rack = n - size.LeafPairs
		}
		d := f.addDevice(s, fmt.Sprintf("%s-leaf%d", s.name, n+1), leaf, 0, kinds[(rack+2*number)%len(kinds)])
		d.location = fmt.Sprintf("%s / row %d / rack %d", s.name, 2+rack/4, 1+rack%4)
		s.leaves = append(s.leaves, d)
	}
	for n := 1; n <= size.Borders; n++ {
		d := f.addDevice(s, fmt.Sprintf("%s-border%d", s.name, n), border, borderPorts, kinds[1])
		d.location = fmt.Sprintf("%s / row 1 / rack %d", s.name, size.Spines+n)
		if s.arp {
			d.addVirtual("Vlan10", gatewayIndex, l3ipvlan, 1_000, 9164)
		}
		s.borders = append(s.borders, d)
	}
	f.cableSite(s)
	if s.bundles = size.Bundles; s.bundles {
		s.bundlePeers()
	}
	f.addStrangers(s)
}

// gatewayIndex is the ifIndex of a border's interface in the servers' VLAN.
const gatewayIndex = 6_010

func (f *fabric) addDevice(s *site, name string, r role, ports int, m maker) *device {
	number := len(f.devices) + 1
	d := newDevice(name, s.name, r, number, ports, m)
	d.address = netip.AddrFrom4([4]byte{10, 10, byte(s.number), byte(number)})
	d.community, d.within = s.name+"-ro", s
	const day = 24 * 3600 * 100
	d.age = uint32(20*day + f.random.IntN(200*day))
	f.devices = append(f.devices, d)
	return d
}

func (f *fabric) cableSite(s *site) {
	for i, l := range s.leaves {
		for j, sp := range s.spines {
			f.uplink(l.port(leafPorts+1+j), sp.port(i+1))
		}
		if i%2 == 1 && i < 2*s.pairs {
			l.partner, s.leaves[i-1].partner = s.leaves[i-1], l
			f.uplink(l.port(leafPorts+5), s.leaves[i-1].port(leafPorts+5))
			f.uplink(l.port(leafPorts+6), s.leaves[i-1].port(leafPorts+6))
		}
	}
	for i, b := range s.borders {
		for j, sp := range s.spines {
			f.uplink(b.port(borderPorts-j), sp.port(sp.fronts-i))
		}
	}
	if s.pairs > 0 {
		// One cable of each site is seen from one end: the leaf sends and does not listen.
		s.leaves[1].port(leafPorts + 1).hears = false
	}
}

// uplink plugs two switches together and says so in the ports' aliases.
func (f *fabric) uplink(a, b *port) {
	plug(&a.jack, &b.jack)
	a.alias = fmt.Sprintf("to %s %s", b.device.name, b.name)
	b.alias = fmt.Sprintf("to %s %s", a.device.name, a.name)
}

// joinSites lays a cable between the borders of two sites.
func (f *fabric) joinSites(a, b *site) {
	if len(a.borders) == 0 || len(b.borders) == 0 {
		return
	}
	f.uplink(a.borders[0].port(borderPorts-4), b.borders[0].port(borderPorts-5))
}

// addStrangers plugs in a firewall, an access point and a server that is in no
// cluster.
func (f *fabric) addStrangers(s *site) {
	outside := s.leaves[0].port(leafPorts + leafUplinks) // What a site without borders has instead.
	if len(s.borders) > 0 {
		outside = s.borders[0].port(1)
	}
	if outside.cable == nil {
		f.addStranger(outside, "port4", 1, advert{
			portSubtype: portIDInterfaceName, portID: []byte("port4"), portDescr: "outside",
			sysName: "fw-" + s.name + "-1", sysDescr: "Gatehouse G400 firewall", capable: capRouter, enabled: capRouter,
		})
	}
	leaf1 := s.leaves[0]
	f.addStranger(leaf1.port(leafPorts), "eth0", 2, advert{
		portSubtype: portIDMAC, portDescr: "eth0", sysName: "ap-" + s.name + "-07", sysDescr: "Seagull AP-515",
		capable: capBridge | capAccessPoint, enabled: capBridge | capAccessPoint,
	})
	f.addStranger(leaf1.port(leafPorts-1), "ens1f0", 3, advert{
		portSubtype: portIDInterfaceName, portID: []byte("ens1f0"), portDescr: "ens1f0", sysName: "db01." + s.name + ".example.net",
		sysDescr: "Debian GNU/Linux 12 (bookworm)", capable: capStation, enabled: capStation,
		address: hostAddress(s.number, maxHosts), addressIndex: 2,
	})
}

func (f *fabric) addStranger(at *port, name string, number byte, said advert) {
	said.chassis = mac{0x0a, 0x5e, at.device.chassis[3], at.device.chassis[4], number, 0}
	st := &stranger{advert: said}
	st.jack = jack{stranger: st, name: name, mac: said.chassis, sends: true}
	if said.portSubtype == portIDMAC {
		st.mac[5] = 1
		st.advert.portID = st.mac[:]
	}
	plug(&at.jack, &st.jack)
	at.alias = said.sysName
	f.strangers = append(f.strangers, st)
}
