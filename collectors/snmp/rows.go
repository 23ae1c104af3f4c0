package snmp

import (
	"bytes"
	"context"
	"errors"
	"strconv"
	"strings"
)

// row is one row of a table: its index, read, and its cells by column.
type row struct {
	index []uint32
	cells map[int]value
}

// str and number are a cell as text and as a number; "" and 0 if it is not there.
func (r row) str(column int) string    { return r.cells[column].str() }
func (r row) number(column int) uint32 { return r.cells[column].uint32() }

// last is the last part of the index.
func (r row) last() uint32 { return r.index[len(r.index)-1] }

// rowsOf gathers the cells of a table into its rows, in the order in which they
// were answered. Rows whose index cannot be read are left out.
func rowsOf(cells []binding, entry string) []row {
	byIndex := map[string]int{}
	var out []row
	for _, b := range cells {
		column, index, ok := cell(b.oid, entry)
		if !ok {
			continue
		}
		at, known := byIndex[index]
		if !known {
			parts, fine := parseIndex(index)
			if !fine {
				continue
			}
			at = len(out)
			byIndex[index] = at
			out = append(out, row{index: parts, cells: map[int]value{}})
		}
		out[at].cells[column] = b.value
	}
	return out
}

// source is a table of a MIB and the columns that are read of it. Without the
// first column, which every row must have, it is taken to be absent or empty.
type source struct {
	name    string
	entry   string
	columns []int
}

// read walks the columns one after the other. With an error comes what was read
// before it.
func (t source) read(ctx context.Context, s session) ([]binding, error) {
	var cells []binding
	var errs []error
	for i, column := range t.columns {
		got, err := s.Walk(ctx, object{t.name, t.entry}.column(t.name, column))
		cells = append(cells, got...)
		if err != nil {
			errs = append(errs, err)
			if hopeless(err) || ctx.Err() != nil {
				break
			}
		}
		if i == 0 && len(got) == 0 {
			break
		}
	}
	return cells, errors.Join(errs...)
}

// sifted is from how many tables on it is worth a question which of them have
// rows: most devices have few of the tables that say one kind of thing.
const sifted = 3

// sift leaves out tables without rows, all of which one question names. What
// the answer leaves open is for the walks to find out.
func sift(ctx context.Context, s session, tables []source) []source {
	if len(tables) < sifted {
		return tables
	}
	objects := make([]object, len(tables))
	for i, t := range tables {
		objects[i] = object{t.name, t.entry}.column(t.name, t.columns[0])
	}
	got, err := s.Next(ctx, objects...)
	if err != nil || len(got) != len(objects) {
		return tables
	}
	var out []source
	for i, t := range tables {
		if strings.HasPrefix(got[i].oid, objects[i].oid+".") {
			out = append(out, t)
		}
	}
	return out
}

// readAll reads several tables, all of them even if one fails.
func readAll(ctx context.Context, s session, tables ...source) ([]binding, error) {
	var cells []binding
	var errs []error
	for _, t := range sift(ctx, s, tables) {
		got, err := t.read(ctx, s)
		cells = append(cells, got...)
		if err != nil {
			errs = append(errs, err)
			if hopeless(err) || ctx.Err() != nil {
				break
			}
		}
	}
	return cells, errors.Join(errs...)
}

// bitsOf are the places of the bits that are set, the first bit of the first
// octet counting as first.
func bitsOf(octets []byte, first uint32) []uint32 {
	var out []uint32
	for i, b := range octets {
		for bit := range uint32(8) {
			if b&(0x80>>bit) != 0 {
				out = append(out, first+uint32(i)*8+bit)
			}
		}
	}
	return out
}

// portLists reads a column of PortLists, by row. Agents exist that write the
// octets as text ("ff f8 00"); a column in which one value is so, is so.
func portLists(rows []row, column int) [][]byte {
	out := make([][]byte, len(rows))
	text := false
	for i, r := range rows {
		out[i] = r.cells[column].bytes()
		text = text || len(out[i]) >= 5 && hexText(out[i]) != nil
	}
	if text {
		for i := range out {
			out[i] = hexText(out[i])
		}
	}
	return out
}

// hexText reads pairs of hexadecimal digits with blanks between, nil if they are
// something else.
func hexText(octets []byte) []byte {
	out := make([]byte, 0, len(octets)/3+1)
	for field := range bytes.FieldsSeq(octets) {
		n, err := strconv.ParseUint(string(field), 16, 8)
		if err != nil || len(field) > 2 {
			return nil
		}
		out = append(out, byte(n))
	}
	return out
}

// macIndex reads the MAC at the end of an index: six parts, or seven that begin
// with their number.
func macIndex(parts []uint32) (mac [6]byte, ok bool) {
	if len(parts) == 7 && parts[0] == 6 {
		parts = parts[1:]
	}
	if len(parts) != 6 {
		return mac, false
	}
	for i, n := range parts {
		if n > 255 {
			return mac, false
		}
		mac[i] = byte(n)
	}
	return mac, true
}
