package kubeapi

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
)

// stream writes the events of a watch.
type stream struct {
	encoder

	frames  io.Writer
	buffer  *lentBuffer
	control *http.ResponseController
}

func newStream(e encoder, w http.ResponseWriter, pool *sync.Pool) *stream {
	buffer := &lentBuffer{pool: pool, to: w}
	return &stream{
		encoder: e, buffer: buffer, control: http.NewResponseController(w),
		frames: e.info.StreamSerializer.Framer.NewFrameWriter(buffer),
	}
}

func (s *stream) send(kind watch.EventType, raw []byte) error {
	object, err := s.object(raw)
	if err != nil {
		return err
	}
	return s.write(kind, object)
}

func (s *stream) write(kind watch.EventType, object []byte) error {
	e := metav1.WatchEvent{Type: string(kind)}
	e.Object.Raw = object
	if err := s.info.StreamSerializer.Serializer.Encode(&e, s.frames); err != nil {
		return fmt.Errorf("write event: %w", err)
	}
	return nil
}

// bookmark sends an object that has nothing but a version; last says that the
// objects that are there have all been sent.
func (s *stream) bookmark(rv uint64, last bool) error {
	meta := metav1.ObjectMeta{ResourceVersion: formatVersion(rv)}
	if last {
		meta.Annotations = map[string]string{metav1.InitialEventsAnnotationKey: "true"}
	}
	raw, err := joinRaw(&meta, nil)
	if err != nil {
		return err
	}
	return s.send(watch.Bookmark, raw)
}

// fail sends an error event, the last of the stream.
func (s *stream) fail(why error) error {
	var object bytes.Buffer
	if err := s.info.Serializer.Encode(statusOf(why), &object); err != nil {
		return fmt.Errorf("encode error event: %w", err)
	}
	if err := s.write(watch.Error, object.Bytes()); err != nil {
		return err
	}
	return s.flush()
}

func (s *stream) flush() error {
	if err := s.buffer.Flush(); err != nil {
		return fmt.Errorf("write events: %w", err)
	}
	if err := s.control.Flush(); err != nil {
		return fmt.Errorf("write events: %w", err)
	}
	return nil
}

// lentBuffer is a buffer that exists while something is in it: most watches
// are quiet most of the time, and there are thousands of them.
type lentBuffer struct {
	pool   *sync.Pool
	to     io.Writer
	buffer *bufio.Writer // nil while nothing is in it.
}

// Write implements [io.Writer].
func (l *lentBuffer) Write(p []byte) (int, error) {
	if l.buffer == nil {
		if known, ok := l.pool.Get().(*bufio.Writer); ok {
			known.Reset(l.to)
			l.buffer = known
		} else {
			l.buffer = bufio.NewWriterSize(l.to, writeBuffer)
		}
	}
	return l.buffer.Write(p) //nolint:wrapcheck // It stands for the buffer.
}

// Flush writes what is in the buffer and gives it back.
func (l *lentBuffer) Flush() error {
	if l.buffer == nil {
		return nil
	}
	err := l.buffer.Flush()
	l.buffer.Reset(nil)
	l.pool.Put(l.buffer)
	l.buffer = nil
	return err //nolint:wrapcheck // It stands for the buffer.
}
