package export

import (
	"io"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
)

// jsonVersion grows when what is written changes its meaning; fields that are
// added do not count.
const jsonVersion = 1

// The fields mean what those of the same names mean in REST; elements name each
// other and their scopes by ID.
type (
	jsonVertex struct {
		ID         string        `json:"id"`
		Kind       string        `json:"kind"`
		Name       string        `json:"name"`
		Layer      string        `json:"layer"`
		Parent     string        `json:"parent,omitempty"`
		Controller string        `json:"controller,omitempty"`
		Health     string        `json:"health"`
		State      string        `json:"state"`
		Derived    bool          `json:"derived,omitempty"`
		Scopes     []api.ScopeID `json:"scopes,omitempty"`
		Attrs      []api.Attr    `json:"attrs,omitempty"`
		Labels     []api.Label   `json:"labels,omitempty"`
		Aliases    []jsonAlias   `json:"aliases,omitempty"`
	}
	jsonAlias struct {
		Kind  string `json:"kind"`
		Scope string `json:"scope,omitempty"`
		Value string `json:"value"`
		Weak  bool   `json:"weak,omitempty"`
	}
	jsonEdge struct {
		ID         string         `json:"id"`
		Kind       string         `json:"kind"`
		A          string         `json:"a"`
		B          string         `json:"b"`
		Health     string         `json:"health"`
		State      string         `json:"state"`
		Confidence float64        `json:"confidence"`
		ReportedA  bool           `json:"reported_a"`
		ReportedB  bool           `json:"reported_b"`
		Disputed   bool           `json:"disputed,omitempty"`
		Scopes     []api.ScopeID  `json:"scopes,omitempty"`
		Attrs      []api.Attr     `json:"attrs,omitempty"`
		Evidence   []api.Evidence `json:"evidence,omitempty"`
	}
	jsonScope struct {
		ID      api.ScopeID  `json:"id"`
		Source  api.SourceID `json:"source"`
		Table   string       `json:"table"`
		Context string       `json:"context,omitempty"`
		State   string       `json:"state"`
		Since   time.Time    `json:"since,omitzero"`
		Message string       `json:"message,omitempty"`
	}
	jsonMerge struct {
		From string `json:"from"`
		Into string `json:"into"`
	}
)

func writeJSON(w io.Writer, s *graph.Snapshot) error {
	o := newOut(w)
	o.text("{\n\"format\": \"netseam\",\n\"version\": ")
	o.value(jsonVersion)
	o.text(",\n\"epoch\": ")
	o.value(s.Epoch)
	o.text(",\n\"revision\": ")
	o.value(s.Revision)
	o.text(",\n\"time\": ")
	o.value(s.Time.UTC())
	o.list("scopes", false, each(s.Scopes(), showScope))
	o.list("vertices", false, each(s.Vertices(), func(v *api.Vertex) any { return showVertex(s, v) }))
	o.list("edges", false, each(s.Edges(), func(e *api.Edge) any { return showEdge(s, e) }))
	o.list("merged", false, func(yield func(any) bool) {
		for from, into := range s.Merged() {
			if !yield(jsonMerge{from.String(), into.String()}) {
				return
			}
		}
	})
	o.text("\n}\n")
	return o.flush()
}

func showScope(sc *api.ScopeState) any {
	return jsonScope{
		ID: sc.ID, Source: sc.Scope.Source, Table: sc.Scope.Table, Context: sc.Scope.Context,
		State: sc.State.String(), Since: sc.Since.UTC(), Message: sc.Message,
	}
}

func showVertex(s *graph.Snapshot, v *api.Vertex) jsonVertex {
	out := jsonVertex{
		ID: v.ID.String(), Kind: v.Kind.String(), Name: v.Name, Layer: v.Kind.Layer().String(),
		Health: v.Health.String(), State: freshness(s, v.Scopes).String(), Derived: v.Derived,
		Scopes: v.Scopes, Attrs: v.Attrs, Labels: v.Labels,
	}
	if v.Parent != 0 {
		out.Parent = v.Parent.String()
	}
	if v.Controller != 0 {
		out.Controller = v.Controller.String()
	}
	for _, a := range v.Aliases {
		out.Aliases = append(out.Aliases, jsonAlias{a.Kind.String(), a.Scope, a.Value, a.Strength == api.Weak})
	}
	return out
}

func showEdge(s *graph.Snapshot, e *api.Edge) jsonEdge {
	out := jsonEdge{
		ID: e.ID.String(), Kind: e.Kind.String(), A: e.A.String(), B: e.B.String(),
		Health: e.Health.String(), State: freshness(s, e.Scopes).String(), Confidence: float64(e.Confidence) / 100,
		ReportedA: e.ReportedA, ReportedB: e.ReportedB, Disputed: e.Disputed,
		Scopes: e.Scopes, Attrs: e.Attrs, Evidence: make([]api.Evidence, len(e.Evidence)),
	}
	copy(out.Evidence, e.Evidence)
	for i := range out.Evidence {
		out.Evidence[i].Since = out.Evidence[i].Since.UTC()
	}
	return out
}
