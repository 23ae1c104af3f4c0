package snmp

import (
	"context"
	"strconv"
)

// lldpForm is one of the MIBs that tell what LLDP heard. They have the columns
// of LLDP-MIB under other identifiers and indexes.
type lldpForm struct {
	mib string
	// local is where the scalars of the device itself are, "" for a MIB without.
	local string
	// The entries of the tables: own ports, neighbours, their addresses, own
	// addresses.
	ports, neighbours, addresses, own string
	// indexed says that a row's local port is its ifIndex, and that the number
	// of the destination address follows it in the index.
	indexed bool
	// enabled is the column of the enabled capabilities.
	enabled int
}

// lldpForms are tried in this order until one has neighbours. A device may
// answer to the first with all but those.
func lldpForms() []lldpForm {
	const v1, v2, timetra = "1.0.8802.1.1.2.1", "1.3.111.2.802.1.1.13.1", "1.3.6.1.4.1.6527.3.1.2.59"
	return []lldpForm{
		{
			mib: "LLDP-MIB", local: v1 + ".3", ports: v1 + ".3.7.1", own: v1 + ".3.8.1",
			neighbours: v1 + ".4.1.1", addresses: v1 + ".4.2.1", enabled: 12,
		},
		{
			mib: "LLDP-V2-MIB", local: v2 + ".3", ports: v2 + ".3.7.1", own: v2 + ".3.8.1",
			neighbours: v2 + ".4.1.1", addresses: v2 + ".4.2.1", indexed: true, enabled: 13,
		},
		{
			mib: "TIMETRA-LLDP-MIB", ports: timetra + ".3.1.1", neighbours: timetra + ".4.1.1",
			addresses: timetra + ".4.2.1", indexed: true, enabled: 12,
		},
	}
}

// indexParts is how many parts the index of a neighbour has.
func (f lldpForm) indexParts() int {
	if f.indexed {
		return 4
	}
	return 3
}

// scalars are what a device says of itself.
func (f lldpForm) scalars() []object {
	if f.local == "" {
		return nil
	}
	return []object{
		upTime(),
		{"lldpLocChassisIdSubtype", f.local + ".1.0"},
		{"lldpLocChassisId", f.local + ".2.0"},
		{"lldpLocSysName", f.local + ".3.0"},
	}
}

// portHints are columns of makers' own tables that say on which interface the
// neighbour with a row's number is heard: for agents whose rows of lldpRemTable
// do not.
func portHints() []object {
	return []object{{"mtxrNeighborInterfaceID", "1.3.6.1.4.1.14988.1.1.11.1.1.8"}}
}

// readPortHints reads them: lldpRemIndex -> ifIndex.
func readPortHints(ctx context.Context, s session) (map[uint32]uint32, error) {
	for _, column := range portHints() {
		cells, err := s.Walk(ctx, column)
		if hints := decodePortHints(cells, column); err != nil || len(hints) > 0 {
			return hints, err
		}
	}
	return map[uint32]uint32{}, nil
}

func decodePortHints(cells []binding, column object) map[uint32]uint32 {
	out := map[uint32]uint32{}
	for _, b := range cells {
		if len(b.oid) <= len(column.oid) {
			continue
		}
		row, err := strconv.ParseUint(b.oid[len(column.oid)+1:], 10, 32)
		if ifIndex := b.value.uint32(); err == nil && ifIndex != 0 {
			out[uint32(row)] = ifIndex
		}
	}
	return out
}

// portless says whether there are neighbours without a local port.
func (l LLDP) portless() bool {
	for _, n := range l.Neighbours {
		if n.LocalPortNum == 0 {
			return true
		}
	}
	return false
}
