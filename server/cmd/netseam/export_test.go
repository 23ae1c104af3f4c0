package main

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/netseam/netseam/collectors/snmp"
	"github.com/netseam/netseam/server/config"
)

// NewRoot is the program.
func NewRoot(stdout, stderr io.Writer) *cobra.Command { return newRoot(stdout, stderr) }

// DeviceConfigs are the collector's devices of a configuration.
func DeviceConfigs(cfg config.Config) []snmp.Config { return deviceConfigs(cfg) }

// Reference is the manual's page about the commands.
func Reference(root *cobra.Command) string { return reference(root) }
