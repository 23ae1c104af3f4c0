// Package docs is the manual: Markdown that is read here and on any forge, and
// the handler that serves it as pages. It works without a network and asks
// nobody for a token, because who cannot log in needs it most.
package docs

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"path"
	"strings"
	"time"
)

// Root is where the pages are served.
const Root = "/docs"

//go:embed *.md assets
var files embed.FS

// chapter is a page's place in the manual.
type chapter struct{ group, name string }

// chapters are the pages in reading order. A page is called as its file.
func chapters() []chapter {
	return []chapter{
		{"Begin", "index"},
		{"Begin", "quickstart"},
		{"Begin", "concepts"},
		{"Run", "operating"},
		{"Run", "kubernetes"},
		{"Run", "snmp"},
		{"Run", "discovery"},
		{"Run", "troubleshooting"},
		{"Reference", "configuration"},
		{"Reference", "cli"},
		{"Reference", "rest"},
		{"Reference", "internals"},
	}
}

// Pages returns all pages of the manual, rendered, in reading order.
func Pages() ([]Page, error) {
	var pages []Page
	for _, c := range chapters() {
		text, err := files.ReadFile(c.name + ".md")
		if err != nil {
			return nil, fmt.Errorf("read page %s: %w", c.name, err)
		}
		page, err := Render(c.name, text)
		if err != nil {
			return nil, fmt.Errorf("render page %s: %w", c.name, err)
		}
		page.Group = c.group
		pages = append(pages, page)
	}
	return pages, nil
}

// NewHandler renders the manual and returns what serves it below Root.
func NewHandler() (http.Handler, error) {
	pages, err := Pages()
	if err != nil {
		return nil, err
	}
	m := &manual{documents: map[string]document{}}
	if err := m.addPages(pages); err != nil {
		return nil, err
	}
	for _, name := range []string{"manual.css", "manual.js", "theme.js"} {
		text, err := files.ReadFile("assets/" + name)
		if err != nil {
			return nil, fmt.Errorf("read asset: %w", err)
		}
		m.add("/assets/"+name, name, text)
	}
	index, err := json.Marshal(searchIndex(pages))
	if err != nil {
		return nil, fmt.Errorf("encode search index: %w", err)
	}
	m.add("/assets/search.json", "search.json", index)
	return m, nil
}

// manual holds what is served, by path below Root.
type manual struct {
	documents map[string]document
	missing   []byte
}

type document struct {
	name string // its ending tells the type
	text []byte
	tag  string
}

func (m *manual) add(name, file string, text []byte) {
	sum := sha256.Sum256(text)
	m.documents[name] = document{name: file, text: text, tag: `"` + hex.EncodeToString(sum[:8]) + `"`}
}

// framed is what the frame shows around one page.
type framed struct {
	Page
	Root          string
	Pages         []Page
	Before, After *Page
	NotFound      bool
}

func (m *manual) addPages(pages []Page) error {
	frame, err := template.ParseFS(files, "assets/page.html")
	if err != nil {
		return fmt.Errorf("parse frame: %w", err)
	}
	var b bytes.Buffer
	for i := range pages {
		data := framed{Page: pages[i], Pages: pages, Root: Root}
		if i > 0 {
			data.Before = &pages[i-1]
		}
		if i+1 < len(pages) {
			data.After = &pages[i+1]
		}
		b.Reset()
		if err := frame.Execute(&b, data); err != nil {
			return fmt.Errorf("frame page %s: %w", data.Name, err)
		}
		m.add(strings.TrimPrefix(data.Path(), Root), data.Name+".html", bytes.Clone(b.Bytes()))
	}
	b.Reset()
	missing := framed{Page: Page{Title: "There is no such page"}, Pages: pages, Root: Root, NotFound: true}
	if err := frame.Execute(&b, missing); err != nil {
		return fmt.Errorf("frame what stands in for a missing page: %w", err)
	}
	m.missing = b.Bytes()
	return nil
}

// ServeHTTP answers with a page or with what pages need.
func (m *manual) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(path.Clean(r.URL.Path), Root)
	d, ok := m.documents[strings.TrimSuffix(name, ".md")]
	w.Header().Set("Cache-Control", "no-cache")
	if !ok {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(http.StatusNotFound)
		w.Write(m.missing) //nolint:errcheck // Who has hung up needs no answer.
		return
	}
	w.Header().Set("ETag", d.tag)
	r.Header.Del("Range") // parts of a compressed answer would not fit together
	http.ServeContent(w, r, d.name, time.Time{}, bytes.NewReader(d.text))
}
