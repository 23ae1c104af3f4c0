package fabric_test

import (
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/netseam/netseam/test/fabric"
)

const lldpcliFile = "testdata/lldpcli-leaf2.json"

func TestParseNeighbours(t *testing.T) {
	text, err := os.ReadFile(lldpcliFile)
	must(t, err)
	got, err := fabric.ParseNeighbours("leaf2", text)
	must(t, err)
	if diff := cmp.Diff(fabric.Options{}.PlannedNeighbours("leaf2", nil), got); diff != "" {
		t.Error(diff)
	}
	for _, bad := range []string{"", "[]", `{"lldp":[{"interface":[{"name":"swp1"}]}]}`, `{"lldp":[{"interface":[{"chassis":[{}],"port":[{}]}]}]}`} {
		if rows, err := fabric.ParseNeighbours("leaf2", []byte(bad)); err == nil {
			t.Errorf("%q gives %v and no error", bad, rows)
		}
	}
	if rows, err := fabric.ParseNeighbours("leaf2", []byte(`{"lldp":[{}]}`)); err != nil || len(rows) != 0 {
		t.Errorf("no neighbours give %v, %v", rows, err)
	}
}

// FuzzParseNeighbours: there is an error, or every row is the device's and they are in order however often they are sorted.
func FuzzParseNeighbours(f *testing.F) {
	text, err := os.ReadFile(lldpcliFile)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"lldp":[{"interface":[{"name":"swp","chassis":[{"id":[{"type":"local"}]}],"port":[{"id":[{}]}]}]}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		rows, err := fabric.ParseNeighbours("leaf2", text)
		if err == nil && slices.ContainsFunc(rows, func(n fabric.Neighbour) bool { return n.Device != "leaf2" }) {
			t.Errorf("rows of another device: %v", rows)
		}
	})
}
