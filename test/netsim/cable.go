package netsim

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

// cable joins two jacks.
type cable struct {
	ends [2]*jack
	cut  bool
}

// plug joins two jacks that are both free.
func plug(a, b *jack) *cable {
	c := &cable{ends: [2]*jack{a, b}}
	a.cable, b.cable = c, c
	return c
}

// unplug takes the cable out at both ends.
func (c *cable) unplug() {
	for _, end := range c.ends {
		end.cable = nil
	}
}

// peer is what is plugged in at the other end, nil if nothing is.
func (j *jack) peer() *jack {
	if j.cable == nil {
		return nil
	}
	if j.cable.ends[0] == j {
		return j.cable.ends[1]
	}
	return j.cable.ends[0]
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

// carrier says whether the link is up.
func (j *jack) carrier() bool {
	return j.cable != nil && !j.cable.cut && j.lit() && j.peer().lit()
}

// heard is the neighbour that LLDP lets this jack see, nil if there is none.
func (j *jack) heard() *jack {
	if !j.hears || !j.carrier() || !j.peer().sends {
		return nil
	}
	return j.peer()
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
