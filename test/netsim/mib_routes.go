package netsim

import (
	"net/netip"
	"slices"

	"github.com/netseam/netseam/test/netsim/snmpagent"
)

// routeRow is a row of inetCidrRouteTable (IP-FORWARD-MIB).
type routeRow struct {
	index snmpagent.OID
	own   bool
}

// takeRoutes copies what a border says of the routes to exposed addresses.
func (t *tables) takeRoutes(d *device) {
	if !d.binds() {
		return
	}
	routes, _ := d.within.routes()
	routes = append(routes, route{netip.PrefixFrom(netip.IPv4Unspecified(), 0), netip.AddrFrom4([4]byte{192, 0, 2, 1})}) // all else is outside
	for _, r := range routes {
		t.routes = append(t.routes, routeRow{routeIndex(r), !r.hop.IsValid()})
	}
	for _, n := range d.within.speakers() {
		t.peers = append(t.peers, n.address)
	}
	slices.SortFunc(t.peers, netip.Addr.Compare)
	slices.SortFunc(t.routes, func(a, b routeRow) int { return a.index.Compare(b.index) })
}

// routeIndex is the network's type, octets and length, no policy, and the next
// hop's type and octets.
func routeIndex(r route) snmpagent.OID {
	out := appendAddress(nil, r.to.Addr())
	out = append(out, uint32(r.to.Bits()), 2, 0, 0)
	return appendAddress(out, r.hop)
}

func appendAddress(index snmpagent.OID, a netip.Addr) snmpagent.OID {
	if !a.IsValid() {
		return append(index, 0, 0) // unknown
	}
	return addressIndex(index, a)
}

// routing is the scalar that says whether the device routes, and its routes.
func (t *tables) routing() []snmpagent.Column {
	if !t.device.binds() {
		return nil
	}
	ip := snmpagent.OID{1, 3, 6, 1, 2, 1, 4}
	entry := ip.Append(24, 7, 1)
	index := make([]snmpagent.OID, len(t.routes))
	for i := range t.routes {
		index[i] = t.routes[i].index
	}
	const local, remote, byLocal, byBGP = 3, 4, 2, 14
	of := func(own, other int32) func(*routeRow) snmpagent.Value {
		return func(r *routeRow) snmpagent.Value {
			if r.own {
				return snmpagent.Integer(own)
			}
			return snmpagent.Integer(other)
		}
	}
	return []snmpagent.Column{
		constant(ip.Append(1), snmpagent.Integer(1)), // ipForwarding
		column(entry.Append(7), index, t.routes, of(gatewayIndex, gatewayIndex)),
		column(entry.Append(8), index, t.routes, of(local, remote)),
		column(entry.Append(9), index, t.routes, of(byLocal, byBGP)),
	}
}
