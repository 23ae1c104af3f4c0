package snmp

import (
	"context"
	"strconv"
)

// basePortEntry is dot1dBasePortTable of BRIDGE-MIB.
const basePortEntry = "1.3.6.1.2.1.17.1.4.1"

const dot1dBasePortIfIndex = 2

// readBasePorts reads which interface each port of the bridge is.
func readBasePorts(ctx context.Context, s session) (map[uint32]uint32, error) {
	column := object{"dot1dBasePortTable", basePortEntry}.column("dot1dBasePortIfIndex", dot1dBasePortIfIndex)
	cells, err := s.Walk(ctx, column)
	return decodeBasePorts(cells), err
}

// bridgePorts are those that the forwarding tables were read with; where that
// broke off they are read again, for what is told by base port.
func (k known) bridgePorts(ctx context.Context, s session) (map[uint32]uint32, error) {
	if k.basePorts != nil {
		return k.basePorts, nil
	}
	return readBasePorts(ctx, s)
}

// decodeBasePorts reads cells of dot1dBasePortIfIndex: base port -> ifIndex.
func decodeBasePorts(cells []binding) map[uint32]uint32 {
	out := make(map[uint32]uint32, len(cells))
	for _, b := range cells {
		column, index, ok := cell(b.oid, basePortEntry)
		if !ok || column != dot1dBasePortIfIndex {
			continue
		}
		port, err := strconv.ParseUint(index, 10, 32)
		if ifIndex := b.value.uint32(); err == nil && ifIndex != 0 {
			out[uint32(port)] = ifIndex
		}
	}
	return out
}
