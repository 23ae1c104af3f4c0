// Package export writes the map for other programs: all of it as JSON, as a
// drawing for Graphviz, as tables for spreadsheets, and as the layered networks
// of RFC 8345. It is pure: what is written depends on the snapshot alone, byte
// for byte, and no more is kept in memory than one element.
package export

import (
	"errors"
	"fmt"
	"io"

	"github.com/netseam/netseam/server/graph"
)

// ErrUnknown says that there is no such export.
var ErrUnknown = errors.New("unknown export")

// Format is a way of writing the map.
type Format string

// The formats.
const (
	JSON        Format = "json"         // every vertex, edge, scope and merge, with evidence
	DOT         Format = "dot"          // Graphviz, clustered by containment
	CSV         Format = "csv"          // one table, RFC 4180
	IETFNetwork Format = "ietf-network" // RFC 8345 in the JSON of RFC 7951
)

// Table is what a CSV holds.
type Table string

// The tables.
const (
	Edges    Table = "edges"
	Vertices Table = "vertices"
)

// Export is one way of writing the map.
type Export struct {
	Format Format
	// Table is set for CSV and empty for all else.
	Table Table
}

// Parse returns the export of a format's name and, for csv, a table's, which is
// edges where it is empty. The error says which names there are.
func Parse(format, table string) (Export, error) {
	e := Export{Format: Format(format), Table: Table(table)}
	switch e.Format {
	case JSON, DOT, IETFNetwork:
		if table != "" {
			return Export{}, fmt.Errorf("%w: %s has no tables to choose from; leave out %q", ErrUnknown, format, table)
		}
		return e, nil
	case CSV:
		switch e.Table {
		case "":
			e.Table = Edges
			return e, nil
		case Edges, Vertices:
			return e, nil
		}
		return Export{}, fmt.Errorf("%w: table %q; known: edges, vertices", ErrUnknown, table)
	}
	return Export{}, fmt.Errorf("%w: format %q; known: json, dot, csv, ietf-network", ErrUnknown, format)
}

// MediaType returns the type of what is written, for HTTP.
func (e Export) MediaType() string {
	switch e.Format {
	case JSON:
		return "application/json"
	case DOT:
		return "text/vnd.graphviz; charset=utf-8"
	case CSV:
		return "text/csv; charset=utf-8; header=present"
	case IETFNetwork:
		return "application/yang-data+json"
	}
	return "application/octet-stream"
}

// FileName returns a name for what is written of a snapshot.
func (e Export) FileName(s *graph.Snapshot) string {
	switch e.Format {
	case JSON:
		return fmt.Sprintf("netseam-%d-%d.json", s.Epoch, s.Revision)
	case DOT:
		return fmt.Sprintf("netseam-%d-%d.dot", s.Epoch, s.Revision)
	case CSV:
		return fmt.Sprintf("netseam-%d-%d-%s.csv", s.Epoch, s.Revision, e.Table)
	case IETFNetwork:
		return fmt.Sprintf("netseam-%d-%d-ietf-network.json", s.Epoch, s.Revision)
	}
	return "netseam"
}

// Write writes the snapshot. An error is one of the writer's; what was written
// before it is not whole.
func (e Export) Write(w io.Writer, s *graph.Snapshot) error {
	var err error
	switch e.Format {
	case JSON:
		err = writeJSON(w, s)
	case DOT:
		err = writeDOT(w, s)
	case CSV:
		err = writeCSV(w, s, e.Table)
	case IETFNetwork:
		err = writeIETF(w, s)
	default:
		err = fmt.Errorf("%w: format %q", ErrUnknown, e.Format)
	}
	if err != nil {
		return fmt.Errorf("export %s: %w", e.Format, err)
	}
	return nil
}
