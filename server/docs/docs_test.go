package docs_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/netseam/netseam/server/config"
	"github.com/netseam/netseam/server/docs"
)

const root = "../.."

// markdown are all texts for people, by path from the repository's root.
func markdown(t *testing.T) map[string]docs.Page {
	t.Helper()
	names := []string{"README.md", "CONTRIBUTING.md", "deploy/README.md"}
	own, err := filepath.Glob("*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range own {
		names = append(names, "server/docs/"+name)
	}
	pages := map[string]docs.Page{}
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		if pages[name], err = docs.Render(name, text); err != nil {
			t.Fatal(err)
		}
	}
	return pages
}

// Each link in a text leads to a file, and to a heading in it.
func TestLinksOnAForge(t *testing.T) {
	pages := markdown(t)
	links := 0
	for name, page := range pages {
		for _, link := range page.Links {
			if strings.HasPrefix(link, "http://") || strings.HasPrefix(link, "https://") {
				continue
			}
			links++
			target, anchor, anchored := strings.Cut(link, "#")
			file := path.Join(path.Dir(name), target)
			if target == "" {
				file = name
			}
			if _, err := os.Stat(filepath.Join(root, file)); err != nil {
				t.Errorf("%s: link to %s: %v", name, link, err)
				continue
			}
			hits := func(h docs.Heading) bool { return h.ID == anchor }
			if anchored && !slices.ContainsFunc(pages[file].Headings, hits) {
				t.Errorf("%s: link to %s: %s has no such heading", name, link, file)
			}
		}
	}
	if links < 50 {
		t.Errorf("only %d links were looked at", links)
	}
}

// Every page is in the manual: each file is a chapter.
func TestEveryFileIsAPage(t *testing.T) {
	pages, err := docs.Pages()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("*.md")
	if err != nil || len(files) != len(pages) {
		t.Errorf("%d files and %d pages (%v)", len(files), len(pages), err)
	}
	for _, p := range pages {
		if p.Title == "" || p.HTML == "" || p.Group == "" {
			t.Errorf("page %s has no title, text or group", p.Name)
		}
	}
}

func handler(t *testing.T) http.Handler {
	t.Helper()
	h, err := docs.NewHandler()
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func get(t *testing.T, h http.Handler, target string) *httptest.ResponseRecorder {
	t.Helper()
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil))
	return rec
}

// Whoever follows every link of the served manual meets no page that is not
// there and no anchor that is not on it.
func TestLinksAsServed(t *testing.T) {
	h := handler(t)
	reference := regexp.MustCompile(`(?:href|src)="([^"]+)"`)
	ids := regexp.MustCompile(`id="([^"]+)"`)
	bodies := map[string]string{}
	open := []string{docs.Root}
	for len(open) > 0 {
		at := open[0]
		open = open[1:]
		rec := get(t, h, at)
		if rec.Code != http.StatusOK {
			t.Errorf("%s: %d", at, rec.Code)
		}
		bodies[at] = rec.Body.String()
		for _, m := range reference.FindAllStringSubmatch(bodies[at], -1) {
			target, _, _ := strings.Cut(m[1], "#")
			if _, seen := bodies[target]; seen || !strings.HasPrefix(target, docs.Root) || slices.Contains(open, target) {
				continue
			}
			open = append(open, target)
		}
	}
	if len(bodies) < 14 {
		t.Errorf("only %d pages were met", len(bodies))
	}
	for at, body := range bodies {
		for _, m := range reference.FindAllStringSubmatch(body, -1) {
			target, anchor, anchored := strings.Cut(m[1], "#")
			switch {
			case target == "":
				target = at
			case target == "/" || target == "/icon.svg" || strings.HasPrefix(target, "http"):
				continue
			}
			var there []string
			for _, id := range ids.FindAllStringSubmatch(bodies[target], -1) {
				there = append(there, id[1])
			}
			if anchored && !slices.Contains(there, anchor) {
				t.Errorf("%s links to %s, and there is no such anchor", at, m[1])
			}
		}
	}
}

// The server's policy lets nothing inline run.
func TestNothingIsInline(t *testing.T) {
	h := handler(t)
	inline := regexp.MustCompile(`<style|style="|<script>|\son[a-z]+="|javascript:`)
	pages, err := docs.Pages()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pages {
		if found := inline.FindString(get(t, h, p.Path()).Body.String()); found != "" {
			t.Errorf("%s has %q", p.Path(), found)
		}
	}
}

