package snmpagent

import (
	"slices"
	"sort"
)

// A Column is all instances of one object: a column of a table, or a scalar
// with the single index 0. Values are asked for when a request wants them, so
// a device needs no memory for what it could answer.
type Column struct {
	// Object is the identifier up to and without the index.
	Object OID
	// Index are the instances, in increasing order. Columns may share it.
	Index []OID
	// Value gives the value of the i-th instance. False means that this
	// instance has no such column: a walk steps over it.
	Value func(i int) (Value, bool)
}

// Scalar is a column with one instance.
func Scalar(object OID, value func() Value) Column {
	return Column{object, []OID{{0}}, func(int) (Value, bool) { return value(), true }}
}

// Tree is a View over columns.
type Tree struct {
	columns []Column
}

// NewTree takes the columns over and puts them in order. No column's object
// may lie below another's.
func NewTree(columns []Column) *Tree {
	slices.SortFunc(columns, func(a, b Column) int { return a.Object.Compare(b.Object) })
	return &Tree{columns: columns}
}

// Get implements View.
func (t *Tree) Get(oid OID) (Value, bool) {
	// The last column whose object is not after oid is the only one oid can be in.
	c := sort.Search(len(t.columns), func(i int) bool { return t.columns[i].Object.Compare(oid) > 0 }) - 1
	if c < 0 || !oid.HasPrefix(t.columns[c].Object) {
		return Value{}, false
	}
	column := &t.columns[c]
	i, found := slices.BinarySearchFunc(column.Index, oid[len(column.Object):], OID.Compare)
	if !found {
		return Value{}, false
	}
	return column.Value(i)
}

// Next implements View.
func (t *Tree) Next(oid OID) (OID, Value, bool) {
	c := sort.Search(len(t.columns), func(i int) bool { return t.columns[i].Object.Compare(oid) > 0 }) - 1
	if c >= 0 && oid.HasPrefix(t.columns[c].Object) {
		if next, v, ok := t.columns[c].from(oid[len(t.columns[c].Object):]); ok {
			return next, v, true
		}
	}
	for c++; c < len(t.columns); c++ {
		if next, v, ok := t.columns[c].from(nil); ok {
			return next, v, true
		}
	}
	return nil, Value{}, false
}

// from finds the column's first instance after index.
func (c *Column) from(index OID) (OID, Value, bool) {
	i := sort.Search(len(c.Index), func(i int) bool { return c.Index[i].Compare(index) > 0 })
	for ; i < len(c.Index); i++ {
		if v, ok := c.Value(i); ok {
			return c.Object.Append(c.Index[i]...), v, true
		}
	}
	return nil, Value{}, false
}
