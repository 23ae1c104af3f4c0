package snmpagent_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/netseam/netseam/test/netsim/snmpagent"
)

// columns draws a tree and the rows it should be the same as.
func columns(t *rapid.T) (*snmpagent.Tree, *snmpagent.Rows) {
	arc := rapid.Uint32Range(0, 3)
	objects := rapid.SliceOfNDistinct(rapid.Uint32Range(0, 9), 0, 5, rapid.ID).Draw(t, "objects")
	var tree []snmpagent.Column
	var rows []snmpagent.Row
	for _, o := range objects {
		object := snmpagent.OID{1, 3, o}
		index := rapid.SliceOfDistinct(rapid.SliceOfN(arc, 1, 3), func(i []uint32) string { return snmpagent.OID(i).String() }).Draw(t, "index")
		slices.SortFunc(index, slices.Compare)
		holes := rapid.SliceOfN(rapid.Bool(), len(index), len(index)).Draw(t, "holes")
		column := snmpagent.Column{Object: object, Value: func(i int) (snmpagent.Value, bool) {
			return snmpagent.Integer(int32(i)), !holes[i]
		}}
		for i, ix := range index {
			column.Index = append(column.Index, ix)
			if !holes[i] {
				rows = append(rows, snmpagent.Row{OID: object.Append(ix...), Value: snmpagent.Integer(int32(i))})
			}
		}
		tree = append(tree, column)
	}
	return snmpagent.NewTree(tree), snmpagent.NewRows(rows)
}

func TestATreeAnswersLikeItsRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tree, rows := columns(t)
		for range 20 {
			oid := snmpagent.OID(rapid.SliceOfN(rapid.Uint32Range(0, 9), 0, 4).Draw(t, "below"))
			oid = append(snmpagent.OID{1, 3}, oid...)
			gotOID, got, gotOK := tree.Next(oid)
			wantOID, want, wantOK := rows.Next(oid)
			if gotOID.Compare(wantOID) != 0 || gotOK != wantOK || got.String() != want.String() {
				t.Fatalf("next of %v: %v %v %v, want %v %v %v", oid, gotOID, got, gotOK, wantOID, want, wantOK)
			}
			got, gotOK = tree.Get(oid)
			want, wantOK = rows.Get(oid)
			if gotOK != wantOK || (gotOK && got.String() != want.String()) {
				t.Fatalf("get of %v: %v %v, want %v %v", oid, got, gotOK, want, wantOK)
			}
		}
		if diff := cmp.Diff(all(rows, "1.3"), all(tree, "1.3")); diff != "" {
			t.Fatalf("walk (-want +got):\n%s", diff)
		}
	})
}
