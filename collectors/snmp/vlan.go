package snmp

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"

	"github.com/netseam/netseam/api"
)

// TableVLAN is the scope of VLANs.
const TableVLAN = "vlan"

// VLANs are a device's VLANs and what its ports do with them.
type VLANs struct {
	List  []VLAN // by ID
	Ports []PortVLANs
}

// VLAN is one that the device knows.
type VLAN struct {
	ID   uint16
	Name string
}

// PortVLANs is what a port does with VLANs. Sets that the device does not tell
// are nil, which is not "none".
type PortVLANs struct {
	// BasePort is 0 where the table is by interface.
	BasePort, IfIndex uint32
	PVID              uint16
	// VLANs are all that leave by the port, Untagged those of them that leave
	// without a tag.
	VLANs, Untagged api.VLANSet
}

// Rows implements Facts.
func (v *VLANs) Rows() int { return len(v.List) + len(v.Ports) }

// vlanTable is one table of VLANs. Columns that it does not have are 0; without
// one for the tag, that is the last part of the index.
type vlanTable struct {
	source
	tag, name        int
	egress, untagged int // bits of ports, the first of which is number 1
	// byIndex says that the bits are ifIndexes, and that the first is number 0.
	byIndex bool
	// kind is a column that is 1 for VLANs that Ethernet knows.
	kind int
	// static tables say what was configured, which gives way to what is.
	static bool
}

func vlanTables() []vlanTable {
	return []vlanTable{
		{
			source: source{"dot1qVlanCurrentTable", "1.3.6.1.2.1.17.7.1.4.2.1", []int{4, 5}}, egress: 4, untagged: 5,
		},
		{
			source: source{"dot1qVlanStaticTable", "1.3.6.1.2.1.17.7.1.4.3.1", []int{1, 2, 4}},
			name:   1, egress: 2, untagged: 4, static: true,
		},
		{
			source: source{"ieee8021QBridgeVlanCurrentTable", "1.3.111.2.802.1.1.4.1.4.2.1", []int{5, 6}}, egress: 5, untagged: 6,
		},
		{
			source: source{"ieee8021QBridgeVlanStaticTable", "1.3.111.2.802.1.1.4.1.4.3.1", []int{3, 4, 6}},
			name:   3, egress: 4, untagged: 6, static: true,
		},
		{
			source: source{"vtpVlanTable", "1.3.6.1.4.1.9.9.46.1.3.1.1", []int{2, 3, 4}}, name: 4, kind: 3,
		},
		{
			source: source{"jnxExVlanTable", "1.3.6.1.4.1.2636.3.40.1.5.1.5.1", []int{5, 2}}, tag: 5, name: 2,
		},
		{
			source: source{"jnxL2aldVlanTable", "1.3.6.1.4.1.2636.3.48.1.3.1.1", []int{3, 2}}, tag: 3, name: 2,
		},
		{
			source: source{"jetstreamVlanConfigTable", "1.3.6.1.4.1.11863.6.14.1.2.1.1", []int{2}}, name: 2,
		},
		{
			source: source{"rcVlanTable", "1.3.6.1.4.1.2272.1.3.2.1", []int{2, 11}}, name: 2, egress: 11, byIndex: true,
		},
		{
			source: source{"extremeVlanIfTable", "1.3.6.1.4.1.1916.1.2.1.2.1", []int{10, 2}}, tag: 10, name: 2,
		},
	}
}

// The tables that say something of each port.
func pvidTables() []source {
	return []source{
		{"dot1qPortVlanTable", "1.3.6.1.2.1.17.7.1.4.5.1", []int{1}},
		{"ieee8021QBridgePortVlanTable", "1.3.111.2.802.1.1.4.1.4.5.1", []int{1}},
	}
}

// memberTable is a table whose rows are a VLAN, by its number in another table,
// and a base port in it.
func memberTable() source {
	return source{"jnxExVlanPortGroupTable", "1.3.6.1.4.1.2636.3.40.1.5.1.7.1", []int{4}}
}

const memberTagged = 1

// taggingTable is of RAPID-CITY, by interface: the VLAN of untagged frames, and
// whether the port tags all, none, or all but that.
func taggingTable() source { return source{"rcVlanPortTable", "1.3.6.1.4.1.2272.1.3.3.1", []int{7, 8}} }

const (
	taggingPVID     = 7
	tagging         = 8
	tagsNone        = 2
	tagsAllButPVID  = 4
	tagsOnlyPVID    = 5
	trunkEncapsules = 16
	lastEncapsule   = 4
)

// accessTable is CISCO-VLAN-MEMBERSHIP-MIB, by interface.
func accessTable() source { return source{"vmMembershipTable", "1.3.6.1.4.1.9.9.68.1.2.2.1", []int{2}} }

