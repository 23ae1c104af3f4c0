package web_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/api/rest"
	"github.com/netseam/netseam/server/auth"
	"github.com/netseam/netseam/server/web"
)

const here = "127.0.0.1:40000"

// fakeDemo remembers what is out.
type fakeDemo struct {
	out map[string]bool
	err error
}

func (d *fakeDemo) Pull(source api.SourceID, port string) error {
	d.out[fmt.Sprint(source, " ", port)] = true
	return d.err
}

func (d *fakeDemo) Plug(source api.SourceID, port string) error {
	delete(d.out, fmt.Sprint(source, " ", port))
	return d.err
}

func (d *fakeDemo) IsPulled(source api.SourceID, port string) bool {
	return d.out[fmt.Sprint(source, " ", port)]
}

func withDemo(t *testing.T) (*site, *fakeDemo) {
	t.Helper()
	demo := &fakeDemo{out: map[string]bool{}}
	return setUp(t, func(_ *web.Config, _ *auth.Config, deps *web.Deps) { deps.Demo = demo }), demo
}

// act makes a request from this machine.
func (s *site) act(t *testing.T, method, target string, headers ...string) int {
	t.Helper()
	resp := s.do(method, target, "", append(headers, "Remote", here)...)
	contract(t, method, target, resp)
	return resp.StatusCode
}

func pulled(t *testing.T, s *site) []string {
	t.Helper()
	var out []string
	for _, cable := range get[rest.PulledCables](t, s, "/api/v1/demo/cables", "Remote", here).Items {
		out = append(out, cable.Port)
	}
	return out
}

func TestVisitorsOfTheDemoPullCablesAndPutThemBack(t *testing.T) {
	s, demo := withDemo(t)
	if !get[rest.Status](t, s, "/api/v1/status").Demo {
		t.Error("the status does not say that it is a demo")
	}
	for _, port := range []string{"v11", "v12"} {
		if got := s.act(t, http.MethodDelete, "/api/v1/demo/cables/"+port); got != http.StatusNoContent {
			t.Fatalf("pull %s: %d", port, got)
		}
	}
	if !demo.out["snmp:leaf1 swp1"] || !slices.Equal(pulled(t, s), []string{"v11", "v12"}) {
		t.Errorf("out: %v, pulled: %v", demo.out, pulled(t, s))
	}
	if got := s.act(t, http.MethodPut, "/api/v1/demo/cables/v11"); got != http.StatusNoContent {
		t.Errorf("plug: %d", got)
	}
	clear(demo.out) // the world puts the other one back by itself
	if got := pulled(t, s); len(got) != 0 {
		t.Errorf("still pulled: %v", got)
	}
	demo.err = errors.New("port swp1 of leaf1 has no cable")
	if got := s.problem(t, 400, http.MethodDelete, "/api/v1/demo/cables/v11", "", "Remote", here); !strings.Contains(got, "has no cable") {
		t.Errorf("got %q", got)
	}
}

func TestTheDemoRefusesWhatIsNoCable(t *testing.T) {
	s, demo := withDemo(t)
	for target, want := range map[string]string{"v40": "is a pod", "v77": "there is no vertex v77", "x": `"x"`} {
		code := 400
		if target == "v77" {
			code = 404
		}
		if got := s.problem(t, code, http.MethodDelete, "/api/v1/demo/cables/"+target, "", "Remote", here); !strings.Contains(got, want) {
			t.Errorf("%s: got %q, want %q in it", target, got, want)
		}
	}
	if len(demo.out) > 0 {
		t.Errorf("out: %v", demo.out)
	}
}

func TestOnlyThisMachineAndThisPageActInTheDemo(t *testing.T) {
	s, demo := withDemo(t)
	const target = "/api/v1/demo/cables/v11"
	if got := s.problem(t, 403, http.MethodDelete, target, ""); !strings.Contains(got, "machine") {
		t.Errorf("from elsewhere: got %q", got)
	}
	for name, headers := range map[string][]string{
		"another site": {"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"},
		"another port": {"Sec-Fetch-Site", "same-site", "Origin", "http://localhost:9999"},
		"an old one":   {"Origin", "https://evil.example"},
		"rebinding":    {"Host", "evil.example"},
	} {
		for _, method := range []string{http.MethodDelete, http.MethodPut} {
			if got := s.act(t, method, target, headers...); got != http.StatusForbidden {
				t.Errorf("%s of %s: %d", method, name, got)
			}
		}
	}
	if len(demo.out) > 0 {
		t.Errorf("out: %v", demo.out)
	}
	if got := s.act(t, http.MethodDelete, target, "Sec-Fetch-Site", "same-origin", "Origin", "http://localhost:8080"); got != http.StatusNoContent {
		t.Errorf("the page itself: %d", got)
	}
}

func TestARealWorldHasNoDemo(t *testing.T) {
	s := setUp(t, nil)
	if get[rest.Status](t, s, "/api/v1/status").Demo {
		t.Error("the status says that it is a demo")
	}
	s.problem(t, 404, http.MethodGet, "/api/v1/demo/cables", "", "Remote", here)
	s.problem(t, 405, http.MethodDelete, "/api/v1/demo/cables/v11", "", "Remote", here)
}
