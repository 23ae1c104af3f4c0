package discovery

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/netseam/netseam/collectors/snmp"
)

// index finds devices by what tells them apart.
type index map[mark][]*device

// mark is one thing that a device is known by.
type mark struct{ kind, value string }

const (
	markChassis = "chassis"
	markEngine  = "engine"
	markBase    = "base"
	markAddress = "address"
)

func marks(address netip.Addr, id snmp.Identity) []mark {
	var out []mark
	add := func(kind, value string) {
		if value != "" {
			out = append(out, mark{kind, value})
		}
	}
	if id.ChassisID != "" {
		add(markChassis, chassis{id.ChassisIDSubtype, id.ChassisID}.String())
	}
	add(markEngine, id.EngineID)
	add(markBase, id.BaseMAC)
	if address.IsValid() {
		add(markAddress, address.String())
	}
	for _, a := range id.Addresses {
		if !special(a) && a != address {
			add(markAddress, a.String())
		}
	}
	return out
}

// String is the ID with its subtype.
func (c chassis) String() string { return string('0'+rune(c.subtype)) + ":" + c.id }

func (x index) insert(d *device) {
	for _, m := range marks(d.address, d.id) {
		x[m] = append(x[m], d)
	}
}

func (x index) remove(d *device) {
	for _, m := range marks(d.address, d.id) {
		left := slices.DeleteFunc(x[m], func(other *device) bool { return other == d })
		if len(left) == 0 {
			delete(x, m)
		} else {
			x[m] = left
		}
	}
}

// find is the device that answered as id at an address, nil if it is none that
// is known. An ID alone proves nothing: members of a pair share chassis IDs,
// copies of an image share engine IDs; and neither does a name.
func (x index) find(at netip.Addr, id snmp.Identity) *device {
	for _, m := range marks(at, id) {
		for _, d := range x[m] {
			if !sameName(d.id.SysName, id.SysName) {
				continue
			}
			if m.kind != markAddress {
				return d
			}
			// Both say that they have the address by which the other is asked.
			if at == d.address || slices.Contains(d.id.Addresses, at) && slices.Contains(id.Addresses, d.address) {
				return d
			}
		}
	}
	return nil
}

// knownAs is the device that has an address by what neighbours say of it, nil
// if that is none that is known.
func (p *Planner) knownAs(c *candidate) *device {
	if c.chassis.id != "" {
		for _, d := range p.known[mark{markChassis, c.chassis.String()}] {
			if sameName(d.id.SysName, c.name) {
				return d
			}
		}
	}
	for _, d := range p.known[mark{markAddress, c.address.String()}] {
		// The same address may be used twice; then the names differ.
		other := c.chassis.id != "" && d.id.ChassisID != "" && c.chassis != chassis{d.id.ChassisIDSubtype, d.id.ChassisID}
		if sameName(d.id.SysName, c.name) && (!other || c.name != "" && d.id.SysName != "") {
			return d
		}
	}
	return nil
}

// sameName says whether two names may be one device's: with its domain or
// without, in any case, or not known.
func sameName(a, b string) bool {
	a, b = strings.ToLower(a), strings.ToLower(b)
	if a == "" || b == "" || a == b {
		return true
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	return strings.HasPrefix(b, a+".")
}
