package main_test

import (
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	main "github.com/netseam/netseam/server/cmd/netseam"
	"github.com/netseam/netseam/server/docs"
)

func TestReferenceIsUpToDate(t *testing.T) {
	want, err := os.ReadFile("../../docs/cli.md")
	if err != nil {
		t.Fatal(err)
	}
	if main.Reference(main.NewRoot(io.Discard, io.Discard)) != string(want) {
		t.Error("server/docs/cli.md is not what the commands say: run make generate")
	}
}

// Every command and flag that a text for people names is there.
func TestTextsNameRealCommands(t *testing.T) {
	files, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	files = append(files, "../../../README.md", "../../../CONTRIBUTING.md", "../../../deploy/README.md")
	commands := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		page, err := docs.Render(file, text)
		if err != nil {
			t.Fatal(err)
		}
		lines := page.Spans
		for _, code := range page.Code {
			lines = append(lines, strings.Split(strings.ReplaceAll(code.Text, "\\\n", " "), "\n")...)
		}
		for _, line := range lines {
			for part := range strings.SplitSeq(line, " | ") {
				if args, ok := netseamArgs(part); ok {
					commands++
					checkCommand(t, filepath.Base(file)+": "+line, args)
				}
			}
		}
	}
	if commands < 30 {
		t.Errorf("only %d commands were looked at", commands)
	}
}

// netseamArgs returns what follows the program's name, if a line starts it.
func netseamArgs(line string) ([]string, bool) {
	line, _, _ = strings.Cut(line, " #")
	fields := strings.Fields(line)
	for len(fields) > 0 && strings.Contains(fields[0], "=") {
		fields = fields[1:] // VARIABLE=value
	}
	if len(fields) < 2 || path.Base(fields[0]) != "netseam" {
		return nil, false
	}
	return fields[1:], true
}

func checkCommand(t *testing.T, where string, args []string) {
	t.Helper()
	root := main.NewRoot(io.Discard, io.Discard)
	root.InitDefaultCompletionCmd()
	cmd, rest, err := root.Find(args)
	if err != nil {
		t.Errorf("%s: %v", where, err)
		return
	}
	if cmd == root && !strings.HasPrefix(args[0], "-") {
		t.Errorf("%s: there is no netseam %s", where, args[0])
	}
	cmd.InitDefaultHelpFlag()
	for _, arg := range rest {
		name, _, _ := strings.Cut(arg, "=")
		if !known(cmd, name) {
			t.Errorf("%s: %s has no %s", where, cmd.CommandPath(), name)
		}
	}
}

func known(cmd *cobra.Command, arg string) bool {
	if long, ok := strings.CutPrefix(arg, "--"); ok {
		return cmd.Flags().Lookup(strings.TrimRight(long, ",.;")) != nil
	}
	if short, ok := strings.CutPrefix(arg, "-"); ok && short != "" {
		return cmd.Flags().ShorthandLookup(short[:1]) != nil
	}
	return true
}
