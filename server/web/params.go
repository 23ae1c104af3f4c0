package web

import (
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/netseam/netseam/api"
)

const (
	defaultLimit = 100
	maxLimit     = 1000
	maxText      = 200
	maxKinds     = 32
	maxStates    = 16
	maxAttrs     = 16
)

// params reads the query of a request. The first fault stays in err.
type params struct {
	values map[string][]string
	err    error
}

// query reads the parameters of a request, which are those named and no other.
func query(c echo.Context, known ...string) *params {
	repeated := []string{"kind", "state", "attr"}
	p := &params{values: c.QueryParams()}
	names := make([]string, 0, len(p.values))
	for name := range p.values {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		switch {
		case !slices.Contains(known, name):
			p.fail("unknown parameter %q; known here: %s", name, strings.Join(known, ", "))
		case len(p.values[name]) > 1 && !slices.Contains(repeated, name):
			p.fail("parameter %q is given %d times", name, len(p.values[name]))
		}
	}
	return p
}

func (p *params) fail(format string, args ...any) {
	if p.err == nil {
		p.err = invalid(format, args...)
	}
}

// one returns a parameter, and whether it is there; there and empty is a fault.
func (p *params) one(name string) (string, bool) {
	list, ok := p.values[name]
	if !ok {
		return "", false
	}
	if list[0] == "" {
		p.fail("parameter %q is empty", name)
	}
	return list[0], true
}

func (p *params) limit() int {
	text, ok := p.one("limit")
	if !ok {
		return defaultLimit
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > maxLimit {
		p.fail("limit %q: want a number from 1 to %d", text, maxLimit)
	}
	return n
}

func (p *params) text(name string) string {
	text, ok := p.one(name)
	if ok && len(text) > maxText {
		p.fail("parameter %q is longer than %d bytes", name, maxText)
	}
	if ok && strings.TrimSpace(text) == "" {
		p.fail("parameter %q is empty", name)
	}
	return strings.TrimSpace(text)
}

// texts returns all values of a parameter that repeats.
func (p *params) texts(name string, most int) []string {
	list := p.values[name]
	if len(list) > most {
		p.fail("parameter %q is given more than %d times", name, most)
		return nil
	}
	for _, text := range list {
		if text == "" || len(text) > maxText {
			p.fail("parameter %q: want 1 to %d bytes", name, maxText)
		}
	}
	return list
}

func (p *params) vertex(name string) api.VertexID {
	text, ok := p.one(name)
	if !ok {
		return 0
	}
	id, err := api.ParseVertexID(text)
	if err != nil {
		p.fail("%s: %v", name, err)
	}
	return id
}

// kinds reads all values of "kind".
func kinds[K any](p *params, parse func(string) (K, error)) []K {
	list := p.values["kind"]
	if len(list) > maxKinds {
		p.fail("more than %d kinds", maxKinds)
		return nil
	}
	out := make([]K, 0, len(list))
	for _, text := range list {
		kind, err := parse(text)
		if err != nil {
			p.fail("%v", err)
		}
		out = append(out, kind)
	}
	return out
}

// cursor reads where the page before ended.
func cursor[ID any](p *params, parse func(string) (ID, error)) ID {
	var none ID
	text, ok := p.one("cursor")
	if !ok {
		return none
	}
	id, err := parse(text)
	if err != nil {
		p.fail("cursor %.40q is none of ours", text)
	}
	return id
}
