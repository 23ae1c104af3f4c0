package snmp

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/netseam/netseam/api"
)

// TableEntity is the scope of what a device consists of.
const TableEntity = "entity"

// Inventory is what a device consists of.
type Inventory struct{ Parts []Part }

// Part is one row of entPhysicalTable.
type Part struct {
	Index, ContainedIn uint32
	Class              string
	Descr, Name        string
	Serial, Model      string
	// IfIndex is the interface that the part is, 0 if it is none.
	IfIndex uint32
}

// Rows implements Facts.
func (p *Inventory) Rows() int { return len(p.Parts) }

func physicalTable() source {
	return source{"entPhysicalTable", "1.3.6.1.2.1.47.1.1.1.1", []int{5, 2, 4, 7, 11, 13}}
}

func aliasTable() source {
	return source{"entAliasMappingTable", "1.3.6.1.2.1.47.1.3.2.1", []int{2}}
}

func inventoryTopics() []topic {
	return []topic{
		{table: TablePort, mib: "IF-MIB (MTU, duplex)", pace: paceTables, read: readPortFacts},
		{table: TableEntity, mib: "ENTITY-MIB", pace: paceInventory, read: readEntity},
	}
}

func readEntity(ctx context.Context, s session, _ known) (Facts, error) {
	cells, err := readAll(ctx, s, physicalTable(), aliasTable())
	return decodeEntity(cells), err
}

func decodeEntity(cells []binding) *Inventory {
	out := &Inventory{}
	ports := map[uint32]uint32{}
	for _, r := range rowsOf(cells, aliasTable().entry) {
		parts, ok := strings.CutPrefix(r.str(2), ifEntry+".1.")
		if index, fine := parseIndex(parts); ok && fine && len(index) == 1 {
			ports[r.index[0]] = index[0]
		}
	}
	for _, r := range rowsOf(cells, physicalTable().entry) {
		out.Parts = append(out.Parts, Part{
			Index: r.last(), ContainedIn: r.number(4), Class: partClass(r.number(5)), Descr: r.str(2), Name: r.str(7),
			Serial: r.str(11), Model: r.str(13), IfIndex: ports[r.last()],
		})
	}
	slices.SortFunc(out.Parts, func(a, b Part) int { return cmp.Compare(a.Index, b.Index) })
	return out
}

func partClass(n uint32) string {
	names := [...]string{
		"", "other", "unknown", "chassis", "backplane", "container", "powerSupply", "fan", "sensor", "module", "port",
		"stack", "cpu", "energyObject", "battery", "storageDrive",
	}
	if n >= uint32(len(names)) {
		return ""
	}
	return names[n]
}

// enterprise is the number of the maker in a sysObjectID, "" if it has none.
func enterprise(objectID string) string {
	rest, ok := strings.CutPrefix(objectID, "1.3.6.1.4.1.")
	if !ok {
		return ""
	}
	maker, _, _ := strings.Cut(rest, ".")
	return maker
}

func (p *Inventory) claims(k known) []api.Claim {
	var serials, models []string
	for _, part := range p.Parts {
		if part.Class != "chassis" && part.Class != "stack" {
			continue
		}
		if part.Serial != "" && !placeholder(part.Serial) {
			serials = append(serials, part.Serial)
		}
		if part.Model != "" && !placeholder(part.Model) {
			models = append(models, part.Model)
		}
	}
	var says []api.KV
	var aliases []api.Alias
	for _, s := range sortedSet(serials) {
		says = append(says, api.KV{Key: api.AttrSerial, Value: s})
		if k.maker != "" {
			aliases = append(aliases, api.Alias{Kind: api.AliasSerial, Strength: api.Strong, Scope: k.maker, Value: s})
		}
	}
	for _, m := range sortedSet(models) {
		says = append(says, api.KV{Key: api.AttrModel, Value: m})
	}
	if len(says) == 0 {
		return nil
	}
	c := deviceSays("#entity", says)
	c.Vertex.Aliases = aliases
	return []api.Claim{c}
}
