package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

const restHead = `# REST interface

`

const restExample = "```sh" + `
curl -s -H "Authorization: Bearer $TOKEN" http://127.0.0.1:8080/api/v1/status
curl -s 'http://127.0.0.1:8080/api/v1/search?q=10.1.0.21'
curl -s 'http://127.0.0.1:8080/api/v1/edges?kind=attach&limit=10'
` + "```" + `

This page is made from ` + "`api/openapi.yaml` (`make generate`)" + `, which tools can read.
`

// restPage writes the page from the contract.
func restPage(ctx context.Context, file string) ([]byte, error) {
	loader := &openapi3.Loader{Context: ctx}
	doc, err := loader.LoadFromFile(file)
	if err != nil {
		return nil, err
	}
	if err := doc.Validate(ctx); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s%s\n\n%s", restHead, strings.TrimSpace(doc.Info.Description), restExample)
	for _, tag := range doc.Tags {
		fmt.Fprintf(&b, "\n## %s\n", tag.Description)
		for _, path := range slices.Sorted(maps.Keys(doc.Paths.Map())) {
			item := doc.Paths.Value(path)
			for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodDelete} {
				if op := item.GetOperation(method); op != nil && slices.Contains(op.Tags, tag.Name) {
					operation(&b, method, path, op)
				}
			}
		}
	}
	b.WriteString("\n## Types\n\nWhat answers hold. Fields in italics may be absent.\n")
	for _, name := range slices.Sorted(maps.Keys(doc.Components.Schemas)) {
		schemaTable(&b, name, doc.Components.Schemas[name].Value)
	}
	return b.Bytes(), nil
}

func operation(b *bytes.Buffer, method, path string, op *openapi3.Operation) {
	fmt.Fprintf(b, "\n### %s %s\n\n%s.", method, path, strings.TrimSuffix(op.Summary, "."))
	if op.Security != nil && len(*op.Security) == 0 {
		b.WriteString(" Needs no token.")
	}
	b.WriteString("\n")
	if op.Description != "" {
		fmt.Fprintf(b, "\n%s\n", strings.TrimSpace(op.Description))
	}
	if len(op.Parameters) > 0 {
		b.WriteString("\n| parameter | type | meaning |\n|---|---|---|\n")
		for _, ref := range op.Parameters {
			p := ref.Value
			name := "`" + p.Name + "`"
			if p.Required {
				name += ", required"
			}
			fmt.Fprintf(b, "| %s | %s | %s |\n", name, typeText(p.Schema), cell(cmp.Or(p.Description, p.Schema.Value.Description)))
		}
	}
	if body := op.RequestBody; body != nil {
		fmt.Fprintf(b, "\nBody: %s.\n", contents(body.Value.Content))
	}
	b.WriteString("\n| answer | what |\n|---|---|\n")
	for _, code := range slices.Sorted(maps.Keys(op.Responses.Map())) {
		r := op.Responses.Value(code).Value
		text := strings.TrimSpace(*r.Description)
		if with := contents(r.Content); with != "" {
			text += " " + with
		}
		if code == "default" {
			code = "any other"
		}
		fmt.Fprintf(b, "| %s | %s |\n", code, cell(text))
	}
}

// contents names the media types, and the type where it has a name.
func contents(content openapi3.Content) string {
	var out []string
	for _, media := range slices.Sorted(maps.Keys(content)) {
		text := "`" + media + "`"
		if s := content[media].Schema; s != nil && s.Ref != "" {
			text += " " + typeText(s)
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

func schemaTable(b *bytes.Buffer, name string, s *openapi3.Schema) {
	fmt.Fprintf(b, "\n### %s\n\n", name)
	if s.Description != "" {
		fmt.Fprintf(b, "%s\n\n", strings.TrimSpace(s.Description))
	}
	if len(s.Properties) == 0 {
		fmt.Fprintf(b, "%s\n", upper(typeText(&openapi3.SchemaRef{Value: s})))
		return
	}
	b.WriteString("| field | type | meaning |\n|---|---|---|\n")
	for _, field := range slices.Sorted(maps.Keys(s.Properties)) {
		p := s.Properties[field]
		label := "`" + field + "`"
		if !slices.Contains(s.Required, field) {
			label = "*" + label + "*"
		}
		meaning := ""
		if p.Ref == "" {
			meaning = p.Value.Description
		}
		fmt.Fprintf(b, "| %s | %s | %s |\n", label, typeText(p), cell(meaning))
	}
}

// typeText says what values there are; a type of the page is a link to it.
func typeText(ref *openapi3.SchemaRef) string {
	if i := strings.LastIndexByte(ref.Ref, '/'); i >= 0 {
		name := ref.Ref[i+1:]
		return fmt.Sprintf("[%s](#%s)", name, strings.ToLower(name))
	}
	s := ref.Value
	switch {
	case len(s.Enum) > 0:
		words := make([]string, len(s.Enum))
		for i, v := range s.Enum {
			words[i] = fmt.Sprintf("`%v`", v)
		}
		return strings.Join(words, ", ")
	case s.Type.Is("array"):
		return "list of " + typeText(s.Items)
	case s.Type.Is("object") && s.AdditionalProperties.Schema != nil:
		return "object of " + typeText(s.AdditionalProperties.Schema) + " by name"
	case s.Type.Is("object") && len(s.Properties) > 0:
		var fields []string
		for _, f := range slices.Sorted(maps.Keys(s.Properties)) {
			fields = append(fields, "`"+f+"`: "+typeText(s.Properties[f]))
		}
		return "object of " + strings.Join(fields, ", ")
	case len(s.AllOf) == 1:
		return typeText(s.AllOf[0])
	case s.Type == nil:
		return "any"
	}
	text := strings.Join(s.Type.Slice(), " or ")
	switch {
	case s.Format == "date-time":
		text = "time"
	case s.Pattern != "":
		text += " like `" + strings.ReplaceAll(s.Pattern, "|", `\|`) + "`"
	case s.Min != nil && s.Max != nil:
		text += fmt.Sprintf(" from %v to %v", *s.Min, *s.Max)
	case s.MaxLength != nil:
		text += fmt.Sprintf(" of at most %d characters", *s.MaxLength)
	}
	if s.Default != nil {
		text += fmt.Sprintf(", by default %v", s.Default)
	}
	if s.Nullable {
		text += " or null"
	}
	return text
}

func cell(text string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(text), " "), "|", `\|`)
}

func upper(text string) string {
	if strings.HasPrefix(text, "`") || text == "" {
		return text + "."
	}
	return strings.ToUpper(text[:1]) + text[1:] + "."
}
