package streamtest

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/netseam/netseam/api/wire"
)

// texts divides a text column into its rows.
func texts(all, lengths []byte, n int) ([]string, error) {
	rows, err := wholes(lengths, n)
	if err != nil {
		return nil, err
	}
	out := make([]string, 0, n)
	for _, length := range rows {
		if length > uint64(len(all)) {
			return nil, fmt.Errorf("%w: texts are longer than their piece", ErrProtocol)
		}
		out, all = append(out, string(all[:length])), all[length:]
	}
	if len(all) > 0 {
		return nil, fmt.Errorf("%w: %d bytes of text are of no row", ErrProtocol, len(all))
	}
	return out, nil
}

// lists divides a list column into its rows.
func lists(all, counts []byte, n int) ([][]uint32, error) {
	rows, err := wholes(counts, n)
	if err != nil {
		return nil, err
	}
	flat, out := u32s(all), make([][]uint32, 0, n)
	for _, count := range rows {
		if count > uint64(len(flat)) {
			return nil, fmt.Errorf("%w: lists are longer than their piece", ErrProtocol)
		}
		out, flat = append(out, append([]uint32{}, flat[:count]...)), flat[count:]
	}
	if len(flat) > 0 {
		return nil, fmt.Errorf("%w: %d elements of lists are of no row", ErrProtocol, len(flat))
	}
	return out, nil
}

// wholes reads whole numbers from planes of bytes.
func wholes(b []byte, n int) ([]uint64, error) {
	if n == 0 && len(b) == 0 {
		return nil, nil
	}
	if n == 0 || len(b)%n != 0 || len(b) == 0 || len(b)/n > 7 {
		return nil, fmt.Errorf("%w: %d bytes of planes for %d rows", ErrProtocol, len(b), n)
	}
	out := make([]uint64, n)
	for i, value := range b {
		out[i%n] |= uint64(value) << (8 * (i / n))
	}
	for _, row := range out {
		if row >= 1<<53 {
			return nil, fmt.Errorf("%w: the number %d", ErrProtocol, row)
		}
	}
	return out, nil
}

// steps reads rows' own IDs, which rise.
func steps(b []byte, n int) ([]uint64, error) {
	out, err := wholes(b, n)
	var at uint64
	for i, step := range out {
		if step == 0 {
			return nil, fmt.Errorf("%w: row %d has the ID of the row before it", ErrProtocol, i)
		}
		at += step
		out[i] = at
	}
	return out, err
}

func f64s(b []byte) []float64 {
	out := make([]float64, len(b)/8)
	for i := range out {
		out[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:]))
	}
	return out
}

func f32s(b []byte) []float32 {
	out := make([]float32, len(b)/4)
	for i := range out {
		out[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return out
}

func u32s(b []byte) []uint32 {
	out := make([]uint32, len(b)/4)
	for i := range out {
		out[i] = binary.LittleEndian.Uint32(b[4*i:])
	}
	return out
}

// VertexIDs are those of the vertices that a frame puts.
func VertexIDs(c *wire.Columns) ([]uint64, error) {
	return steps(c.GetVertices().GetId(), int(c.GetVertices().GetCount()))
}
