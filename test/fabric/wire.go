package fabric

import (
	"context"
	"fmt"
	"strings"

	"golang.org/x/sync/errgroup"
)

const (
	mgmtName  = "mgmt"  // The namespace with the management LAN's bridge.
	patchName = "patch" // The namespace of the patch panel, see patch.go.
)

func (o Options) namespace(name string) string { return o.Prefix + "-" + name }

// rootLeg is the one interface that the root namespace gets.
func (o Options) rootLeg() string { return o.Prefix + "nms" }

func (o Options) nodeNames() []string {
	names := switchNames()
	for _, h := range o.Hosts {
		names = append(names, h.Name)
	}
	return names
}

func (o Options) namespaceNames() []string {
	return append([]string{mgmtName, patchName}, o.nodeNames()...)
}

// addNamespaces makes all namespaces, and sets what must be set before there are links in them.
func (o Options) addNamespaces(ctx context.Context) error {
	var lines []string
	for _, n := range o.namespaceNames() {
		lines = append(lines, "netns add "+o.namespace(n))
	}
	if err := batch(ctx, "", lines...); err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(4)
	for _, n := range o.namespaceNames() {
		g.Go(func() error {
			// No waiting for duplicate addresses: unnumbered BGP would start seconds later. No IPv6 at all where nobody speaks it.
			set := "cd /proc/sys/net && for i in all default; do echo 0 > ipv6/conf/$i/accept_dad; done"
			switch {
			case isSwitch(n):
				set += " && echo 1 > ipv4/ip_forward && echo 1 > ipv6/conf/all/forwarding && echo 1 > ipv4/fib_multipath_hash_policy"
			case n == mgmtName || n == patchName:
				set = "cd /proc/sys/net && for i in all default; do echo 1 > ipv6/conf/$i/disable_ipv6; done"
			}
			_, err := output(ctx, "", "ip", "netns", "exec", o.namespace(n), "sh", "-c", set)
			return err
		})
	}
	return g.Wait()
}

// cable returns the line that makes a veth pair, to be run in a's namespace.
func (o Options) cable(a, b End) string {
	return fmt.Sprintf("link add %s index %d address %s type veth peer name %s index %d address %s netns %s",
		a.Port, ifIndex(a.Port), o.mac(a.Device, a.Port),
		b.Port, ifIndex(b.Port), o.mac(b.Device, b.Port), o.namespace(b.Device))
}

// hostRoute is the way to other leaves: the first leaf of each NIC's subnet.
func hostRoute(h Host) string {
	route := strings.Builder{}
	route.WriteString("route replace default")
	for _, n := range h.NICs {
		fmt.Fprintf(&route, " nexthop via %s dev %s", n.Address.Masked().Addr().Next(), n.Name)
	}
	return route.String()
}

// wire makes the management LAN and every cable.
func (o Options) wire(ctx context.Context, c cabling) error {
	type work struct {
		namespace string
		lines     []string
	}
	todo := []work{
		{"", []string{
			fmt.Sprintf("link add %s type veth peer name nms netns %s", o.rootLeg(), o.namespace(mgmtName)),
			fmt.Sprintf("addr add %s/%d dev %s", o.managed(1), o.Management.Bits(), o.rootLeg()),
			"link set " + o.rootLeg() + " up",
		}},
		{o.namespace(mgmtName), o.managementLines()},
	}
	for _, n := range o.nodeNames() { // Spines come first: their lines make the leaves' uplinks.
		todo = append(todo, work{o.namespace(n), o.portLines(n)})
	}
	for _, n := range o.nodeNames() {
		todo = append(todo, work{o.namespace(n), o.setupLines(n, c)})
	}
	todo = append(todo, work{o.namespace(patchName), o.panelLines(c)})
	for _, w := range todo {
		if err := batch(ctx, w.namespace, w.lines...); err != nil {
			return err
		}
	}
	return nil
}

