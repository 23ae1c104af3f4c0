package web

import (
	"github.com/labstack/echo/v4"

	"github.com/netseam/netseam/api/rest"
)

// search answers with what matches best.
func (s *Server) search(c echo.Context) error {
	p := query(c, "q", "limit")
	text, limit := p.text("q"), p.limit()
	if _, ok := p.values["q"]; !ok {
		p.fail(`parameter "q" is missing: say what to look for`)
	}
	if p.err != nil {
		return p.err
	}
	snap := s.deps.Hub.Current()
	out := rest.HitPage{Items: []rest.Hit{}}
	for _, h := range s.texts.Find(snap, text, limit) {
		out.Items = append(out.Items, rest.Hit{
			Id: h.Vertex.ID.String(), Kind: h.Vertex.Kind.String(), Name: h.Vertex.Name,
			Context: pathText(snap, h.Vertex), Field: h.Field, Match: h.Match(),
		})
	}
	return answer(c, out)
}
