package fabric

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// All numbers of the fabric are fixed, so that two captures of it differ only in counters and times.

// ifIndex returns the interface index that a port gets in its namespace. It survives the port being made again.
func ifIndex(port string) int {
	switch {
	case port == mgmtPort:
		return 2
	case port == bridgeName:
		return 3
	case port == BundleName: // Its MAC only: the kernel numbers it.
		return 100
	default:
		return 10 + number(port)
	}
}

// mac returns the address of a port: 02:6e:73, the role, the device's number, the ifIndex.
func (o Options) mac(device, port string) string {
	role, n := 3, 0
	switch {
	case isSwitch(device) && strings.HasPrefix(device, "spine"):
		role, n = 1, number(device)
	case isSwitch(device):
		role, n = 2, number(device)
	default:
		for i, h := range o.Hosts {
			if h.Name == device {
				n = i + 1
			}
		}
	}
	return fmt.Sprintf("02:6e:73:%02x:%02x:%02x", role, n, ifIndex(port))
}

// chassisPort is the interface whose MAC lldpd announces as chassis ID.
func (o Options) chassisPort(device string) string {
	if isSwitch(device) {
		return mgmtPort
	}
	return o.host(device).NICs[0].Name
}

func (o Options) chassisID(device string) string { return o.mac(device, o.chassisPort(device)) }

// managed returns address n of the management LAN.
func (o Options) managed(n int) netip.Addr {
	b := o.Management.Addr().As4()
	b[3] = byte(n)
	return netip.AddrFrom4(b)
}

// switchNumber is the last byte of a switch's management address and loopback.
func switchNumber(device string) int {
	if strings.HasPrefix(device, "spine") {
		return 10 + number(device)
	}
	return 20 + number(device)
}

// speakerAS is the AS of a host that announces addresses.
func (o Options) speakerAS(h Host) int {
	return 65200 + slices.IndexFunc(o.Hosts, func(other Host) bool { return other.Name == h.Name })
}

func asNumber(device string) int {
	if strings.HasPrefix(device, "spine") {
		return 65000
	}
	return 65100 + number(device)
}

// fabricPorts returns the ports of a switch that go to other switches.
func fabricPorts(device string) []string {
	var ports []string
	if strings.HasPrefix(device, "spine") {
		for n := range leafCount {
			ports = append(ports, swp(n+1))
		}
		return ports
	}
	for n := range spineCount {
		ports = append(ports, swp(uplinkBase+n+1))
	}
	return ports
}

// fabricPeer returns the other end of a cable between switches.
func fabricPeer(e End) End {
	if strings.HasPrefix(e.Device, "spine") {
		return End{Device: fmt.Sprintf("leaf%d", number(e.Port)), Port: swp(uplinkBase + number(e.Device))}
	}
	return End{Device: fmt.Sprintf("spine%d", number(e.Port)-uplinkBase), Port: swp(number(e.Device))}
}
