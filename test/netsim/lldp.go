package netsim

import (
	"cmp"
	"net/netip"
	"slices"
)

// portIDSubtype is LldpPortIdSubtype (IEEE 802.1AB).
type portIDSubtype int32

const (
	portIDMAC           portIDSubtype = 3
	portIDInterfaceName portIDSubtype = 5
	portIDLocal         portIDSubtype = 7
)

// chassisIDMAC is LldpChassisIdSubtype macAddress, the only one used here.
const chassisIDMAC = 4

// Capabilities are a BITS string: bit 0 is the highest of the first octet.
const (
	capBridge      = 0x20
	capAccessPoint = 0x10
	capRouter      = 0x08
	capStation     = 0x01
)

// advert is what a jack's LLDP frames say.
type advert struct {
	chassis      mac
	portSubtype  portIDSubtype
	portID       []byte
	portDescr    string
	sysName      string
	sysDescr     string
	capable      byte
	enabled      byte
	address      netip.Addr // Invalid if no management address is sent.
	addressIndex int32      // The interface number that goes with it.
}

// advertised works out the frames of a jack that sends LLDP.
func (j *jack) advertised() advert {
	switch {
	case j.port != nil:
		return j.port.advertised()
	case j.nic != nil:
		return j.nic.advertised()
	default:
		return j.stranger.advert
	}
}

func (p *port) advertised() advert {
	d := p.device
	return advert{
		chassis:      d.chassis,
		portSubtype:  d.maker.portID,
		portID:       p.portID(),
		portDescr:    p.descr,
		sysName:      d.sysName(),
		sysDescr:     d.maker.sysDescr,
		capable:      capBridge | capRouter,
		enabled:      capBridge | capRouter,
		address:      d.address,
		addressIndex: int32(managementIndex(d.maker)),
	}
}

// remote is a row of a switch's lldpRemTable.
type remote struct {
	timeMark uint32
	index    uint32
	local    *port
	from     *jack
	said     advert
}

// lldpState is what a switch's LLDP agent holds.
type lldpState struct {
	remotes   []*remote // In the order of the table: time mark, port, index.
	nextIndex uint32
	changed   uint32 // lldpStatsRemTablesLastChangeTime
	inserts   uint32
	deletes   uint32
}

// on finds what is heard on a port.
func (s *lldpState) on(p *port) []*remote {
	var out []*remote
	for _, r := range s.remotes {
		if r.local == p {
			out = append(out, r)
		}
	}
	return out
}

// knows says whether a port's table has a jack.
func (s *lldpState) knows(p *port, far *jack) bool {
	return slices.ContainsFunc(s.remotes, func(r *remote) bool { return r.local == p && r.from == far })
}

// forget removes a row at a moment of the device's uptime.
func (s *lldpState) forget(r *remote, ticks uint32) {
	s.remotes = slices.DeleteFunc(s.remotes, func(other *remote) bool { return other == r })
	s.deletes++
	s.changed = max(s.changed, ticks)
}

// learn adds what is heard on a port.
func (s *lldpState) learn(p *port, from *jack, ticks uint32) {
	s.nextIndex++
	s.remotes = append(s.remotes, &remote{ticks, s.nextIndex, p, from, from.advertised()})
	slices.SortFunc(s.remotes, func(a, b *remote) int {
		return cmp.Or(cmp.Compare(a.timeMark, b.timeMark), cmp.Compare(a.local.lldpNumber(), b.local.lldpNumber()), cmp.Compare(a.index, b.index))
	})
	s.inserts++
	s.changed = max(s.changed, ticks)
}

// settle brings a port's carrier and its LLDP row to what its cable makes of
// them, and says whether anything changed. It takes carrier loss as LLDP
// agents do, at once, and a neighbour's first frame as sent when the link
// comes up.
func (p *port) settle(ticks uint32) bool {
	changed := false
	if up := p.carrier(); up != p.oper {
		if p.oper {
			p.carried += uint64(ticks - p.changed)
		}
		p.oper, p.changed, changed = up, ticks, true
	}
	lldp, heard := &p.device.lldp, p.heard()
	for _, known := range lldp.on(p) {
		if !slices.Contains(heard, known.from) {
			lldp.forget(known, ticks)
			changed = true
		}
	}
	for _, far := range heard {
		if !lldp.knows(p, far) {
			lldp.learn(p, far, ticks)
			changed = true
		}
	}
	return changed
}
