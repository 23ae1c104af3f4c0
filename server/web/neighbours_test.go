package web_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/netseam/netseam/api/rest"
)

func TestNeighboursSayWhatBecameOfEachRow(t *testing.T) {
	s := setUp(t, nil)
	got := get[rest.NeighbourReport](t, s, "/api/v1/vertices/v10/neighbours").Items
	if len(got) != 2 || got[0].Verdict != "matched" || got[0].Device.Id != "v10" || got[0].Edge != "e6" || got[0].Confidence != 0.99 || got[0].Scope == "" {
		t.Fatalf("got %+v", got)
	}
	if got[1].Edge != "" || got[1].Port.Id != "" || got[1].LocalPort != "7" || len(got[1].Candidates) != 2 || !got[1].Since.IsZero() {
		t.Errorf("the ambiguous row is %+v", got[1])
	}
	s.hub.err = errors.New("stopped")
	s.problem(t, http.StatusInternalServerError, http.MethodGet, "/api/v1/vertices/v10/neighbours", "")
}
