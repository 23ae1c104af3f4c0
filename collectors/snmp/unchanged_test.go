package snmp_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/netseam/netseam/collectors/snmp"
)

// What is remembered of the last reading is never taken for another: whatever
// an agent answers, a poller sees what it would have seen without a memory.
func TestAReadingIsDecodedWhenItDiffers(t *testing.T) {
	text := func(s string) snmp.Value { return snmp.Octets([]byte(s)) }
	cell := rapid.Custom(func(t *rapid.T) snmp.Cell {
		return snmp.Cell{
			OID:   rapid.SampledFrom([]string{ifT + "2.1", ifT + "2.2", ifT + "2.12", ifX + "1.1", ifX + "18.1", ifT + "5.1"}).Draw(t, "oid"),
			Value: rapid.OneOf(rapid.Map(rapid.SampledFrom([]string{"", "a", "ab", "b"}), text), rapid.Map(rapid.Int64Range(0, 3), snmp.Number)).Draw(t, "value"),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		read := snmp.Remembering()
		var before []snmp.Cell
		for i := range rapid.IntRange(1, 8).Draw(t, "readings") {
			cells := slices.Clone(before)
			if rapid.Bool().Draw(t, "changes") {
				cells = rapid.SliceOfN(cell, 0, 5).Draw(t, "cells")
			}
			decoded, got := read(cells)
			if diff := cmp.Diff(snmp.DecodeInterfaces(cells), got); diff != "" {
				t.Fatalf("reading %d (-want +got):\n%s", i, diff)
			}
			if same := i > 0 && reflect.DeepEqual(cells, before); same && decoded {
				t.Fatalf("reading %d: decoded again though it is the same", i)
			}
			before = cells
		}
	})
}
