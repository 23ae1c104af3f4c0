// Command histories writes what a browser is sent while random things happen
// to a random small graph, and what it has to hold at the end. The tests of
// both languages read that:
//
//	go run ./test/tools/histories -seed 7 -n 200 -out DIR   # one random history
//	go run ./test/tools/histories -fixtures api/testdata/frames
//
// A folder holds the server's frames in order, 000.bin, 001.bin …, each one
// message of the stream; expected.json, for each channel the vertices, edges
// and scopes by ID; and positions.json, for each channel the boxes and
// the furniture.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	"github.com/netseam/netseam/server/stream/streamtest"
)

func main() {
	if err := run(os.Args[1:], os.Stderr); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "histories:", err)
		}
		os.Exit(1)
	}
}

// fixture is one of the histories that are kept.
type fixture struct {
	name    string
	seed    uint64
	options streamtest.Options
}

func fixtures() []fixture {
	return []fixture{
		{"snapshot", 1, streamtest.Options{}},
		{"deltas", 2, streamtest.Options{Steps: 8}},
		{"start-over", 3, streamtest.Options{Steps: 6, StartOver: 3}},
		{"joined", 5, streamtest.Options{Steps: 12}},
	}
}

func run(args []string, stderr io.Writer) error {
	flags := flag.NewFlagSet("histories", flag.ContinueOnError)
	flags.SetOutput(stderr)
	seed := flags.Uint64("seed", 1, "which history")
	steps := flags.Int("n", 200, "how many changes it has")
	out := flags.String("out", "", "the folder to write it to")
	kept := flags.String("fixtures", "", "write the histories that are kept to this folder instead")
	if err := flags.Parse(args); err != nil {
		return err
	}
	switch {
	case *kept != "":
		for _, f := range fixtures() {
			if err := write(filepath.Join(*kept, f.name), f.seed, f.options); err != nil {
				return err
			}
		}
		return nil
	case *out == "":
		return errors.New("-out is missing: name a folder")
	}
	return write(*out, *seed, streamtest.Options{Steps: *steps, StartOver: 40})
}

// write makes a history anew in a folder, in place of one that is there.
func write(dir string, seed uint64, o streamtest.Options) error {
	r, err := streamtest.Record(rand.New(rand.NewPCG(seed, 0)).IntN, o)
	if err != nil {
		return fmt.Errorf("history %d: %w", seed, err)
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	former, err := filepath.Glob(filepath.Join(dir, "*.bin"))
	if err != nil {
		return fmt.Errorf("list former frames: %w", err)
	}
	for _, path := range former {
		if err := os.Remove(path); err != nil {
			return fmt.Errorf("remove former frame: %w", err)
		}
	}
	digits := max(3, len(fmt.Sprint(len(r.Frames)-1)))
	for i, frame := range r.Frames {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%0*d.bin", digits, i)), frame, 0o600); err != nil {
			return fmt.Errorf("write frame: %w", err)
		}
	}
	return errors.Join(
		writeJSON(filepath.Join(dir, "expected.json"), r.Expected),
		writeJSON(filepath.Join(dir, "positions.json"), r.Positions),
	)
}

// writeJSON writes a value, an element of a list a line.
func writeJSON(path string, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode %s: %w", path, err)
	}
	lines := strings.ReplaceAll(string(text), "},{", "},\n{")
	if err := os.WriteFile(path, []byte(lines+"\n"), 0o600); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