// trunkTable is CISCO-VTP-MIB's, by interface.
func trunkTable() source {
	return source{"vlanTrunkPortTable", "1.3.6.1.4.1.9.9.46.1.6.1.1", []int{5, 14, 16, 4, 17, 18, 19}}
}

const (
	trunkStatus     = 14
	trunkNative     = 5
	trunking        = 1
	vlansPerColumn  = 1024
	membershipsVLAN = 2
)

func readVLANs(ctx context.Context, s session, k known) (Facts, error) {
	var tables []source
	for _, t := range vlanTables() {
		tables = append(tables, t.source)
	}
	tables = append(append(tables, pvidTables()...), memberTable(), taggingTable(), accessTable(), trunkTable())
	cells, err := readAll(ctx, s, tables...)
	if err != nil || len(cells) == 0 {
		return decodeVLANs(cells, k.basePorts), err
	}
	ports, err := k.bridgePorts(ctx, s)
	return decodeVLANs(cells, ports), err
}

// vlanDecoder gathers what the tables say.
type vlanDecoder struct {
	names    map[uint16]string
	alien    map[uint16]bool // VLANs of other networks than Ethernet
	current  map[uint16]bool // VLANs whose ports an operational table tells
	byBase   map[uint32]*PortVLANs
	byIf     map[uint32]*PortVLANs
	ids      map[uint32]uint16 // a VLAN's number in jnxExVlanTable -> its tag
	basePort map[uint32]uint32
}

func decodeVLANs(cells []binding, basePorts map[uint32]uint32) *VLANs {
	d := vlanDecoder{
		names: map[uint16]string{}, alien: map[uint16]bool{}, current: map[uint16]bool{}, ids: map[uint32]uint16{},
		byBase: map[uint32]*PortVLANs{}, byIf: map[uint32]*PortVLANs{}, basePort: basePorts,
	}
	for _, t := range vlanTables() {
		d.vlans(t, cells)
	}
	d.members(cells)
	for _, t := range pvidTables() {
		for _, r := range rowsOf(cells, t.entry) {
			if vlan := r.number(1); vlan != 0 && vlan <= api.MaxVLAN {
				d.base(r.last()).PVID = uint16(vlan)
			}
		}
	}
	d.tagging(cells)
	d.access(cells)
	d.trunks(cells)
	return d.result()
}

func (d *vlanDecoder) base(port uint32) *PortVLANs {
	p := d.byBase[port]
	if p == nil {
		p = &PortVLANs{BasePort: port, IfIndex: d.basePort[port]}
		d.byBase[port] = p
	}
	return p
}

func (d *vlanDecoder) byIndex(ifIndex uint32) *PortVLANs {
	p := d.byIf[ifIndex]
	if p == nil {
		p = &PortVLANs{IfIndex: ifIndex}
		d.byIf[ifIndex] = p
	}
	return p
}

// vlans takes in one table.
func (d *vlanDecoder) vlans(t vlanTable, cells []binding) {
	rows := rowsOf(cells, t.entry)
	egress, untagged := portLists(rows, t.egress), portLists(rows, t.untagged)
	for i, r := range rows {
		tag := r.last()
		if t.tag != 0 {
			tag = r.number(t.tag)
			if tag <= api.MaxVLAN {
				d.ids[r.last()] = uint16(tag)
			}
		}
		if tag == 0 || tag > api.MaxVLAN {
			continue
		}
		vlan := uint16(tag)
		if name := r.str(t.name); d.names[vlan] == "" {
			d.names[vlan] = name
		}
		if t.kind != 0 && r.number(t.kind) > 1 {
			d.alien[vlan] = true
		}
		if _, told := r.cells[t.egress]; t.egress == 0 || !told || t.static && d.current[vlan] {
			continue
		}
		d.current[vlan] = true
		d.ports(t, vlan, egress[i], untagged[i])
	}
}

// ports takes in which ports a VLAN leaves by.
func (d *vlanDecoder) ports(t vlanTable, vlan uint16, egress, untagged []byte) {
	port, first := d.base, uint32(1)
	if t.byIndex {
		port, first = d.byIndex, 0
	}
	all := bitsOf(egress, first)
	for _, n := range all {
		port(n).VLANs = append(port(n).VLANs, vlan)
	}
	for _, n := range bitsOf(untagged, first) {
		if slices.Contains(all, n) {
			port(n).Untagged = append(port(n).Untagged, vlan)
		}
	}
}

func (d *vlanDecoder) members(cells []binding) {
	for _, r := range rowsOf(cells, memberTable().entry) {
		if len(r.index) != 2 || d.ids[r.index[0]] == 0 {
			continue
		}
		p, vlan := d.base(r.index[1]), d.ids[r.index[0]]
		p.VLANs = append(p.VLANs, vlan)
		if r.number(4) != memberTagged {
			p.Untagged = append(p.Untagged, vlan)
			p.PVID = vlan
		}
	}
}

