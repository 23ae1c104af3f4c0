package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/netseam/netseam/server/auth"
)

func newToken() *cobra.Command {
	return &cobra.Command{
		Use:   "token",
		Short: "Make an access token, and the hash of it for the configuration",
		Long: `Makes a new access token and prints it, once, with the lines that let it in.
netseam stores only the hash, so the token cannot be shown again.

Each person and each program should have one of its own: the names show in the
logs, and a token is taken away by removing its line and starting netseam again.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			token, hash := auth.NewToken()
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "The token, to log in with (keep it safe):\n\n  %s\n\nIn netseam.yaml:\n\n  auth:\n    tokens:\n      - {name: me, hash: %q}\n", token, hash)
			return err
		},
	}
}
