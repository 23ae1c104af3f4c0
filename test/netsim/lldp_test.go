package netsim_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/netseam/netseam/test/netsim"
)

// told is the part of the truth that SNMP tells.
type told struct {
	Links       []netsim.Link
	Attachments []netsim.Attachment
	Neighbours  []netsim.Neighbour
}

// fromTruth keeps of the truth what switches that answer can say.
func fromTruth(truth netsim.Truth) told {
	var out told
	silent := func(p netsim.Port) bool { return slices.Contains(truth.Silent, p.Device) }
	for _, l := range truth.Links {
		l.SeenByA, l.SeenByB = l.SeenByA && !silent(l.A), l.SeenByB && !silent(l.B)
		if l.SeenByA || l.SeenByB {
			out.Links = append(out.Links, l)
		}
	}
	for _, a := range truth.Attachments {
		if a.Seen && !silent(a.Port) {
			out.Attachments = append(out.Attachments, a)
		}
	}
	for _, n := range truth.Neighbours {
		if !silent(n.Port) {
			out.Neighbours = append(out.Neighbours, n)
		}
	}
	return out
}

// fromSNMP works out the same from rows alone. What it takes from the truth is
// which hosts there are, as the clusters' APIs would tell it.
func fromSNMP(t testing.TB, r *reader, memory map[string]*seen, truth netsim.Truth) told {
	t.Helper()
	byChassis := map[string]string{} // chassis -> switch
	for name, s := range memory {
		byChassis[s.chassis] = name
	}
	var out told
	for name, s := range r.devices {
		for _, rem := range s.remotes {
			at := netsim.Port{Device: name, Port: s.local(t, rem.localNum)}
			if far, ok := byChassis[rem.chassis]; ok {
				out.link(at, netsim.Port{Device: far, Port: memory[far].announced(t, rem)})
				continue
			}
			if a, ok := attachment(rem, at, truth); ok {
				out.Attachments = append(out.Attachments, a)
				continue
			}
			out.Neighbours = append(out.Neighbours, netsim.Neighbour{Port: at, Name: rem.sysName, ChassisID: rem.chassis})
		}
	}
	return out
}

// link notes that one end has seen the other.
func (o *told) link(at, far netsim.Port) {
	a, b, first := at, far, true
	if far.Device < at.Device || (far.Device == at.Device && far.Port < at.Port) {
		a, b, first = far, at, false
	}
	i := slices.IndexFunc(o.Links, func(l netsim.Link) bool { return l.A == a && l.B == b })
	if i < 0 {
		i = len(o.Links)
		o.Links = append(o.Links, netsim.Link{A: a, B: b, Up: true})
	}
	if first {
		o.Links[i].SeenByA = true
	} else {
		o.Links[i].SeenByB = true
	}
}

// attachment finds the NIC that a row is of: the chassis is the address of the
// host's first NIC, the port id an address or a name.
func attachment(rem row, at netsim.Port, truth netsim.Truth) (netsim.Attachment, bool) {
	for _, host := range truth.Attachments {
		if host.MAC != rem.chassis {
			continue
		}
		for _, a := range truth.Attachments {
			if a.Node != host.Node {
				continue
			}
			if (rem.portSubtype == 3 && a.MAC == hardware(rem.portID)) || (rem.portSubtype == 5 && a.NIC == rem.portID) {
				a.Port, a.Up, a.Seen = at, true, true
				return a, true
			}
		}
	}
	return netsim.Attachment{}, false
}

// follower reads a world again and again and remembers switches that have gone
// silent, to know whose ports others see.
type follower struct {
	world  *netsim.World
	memory map[string]*seen // name -> what the switch said last
}

func follow(w *netsim.World) *follower {
	return &follower{w, map[string]*seen{}}
}

// agree checks that SNMP tells the truth, and returns the truth.
func (f *follower) agree(t testing.TB, when string) netsim.Truth {
	t.Helper()
	truth, r := f.world.Truth(), read(t, f.world)
	maps.Copy(f.memory, r.devices)
	if diff := cmp.Diff(truth.Silent, r.silent); diff != "" {
		t.Errorf("%s: silent switches (-truth +snmp):\n%s", when, diff)
	}
	want, got := fromTruth(truth), fromSNMP(t, r, f.memory, truth)
	for name, lists := range map[string][2][]string{
		"links":       {lines(want.Links), lines(got.Links)},
		"attachments": {lines(want.Attachments), lines(got.Attachments)},
		"neighbours":  {lines(want.Neighbours), lines(got.Neighbours)},
	} {
		if diff := cmp.Diff(lists[0], lists[1]); diff != "" {
			t.Errorf("%s: %s (-truth +snmp):\n%s", when, name, diff)
		}
	}
	lit := map[netsim.Port]bool{}
	for _, l := range truth.Links {
		lit[l.A], lit[l.B] = l.Up, l.Up
	}
	for _, a := range truth.Attachments {
		lit[a.Port] = a.Up
	}
	for _, n := range truth.Neighbours {
		lit[n.Port] = true
	}
	for name, s := range r.devices {
		for num := range s.locID {
			port := s.local(t, num)
			if got, up := s.operOf(port), lit[netsim.Port{Device: name, Port: port}]; got != up {
				t.Errorf("%s: %s %s is up: %v, want %v", when, name, port, got, up)
			}
		}
	}
	return truth
}

// operOf is whether an interface is up.
func (s *seen) operOf(name string) bool {
	for index, n := range s.ifName {
		if n == name {
			return s.oper[index] == 1
		}
	}
	return false
}
