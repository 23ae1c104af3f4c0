package web

import (
	"maps"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/api/rest"
	"github.com/netseam/netseam/server/graph"
)

// learned answers with what forwarding and address tables have of a device, or
// behind a port.
func (s *Server) learned(c echo.Context) error {
	snap, v, _, err := s.asked(c)
	if err != nil {
		return err
	}
	list, err := s.deps.Hub.Learned(c.Request().Context(), v.ID)
	if err != nil {
		return err
	}
	sources := s.deps.Hub.Sources()
	out := rest.LearnedReport{Tables: []rest.LearnedTable{}}
	for _, l := range list {
		scope, ok := snap.Scope(l.Scope)
		if !ok {
			continue // it is a step ahead: the next answer has it
		}
		table := rest.LearnedTable{
			Source: string(scope.Scope.Source), Table: scope.Scope.Table, State: scope.State.String(), Since: moment(scope.Since),
			Count: l.Count, Aged: l.Aged, Ports: countsOf(snap, l.Ports), Rows: make([]rest.LearnedRow, len(l.Rows)),
		}
		if at := slices.IndexFunc(sources, func(s api.SourceStatus) bool { return s.ID == scope.Scope.Source }); at >= 0 {
			for _, sc := range sources[at].Scopes {
				if sc.ID == l.Scope {
					table.LastOk = moment(sc.LastOK)
				}
			}
		}
		for i, row := range l.Rows {
			table.Rows[i] = rest.LearnedRow{Mac: row.MAC.String(), Vlan: int(row.VLAN), Vrf: row.VRF, Aged: row.Aged}
			if row.Address.IsValid() {
				table.Rows[i].Address = row.Address.String()
			}
		}
		out.Tables = append(out.Tables, table)
	}
	return answer(c, out)
}

// countsOf are the rows behind each port, by ID; those of unknown ports are in
// the count alone.
func countsOf(s *graph.Snapshot, ports map[api.VertexID]int) []rest.LearnedPort {
	out := []rest.LearnedPort{}
	for _, id := range slices.Sorted(maps.Keys(ports)) {
		if ref := refOf(s, id); ref.Id != "" {
			out = append(out, rest.LearnedPort{Port: ref, Count: ports[id]})
		}
	}
	return out
}
