package main_test

import (
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/netseam/netseam/server/config"
	"github.com/netseam/netseam/test/fabric"
	main "github.com/netseam/netseam/test/fabric/cmd/fabric"
)

// TestFragmentIsAConfiguration: what the command prints to be copied is a configuration that netseam reads.
func TestFragmentIsAConfiguration(t *testing.T) {
	text := main.Fragment(fabric.Topology{Devices: []fabric.Device{
		{Name: "spine1", Address: netip.MustParseAddr("10.199.0.11")}, {Name: "leaf1", Address: netip.MustParseAddr("10.199.0.21")},
	}})
	path := filepath.Join(t.TempDir(), "netseam.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(path)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if len(c.Switches) != 2 || c.Switches[1].Name != "leaf1" || !strings.HasPrefix(c.Switches[1].Address, "10.199.0.21") {
		t.Errorf("the switches are %v", c.Switches)
	}
}
