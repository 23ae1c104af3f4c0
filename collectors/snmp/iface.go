package snmp

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
)

// Interface is one row of ifTable and ifXTable. Columns that the device leaves
// out are empty.
type Interface struct {
	Index uint32
	Descr string
	Name  string
	Type  uint32 // IANAifType
	MAC   string // lower-case with colons; empty if it is no MAC
	Alias string
	Admin string // up, down, testing
	Oper  string // up, down, testing, unknown, dormant, notPresent, lowerLayerDown
	Speed uint64 // bit/s, 0 if unknown
}

// label is what people call the interface.
func (i Interface) label() string {
	switch {
	case i.Name != "":
		return i.Name
	case i.Descr != "":
		return i.Descr
	}
	return "#" + strconv.FormatUint(uint64(i.Index), 10)
}

// The entries of the two tables of IF-MIB.
const (
	ifEntry  = "1.3.6.1.2.1.2.2.1"
	ifXEntry = "1.3.6.1.2.1.31.1.1.1"
)

// Numbers of their columns.
const (
	ifDescr       = 2
	ifType        = 3
	ifSpeed       = 5
	ifPhysAddress = 6
	ifAdminStatus = 7
	ifOperStatus  = 8

	ifName      = 1
	ifHighSpeed = 15
	ifAlias     = 18
)

func interfaceColumns() []object {
	table, x := object{"ifTable", ifEntry}, object{"ifXTable", ifXEntry}
	return []object{
		x.column("ifName", ifName), table.column("ifDescr", ifDescr), table.column("ifType", ifType),
		table.column("ifPhysAddress", ifPhysAddress),
		x.column("ifAlias", ifAlias), table.column("ifAdminStatus", ifAdminStatus),
		table.column("ifOperStatus", ifOperStatus), table.column("ifSpeed", ifSpeed), x.column("ifHighSpeed", ifHighSpeed),
	}
}

// identifying is how many of the columns, the first ones, say which interface
// a row is.
const identifying = 4

// namelessError is why a reading cannot tell what the interfaces are called.
type namelessError struct{ why error }

func (e *namelessError) Error() string { return e.why.Error() }
func (e *namelessError) Unwrap() error { return e.why }

func nameless(err error) bool {
	var e *namelessError
	return errors.As(err, &e)
}

// readInterfaces walks the columns one by one. With an error comes what was
// read before it; an error of one column does not stop the others. The result
// is shared with the last reading if nothing changed.
func readInterfaces(ctx context.Context, s session, last *unchanged[[]Interface]) ([]Interface, error) {
	var cells []binding
	var errs []error
	for i, column := range interfaceColumns() {
		got, err := s.Walk(ctx, column)
		cells = append(cells, got...)
		if err == nil {
			continue
		}
		if i < identifying {
			err = &namelessError{err}
		}
		errs = append(errs, err)
		if hopeless(err) || ctx.Err() != nil {
			break
		}
	}
	decoded := last.decode(
		func(f *fingerprint) { f.bindings(cells) },
		func() ([]Interface, bool) { return decodeInterfaces(cells), true },
	)
	return decoded, errors.Join(errs...)
}

// hopeless says whether there is no point in asking the device for more.
func hopeless(err error) bool {
	return errors.Is(err, ErrNoAnswer) || errors.Is(err, ErrRefused) || errors.Is(err, ErrNotUnderstood) ||
		rejected(err) || errors.Is(err, ErrPrivacy) || errors.Is(err, ErrTimeWindow)
}

