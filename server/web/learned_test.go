package web_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/netseam/netseam/api/rest"
)

func TestWhatTablesHaveOfADeviceIsCounted(t *testing.T) {
	s := setUp(t, nil)
	got := get[rest.LearnedReport](t, s, "/api/v1/vertices/v10/learned").Tables
	if len(got) != 1 { // the other one's scope is not published yet
		t.Fatalf("got %+v", got)
	}
	table := got[0]
	if table.Source != "snmp:leaf1" || table.Table != "lldp" || table.State != "unreachable" || table.Count != 7 || table.Aged != 1 || table.LastOk == nil {
		t.Errorf("the table is %+v", table)
	}
	if len(table.Ports) != 1 || table.Ports[0].Port.Name != "swp1" || table.Ports[0].Count != 5 {
		t.Errorf("behind ports: %+v", table.Ports)
	}
	s.hub.err = errors.New("stopped")
	s.problem(t, http.StatusInternalServerError, http.MethodGet, "/api/v1/vertices/v10/learned", "")
	s.problem(t, http.StatusNotFound, http.MethodGet, "/api/v1/vertices/v77/learned", "")
}

func TestWhatIsBehindAPortIsListed(t *testing.T) {
	s := setUp(t, nil)
	got := get[rest.LearnedReport](t, s, "/api/v1/vertices/v11/learned").Tables
	if len(got) != 1 || len(got[0].Rows) != 2 {
		t.Fatalf("got %+v", got)
	}
	if row := got[0].Rows[0]; row.Mac != "02:00:00:00:00:01" || row.Vlan != 10 || row.Address != "" || row.Aged {
		t.Errorf("the first row is %+v", row)
	}
	if row := got[0].Rows[1]; row.Address != "10.0.0.2" || row.Vrf != "blue" || !row.Aged {
		t.Errorf("the second row is %+v", row)
	}
}

func TestAListTellsTheAttributesThatAreAskedFor(t *testing.T) {
	s := setUp(t, nil)
	got := get[rest.VertexPage](t, s, "/api/v1/vertices?kind=device&attr=mac&attr=none").Items
	if len(got) != 1 || len(got[0].Attrs) != 1 || got[0].Attrs[0] != (rest.Label{Key: "mac", Value: "02:00:00:00:00:10"}) {
		t.Errorf("got %+v", got)
	}
	s.problem(t, http.StatusBadRequest, http.MethodGet, "/api/v1/vertices?attr=", "")
}

func TestAListIsOfWhatStandsInAVertex(t *testing.T) {
	s := setUp(t, nil)
	for within, want := range map[string]int{"v2": 1, "v1": 1, "v20": 0} {
		if got := get[rest.VertexPage](t, s, "/api/v1/vertices?kind=device&within="+within).Items; len(got) != want {
			t.Errorf("devices within %s: %+v", within, got)
		}
	}
	s.problem(t, http.StatusNotFound, http.MethodGet, "/api/v1/vertices?within=v77", "")
}