// tagging takes in by which rule ports tag.
func (d *vlanDecoder) tagging(cells []binding) {
	for _, r := range rowsOf(cells, taggingTable().entry) {
		p := d.byIndex(r.last())
		pvid := r.number(taggingPVID)
		if pvid != 0 && pvid <= api.MaxVLAN {
			p.PVID = uint16(pvid)
		}
		for _, vlan := range p.VLANs {
			switch how := r.number(tagging); {
			case how == tagsNone, how == tagsAllButPVID && uint32(vlan) == pvid, how == tagsOnlyPVID && uint32(vlan) != pvid:
				p.Untagged = append(p.Untagged, vlan)
			}
		}
	}
}

// access takes in ports that are in one VLAN.
func (d *vlanDecoder) access(cells []binding) {
	for _, r := range rowsOf(cells, accessTable().entry) {
		if vlan := r.number(membershipsVLAN); vlan != 0 && vlan <= api.MaxVLAN {
			p := d.byIndex(r.last())
			p.PVID, p.VLANs, p.Untagged = uint16(vlan), api.VLANSet{uint16(vlan)}, api.VLANSet{uint16(vlan)}
		}
	}
}

// trunks takes in ports that are trunks now: what is allowed on them, of the
// VLANs that there are.
func (d *vlanDecoder) trunks(cells []binding) {
	for _, r := range rowsOf(cells, trunkTable().entry) {
		if !isTrunk(r) {
			continue
		}
		p := d.byIndex(r.last())
		p.PVID, p.VLANs, p.Untagged = 0, nil, nil
		for i, column := range []int{4, 17, 18, 19} {
			for _, vlan := range bitsOf(r.cells[column].bytes(), uint32(i)*vlansPerColumn) {
				if _, there := d.names[uint16(vlan)]; there && vlan <= api.MaxVLAN && !d.alien[uint16(vlan)] {
					p.VLANs = append(p.VLANs, uint16(vlan))
				}
			}
		}
		if native := r.number(trunkNative); native != 0 && native <= api.MaxVLAN {
			p.PVID = uint16(native)
			if len(p.VLANs) == 0 || slices.Contains(p.VLANs, p.PVID) {
				p.Untagged = api.VLANSet{p.PVID}
			}
		}
	}
}

// isTrunk says whether the port is one now: by its status, or, of agents that do
// not tell that, by its having an encapsulation.
func isTrunk(r row) bool {
	if status := r.number(trunkStatus); status != 0 {
		return status == trunking
	}
	how := r.number(trunkEncapsules)
	return how != 0 && how <= lastEncapsule
}

func (d *vlanDecoder) result() *VLANs {
	out := &VLANs{}
	for id, name := range sortedPairs(d.names) {
		out.List = append(out.List, VLAN{id, name})
	}
	for p := range maps.Values(d.byBase) {
		if same := d.byIf[p.IfIndex]; same != nil && p.IfIndex != 0 {
			same.BasePort = p.BasePort // What is told by interface is the better part.
			same.PVID = cmp.Or(same.PVID, p.PVID)
			if same.VLANs == nil {
				same.VLANs, same.Untagged = p.VLANs, append(same.Untagged, p.Untagged...)
			}
			continue
		}
		out.Ports = append(out.Ports, *p)
	}
	for p := range maps.Values(d.byIf) {
		out.Ports = append(out.Ports, *p)
	}
	for i := range out.Ports {
		p := &out.Ports[i]
		p.VLANs, p.Untagged = sortedSet(p.VLANs), sortedSet(p.Untagged)
	}
	slices.SortFunc(out.Ports, func(a, b PortVLANs) int {
		return cmp.Or(cmp.Compare(a.BasePort, b.BasePort), cmp.Compare(a.IfIndex, b.IfIndex))
	})
	return out
}

func (v *VLANs) claims(k known) []api.Claim {
	var out []api.Claim
	var names []api.KV
	for _, vlan := range v.List {
		text := strconv.Itoa(int(vlan.ID))
		if vlan.Name != "" {
			text += " " + vlan.Name
		}
		names = append(names, api.KV{Key: api.AttrVLAN, Value: text})
	}
	if len(names) > 0 {
		out = append(out, deviceSays("#vlan", names))
	}
	made := map[string]bool{}
	for _, p := range v.Ports {
		c, ok := k.about(p.IfIndex, "#vlan", attrs(
			api.KV{Key: api.AttrVLANs, Value: p.VLANs.String()}, api.KV{Key: api.AttrUntagged, Value: p.Untagged.String()},
			api.KV{Key: api.AttrPVID, Value: number(uint64(p.PVID))},
		))
		if ok && !made[c.Key] {
			made[c.Key] = true
			out = append(out, c)
		}
	}
	return out
}