// fillIn makes what it can of a reading that broke off: what is missing of an
// interface is as it was known before, and without its names an interface that
// was not known is left out, because it would be taken for another one.
func fillIn(reading, known []Interface, namesMissing bool) []Interface {
	before := make(map[uint32]Interface, len(known))
	for _, k := range known {
		before[k.Index] = k
	}
	var out []Interface
	for _, i := range reading {
		k, ok := before[i.Index]
		if ok && (i.Name == "" || i.Name == k.Name) && (i.Descr == "" || i.Descr == k.Descr) {
			out = append(out, Interface{
				Index: i.Index, Name: k.Name, Descr: k.Descr,
				Type: cmp.Or(i.Type, k.Type), MAC: cmp.Or(i.MAC, k.MAC), Alias: cmp.Or(i.Alias, k.Alias),
				Admin: cmp.Or(i.Admin, k.Admin), Oper: cmp.Or(i.Oper, k.Oper), Speed: cmp.Or(i.Speed, k.Speed),
			})
		} else if !namesMissing {
			out = append(out, i)
		}
	}
	return out
}

// decodeInterfaces joins cells of both tables into interfaces, by index.
func decodeInterfaces(cells []binding) []Interface {
	rows := map[uint32]*Interface{} // ifIndex -> row
	for _, b := range cells {
		column, index, ok := cell(b.oid, ifEntry)
		extended := false
		if !ok {
			column, index, ok = cell(b.oid, ifXEntry)
			extended = true
		}
		n, err := strconv.ParseUint(index, 10, 32)
		if !ok || err != nil || n == 0 {
			continue
		}
		row := rows[uint32(n)]
		if row == nil {
			row = &Interface{Index: uint32(n)}
			rows[uint32(n)] = row
		}
		if extended {
			row.setExtended(column, b.value)
		} else {
			row.set(column, b.value)
		}
	}
	out := make([]Interface, 0, len(rows))
	for _, row := range rows {
		out = append(out, *row)
	}
	slices.SortFunc(out, func(a, b Interface) int { return cmp.Compare(a.Index, b.Index) })
	return out
}

func (i *Interface) set(column int, v value) {
	switch column {
	case ifDescr:
		i.Descr = v.str()
	case ifType:
		i.Type = v.uint32()
	case ifSpeed:
		// The largest number stands for "see ifHighSpeed".
		if n := v.uint32(); i.Speed == 0 && n != 1<<32-1 {
			i.Speed = uint64(n)
		}
	case ifPhysAddress:
		i.MAC = macOf(v.bytes())
	case ifAdminStatus:
		i.Admin = adminStatus(v.uint32())
	case ifOperStatus:
		i.Oper = operStatus(v.uint32())
	}
}

func (i *Interface) setExtended(column int, v value) {
	switch column {
	case ifName:
		i.Name = v.str()
	case ifHighSpeed:
		if n := v.uint32(); n > 0 {
			i.Speed = uint64(n) * 1_000_000
		}
	case ifAlias:
		i.Alias = v.str()
	}
}

func adminStatus(n uint32) string {
	switch n {
	case 1:
		return "up"
	case 2:
		return "down"
	case 3:
		return "testing"
	}
	return ""
}

func operStatus(n uint32) string {
	switch n {
	case 1:
		return "up"
	case 2:
		return "down"
	case 3:
		return "testing"
	case 4:
		return "unknown"
	case 5:
		return "dormant"
	case 6:
		return "notPresent"
	case 7:
		return "lowerLayerDown"
	}
	return ""
}

// Types of interfaces (IANAifType) that are of interest.
const (
	typeOther        = 1
	typeEthernet     = 6
	typeToken        = 9
	typeFDDI         = 15
	typeSONET        = 39
	typeFastEther    = 62
	typeFastEtherFX  = 69
	typePropVirtual  = 53
	typeFibreChannel = 56
	typeWLAN         = 71
	typeGigabit      = 117
	typeLAG          = 161
	typeInfiniBand   = 199
)

// portLike says whether an interface of this type is something that a cable,
// or a bundle of cables, ends at.
func portLike(ifType uint32) bool {
	switch ifType {
	case typeEthernet, typeToken, typeFDDI, typeSONET, typeFastEther, typeFastEtherFX, typeFibreChannel,
		typeWLAN, typeGigabit, typeLAG, typeInfiniBand:
		return true
	}
	return false
}
