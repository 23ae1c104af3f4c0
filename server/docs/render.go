package docs

import (
	"bytes"
	"html/template"
	"strconv"
	"strings"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// Page is one page of the manual.
type Page struct {
	Group, Name, Title string
	// HTML is the body, without the title.
	HTML template.HTML
	// Headings are those below the title.
	Headings []Heading
	// Links are the targets as they are written.
	Links []string
	// Code are the blocks, and Spans the pieces of code within sentences.
	Code  []Code
	Spans []string

	sections []section
}

// Path is where the page is served.
func (p Page) Path() string {
	if p.Name == "index" {
		return Root
	}
	return Root + "/" + p.Name
}

// Heading is a place in a page that can be linked to.
type Heading struct {
	ID, Text string
	Level    int
	// Short is the text without what the heading above it says already:
	// "interval" under "snmp" for "snmp.interval".
	Short string
}

// Code is a block of code.
type Code struct{ Language, Text string }

// section is what search finds: a heading and the text under it.
type section struct {
	Heading Heading
	Text    string
}

// Render turns the text of a page into HTML. Raw HTML in it is left out.
func Render(name string, source []byte) (Page, error) {
	md := goldmark.New(goldmark.WithExtensions(extension.Table), goldmark.WithParserOptions(parser.WithAutoHeadingID()))
	ctx := parser.NewContext(parser.WithIDs(anchors{}))
	doc := md.Parser().Parse(text.NewReader(source), parser.WithContext(ctx))
	page := Page{Name: name}
	if err := page.gather(doc, source); err != nil {
		return page, err
	}
	var b bytes.Buffer
	if err := md.Renderer().Render(&b, source, doc); err != nil {
		return page, err
	}
	// Whoever has no mouse scrolls a wide block with the arrow keys.
	html := strings.ReplaceAll(b.String(), "<pre><code", `<pre tabindex="0"><code`)
	page.HTML = template.HTML(html) //nolint:gosec // goldmark escapes, and the text is our own
	return page, nil
}

// gather notes what a page holds, points its links at where pages are served,
// and gives its headings a link to themselves. The title is taken out.
func (p *Page) gather(doc ast.Node, source []byte) error {
	var title ast.Node
	var above string
	var headings []*ast.Heading
	err := ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			if n.Level == 1 {
				title, p.Title = n, plainText(n, source)
				p.section(Heading{Text: p.Title, Level: 1})
				return ast.WalkSkipChildren, nil
			}
			headings = append(headings, n)
			h := Heading{ID: idOf(n), Text: plainText(n, source), Level: n.Level}
			if h.Short = h.Text; n.Level == 2 {
				above = h.Text
			} else if rest, ok := strings.CutPrefix(h.Text, above+"."); ok {
				h.Short = rest
			}
			p.Headings = append(p.Headings, h)
			p.section(p.Headings[len(p.Headings)-1])
		case *ast.Link:
			p.Links = append(p.Links, string(n.Destination))
			n.Destination = []byte(served(string(n.Destination)))
		case *ast.FencedCodeBlock:
			code := string(n.Lines().Value(source))
			p.Code = append(p.Code, Code{Language: string(n.Language(source)), Text: code})
			p.say(code)
		case *ast.CodeBlock:
			code := string(n.Lines().Value(source))
			p.Code = append(p.Code, Code{Text: code})
			p.say(code)
		case *ast.CodeSpan:
			p.Spans = append(p.Spans, plainText(n, source))
		case *ast.Paragraph, *ast.TextBlock, *east.TableCell:
			p.say(plainText(n, source))
		}
		return ast.WalkContinue, nil
	})
	if title != nil {
		title.Parent().RemoveChild(title.Parent(), title)
	}
	for _, h := range headings {
		h.AppendChild(h, selfLink(idOf(h)))
	}
	return err
}

func (p *Page) section(h Heading) { p.sections = append(p.sections, section{Heading: h}) }

func (p *Page) say(text string) {
	if n := len(p.sections); n > 0 {
		p.sections[n-1].Text += strings.Join(strings.Fields(text), " ") + " "
	}
}

func idOf(n ast.Node) string {
	if id, ok := n.AttributeString("id"); ok {
		if text, ok := id.([]byte); ok {
			return string(text)
		}
	}
	return ""
}

func selfLink(id string) ast.Node {
	link := ast.NewLink()
	link.Destination = []byte("#" + id)
	link.SetAttributeString("class", []byte("anchor"))
	link.SetAttributeString("aria-hidden", []byte("true"))
	link.SetAttributeString("tabindex", []byte("-1"))
	link.AppendChild(link, ast.NewString([]byte("#")))
	return link
}

// plainText is what a reader sees of a node.
func plainText(n ast.Node, source []byte) string {
	var b strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch t := c.(type) {
		case *ast.Text:
			b.Write(t.Segment.Value(source))
			if t.SoftLineBreak() || t.HardLineBreak() {
				b.WriteByte(' ')
			}
		case *ast.String:
			b.Write(t.Value)
		default:
			b.WriteString(plainText(c, source))
		}
	}
	return b.String()
}

// served is the address at which a link from page to page is served:
// "snmp.md#credentials" is "/docs/snmp#credentials".
func served(target string) string {
	file, anchor, found := strings.Cut(target, "#")
	name, isPage := strings.CutSuffix(file, ".md")
	if !isPage || strings.Contains(name, "/") {
		return target
	}
	path := Page{Name: name}.Path()
	if found {
		path += "#" + anchor
	}
	return path
}

// anchors makes the IDs of a page's headings, as forges make them, so that a
// link works there and here.
type anchors map[string]bool

// Generate returns an ID that is not there yet.
func (a anchors) Generate(value []byte, _ ast.NodeKind) []byte {
	base := Anchor(string(value))
	id := base
	for i := 1; a[id]; i++ {
		id = base + "-" + strconv.Itoa(i)
	}
	a[id] = true
	return []byte(id)
}

// Put notes an ID that is given.
func (a anchors) Put(value []byte) { a[string(value)] = true }

// Anchor is the ID of a heading with this text.
func Anchor(heading string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
			return unicode.ToLower(r)
		case r == ' ':
			return '-'
		}
		return -1
	}, strings.TrimSpace(heading))
}

// found is an entry of the index that the browser searches.
type found struct {
	Page    string `json:"page"`
	Heading string `json:"heading"`
	Path    string `json:"path"`
	Text    string `json:"text"`
}

func searchIndex(pages []Page) []found {
	var index []found
	for _, p := range pages {
		for _, s := range p.sections {
			f := found{Page: p.Title, Heading: s.Heading.Text, Path: p.Path(), Text: strings.TrimSpace(s.Text)}
			if s.Heading.ID != "" {
				f.Path += "#" + s.Heading.ID
			}
			index = append(index, f)
		}
	}
	return index
}
