package snmp

import (
	"context"
	"slices"
	"time"

	"github.com/netseam/netseam/api"
)

// lldpExtensions are what the far ends of LLDP rows say in the extensions of
// IEEE 802.1 and 802.3, by the rows' index without its time mark.
type lldpExtensions map[[2]uint32]*lldpExtension

type lldpExtension struct {
	pvid  uint16
	vlans api.VLANSet
	mtu   uint32
}

func remotePVID() source {
	return source{"lldpXdot1RemTable", "1.0.8802.1.1.2.1.5.32962.1.3.1.1", []int{1}}
}

// remoteVLANs has the VLAN behind the row's index.
func remoteVLANs() source {
	return source{"lldpXdot1RemVlanNameTable", "1.0.8802.1.1.2.1.5.32962.1.3.3.1", []int{2}}
}

func remoteFrames() source {
	return source{"lldpXdot3RemMaxFrameSizeTable", "1.0.8802.1.1.2.1.5.4623.1.3.4.1", []int{1}}
}

func readLLDPExtensions(ctx context.Context, s session) (lldpExtensions, error) {
	cells, err := readAll(ctx, s, remotePVID(), remoteVLANs(), remoteFrames())
	return decodeLLDPExtensions(cells), err
}

func decodeLLDPExtensions(cells []binding) lldpExtensions {
	out := lldpExtensions{}
	of := func(r row, parts int) *lldpExtension {
		if len(r.index) != parts {
			return nil
		}
		key := [2]uint32{r.index[1], r.index[2]}
		if out[key] == nil {
			out[key] = &lldpExtension{}
		}
		return out[key]
	}
	for _, r := range rowsOf(cells, remotePVID().entry) {
		if e, vlan := of(r, 3), r.number(1); e != nil && vlan <= api.MaxVLAN {
			e.pvid = uint16(vlan)
		}
	}
	for _, r := range rowsOf(cells, remoteVLANs().entry) {
		if e := of(r, 4); e != nil && r.last() != 0 && r.last() <= api.MaxVLAN {
			e.vlans = append(e.vlans, uint16(r.last()))
		}
	}
	for _, r := range rowsOf(cells, remoteFrames().entry) {
		if e := of(r, 3); e != nil {
			e.mtu = r.number(1)
		}
	}
	for _, e := range out {
		e.vlans = sortedSet(e.vlans)
	}
	return out
}

// with is the same with what the neighbours say in extensions.
func (l LLDP) with(all lldpExtensions) LLDP {
	if len(all) == 0 {
		return l
	}
	l.Neighbours = slices.Clone(l.Neighbours)
	for i := range l.Neighbours {
		n := &l.Neighbours[i]
		if e := all[[2]uint32{n.LocalPortNum, n.RemIndex}]; e != nil {
			n.PVID, n.VLANs, n.MTU = e.pvid, e.vlans, e.mtu
		}
	}
	return l
}

// extend reads the extensions when they are due: they seldom change.
func (p *poller) extend(ctx context.Context, s session) error {
	if time.Now().Before(p.extensionsDue) {
		return nil
	}
	read, err := readLLDPExtensions(ctx, s)
	if err != nil {
		return err
	}
	p.extensions, p.extensionsDue = read, time.Now().Add(p.cfg.TableInterval-p.cfg.Interval/2)
	return nil
}
