package stitch_test

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/stitch"
)

// learned is one claim of a forwarding table: MACs, by their last octet, on a port.
type learned struct {
	device, port api.VertexID
	macs         []byte
	aged, fresh  bool
}

func mac(n byte) api.MAC { return api.MAC{2, 0, 0, 0, 0, n} }

// fabric is an index of claims, put in in a given order, with what else is known.
func fabric(claims []learned, order []int, more ...[]stitch.Entry) (*stitch.Index, stitch.Tables) {
	x := stitch.NewIndex()
	known, keys := map[stitch.RowID]learned{}, map[stitch.RowID]string{}
	crowds := map[api.VertexID]int{}
	for number, i := range order {
		c, id := claims[i], stitch.RowID(number+1)
		known[id], keys[id] = c, strconv.Itoa(i)
		var macs []api.MAC
		for _, n := range c.macs {
			macs = append(macs, mac(n))
		}
		x.Replace(nil, stitch.StationEntries(id, macs))
		x.Replace(nil, stitch.TableEntries(id, c.device, c.port))
		crowds[c.port] += len(macs)
	}
	for port, n := range crowds {
		x.Replace(nil, stitch.CrowdEntries(port, n))
	}
	for _, entries := range more {
		x.Replace(nil, entries)
	}
	return x, func(claim stitch.RowID, m api.MAC) (stitch.Learned, bool) {
		c, ok := known[claim]
		if claim == 50 { // the address table's
			return stitch.Learned{}, true
		}
		return stitch.Learned{Key: keys[claim], Aged: c.aged, New: c.fresh}, ok && slices.Contains(c.macs, m[5])
	}
}

// linked says that LLDP heard a device on a port.
func linked(device, port, remote, remotePort api.VertexID) []stitch.Entry {
	row := stitch.Row{ID: 1000, Neighbour: &api.Neighbour{}, Device: device, Port: port}
	return stitch.ReverseEntries(row, stitch.Conclusion{Outcome: stitch.Device, Remote: remote, RemotePort: remotePort})
}

func speaksWith(lag, device api.VertexID, partner string) []stitch.Entry {
	return stitch.Entries(&api.Vertex{
		ID: lag, Kind: api.VertexLAG, Parent: device, Name: "po", Attrs: []api.Attr{{Key: api.AttrPartner, Value: partner}, {Key: api.AttrPartnerKey, Value: "7"}},
	})
}

func inOrder(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

func TestLocate(t *testing.T) {
	// Devices 1 to 3 have ports 11, 12 … 31, 32.
	for name, test := range map[string]struct {
		claims []learned
		more   [][]stitch.Entry
		mac    api.MAC
		want   []api.VertexID
		why    string
	}{
		"the port behind which no switch is": {
			claims: []learned{{device: 1, port: 11, macs: []byte{1}}, {device: 2, port: 21, macs: []byte{1, 2, 3}}},
			more:   [][]stitch.Entry{linked(1, 12, 2, 21)}, mac: mac(1), want: []api.VertexID{11},
		},
		"only trunks": {
			claims: []learned{{device: 1, port: 12, macs: []byte{9}}, {device: 2, port: 21, macs: []byte{1}}},
			more:   [][]stitch.Entry{linked(1, 12, 2, 21)}, mac: mac(1), why: "only to ports that lead to other switches",
		},
		"a silent switch is found by its fewer MACs": {
			claims: []learned{{device: 1, port: 11, macs: []byte{1, 2}}, {device: 2, port: 21, macs: []byte{1}}, {device: 2, port: 22, macs: []byte{2}}},
			mac:    mac(1), want: []api.VertexID{21},
		},
		"nothing tells two apart": {
			claims: []learned{{device: 1, port: 11, macs: []byte{1}}, {device: 2, port: 21, macs: []byte{1}}},
			mac:    mac(1), why: "several edge ports",
		},
		"two ports of one bridge are a loop": {
			claims: []learned{{device: 1, port: 11, macs: []byte{1}}, {device: 1, port: 12, macs: []byte{1}}},
			mac:    mac(1), why: "several edge ports",
		},
		"two legs of a bundle": {
			claims: []learned{{device: 1, port: 11, macs: []byte{1}}, {device: 2, port: 21, macs: []byte{1, 2}}},
			more:   [][]stitch.Entry{speaksWith(11, 1, "cc"), speaksWith(21, 2, "cc")}, mac: mac(1), want: []api.VertexID{11, 21},
		},
		"aggregates of different partners are none": {
			claims: []learned{{device: 1, port: 11, macs: []byte{1}}, {device: 2, port: 21, macs: []byte{1}}},
			more:   [][]stitch.Entry{speaksWith(11, 1, "cc"), speaksWith(21, 2, "dd")}, mac: mac(1), why: "several edge ports",
		},
		"LLDP on the members, the MAC on the aggregate": {
			claims: []learned{{device: 1, port: 19, macs: []byte{1}}, {device: 2, port: 21, macs: []byte{1}}, {device: 2, port: 22, macs: []byte{5}}},
			more:   [][]stitch.Entry{stitch.MemberEntries(11, 19), linked(1, 11, 2, 22)}, mac: mac(1), want: []api.VertexID{21},
		},
		"a router without a forwarding table is no switch, and yet between": {
			claims: []learned{{device: 1, port: 11, macs: []byte{1}}},
			more:   [][]stitch.Entry{linked(1, 11, 3, 31)}, mac: mac(1), want: []api.VertexID{11},
		},
		"what aged gives way to what is there": {
			claims: []learned{{device: 1, port: 11, macs: []byte{1}, aged: true}, {device: 2, port: 21, macs: []byte{1}}},
			mac:    mac(1), want: []api.VertexID{21},
		},
		"… but not to what only just came": {
			claims: []learned{{device: 1, port: 11, macs: []byte{1}, aged: true}, {device: 2, port: 21, macs: []byte{1}, fresh: true}},
			mac:    mac(1), want: []api.VertexID{11},
		},
		"a gateway's address is nowhere": {
			claims: []learned{{device: 1, port: 11, macs: []byte{1}}}, mac: api.MAC{0, 0, 0x5e, 0, 1, 1}, why: "no one interface's",
		},
		"nobody knows it": {claims: []learned{{device: 1, port: 11, macs: []byte{1}}}, mac: mac(4), why: "no forwarding table"},
		"a base port that means nothing": {
			claims: []learned{{device: 1, macs: []byte{1}}}, mac: mac(1), why: "means no interface",
		},
	} {
		t.Run(name, func(t *testing.T) {
			x, tables := fabric(test.claims, inOrder(len(test.claims)), test.more...)
			got := stitch.Locate(test.mac, x.For(1), tables)
			var ports []api.VertexID
			for _, p := range got.Places {
				ports = append(ports, p.Port)
			}
			slices.Sort(ports)
			if !slices.Equal(ports, test.want) || (test.why == "") != (got.Why == "") || !strings.Contains(got.Why, test.why) {
				t.Errorf("got %v (%s), want %v (%s)", ports, got.Why, test.want, test.why)
			}
		})
	}
}

// Where a MAC is does not depend on which table was read first.
func TestLocateRestsOnNoOrder(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var claims []learned
		for range rapid.IntRange(1, 8).Draw(r, "claims") {
			device := rapid.IntRange(1, 4).Draw(r, "device")
			claims = append(claims, learned{
				device: api.VertexID(device), port: api.VertexID(10*device + rapid.IntRange(1, 3).Draw(r, "port")),
				macs: rapid.SliceOfNDistinct(rapid.ByteRange(1, 5), 1, 4, rapid.ID).Draw(r, "MACs"),
				aged: rapid.Bool().Draw(r, "aged"), fresh: rapid.Bool().Draw(r, "fresh"),
			})
		}
		for i := range claims {
			slices.Sort(claims[i].macs)
		}
		more := [][]stitch.Entry{linked(1, 11, 2, 21), speaksWith(13, 1, "cc"), speaksWith(23, 2, "cc"), stitch.MemberEntries(31, 32)}
		places := func(order []int) (out []stitch.Place, why string) {
			x, tables := fabric(claims, order, more...)
			found := stitch.Locate(mac(1), x.For(1), tables)
			for i := range found.Places {
				found.Places[i].Claim = 0 // its number says when it came
			}
			return found.Places, found.Why
		}
		a, whyA := places(inOrder(len(claims)))
		b, whyB := places(rapid.Permutation(inOrder(len(claims))).Draw(r, "order"))
		if !slices.Equal(a, b) || whyA != whyB {
			r.Fatalf("in one order %v (%s), in another %v (%s)", a, whyA, b, whyB)
		}
	})
}

