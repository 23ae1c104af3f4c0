package web

import (
	"log/slog"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/api/rest"
	"github.com/netseam/netseam/server/auth"
)

// status answers how netseam stands.
func (s *Server) status(c echo.Context) error {
	if p := query(c); p.err != nil {
		return p.err
	}
	snap, kept := s.deps.Hub.Current(), s.deps.Hub.Kept()
	out := rest.Status{
		Epoch: snap.Epoch, Revision: snap.Revision, Time: utc(snap.Time), Version: s.cfg.Version, Demo: s.deps.Demo != nil,
		Vertices: snap.VertexCount(), Edges: snap.EdgeCount(), ByKind: map[string]int{},
		Sources: []rest.Source{}, Seam: seam(snap),
		Kept: rest.Kept{Ok: kept.OK, Since: utc(kept.Since), Why: kept.Why},
	}
	for _, kind := range api.VertexKinds() {
		if n := snap.CountVertices(kind); n > 0 {
			out.ByKind[kind.String()] = n
		}
	}
	for _, kind := range api.EdgeKinds() {
		if n := snap.CountEdges(kind); n > 0 {
			out.ByKind[kind.String()] = n
		}
	}
	for _, source := range s.deps.Hub.Sources() {
		out.Sources = append(out.Sources, rest.Source{
			Id: string(source.ID), Kind: source.ID.SourceKind(), State: source.State.String(),
			Since: moment(source.Since), LastOk: moment(source.LastOK), Message: source.Message,
		})
	}
	return answer(c, out)
}

// find returns a source by the ID in the path.
func (s *Server) find(c echo.Context) (api.SourceStatus, error) {
	id, err := url.PathUnescape(c.Param("id"))
	if err != nil {
		return api.SourceStatus{}, invalid("the source's ID is not escaped as it should be")
	}
	for _, source := range s.deps.Hub.Sources() {
		if string(source.ID) == id {
			return source, nil
		}
	}
	return api.SourceStatus{}, notFound("there is no source %.60q", id)
}

// source answers with one source and its scopes.
func (s *Server) source(c echo.Context) error {
	if p := query(c); p.err != nil {
		return p.err
	}
	source, err := s.find(c)
	if err != nil {
		return err
	}
	out := rest.SourceDetail{
		Id: string(source.ID), Kind: source.ID.SourceKind(), State: source.State.String(),
		Since: moment(source.Since), LastOk: moment(source.LastOK), Message: source.Message, Scopes: []rest.Scope{},
	}
	for _, sc := range source.Scopes {
		out.Scopes = append(out.Scopes, rest.Scope{
			Id: uint32(sc.ID), Table: sc.Scope.Table, Context: sc.Scope.Context, State: sc.State.String(),
			Since: moment(sc.Since), LastOk: moment(sc.LastOK), Message: sc.Message,
		})
	}
	return answer(c, out)
}

// forget drops what a source has said.
func (s *Server) forget(c echo.Context) error {
	if p := query(c); p.err != nil {
		return p.err
	}
	source, err := s.find(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	if err := s.deps.Hub.Forget(ctx, source.ID); err != nil {
		return err
	}
	s.logger.InfoContext(ctx, "source forgotten", slog.String("source", string(source.ID)), slog.String("by", auth.Name(ctx)))
	return c.NoContent(http.StatusNoContent)
}
