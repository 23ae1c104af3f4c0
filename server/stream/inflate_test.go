package stream_test

import (
	"bytes"
	"compress/flate"
	"io"
)

// inflater undoes permessage-deflate without context takeover.
type inflater struct{}

// message returns nil if it cannot be inflated.
func (inflater) message(payload []byte, compressed bool) []byte {
	if !compressed {
		return payload
	}
	// The tail that the sender left out, and a final block.
	r := flate.NewReader(io.MultiReader(bytes.NewReader(payload), bytes.NewReader([]byte{0, 0, 0xff, 0xff, 1, 0, 0, 0xff, 0xff})))
	out, err := io.ReadAll(r)
	if err != nil {
		return nil
	}
	return out
}