func TestSeatsGoByWayOfARouterOnlyWhereItIsClear(t *testing.T) {
	x, tables := fabric([]learned{{device: 1, port: 11, macs: []byte{1}}, {device: 1, port: 12, macs: []byte{2}}}, inOrder(2))
	node := func(id api.VertexID, address string) stitch.Sought {
		x.Replace(nil, stitch.Entries(&api.Vertex{ID: id, Kind: api.VertexNode, Name: id.String(), Attrs: []api.Attr{{Key: api.AttrAddress, Value: address}}}))
		return stitch.Sought{ID: id, Addresses: []string{address}}
	}
	binds := func(address string, m api.MAC) {
		x.Replace(nil, stitch.BindingEntries(50, "", []api.Binding{{Address: netip.MustParseAddr(address), MAC: m}}))
	}
	binds("10.0.0.1", mac(1))
	if seats, _, why := stitch.Seats(node(100, "10.0.0.1"), x.For(1), tables); len(seats) != 1 || seats[0].Port != 11 || seats[0].Confidence != 75 {
		t.Errorf("got %v (%s), want port 11", seats, why)
	}
	binds("10.0.0.1", mac(2))
	if seats, _, why := stitch.Seats(stitch.Sought{ID: 100, Addresses: []string{"10.0.0.1"}}, x.For(1), tables); len(seats) != 0 || !strings.Contains(why, "several MACs") {
		t.Errorf("an address with two MACs is at %v (%s)", seats, why)
	}
	binds("10.0.0.2", mac(2))
	first := node(101, "10.0.0.2")
	node(102, "10.0.0.2")
	if seats, _, why := stitch.Seats(first, x.For(1), tables); len(seats) != 0 || !strings.Contains(why, "several nodes") {
		t.Errorf("an address that two nodes have is at %v (%s)", seats, why)
	}
	// A router answers for what is behind it.
	binds("10.0.0.3", mac(2))
	x.Replace(nil, stitch.Entries(&api.Vertex{ID: 7, Kind: api.VertexDevice, Name: "r", Attrs: []api.Attr{{Key: api.AttrMAC, Value: mac(2).String()}}}))
	if seats, _, why := stitch.Seats(node(103, "10.0.0.3"), x.For(1), tables); len(seats) != 0 || !strings.Contains(why, "answered for by a network device") {
		t.Errorf("a proxied address is at %v (%s)", seats, why)
	}
}
