package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

const referenceHead = `# Command line

One program, ` + "`netseam`" + `. Every command has ` + "`--help`" + ` with the same words. It ends with 0 when all went well, else with 1
and the reason on standard error.

Passwords and communities stand on no command line that others can read: commands take them from files or from the
variables named below.

This page is made from the program (` + "`make generate`" + `).
`

// newReference writes the manual's page about the commands.
func newReference() *cobra.Command {
	return &cobra.Command{
		Use: "reference", Short: "Print the manual's page about the commands, as Markdown", Args: cobra.NoArgs, Hidden: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := io.WriteString(cmd.OutOrStdout(), reference(cmd.Root()))
			return err
		},
	}
}

// reference is the page about the commands.
func reference(root *cobra.Command) string {
	root.InitDefaultCompletionCmd()
	var b strings.Builder
	b.WriteString(referenceHead)
	for _, cmd := range root.Commands() {
		if !cmd.IsAvailableCommand() || cmd.Name() == "help" {
			continue
		}
		fmt.Fprintf(&b, "\n## %s\n\n", cmd.CommandPath())
		if cmd.Name() == "completion" {
			fmt.Fprintf(&b, "%s: `%s bash`, `zsh`, `fish` or `powershell`; the help of each says how to load it.\n",
				cmd.Short, cmd.CommandPath())
			continue
		}
		describe(&b, cmd)
	}
	return b.String()
}

func describe(b *strings.Builder, cmd *cobra.Command) {
	fmt.Fprintf(b, "%s.\n\n```\n%s\n```\n", strings.TrimSuffix(cmd.Short, "."), cmd.UseLine())
	if cmd.Long != "" {
		fmt.Fprintf(b, "\n%s\n", fenced(cmd.Long))
	}
	if cmd.Example != "" {
		fmt.Fprintf(b, "\nExamples:\n\n```sh\n%s\n```\n", unindented(cmd.Example))
	}
	var flags strings.Builder
	cmd.NonInheritedFlags().VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		name := "`--" + f.Name + "`"
		if f.Shorthand != "" {
			name = "`-" + f.Shorthand + "`, " + name
		}
		kind, usage := pflag.UnquoteUsage(f)
		def := ""
		if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "[]" {
			def = "`" + f.DefValue + "`"
		}
		fmt.Fprintf(&flags, "| %s | %s | %s | %s |\n", name, cmp.Or(kind, "switch"), def, strings.ReplaceAll(usage, "|", `\|`))
	})
	if flags.Len() > 0 {
		fmt.Fprintf(b, "\n| flag | value | default | meaning |\n|---|---|---|---|\n%s", flags.String())
	}
}

// fenced puts what a text indents into blocks of code.
func fenced(text string) string {
	var out []string
	inside := false
	for line := range strings.Lines(text + "\n\n.") {
		line = strings.TrimRight(line, "\n")
		switch indented := strings.HasPrefix(line, "  "); {
		case indented && !inside:
			out = append(out, "```")
			inside = true
		case !indented && line != "" && inside:
			out = append(out[:len(out)-1], "```", "")
			inside = false
		}
		if inside {
			line = strings.TrimPrefix(line, "  ")
		}
		out = append(out, line)
	}
	return strings.TrimSpace(strings.TrimSuffix(strings.Join(out, "\n"), "."))
}

func unindented(text string) string {
	lines := strings.Split(strings.Trim(text, "\n"), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimPrefix(line, "  ")
	}
	return strings.Join(lines, "\n")
}
