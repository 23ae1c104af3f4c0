package netsim

import "slices"

// jack is where a cable is plugged in: a port of a switch, a NIC of a node, or
// a neighbour that nobody manages. Exactly one of port, nic and stranger is set.
type jack struct {
	port     *port
	nic      *nic
	stranger *stranger

	name  string
	mac   mac
	cable *cable // nil if nothing is plugged in.
	// sends and hears say whether LLDP is spoken and listened to here.
	sends, hears bool
}

// cable joins two jacks. One that is shared joins more of them, by way of
// something that forwards whatever it gets, LLDP too, and that nobody sees: a
// hypervisor's bridge, or a switch of the simplest kind.
type cable struct {
	ends   []*jack
	cut    bool
	shared bool
}

// plug joins two jacks that are both free.
func plug(a, b *jack) *cable {
	c := &cable{ends: []*jack{a, b}}
	a.cable, b.cable = c, c
	return c
}

// share lets further jacks, which are free, be on the cable.
func (c *cable) share(more ...*jack) {
	c.shared = true
	for _, j := range more {
		j.cable = c
		c.ends = append(c.ends, j)
	}
}

// unplug takes the jack's cable out: at both ends, or at this one alone where
// others share it.
func (j *jack) unplug() {
	c := j.cable
	if c.shared {
		c.ends = slices.DeleteFunc(c.ends, func(end *jack) bool { return end == j })
		j.cable = nil
		return
	}
	for _, end := range c.ends {
		end.cable = nil
	}
}

// peers are what is plugged in at the other ends.
func (j *jack) peers() []*jack {
	if j.cable == nil {
		return nil
	}
	out := make([]*jack, 0, len(j.cable.ends)-1)
	for _, end := range j.cable.ends {
		if end != j {
			out = append(out, end)
		}
	}
	return out
}

// lit says whether the jack itself puts light on its cable.
func (j *jack) lit() bool {
	switch {
	case j.port != nil:
		return j.port.enabled
	case j.nic != nil:
		return !j.nic.node.dead
	default:
		return true
	}
}

// carrier says whether the link is up. What stands between shared ends has
// power of its own.
func (j *jack) carrier() bool {
	if j.cable == nil || j.cable.cut || !j.lit() {
		return false
	}
	return j.cable.shared || j.peers()[0].lit()
}

// heard are the neighbours that LLDP lets this jack see.
func (j *jack) heard() []*jack {
	if !j.hears || !j.carrier() {
		return nil
	}
	return slices.DeleteFunc(j.peers(), func(far *jack) bool { return !far.sends || !far.lit() })
}

// String names the jack and what it belongs to.
func (j *jack) String() string {
	switch {
	case j.port != nil:
		return j.port.device.name + " " + j.name
	case j.nic != nil:
		return j.nic.node.name + " " + j.name
	default:
		return j.stranger.advert.sysName + " " + j.name
	}
}
