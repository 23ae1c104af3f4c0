package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// maxFile is the largest configuration that is read, in bytes.
const maxFile = 16 << 20

// Load reads and checks a configuration. Relative paths in it are taken from
// the folder of the file, and "~/" from the home folder. The error is
// [Problems] when the file could be read: all of its faults at once.
func Load(path string) (Config, error) { return LoadWith(path, func(*Config) {}) }

// LoadWith is Load with what the command line says on top: override sets it
// after the file is decoded and before all of it is checked.
func LoadWith(path string, override func(*Config)) (Config, error) {
	info, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		return Config{}, fmt.Errorf("there is no %s: write one (the README has an example of ten lines), or name it with -c: %w", path, err)
	}
	if err != nil {
		return Config{}, fmt.Errorf("read configuration: %w", err)
	}
	if info.Size() > maxFile {
		return Config{}, Problems{{File: path, Text: fmt.Sprintf("larger than %d MiB: this is no configuration", maxFile>>20)}}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return Config{}, fmt.Errorf("read configuration: %w", err)
	}
	return parse(path, text, override)
}

// parse decodes and checks the text of a configuration file.
func parse(path string, text []byte, override func(*Config)) (Config, error) {
	d := &decoder{file: path, lines: map[string]int{}, anchors: map[string]ast.Node{}}
	cfg := Default()
	file, err := parser.ParseBytes(text, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return Config{}, syntaxProblem(path, err)
	}
	bodies := 0
	for _, doc := range file.Docs {
		if doc.Body == nil {
			continue
		}
		if bodies++; bodies > 1 {
			d.bad(lineOf(doc.Body), "", "a second document begins here; one file holds one")
			break
		}
		d.value(doc.Body, reflect.ValueOf(&cfg).Elem(), "")
	}
	d.faulty = map[string]bool{}
	for _, p := range d.problems {
		d.faulty[p.Key] = true
	}
	override(&cfg)
	c := &checker{decoder: d, cfg: &cfg, dir: filepath.Dir(path)}
	c.check()
	if err := d.problems.asError(); err != nil {
		return Config{}, err
	}
	return cfg, nil
}

// syntaxProblem turns the parser's error, which quotes the source over several
// lines, into one line; the quoted source could hold a secret.
func syntaxProblem(path string, err error) Problems {
	var syntax *yaml.SyntaxError
	if errors.As(err, &syntax) && syntax.Token != nil {
		text := "not YAML: " + syntax.Message
		if strings.Contains(syntax.Message, "'\t'") {
			text = "not YAML: a tab; indent with spaces"
		}
		return Problems{{File: path, Line: syntax.Token.Position.Line, Text: text}}
	}
	first, _, _ := strings.Cut(err.Error(), "\n")
	return Problems{{File: path, Text: "not YAML: " + first}}
}