func (o Options) managementLines() []string {
	lines := []string{"link add brm type bridge", "link set brm up", "link set nms master brm up"}
	for _, s := range switchNames() {
		lines = append(lines,
			fmt.Sprintf("link add m-%s type veth peer name %s index %d address %s netns %s",
				s, mgmtPort, ifIndex(mgmtPort), o.mac(s, mgmtPort), o.namespace(s)),
			fmt.Sprintf("link set m-%s master brm up", s))
	}
	return lines
}

// portLines make the ports of a device that are not made by another's lines.
func (o Options) portLines(device string) []string {
	var lines []string
	switch {
	case strings.HasPrefix(device, "spine") && isSwitch(device):
		for _, p := range fabricPorts(device) {
			a := End{Device: device, Port: p}
			lines = append(lines, o.cable(a, fabricPeer(a)))
		}
	case isSwitch(device):
		lines = append(lines, fmt.Sprintf("link add %s index %d address %s type bridge", bridgeName, ifIndex(bridgeName), o.mac(device, bridgeName)))
		if device == "leaf1" {
			for _, p := range o.bundled(device) {
				a := End{Device: device, Port: p}
				lines = append(lines, o.cable(a, bundlePeer(a)))
			}
		}
		for n := range hostPorts {
			lines = append(lines, o.patched(End{Device: device, Port: swp(n + 1)}))
		}
	default:
		for _, n := range o.host(device).NICs {
			lines = append(lines, o.patched(End{Device: device, Port: n.Name}))
		}
	}
	return lines
}

// setupLines set addresses, descriptions and states.
func (o Options) setupLines(device string, c cabling) []string {
	if !isSwitch(device) {
		return o.hostLines(o.host(device), c)
	}
	lines := []string{
		"link set lo up",
		fmt.Sprintf("addr add 10.255.0.%d/32 dev lo", switchNumber(device)),
		"link set " + mgmtPort + " up",
		fmt.Sprintf("addr add %s/%d dev %s", o.managed(switchNumber(device)), o.Management.Bits(), mgmtPort),
	}
	for _, p := range fabricPorts(device) {
		lines = append(lines, describePort(p, fabricPeer(End{Device: device, Port: p})), "link set "+p+" up")
	}
	for _, p := range o.bundled(device) {
		lines = append(lines, describePort(p, bundlePeer(End{Device: device, Port: p})), "link set "+p+" up")
	}
	if strings.HasPrefix(device, "spine") {
		return lines
	}
	lines = append(lines, fmt.Sprintf("addr add 10.10.%d.1/24 dev %s", number(device), bridgeName), "link set "+bridgeName+" up")
	for n := range hostPorts {
		nic, _ := c.at(End{Device: device, Port: swp(n + 1)})
		lines = append(lines, describePort(swp(n+1), nic), fmt.Sprintf("link set %s master %s up", swp(n+1), bridgeName))
	}
	return lines
}

func (o Options) hostLines(h Host, c cabling) []string {
	lines := []string{"link set lo up"}
	for _, n := range h.NICs {
		if h.IfnamePortID { // A description alone would make lldpd announce the name.
			lines = append(lines, describePort(n.Name, c[End{Device: h.Name, Port: n.Name}]))
		}
		lines = append(lines, "link set "+n.Name+" up", fmt.Sprintf("addr add %s dev %s", n.Address, n.Name))
	}
	for _, vip := range h.VIPs {
		lines = append(lines, fmt.Sprintf("addr add %s/32 dev lo", vip))
	}
	return append(lines, hostRoute(h))
}

// describePort names a port's other end in its description, or in none for the zero End.
func describePort(port string, peer End) string {
	if peer == (End{}) {
		return fmt.Sprintf("link set %s alias \"\"", port)
	}
	return fmt.Sprintf("link set %s alias %q", port, alias(peer))
}

// host returns the host of that name.
func (o Options) host(name string) Host {
	for _, h := range o.Hosts {
		if h.Name == name {
			return h
		}
	}
	return Host{}
}
