package web

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/api/rest"
	"github.com/netseam/netseam/server/auth"
	"github.com/netseam/netseam/server/graph"
)

// Demo is a simulated world, in which visitors may act.
type Demo interface {
	// Pull takes the cable out of a port of the switch that a source reads;
	// Plug puts it back. The error says why it cannot be.
	Pull(source api.SourceID, port string) error
	Plug(source api.SourceID, port string) error
	// IsPulled says whether the cable is out still: the world has a life of
	// its own.
	IsPulled(source api.SourceID, port string) bool
}

// errRemote says that the request comes from another machine.
var errRemote = errors.New("the demo takes acts from the machine that it runs on alone")

// fromThisMachine refuses requests from elsewhere. Pages of other origins are
// refused before, as everywhere.
func fromThisMachine(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		host, _, err := net.SplitHostPort(c.Request().RemoteAddr)
		if err != nil || !auth.IsLoopback(host) {
			return errRemote
		}
		return next(c)
	}
}

// demoRoutes adds the acts.
func (s *Server) demoRoutes(g *echo.Group) {
	acts := &demoActs{server: s, pulled: map[api.VertexID]pulledCable{}}
	g.GET("/cables", acts.list)
	g.DELETE("/cables/:port", acts.pull)
	g.PUT("/cables/:port", acts.plug)
}

// demoActs remembers what visitors have done, so that each of them can undo it.
type demoActs struct {
	server *Server
	mu     sync.Mutex
	pulled map[api.VertexID]pulledCable // at most one for each port of the world
}

type pulledCable struct {
	source api.SourceID
	port   string
	since  time.Time
}

func (d *demoActs) list(c echo.Context) error {
	if p := query(c); p.err != nil {
		return p.err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	out := rest.PulledCables{Items: []rest.PulledCable{}}
	for id, cable := range d.pulled {
		if !d.server.deps.Demo.IsPulled(cable.source, cable.port) {
			delete(d.pulled, id) // the world has put it back
			continue
		}
		out.Items = append(out.Items, rest.PulledCable{Port: id.String(), Since: utc(cable.since)})
	}
	slices.SortFunc(out.Items, func(a, b rest.PulledCable) int {
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.Port, b.Port))
	})
	return answer(c, out)
}

func (d *demoActs) pull(c echo.Context) error {
	return d.act(c, func(id api.VertexID, cable pulledCable) error {
		if err := d.server.deps.Demo.Pull(cable.source, cable.port); err != nil {
			return err
		}
		d.pulled[id] = cable
		return nil
	})
}

func (d *demoActs) plug(c echo.Context) error {
	return d.act(c, func(id api.VertexID, cable pulledCable) error {
		delete(d.pulled, id) // even if it fails: then there is nothing to undo
		return d.server.deps.Demo.Plug(cable.source, cable.port)
	})
}

// act does something to the cable in the port that the path names.
func (d *demoActs) act(c echo.Context, do func(api.VertexID, pulledCable) error) error {
	if p := query(c); p.err != nil {
		return p.err
	}
	snap := d.server.deps.Hub.Current()
	v, _, err := resolve(snap, c.Param("port"))
	if err != nil {
		return err
	}
	device, ok := snap.Vertex(v.Parent)
	if v.Kind != api.VertexPort || !ok {
		return invalid("%s is a %s and no port of a switch", v.ID, v.Kind)
	}
	source, ok := sourceOf(snap, device)
	if !ok {
		return invalid("%s %s: no switch of the demo answers for this port", device.Name, v.Name)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := do(v.ID, pulledCable{source, v.Name, time.Now()}); err != nil {
		return &spoken{errInvalid, fmt.Sprintf("the demo cannot: %v", err)}
	}
	return c.NoContent(http.StatusNoContent)
}

// sourceOf returns the source that reads a device itself, if one does.
func sourceOf(s *graph.Snapshot, device *api.Vertex) (api.SourceID, bool) {
	if device.Derived {
		return "", false
	}
	for _, id := range device.Scopes {
		if scope, ok := s.Scope(id); ok && scope.Scope.Source.SourceKind() == "snmp" {
			return scope.Scope.Source, true
		}
	}
	return "", false
}
