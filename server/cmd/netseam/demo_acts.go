package main

import (
	"strings"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/test/netsim"
)

// demoWorld lets visitors of the demo act in its world. The demo's sources are
// called after their switches.
type demoWorld struct{ world *netsim.World }

// Pull breaks the cable in a port.
func (d demoWorld) Pull(source api.SourceID, port string) error {
	return d.world.LinkDown(switchOf(source), port)
}

// Plug repairs the cable in a port.
func (d demoWorld) Plug(source api.SourceID, port string) error {
	return d.world.LinkUp(switchOf(source), port)
}

// IsPulled says whether the cable in a port is broken.
func (d demoWorld) IsPulled(source api.SourceID, port string) bool {
	return d.world.IsCut(switchOf(source), port)
}

func switchOf(source api.SourceID) string {
	_, name, _ := strings.Cut(string(source), ":")
	return name
}
