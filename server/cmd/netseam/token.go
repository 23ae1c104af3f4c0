package main

import "github.com/spf13/cobra"

func newToken() *cobra.Command { return &cobra.Command{Use: "token"} }
