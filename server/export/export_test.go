package export_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/export"
	"github.com/netseam/netseam/server/graph"
)

var update = flag.Bool("update", false, "write the goldens in testdata anew")

func write(t rapid.TB, s *graph.Snapshot, format, table string) []byte {
	t.Helper()
	e, err := export.Parse(format, table)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := e.Write(&b, s); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// all are the exports there are, by the name of their golden file.
func all() map[string][2]string {
	return map[string][2]string{
		"small.json": {"json", ""}, "small.dot": {"dot", ""}, "small-ietf-network.json": {"ietf-network", ""},
		"small-edges.csv": {"csv", ""}, "small-vertices.csv": {"csv", "vertices"},
	}
}

func TestGoldens(t *testing.T) {
	for name, of := range all() {
		t.Run(name, func(t *testing.T) {
			got, path := write(t, world(t), of[0], of[1]), filepath.Join("testdata", name)
			if !bytes.Equal(got, write(t, world(t), of[0], of[1])) {
				t.Error("the same snapshot, other bytes")
			}
			if *update {
				if err := os.WriteFile(path, got, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("differs from %s (-update writes it anew):\n%s", path, got)
			}
		})
	}
}

func TestTheEmptyMap(t *testing.T) {
	for name, of := range all() {
		text := write(t, &graph.Snapshot{}, of[0], of[1])
		switch of[0] {
		case "json", "ietf-network":
			if !json.Valid(text) {
				t.Errorf("%s: no JSON: %s", name, text)
			}
		case "csv":
			if bytes.Count(text, []byte("\n")) != 1 {
				t.Errorf("%s: want the header alone: %s", name, text)
			}
		}
	}
	checkIETF(t, write(t, &graph.Snapshot{}, "ietf-network", ""))
}

// The JSON holds every element of the map with all that is said of it.
func TestJSONHoldsEverything(t *testing.T) {
	s := world(t)
	var got struct {
		Format           string
		Version          int
		Epoch, Revision  uint64
		Time             time.Time
		Scopes, Vertices []struct{ Attrs, Labels, Aliases, Scopes []any }
		Edges            []struct {
			ID       string
			Evidence []api.Evidence
		}
		Merged []struct{ From, Into string }
	}
	if err := json.Unmarshal(write(t, s, "json", ""), &got); err != nil {
		t.Fatal(err)
	}
	if got.Format != "netseam" || got.Version != 1 || got.Epoch != 3 || got.Revision != 1234 || !got.Time.Equal(moment()) ||
		len(got.Scopes) != 4 || len(got.Vertices) != s.VertexCount() || len(got.Edges) != s.EdgeCount() ||
		len(got.Merged) != 1 || got.Merged[0].From != "v99" || got.Merged[0].Into != "v10" {
		t.Errorf("got %+v", got)
	}
	i := 0
	for v := range s.Vertices() {
		if g := got.Vertices[i]; len(g.Attrs) != len(v.Attrs) || len(g.Labels) != len(v.Labels) || len(g.Aliases) != len(v.Aliases) || len(g.Scopes) != len(v.Scopes) {
			t.Errorf("%s: got %+v, want %+v", v.ID, g, v)
		}
		i++
	}
	i = 0
	for e := range s.Edges() {
		for n, ev := range e.Evidence {
			if g := got.Edges[i].Evidence[n]; g.Text != ev.Text || !g.Since.Equal(ev.Since) || g.Method != ev.Method || g.Scope != ev.Scope || g.Key != ev.Key {
				t.Errorf("%s: got %+v, want %+v", e.ID, g, ev)
			}
		}
		i++
	}
}

// No cell begins like a formula, whatever the network calls its things, and
// every row has the header's number of cells.
func TestCSVIsSafeInSpreadsheets(t *testing.T) {
	for _, name := range []string{"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "\u00a0=1", "＝1", "\x00=1", "=\"a\",\"b\"\r\n=1"} {
		s := (&graph.Snapshot{}).Apply(api.Change{
			Vertices: map[api.VertexID]*api.Vertex{1: {ID: 1, Kind: api.VertexDevice, Name: name}, 2: {ID: 2, Kind: api.VertexPort, Name: name, Parent: 1}},
			Edges: map[api.EdgeID]*api.Edge{1: {
				ID: 1, Kind: api.EdgeLink, A: 1, B: 2, Evidence: []api.Evidence{{Text: name, Method: api.Method(name)}},
			}},
		}, 1, 1, moment())
		for _, table := range []string{"edges", "vertices"} {
			text := write(t, s, "csv", table)
			rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
			if err != nil {
				t.Fatalf("%q: %v in %s", name, err, text)
			}
			for _, row := range rows {
				for _, cell := range row {
					if trimmed := strings.TrimSpace(cell); trimmed != "" && strings.ContainsRune("=+-@＝", []rune(trimmed)[0]) {
						t.Errorf("%q: cell %q", name, cell)
					}
				}
			}
			if bytes.Count(text, []byte("\n")) != bytes.Count(text, []byte("\r\n")) {
				t.Errorf("%q: lines do not all end with CRLF: %q", name, text)
			}
		}
	}
}

// Graphviz takes the drawing, where it is installed.
func TestGraphvizReadsTheDrawing(t *testing.T) {
	dot, err := exec.LookPath("dot")
	if err != nil {
		t.Skip("skipped: needs graphviz")
	}
	cmd := exec.CommandContext(t.Context(), dot, "-Tplain")
	cmd.Stdin = bytes.NewReader(write(t, world(t), "dot", ""))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	got, err := cmd.Output()
	if err != nil || stderr.Len() > 0 {
		t.Fatalf("dot: %v: %s", err, stderr.Bytes())
	}
	// 2 devices, 2 nodes, 2 pods, service, ingress and VIP; 1 link, 1
	// attachment, 2 endpoints, 1 route and 1 announcement.
	if n, e := bytes.Count(got, []byte("\nnode ")), bytes.Count(got, []byte("\nedge ")); n != 9 || e != 6 {
		t.Errorf("got %d nodes and %d edges:\n%s", n, e, got)
	}
}

func TestParse(t *testing.T) {
	for _, c := range []struct{ format, table, want string }{
		{"xml", "", `format "xml"; known: json, dot, csv, ietf-network`},
		{"", "", `format ""`},
		{"csv", "pods", `table "pods"; known: edges, vertices`},
		{"json", "edges", "json has no tables"},
	} {
		if _, err := export.Parse(c.format, c.table); !errors.Is(err, export.ErrUnknown) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q, %q: got %v, want %q in it", c.format, c.table, err, c.want)
		}
	}
	if e, err := export.Parse("csv", ""); err != nil || e.Table != export.Edges {
		t.Errorf("csv: got %+v, %v", e, err)
	}
}

// What cannot be written is said, and nothing goes on for nothing.
func TestAWriterThatFails(t *testing.T) {
	for _, of := range all() {
		e, err := export.Parse(of[0], of[1])
		if err != nil {
			t.Fatal(err)
		}
		if err := e.Write(brokenPipe{}, world(t)); !errors.Is(err, errBroken) {
			t.Errorf("%v: got %v", of, err)
		}
	}
}

var errBroken = errors.New("broken pipe")

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errBroken }