func TestHowItIsServed(t *testing.T) {
	h := handler(t)
	for _, c := range []struct {
		target, kind, holds string
		code                int
	}{
		{"/docs", "text/html", "It only reads", http.StatusOK},
		{"/docs/", "text/html", "It only reads", http.StatusOK},
		{"/docs/snmp", "text/html", "lldpRemTable", http.StatusOK},
		{"/docs/snmp.md", "text/html", "lldpRemTable", http.StatusOK},
		{"/docs/assets/manual.css", "text/css", "--ground", http.StatusOK},
		{"/docs/assets/theme.js", "javascript", "netseam-theme", http.StatusOK},
		{"/docs/nowhere", "text/html", "There is no such page", http.StatusNotFound},
		{"/docs/../docs.go", "text/html", "There is no such page", http.StatusNotFound},
	} {
		rec := get(t, h, c.target)
		if rec.Code != c.code || !strings.Contains(rec.Header().Get("Content-Type"), c.kind) || !strings.Contains(rec.Body.String(), c.holds) {
			t.Errorf("%s: %d, %s", c.target, rec.Code, rec.Header())
		}
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/docs/snmp", nil)
	r.Header.Set("If-None-Match", get(t, h, "/docs/snmp").Header().Get("ETag"))
	rec := httptest.NewRecorder()
	if h.ServeHTTP(rec, r); rec.Code != http.StatusNotModified {
		t.Errorf("a page that the browser has: %d", rec.Code)
	}
}

// The index that the browser searches leads to each section.
func TestSearchIndex(t *testing.T) {
	var index []struct{ Page, Heading, Path, Text string }
	if err := json.Unmarshal(get(t, handler(t), "/docs/assets/search.json").Body.Bytes(), &index); err != nil {
		t.Fatal(err)
	}
	for _, e := range index {
		if e.Heading == "snmp.lldp_interval" {
			if e.Path != "/docs/configuration#snmplldp_interval" || !strings.Contains(e.Text, "neighbours") {
				t.Errorf("got %+v", e)
			}
			return
		}
	}
	t.Errorf("%d entries, none for snmp.lldp_interval", len(index))
}

// Each configuration that a text shows is one that netseam takes.
func TestConfigurationsLoad(t *testing.T) {
	named := regexp.MustCompile(`(?:_file|cert|key|kubeconfig): *"?([^\s,}"]+)`)
	variable := regexp.MustCompile(`_env: *([A-Z_]+)`)
	snippets := 0
	for name, page := range markdown(t) {
		for _, code := range page.Code {
			if code.Language != "yaml" {
				continue
			}
			snippets++
			dir := t.TempDir()
			t.Setenv("HOME", dir)
			text := strings.ReplaceAll(code.Text, " /etc/", " "+dir+"/etc/")
			for _, m := range named.FindAllStringSubmatch(text, -1) {
				file := filepath.Join(dir, strings.TrimPrefix(strings.TrimPrefix(m[1], dir), "~/"))
				if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte("something\n"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			for _, m := range variable.FindAllStringSubmatch(text, -1) {
				t.Setenv(m[1], "something")
			}
			file := filepath.Join(dir, "netseam.yaml")
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := config.Load(file); err != nil {
				t.Errorf("%s: %v\n%s", name, err, code.Text)
			}
		}
	}
	if snippets < 8 {
		t.Errorf("only %d configurations were looked at", snippets)
	}
}

// The messages in the tables are the program's own words.
func TestMessagesAreTheProgramsOwn(t *testing.T) {
	source := sources(t)
	first := regexp.MustCompile("(?m)^\\| ((?:`[^`]+`[, ]*)+)\\|")
	span := regexp.MustCompile("`([^`]+)`")
	gap := regexp.MustCompile(`[A-Z]{4,}|…`)
	messages := 0
	for _, name := range []string{"troubleshooting.md", "operating.md"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range first.FindAllStringSubmatch(string(text), -1) {
			for _, m := range span.FindAllStringSubmatch(row[1], -1) {
				if strings.HasPrefix(m[1], "/") {
					continue // a path
				}
				messages++
				for _, part := range gap.Split(m[1], -1) {
					if part = strings.TrimSpace(part); part != "" && !strings.Contains(source, part) {
						t.Errorf("%s: nothing in the program says %q (%s)", name, part, m[1])
					}
				}
			}
		}
	}
	if messages < 40 {
		t.Errorf("only %d messages were looked at", messages)
	}
}

// sources is the text of the program, but for the names that code is built of
// from parts: metrics of the hub and the stream.
func sources(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	for _, dir := range []string{"api", "collectors", "server"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(file string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(file) != ".go" || strings.HasSuffix(file, "_test.go") {
				return err
			}
			text, err := os.ReadFile(file)
			b.Write(text)
			return err
		})
		if err != nil {
			t.Fatal(errors.Join(errors.New("read the sources"), err))
		}
	}
	return strings.NewReplacer(`Subsystem: "hub", Name: "`, `"netseam_hub_`, `counter("`, `"netseam_hub_`, `seconds("`, `"netseam_hub_`).
		Replace(b.String())
}
