package expose

import (
	"maps"
	"slices"
	"strings"
)

// Bound is an address that no Service has and that nodes hold all the same:
// under which pods go out, or at which the API server is.
type Bound struct {
	Address          string
	Mechanism, Class string
	Object           string
	// Node holds it, by what the object says. With a Lease it may hold it, and
	// the one who holds the Lease does.
	Node  string
	Lease Name
}

// ClassEgress is the class of addresses under which pods go out.
const ClassEgress = "egress"

func (*Bound) fact() {}

// ownKey is what owns the address, beside services and fronts.
func (b *Bound) ownKey() string { return "bound/" + b.Object + "/" + b.Node }

// bounds says of an address without a Service who holds it, one finding a
// mechanism.
func (v *view) bounds() []finding {
	found := map[string]*finding{}
	for _, b := range v.bound {
		f := found[b.Mechanism]
		if f == nil {
			f = &finding{mechanism: b.Mechanism, class: b.Class, expected: true}
			found[b.Mechanism] = f
		}
		if n := v.world.nodes[b.Node]; n != nil && n.Ready && !has(f.eligible, n.Name) {
			f.eligible = append(f.eligible, n)
		}
		switch {
		case b.Lease != (Name{}):
			f.rule = "nodes that run it"
			v.holds(f, b.Lease)
		case b.Node != "":
			f.rule = "as its status says"
			f.announcers = append(f.announcers, announcer{node: b.Node, object: b.Object, trust: high()})
		default:
			f.doubt(b.Object + " names no node")
		}
	}
	var out []finding
	for _, mechanism := range slices.Sorted(maps.Keys(found)) {
		f := found[mechanism]
		slices.SortFunc(f.eligible, func(a, b *Node) int { return strings.Compare(a.Name, b.Name) })
		out = append(out, *f)
	}
	return out
}

// holds asks a Lease once who holds the address.
func (v *view) holds(f *finding, name Name) {
	if len(f.announcers) > 0 || f.unknown != "" {
		return
	}
	for _, l := range v.world.leases[name.Name] {
		if l.Namespace == name.Namespace {
			f.hold([]*Lease{l})
			return
		}
	}
	f.unknown = "no Lease " + name.String()
	if why := v.world.missing["leases"]; why != "" {
		f.unknown += "; leases: " + why
	}
}
