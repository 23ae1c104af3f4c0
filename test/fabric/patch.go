package fabric

import "fmt"

// The patch panel is a namespace where the far ends of all NICs and of all host ports lie (their sockets). A cable is a
// bridge with two sockets in it that lets LLDP through; there is one for each NIC, whose socket never leaves it. A socket
// that is down takes the carrier from its port: that is how a port without a cable looks, and how a port learns that the
// other end is down.
//
//	host ens1 ══ socket ── bridge ── socket ══ swp1 leaf
//
// Moving a veth's end instead would need both interfaces to be made anew; no switch loses a port with its cable, and
// lldpd 1.0.16 goes on sending into the interface that was deleted if one of the same index comes back within a second.

// socket names the far end of a NIC or host port in the panel.
func (o Options) socket(at End) string {
	if isSwitch(at.Device) {
		return at.Device + at.Port
	}
	return "nic" + o.nicNumber(at)
}

func (o Options) cableBridge(nic End) string { return "cable" + o.nicNumber(nic) }

// nicNumber returns digits that no other NIC has: an interface's name has no room for the host's.
func (o Options) nicNumber(nic End) string {
	for i, h := range o.Hosts {
		if h.Name == nic.Device {
			return fmt.Sprintf("%d-%d", i, number(nic.Port))
		}
	}
	return ""
}

// patched returns the line that makes a NIC or host port, to be run in its namespace.
func (o Options) patched(at End) string {
	return fmt.Sprintf("link add %s index %d address %s type veth peer name %s netns %s",
		at.Port, ifIndex(at.Port), o.mac(at.Device, at.Port), o.socket(at), o.namespace(patchName))
}

// panelLines make every cable.
func (o Options) panelLines(c cabling) []string {
	var lines []string
	for _, h := range o.Hosts {
		for _, n := range h.NICs {
			nic := End{Device: h.Name, Port: n.Name}
			bridge := o.cableBridge(nic)
			lines = append(lines,
				// 0x4000 is the bit of LLDP's group address; no other frame is kept back by a bridge without STP.
				fmt.Sprintf("link add %s type bridge group_fwd_mask 0x4000 mcast_snooping 0", bridge),
				"link set "+bridge+" up",
				fmt.Sprintf("link set %s master %s up", o.socket(nic), bridge),
				o.plug(nic, c[nic]), setCarrier(o.socket(c[nic]), true))
		}
	}
	return lines
}

// plug puts a host port's socket into the NIC's cable. It stays down until setCarrier.
func (o Options) plug(nic, port End) string {
	return fmt.Sprintf("link set %s master %s", o.socket(port), o.cableBridge(nic))
}

// pull takes the host port's socket out of the NIC's cable; both ends lose the carrier.
func (o Options) pull(nic, port End) []string {
	return []string{setCarrier(o.socket(nic), false), setCarrier(o.socket(port), false), "link set " + o.socket(port) + " nomaster"}
}

// setCarrier gives or takes the carrier of the port that a socket belongs to.
func setCarrier(socket string, on bool) string {
	if on {
		return "link set " + socket + " up"
	}
	return "link set " + socket + " down"
}
