package export

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"iter"
)

// out writes text and JSON values. After the first error it writes nothing
// more; flush tells it.
type out struct {
	w    *bufio.Writer
	line bytes.Buffer // what json writes into
	json *json.Encoder
	err  error
}

func newOut(w io.Writer) *out {
	o := &out{w: bufio.NewWriterSize(w, 32<<10)}
	o.json = json.NewEncoder(&o.line)
	o.json.SetEscapeHTML(false)
	return o
}

func (o *out) text(parts ...string) {
	for _, part := range parts {
		if o.err == nil {
			_, o.err = o.w.WriteString(part)
		}
	}
}

// value writes JSON on one line, without the escapes that only HTML needs.
func (o *out) value(v any) {
	if o.err != nil {
		return
	}
	o.line.Reset()
	if o.err = o.json.Encode(v); o.err == nil {
		_, o.err = o.w.Write(bytes.TrimSuffix(o.line.Bytes(), []byte("\n")))
	}
}

// open writes a JSON object without its closing brace, so that lists can follow.
func (o *out) open(v any) {
	if o.err != nil {
		return
	}
	o.line.Reset()
	if o.err = o.json.Encode(v); o.err == nil {
		_, o.err = o.w.Write(bytes.TrimSuffix(o.line.Bytes(), []byte("}\n")))
	}
}

// list writes "name": […], one element a line; where some says so, nothing at
// all of a list without elements.
func (o *out) list(name string, some bool, all iter.Seq[any]) {
	open := func() {
		o.text(",\n")
		o.value(name)
		o.text(": [")
	}
	n := 0
	for v := range all {
		if n == 0 {
			open()
		} else {
			o.text(",")
		}
		n++
		o.text("\n")
		o.value(v)
		if o.err != nil {
			return
		}
	}
	switch {
	case n > 0:
		o.text("\n]")
	case !some:
		open()
		o.text("]")
	}
}

func (o *out) flush() error {
	if o.err != nil {
		return o.err
	}
	return o.w.Flush()
}

// each applies a function to a sequence.
func each[T any](all iter.Seq[T], f func(T) any) iter.Seq[any] {
	return func(yield func(any) bool) {
		for v := range all {
			if !yield(f(v)) {
				return
			}
		}
	}
}
