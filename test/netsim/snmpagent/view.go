package snmpagent

import (
	"slices"
	"sort"
)

// A View is what an agent tells: object instances in the order of their
// identifiers. It is read from the agent's goroutine while the world goes on,
// so implementations must allow concurrent reading.
type View interface {
	// Get returns the value of exactly this instance.
	Get(oid OID) (Value, bool)
	// Next returns the first instance after oid, which itself need not exist.
	Next(oid OID) (OID, Value, bool)
}

// Row is one object instance.
type Row struct {
	OID   OID
	Value Value
}

// Rows is a View of instances that do not change.
type Rows struct {
	rows []Row
}

// NewRows takes the rows over and puts them in order. Of two with the same
// identifier the first stays.
func NewRows(rows []Row) *Rows {
	slices.SortStableFunc(rows, func(a, b Row) int { return a.OID.Compare(b.OID) })
	rows = slices.CompactFunc(rows, func(a, b Row) bool { return a.OID.Compare(b.OID) == 0 })
	return &Rows{rows: rows}
}

// Len is the number of instances.
func (r *Rows) Len() int { return len(r.rows) }

// Get implements View.
func (r *Rows) Get(oid OID) (Value, bool) {
	i, found := slices.BinarySearchFunc(r.rows, oid, func(row Row, o OID) int { return row.OID.Compare(o) })
	if !found {
		return Value{}, false
	}
	return r.rows[i].Value, true
}

// Next implements View.
func (r *Rows) Next(oid OID) (OID, Value, bool) {
	i := sort.Search(len(r.rows), func(i int) bool { return r.rows[i].OID.Compare(oid) > 0 })
	if i == len(r.rows) {
		return nil, Value{}, false
	}
	return r.rows[i].OID, r.rows[i].Value, true
}

// Walk returns all instances of a view below root, in order. It is for tests
// and dumps and trusts the view to increase.
func Walk(v View, root OID) []Row {
	var out []Row
	if val, ok := v.Get(root); ok {
		out = append(out, Row{root, val})
	}
	for oid, val, ok := v.Next(root); ok && oid.HasPrefix(root); oid, val, ok = v.Next(oid) {
		out = append(out, Row{oid, val})
	}
	return out
}
