package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"strings"
	"time"

	"github.com/netseam/netseam/server/config"
)

const configurationHead = `# Configuration

One YAML file, named with ` + "`-c`" + `; ` + "`netseam check`" + ` names every fault in it with its line. On SIGHUP a running
netseam reads its clusters, switches and discovery again; the rest it reads when it starts. Every key below may be left out unless it says *required*, and a key that is not listed here is
an error.

- A **duration** is written as ` + "`30s`, `5m`, `1h30m`" + ` or, in whole days, ` + "`30d`" + `.
- A **file** is a path; a relative one begins at the folder of the configuration, and ` + "`~/`" + ` at the home folder.
- A **secret** is never shown, logged or kept. The keys that end in ` + "`_file` and `_env`" + ` say where to read it; at most one
  of the three may be given.
- ` + "`[]`" + ` in a key's name stands for each entry of a list.

This page is made from the code (` + "`make generate`" + `).
`

// Key is one key of the configuration.
type Key struct {
	Path, Type, Default, Example, Meaning string
}

// group is a key that holds others.
type group struct {
	path, meaning string
	keys          []Key
}

// configurationPage writes the page from the types in the file.
func configurationPage(file string) ([]byte, error) {
	groups, err := groupsOf(file)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.WriteString(configurationHead)
	for _, g := range groups {
		title := "`" + g.path + "`"
		if g.path == "" {
			title = "The server"
		}
		fmt.Fprintf(&b, "\n## %s\n", title)
		if g.path != "" {
			fmt.Fprintf(&b, "\n%s\n", g.meaning)
		}
		for _, k := range g.keys {
			fmt.Fprintf(&b, "\n### `%s`\n\n*%s* · default: %s · example: `%s`\n\n%s\n", k.Path, k.Type, k.Default, k.Example, k.Meaning)
		}
	}
	return b.Bytes(), nil
}

// groupsOf returns the keys in the order of the types. The error names all keys
// that lack a meaning or an example.
func groupsOf(file string) ([]group, error) {
	comments, err := commentsOf(file)
	if err != nil {
		return nil, err
	}
	w := &walker{comments: comments}
	w.walk(reflect.ValueOf(config.Default()), "", "")
	return w.groups, errors.Join(w.faults...)
}

type walker struct {
	comments map[string]string // "Type" and "Type.Field"
	groups   []group
	faults   []error
}

// walk notes the keys of a struct, then those of the structs in it.
func (w *walker) walk(v reflect.Value, path, meaning string) {
	at := len(w.groups)
	w.groups = append(w.groups, group{path: path, meaning: meaning})
	w.fields(v, path, at)
}

func (w *walker) fields(v reflect.Value, path string, at int) {
	var later []func()
	for i := range v.NumField() {
		f, value := v.Type().Field(i), v.Field(i)
		name, option, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if option == "inline" {
			w.fields(value, path, at)
			continue
		}
		key := strings.TrimPrefix(path+"."+name, ".")
		into := value
		if f.Type.Kind() == reflect.Slice && f.Type.Elem().Kind() == reflect.Struct {
			key += "[]"
			into = reflect.Zero(f.Type.Elem())
		}
		if into.Kind() == reflect.Struct && into.Type() != reflect.TypeFor[config.Secret]() {
			later = append(later, func() { w.walk(into, key, w.groupMeaning(v.Type(), f, into.Type(), key)) })
			continue
		}
		w.groups[at].keys = append(w.groups[at].keys, w.key(v.Type(), f, value, key))
	}
	for _, walk := range later {
		walk()
	}
}

func (w *walker) groupMeaning(owner reflect.Type, f reflect.StructField, of reflect.Type, key string) string {
	if text := w.comments[owner.Name()+"."+f.Name]; text != "" {
		return sentence(text, f.Name, key)
	}
	return sentence(w.comments[of.Name()], of.Name(), key)
}

func (w *walker) key(owner reflect.Type, f reflect.StructField, value reflect.Value, path string) Key {
	k := Key{Path: path, Type: typeOf(f), Example: f.Tag.Get("example")}
	k.Default = cmp.Or(f.Tag.Get("default"), defaultOf(value))
	k.Meaning = w.comments[owner.Name()+"."+f.Name]
	if k.Meaning == "" {
		w.faults = append(w.faults, fmt.Errorf("key %s: %s.%s has no comment that begins with its name", path, owner.Name(), f.Name))
	}
	if k.Example == "" {
		w.faults = append(w.faults, fmt.Errorf(`key %s: %s.%s has no example:"…" tag`, path, owner.Name(), f.Name))
	}
	k.Meaning = sentence(k.Meaning, f.Name, path)
	return k
}

// sentence puts the key in the place of the name that a comment begins with.
func sentence(text, name, key string) string {
	if rest, ok := strings.CutPrefix(text, name+" "); ok {
		return "`" + key + "` " + rest
	}
	return text
}

func typeOf(f reflect.StructField) string {
	switch f.Type {
	case reflect.TypeFor[time.Duration]():
		return "duration"
	case reflect.TypeFor[config.Secret]():
		return "secret"
	case reflect.TypeFor[config.Names](), reflect.TypeFor[[]string]():
		return "list of texts"
	}
	name := f.Tag.Get("yaml")
	switch {
	case f.Type.Kind() == reflect.Bool:
		return "true or false"
	case f.Type.Kind() == reflect.Int:
		return "whole number"
	case strings.HasSuffix(name, "_file"), name == "cert", name == "key", name == "kubeconfig":
		return "file"
	case strings.HasSuffix(name, "_env"):
		return "name of a variable"
	case name == "data":
		return "folder"
	}
	return "text"
}

func defaultOf(v reflect.Value) string {
	if d, ok := reflect.TypeAssert[time.Duration](v); ok && d > 0 {
		return "`" + config.FormatDuration(d) + "`"
	}
	if v.Kind() == reflect.Bool || v.Kind() == reflect.Int || (v.Kind() == reflect.String && v.Len() > 0) {
		return fmt.Sprintf("`%v`", v)
	}
	return "none"
}

// commentsOf returns the doc comments of types and their fields, each as one
// line.
func commentsOf(file string) (map[string]string, error) {
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	comments := map[string]string{}
	for _, d := range tree.Decls {
		decl, ok := d.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, s := range decl.Specs {
			spec, ok := s.(*ast.TypeSpec)
			if !ok {
				continue
			}
			comments[spec.Name.Name] = oneLine(decl.Doc)
			fields, ok := spec.Type.(*ast.StructType)
			if !ok {
				continue
			}
			for _, f := range fields.Fields.List {
				for _, name := range f.Names {
					comments[spec.Name.Name+"."+name.Name] = oneLine(f.Doc)
				}
			}
		}
	}
	return comments, nil
}

func oneLine(c *ast.CommentGroup) string { return strings.Join(strings.Fields(c.Text()), " ") }
