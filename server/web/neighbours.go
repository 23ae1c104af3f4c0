package web

import (
	"github.com/labstack/echo/v4"

	"github.com/netseam/netseam/api/rest"
)

// neighbours answers with the sightings that concern a vertex.
func (s *Server) neighbours(c echo.Context) error {
	snap, v, _, err := s.asked(c)
	if err != nil {
		return err
	}
	list, err := s.deps.Hub.Candidates(c.Request().Context(), v.ID)
	if err != nil {
		return err
	}
	out := rest.NeighbourReport{Items: make([]rest.Candidate, len(list))}
	for i, x := range list {
		item := rest.Candidate{
			Verdict: rest.Verdict(x.Verdict), Protocol: x.Protocol, Row: x.Row, Why: x.Why, LocalPort: x.Local,
			Device: refOf(snap, x.Device), Port: refOf(snap, x.Port), Remote: refOf(snap, x.Remote), RemotePort: refOf(snap, x.RemotePort),
			Confidence: float64(x.Confidence) / 100, Candidates: []rest.Ref{}, Key: x.Key, Since: x.Since, Lost: x.Lost,
		}
		if x.Edge != 0 {
			item.Edge = x.Edge.String()
		}
		if scope, ok := snap.Scope(x.Scope); ok {
			item.Scope = scope.Scope.String()
		}
		for _, id := range x.Candidates {
			item.Candidates = append(item.Candidates, refOf(snap, id))
		}
		out.Items[i] = item
	}
	return answer(c, out)
}
