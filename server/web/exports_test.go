package web_test

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/netseam/netseam/api/rest"
)

// Each format comes with its type and a name, the same bytes each time, and as
// the contract says.
func TestExports(t *testing.T) {
	s := setUp(t, nil)
	for query, want := range map[string]struct{ media, name, begin string }{
		"format=json":              {"application/json", "netseam-3-1234.json", `{`},
		"format=dot":               {"text/vnd.graphviz", "netseam-3-1234.dot", "digraph netseam {"},
		"format=csv":               {"text/csv", "netseam-3-1234-edges.csv", "id,kind,a_id,"},
		"format=csv&what=edges":    {"text/csv", "netseam-3-1234-edges.csv", "id,kind,a_id,"},
		"format=csv&what=vertices": {"text/csv", "netseam-3-1234-vertices.csv", "id,kind,layer,"},
		"format=ietf-network":      {"application/yang-data+json", "netseam-3-1234-ietf-network.json", `{"ietf-network:networks"`},
	} {
		target := "/api/v1/export?" + query
		resp := s.do(http.MethodGet, target, "")
		text := string(contract(t, http.MethodGet, target, resp))
		media, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
		if err != nil || media != want.media || resp.StatusCode != http.StatusOK || !strings.HasPrefix(text, want.begin) {
			t.Errorf("%s: got %d %s %v: %.80s", query, resp.StatusCode, media, err, text)
		}
		way, params, err := mime.ParseMediaType(resp.Header.Get("Content-Disposition"))
		if err != nil || way != "attachment" || params["filename"] != want.name {
			t.Errorf("%s: got %s %v, want %s", query, way, params, want.name)
		}
		if resp.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: may be kept: %v", query, resp.Header)
		}
		again, err := io.ReadAll(s.do(http.MethodGet, target, "").Body)
		if err != nil || string(again) != text {
			t.Errorf("%s: other bytes the second time (%v)", query, err)
		}
	}
	all := get[rest.Export](t, s, "/api/v1/export?format=json")
	if len(all.Vertices) != 13 || len(all.Edges) != 2 || len(all.Scopes) != 3 || len(all.Merged) != 1 || len(all.Edges[0].Evidence) != 1 {
		t.Errorf("got %+v", all)
	}
}

func TestExportsAreRefused(t *testing.T) {
	s := setUp(t, nil)
	for query, want := range map[string]string{
		"":                        `parameter "format" is missing`,
		"?format=":                `parameter "format" is empty`,
		"?format=xml":             `format "xml"; known: json, dot, csv, ietf-network`,
		"?format=csv&what=pods":   `table "pods"; known: edges, vertices`,
		"?format=json&what=edges": "json has no tables",
		"?format=csv&format=json": "given 2 times",
		"?format=csv&kind=pod":    `unknown parameter "kind"`,
	} {
		if got := s.problem(t, http.StatusBadRequest, http.MethodGet, "/api/v1/export"+query, ""); !strings.Contains(got, want) {
			t.Errorf("%s: got %q, want %q in it", query, got, want)
		}
	}
	if got := withToken(t, nil).problem(t, http.StatusUnauthorized, http.MethodGet, "/api/v1/export?format=json", ""); got == "" {
		t.Error("refused without a word")
	}
	locked := withToken(t, nil)
	if resp := locked.do(http.MethodGet, "/api/v1/export?format=json", "", "Authorization", "Bearer "+locked.token); resp.StatusCode != http.StatusOK {
		t.Errorf("with a token: got %s", resp.Status)
	}
}

// An export that breaks off does not look whole, and a slow client that goes on
// reading has all the time it needs.
func TestExportsToClientsThatFailOrAreSlow(t *testing.T) {
	s := setUp(t, nil)
	for _, encoding := range []string{"identity", "gzip"} {
		r := httptest.NewRequest(http.MethodGet, "http://localhost:8080/api/v1/export?format=json", nil)
		r.Header.Set("Accept-Encoding", encoding)
		w := &client{ResponseRecorder: httptest.NewRecorder()}
		s.Handler().ServeHTTP(w, r)
		if until := time.Until(w.deadline); until < 50*time.Second || until > 70*time.Second {
			t.Errorf("%s: may go on for %s", encoding, until)
		}
		if encoding == "identity" && !json.Valid(w.Body.Bytes()) {
			t.Errorf("no JSON: %s", w.Body)
		}
		func() {
			defer func() {
				if cause := recover(); cause != http.ErrAbortHandler { //nolint:errorlint // the very value
					t.Errorf("%s: ended with %v, want it to break off", encoding, cause)
				}
			}()
			s.Handler().ServeHTTP(&client{ResponseRecorder: httptest.NewRecorder(), gone: true}, r)
		}()
	}
}

type client struct {
	*httptest.ResponseRecorder
	deadline time.Time
	gone     bool
}

func (c *client) SetWriteDeadline(at time.Time) error {
	c.deadline = at
	return nil
}

func (c *client) Write(text []byte) (int, error) {
	if c.gone {
		return 0, errors.New("connection reset")
	}
	return c.ResponseRecorder.Write(text)
}
