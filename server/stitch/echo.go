package stitch

import (
	"hash/fnv"
	"slices"

	"github.com/netseam/netseam/api"
)

// rank orders neighbour protocols by how exactly they say who is there.
func rank(protocol string) int {
	return slices.Index([]string{api.ProtocolLLDP, api.ProtocolCDP, api.ProtocolFDP, api.ProtocolMNDP, api.ProtocolSTP}, protocol)
}

// isEcho says whether another protocol says of the same neighbour on the same
// port what this row says less exactly. A spanning tree knows only who is above:
// what any other protocol hears there says more.
func isEcho(r Row, find Finder, rows RowLookup) bool {
	mine := rank(r.Neighbour.Protocol)
	if mine == 0 {
		return false
	}
	find(saidOnKey(r.Port)) // what the others say, beside who they are
	for _, id := range find(onPortKey(r.Port)) {
		other, ok := rows(RowID(id))
		if !ok || other.ID == r.ID || other.Port != r.Port || rank(other.Neighbour.Protocol) >= mine {
			continue
		}
		if r.Neighbour.Protocol == api.ProtocolSTP || isSame(r.Neighbour, other.Neighbour) {
			return true
		}
	}
	return false
}

// isSame says whether two rows hear one thing.
func isSame(a, b *api.Neighbour) bool {
	if a.ChassisID != "" && a.ChassisID == b.ChassisID {
		return true
	}
	names := hostNames(a.SysName)
	return slices.ContainsFunc(hostNames(b.SysName), func(n string) bool { return slices.Contains(names, n) }) ||
		slices.ContainsFunc(b.Addresses, func(x string) bool { return slices.Contains(a.Addresses, x) })
}

// onPortEntries let a row be found by the port that it was heard on, and tell
// who found it when it says something else.
func onPortEntries(r Row) []Entry {
	if r.Port == 0 {
		return nil
	}
	return []Entry{{onPortKey(r.Port), uint64(r.ID)}, {saidOnKey(r.Port), identityOf(r.Neighbour)}}
}

// identityOf is all of a row by which [isSame] compares it.
func identityOf(n *api.Neighbour) uint64 {
	h := fnv.New64a()
	for _, s := range append([]string{n.Protocol, n.ChassisID, n.SysName}, n.Addresses...) {
		_, _ = h.Write([]byte(s))
		_, _ = h.Write([]byte{0})
	}
	return h.Sum64()
}

func onPortKey(port api.VertexID) string { return "rows on " + port.String() }
func saidOnKey(port api.VertexID) string { return "said on " + port.String() }
