// Command reference writes the pages of the manual that follow from code:
// server/docs/configuration.md from the types of server/config, and
// server/docs/rest.md from api/openapi.yaml. `make generate` runs it in the
// repository's root. (cli.md is written by netseam itself, for nobody may
// import its commands.)
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	root := flag.String("root", ".", "the repository's root")
	flag.Parse()
	if err := write(context.Background(), *root); err != nil {
		fmt.Fprintln(os.Stderr, "reference:", err)
		os.Exit(1)
	}
}

func write(ctx context.Context, root string) error {
	pages, err := Pages(ctx, root)
	if err != nil {
		return err
	}
	for name, text := range pages {
		if err := os.WriteFile(filepath.Join(root, "server/docs", name), text, 0o644); err != nil { //nolint:gosec // everybody may read the manual
			return fmt.Errorf("write %s: %w", name, err)
		}
	}
	return nil
}

// Pages returns the generated pages by file name.
func Pages(ctx context.Context, root string) (map[string][]byte, error) {
	configuration, err := configurationPage(filepath.Join(root, "server/config/config.go"))
	if err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	rest, err := restPage(ctx, filepath.Join(root, "api/openapi.yaml"))
	if err != nil {
		return nil, fmt.Errorf("rest: %w", err)
	}
	return map[string][]byte{"configuration.md": configuration, "rest.md": rest}, nil
}
