package snmp

import (
	"cmp"
	"context"
	"net/netip"
	"slices"
	"strings"

	"github.com/netseam/netseam/api"
)

// TableDefault is the scope of default routes.
const TableDefault = "default"

// Defaults are where a router sends what it knows no way for.
type Defaults struct {
	VRF  string // "" for the default one
	List []DefaultRoute
}

// DefaultRoute is one next hop of a default route.
type DefaultRoute struct {
	Prefix  netip.Prefix // 0.0.0.0/0 or ::/0
	NextHop netip.Addr   // not valid where the interface itself leads on
	IfIndex uint32
}

// Rows implements Facts.
func (d *Defaults) Rows() int { return len(d.List) }

func defaultTopics() []topic {
	return []topic{{
		table: TableDefault, mib: "IP-FORWARD-MIB (default routes)", pace: paceTables, scalar: ipForwarding(), read: readDefaults,
	}}
}

func readDefaults(ctx context.Context, s session, _ known) (Facts, error) {
	return readDefaultsOf(ctx, s, "")
}

// readDefaultsOf asks for what follows the place of a default route, which is
// the first of a table however long that is.
func readDefaultsOf(ctx context.Context, s session, vrf string) (*Defaults, error) {
	out := &Defaults{VRF: vrf}
	if is, err := forwards(ctx, s, vrf != ""); err != nil || !is {
		return out, err
	}
	wanted := []netip.Prefix{netip.PrefixFrom(netip.IPv4Unspecified(), 0), netip.PrefixFrom(netip.IPv6Unspecified(), 0)}
	for _, t := range forwardingTables() {
		var list []search
		for _, p := range wanted {
			list = t.add(list, p.Addr(), 0)
		}
		for len(list) > 0 {
			rows, more, err := t.step(ctx, s, list)
			for _, r := range rows {
				out.List = append(out.List, DefaultRoute{r.Prefix, r.NextHop, r.IfIndex})
			}
			if err != nil {
				return out, err
			}
			list = more
		}
		wanted = slices.DeleteFunc(wanted, func(p netip.Prefix) bool {
			return slices.ContainsFunc(out.List, func(d DefaultRoute) bool { return d.Prefix == p })
		})
	}
	slices.SortFunc(out.List, func(x, y DefaultRoute) int {
		return cmp.Or(x.Prefix.Addr().Compare(y.Prefix.Addr()), x.NextHop.Compare(y.NextHop), cmp.Compare(x.IfIndex, y.IfIndex))
	})
	out.List = slices.Compact(out.List)
	return out, nil
}

func (d *Defaults) claims(k known) []api.Claim {
	var says []api.KV
	for _, r := range d.List {
		says = append(says, api.KV{Key: api.AttrDefault, Value: r.text(k.label(r.IfIndex), d.VRF)})
	}
	if len(says) == 0 {
		return nil
	}
	return []api.Claim{deviceSays("#default"+inVRF(d.VRF), says)}
}

func (r DefaultRoute) text(on, vrf string) string {
	words := []string{r.Prefix.String()}
	if r.NextHop.IsValid() {
		words = append(words, "to "+r.NextHop.String())
	}
	if on != "" {
		words = append(words, "on "+on)
	}
	if vrf != "" {
		words = append(words, "in VRF "+vrf)
	}
	return strings.Join(words, " ")
}
