package config

import (
	"fmt"
	"maps"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
)

// decoder fills a struct from a YAML tree. It notes where each key stands, and
// goes on after a fault, so that one run names them all.
type decoder struct {
	file     string
	lines    map[string]int      // path of a given key, list entry or mapping -> its line
	anchors  map[string]ast.Node // anchor -> its value
	faulty   map[string]bool     // keys whose value could not be decoded
	problems Problems
}

func (d *decoder) bad(line int, key, format string, args ...any) {
	d.problems = append(d.problems, Problem{File: d.file, Line: line, Key: key, Text: fmt.Sprintf(format, args...)})
}

// given says whether the file says anything under the key.
func (d *decoder) given(key string) bool {
	_, ok := d.lines[key]
	return ok
}

// at reports a fault of a key, at its line or, where it is missing, at the line
// of what it should stand in. What follows only from a fault above is left out.
func (d *decoder) at(key, format string, args ...any) {
	for up := key; up != ""; up = up[:max(0, strings.LastIndexAny(up, ".["))] {
		if d.faulty[up] {
			return
		}
	}
	line, ok := d.lines[key]
	for up := key; !ok && up != ""; {
		up = up[:max(0, strings.LastIndexAny(up, ".["))]
		line, ok = d.lines[up]
	}
	d.bad(line, key, format, args...)
}

func lineOf(n ast.Node) int {
	if n == nil || n.GetToken() == nil || n.GetToken().Position == nil {
		return 0
	}
	return n.GetToken().Position.Line
}

// plain takes anchors, aliases and tags off a node.
func (d *decoder) plain(n ast.Node) ast.Node {
	for range 16 {
		switch t := n.(type) {
		case *ast.AnchorNode:
			d.anchors[t.Name.GetToken().Value] = t.Value
			n = t.Value
		case *ast.AliasNode:
			n = d.anchors[t.Value.GetToken().Value]
		case *ast.TagNode:
			n = t.Value
		default:
			return n
		}
	}
	return n
}

// value decodes one node into a value, by the value's type.
func (d *decoder) value(node ast.Node, into reflect.Value, path string) {
	n := d.plain(node)
	if _, ok := n.(*ast.NullNode); ok || n == nil {
		return // as if the key were not there
	}
	if into.Kind() == reflect.Struct && into.Type() != reflect.TypeFor[Secret]() {
		d.mapping(n, into, path)
		return
	}
	if _, ok := scalarText(n); ok && into.Type() == reflect.TypeFor[Names]() {
		into.Set(reflect.MakeSlice(into.Type(), 1, 1))
		d.scalar(n, into.Index(0), path)
		return
	}
	if into.Kind() == reflect.Slice {
		d.list(n, into, path)
		return
	}
	d.scalar(n, into, path)
}

func (d *decoder) mapping(n ast.Node, into reflect.Value, path string) {
	m, ok := n.(ast.MapNode)
	if !ok {
		d.bad(lineOf(n), path, "want keys below it, got %s", describe(n))
		return
	}
	fields := fieldsOf(into)
	for entries := m.MapRange(); entries.Next(); {
		key := entries.Key()
		name := key.GetToken().Value
		at := join(path, name)
		line := lineOf(key)
		field, known := fields[name]
		switch {
		case key.IsMergeKey():
			d.bad(line, at, "merge keys are not supported; what many switches share belongs under snmp")
		case !known:
			d.bad(line, at, "unknown key%s", suggest(name, fields))
		case d.given(at):
			d.bad(line, at, "given twice, first on line %d; remove one", d.lines[at])
		default:
			d.lines[at] = line
			d.value(entries.Value(), field, at)
		}
	}
}

func (d *decoder) list(n ast.Node, into reflect.Value, path string) {
	s, ok := n.(*ast.SequenceNode)
	if !ok {
		d.bad(lineOf(n), path, "want a list (entries that begin with “- ”), got %s", describe(n))
		return
	}
	out := reflect.MakeSlice(into.Type(), len(s.Values), len(s.Values))
	for i, entry := range s.Values {
		at := fmt.Sprintf("%s[%d]", path, i)
		d.lines[at] = lineOf(d.plain(entry))
		if m, ok := d.plain(entry).(ast.MapNode); ok {
			if first := m.MapRange(); first.Next() {
				d.lines[at] = lineOf(first.Key()) // a mapping's own token is its first colon
			}
		}
		d.value(entry, out.Index(i), at)
	}
	into.Set(out)
}

func (d *decoder) scalar(n ast.Node, into reflect.Value, path string) {
	text, ok := scalarText(n)
	if !ok {
		d.bad(lineOf(n), path, "want one value, got %s", describe(n))
		return
	}
	switch into.Interface().(type) {
	case Secret:
		into.Set(reflect.ValueOf(NewSecret(text)))
	case string:
		into.SetString(text)
	case time.Duration:
		v, err := ParseDuration(text)
		if err != nil {
			d.bad(lineOf(n), path, "%v", err)
			return
		}
		into.SetInt(int64(v))
	case bool:
		v, ok := n.(*ast.BoolNode)
		if !ok {
			d.bad(lineOf(n), path, "want true or false, got %q", text)
			return
		}
		into.SetBool(v.Value)
	case int:
		v, err := strconv.Atoi(text)
		if err != nil {
			d.bad(lineOf(n), path, "want a whole number, got %q", text)
			return
		}
		into.SetInt(int64(v))
	default:
		panic("config: a field of type " + into.Type().String()) // caught by any test that names the key
	}
}

// fieldsOf returns a struct's fields by their YAML names, inlined ones included.
func fieldsOf(v reflect.Value) map[string]reflect.Value {
	fields := map[string]reflect.Value{}
	for i := range v.NumField() {
		name, option, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
		if option == "inline" {
			maps.Copy(fields, fieldsOf(v.Field(i)))
			continue
		}
		fields[name] = v.Field(i)
	}
	return fields
}

func scalarText(n ast.Node) (string, bool) {
	switch t := n.(type) {
	case *ast.StringNode:
		return t.Value, true
	case *ast.LiteralNode:
		return t.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return t.GetToken().Value, true
	}
	return "", false
}

func describe(n ast.Node) string {
	switch n.(type) {
	case ast.MapNode:
		return "keys"
	case *ast.SequenceNode:
		return "a list"
	}
	if text, ok := scalarText(n); ok && len(text) <= 40 {
		return "one value"
	}
	return "something else"
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
