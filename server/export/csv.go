package export

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
)

func writeCSV(w io.Writer, s *graph.Snapshot, table Table) error {
	c := csv.NewWriter(w)
	c.UseCRLF = true
	var err error
	if table == Vertices {
		err = vertexRows(c, s)
	} else {
		err = edgeRows(c, s)
	}
	if err != nil {
		return err
	}
	c.Flush()
	return c.Error()
}

func vertexRows(c *csv.Writer, s *graph.Snapshot) error {
	if err := c.Write([]string{
		"id", "kind", "layer", "name", "path", "parent_id", "controller_id", "controller", "health", "state", "derived",
		"addresses", "mac", "reason", "sources", "labels",
	}); err != nil {
		return err
	}
	for v := range s.Vertices() {
		controller, parentID, controllerID := "", "", ""
		if v.Parent != 0 {
			parentID = v.Parent.String()
		}
		if v.Controller != 0 {
			controllerID = v.Controller.String()
			if by, ok := s.Vertex(v.Controller); ok {
				controller = by.Name
			}
		}
		labels := make([]string, len(v.Labels))
		for i, l := range v.Labels {
			labels[i] = l.Key + "=" + l.Value
		}
		if err := c.Write(safe(
			v.ID.String(), v.Kind.String(), v.Kind.Layer().String(), v.Name, path(s, v), parentID, controllerID, controller,
			v.Health.String(), freshness(s, v.Scopes).String(), strconv.FormatBool(v.Derived),
			strings.Join(addresses(v), " "), v.Attr(api.AttrMAC), v.Attr(api.AttrReason),
			strings.Join(sources(s, v.Scopes), " "), strings.Join(labels, " "),
		)); err != nil {
			return err
		}
	}
	return nil
}

func addresses(v *api.Vertex) []string {
	var list []string
	for _, a := range v.Attrs {
		if a.Key == api.AttrAddress || a.Key == api.AttrAddresses {
			list = append(list, strings.Fields(a.Value)...)
		}
	}
	return list
}

func edgeRows(c *csv.Writer, s *graph.Snapshot) error {
	if err := c.Write([]string{
		"id", "kind", "a_id", "a_kind", "a_holder", "a_name", "a_path", "b_id", "b_kind", "b_holder", "b_name", "b_path",
		"health", "state", "confidence", "reported_a", "reported_b", "disputed", "since", "methods", "sources", "evidence",
	}); err != nil {
		return err
	}
	for e := range s.Edges() {
		row := append([]string{e.ID.String(), e.Kind.String()}, end(s, e.A)...)
		row = append(row, end(s, e.B)...)
		var since string
		methods, texts := make([]string, len(e.Evidence)), make([]string, len(e.Evidence))
		for i, ev := range e.Evidence {
			methods[i], texts[i] = string(ev.Method), ev.Text
			if at := timestamp(ev.Since); at != "" && (since == "" || at < since) {
				since = at
			}
		}
		row = append(row,
			e.Health.String(), freshness(s, e.Scopes).String(), strconv.FormatFloat(float64(e.Confidence)/100, 'f', 2, 64),
			strconv.FormatBool(e.ReportedA), strconv.FormatBool(e.ReportedB), strconv.FormatBool(e.Disputed),
			since, strings.Join(methods, " "), strings.Join(sources(s, e.Scopes), " "), strings.Join(texts, "; "),
		)
		if err := c.Write(safe(row...)); err != nil {
			return err
		}
	}
	return nil
}

// end returns the columns of an edge's end.
func end(s *graph.Snapshot, id api.VertexID) []string {
	v, ok := s.Vertex(id)
	if !ok {
		return []string{id.String(), "", "", "", ""}
	}
	by := ""
	if isTerminal(v.Kind) {
		if h, ok := holder(s, id); ok {
			by = h.Name
		}
	}
	return []string{id.String(), v.Kind.String(), by, v.Name, path(s, v)}
}

// safe keeps spreadsheets from taking texts of the network for formulas: what
// begins like one gets an apostrophe before it, as people write it themselves.
func safe(row ...string) []string {
	for i, text := range row {
		text = clean(text)
		switch begin := strings.TrimLeft(text, " \u00a0"); {
		case begin == "":
		case strings.ContainsRune("=+-@＝＋－＠", []rune(begin)[0]):
			text = "'" + text
		}
		row[i] = text
	}
	return row
}
