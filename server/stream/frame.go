package stream

import (
	"fmt"
	"strings"
	"time"

	"github.com/gorilla/websocket"
	"google.golang.org/protobuf/proto"

	"github.com/netseam/netseam/api/wire"
	"github.com/netseam/netseam/server/graph"
	"github.com/netseam/netseam/server/layout"
	"github.com/netseam/netseam/server/stream/channel"
)

// deflateFrom is the size from which frames are deflated, once for all
// listeners; below it the effort of both sides outweighs the bytes.
const deflateFrom = 4 << 10

// frame is a server's message, encoded once however many it is sent to.
type frame struct {
	message *websocket.PreparedMessage
	size    int
}

func encode(f *wire.ServerFrame) (frame, error) {
	raw, err := proto.Marshal(f)
	if err != nil {
		return frame{}, fmt.Errorf("encode %T: %w", f.Body, err)
	}
	message, err := websocket.NewPreparedMessage(websocket.BinaryMessage, raw)
	if err != nil {
		return frame{}, fmt.Errorf("prepare %T: %w", f.Body, err)
	}
	return frame{message, len(raw)}, nil
}

// encodeAll encodes frames in order.
func encodeAll(list []*wire.ServerFrame) ([]frame, error) {
	out := make([]frame, len(list))
	for i, f := range list {
		var err error
		if out[i], err = encode(f); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// wholeFrames are a channel's snapshot: its parts, its end, its positions.
func wholeFrames(ref channel.Ref, parts []*wire.Columns, laid *layout.Laid) []*wire.ServerFrame {
	out := make([]*wire.ServerFrame, 0, len(parts)+2)
	for _, part := range parts {
		out = append(out, &wire.ServerFrame{Body: &wire.ServerFrame_Snapshot{Snapshot: part}})
	}
	out = append(out, endFrame(ref.String(), parts[0].Epoch, parts[0].Revision))
	return append(out, positionFrames(channel.WholePositions(ref, parts[0].Revision, laid))...)
}

func endFrame(name string, epoch, revision uint64) *wire.ServerFrame {
	return &wire.ServerFrame{Body: &wire.ServerFrame_End{End: &wire.End{Channel: name, Epoch: epoch, Revision: revision}}}
}

func positionFrames(parts []*wire.Positions) []*wire.ServerFrame {
	out := make([]*wire.ServerFrame, len(parts))
	for i, part := range parts {
		out[i] = &wire.ServerFrame{Body: &wire.ServerFrame_Positions{Positions: part}}
	}
	return out
}

func helloFrame(s *graph.Snapshot, version string, now time.Time) *wire.ServerFrame {
	return &wire.ServerFrame{Body: &wire.ServerFrame_Hello{Hello: &wire.Hello{
		Schema: channel.Schema, Epoch: s.Epoch, Revision: s.Revision, ServerVersion: version, TimeMs: channel.Millis(now),
	}}}
}

func tickFrame(s *graph.Snapshot, hub Hub, now time.Time) *wire.ServerFrame {
	kept := hub.Kept()
	tick := &wire.Tick{Epoch: s.Epoch, Revision: s.Revision, TimeMs: channel.Millis(now), Kept: kept.OK}
	if !kept.OK {
		tick.NotKeptSinceMs = channel.Millis(kept.Since)
	}
	for _, source := range hub.Sources() {
		tick.Sources = append(tick.Sources, &wire.SourceState{
			Id: valid(string(source.ID)), Kind: valid(source.ID.SourceKind()), State: uint32(source.State),
			SinceMs: channel.Millis(source.Since), LastOkMs: channel.Millis(source.LastOK), Message: valid(source.Message),
		})
	}
	return &wire.ServerFrame{Body: &wire.ServerFrame_Tick{Tick: tick}}
}

func startOverFrame(name, reason string) *wire.ServerFrame {
	return &wire.ServerFrame{Body: &wire.ServerFrame_StartOver{StartOver: &wire.StartOver{Channel: name, Reason: reason}}}
}

func problemFrame(name, message string) *wire.ServerFrame {
	return &wire.ServerFrame{Body: &wire.ServerFrame_Problem{Problem: &wire.Problem{Channel: valid(name), Message: valid(message)}}}
}

// valid makes a text fit for protobuf, which refuses what is not UTF-8.
func valid(text string) string { return strings.ToValidUTF8(text, "\uFFFD") }
