package streamtest

import (
	"sync"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
	"github.com/netseam/netseam/server/layout"
)

// Hub publishes what it is told to.
type Hub struct {
	mu      sync.Mutex
	current *graph.Snapshot
	feeds   map[chan graph.Update]struct{}
	sources []api.SourceStatus
	kept    api.Kept
}

// NewHub returns a hub with an empty graph, in epoch 1 at revision 1.
func NewHub() *Hub {
	return &Hub{
		current: (&graph.Snapshot{}).At(1, 1, time.UnixMilli(1_700_000_000_000)),
		feeds:   map[chan graph.Update]struct{}{}, kept: api.Kept{OK: true},
	}
}

// Current returns the graph as it is now.
func (h *Hub) Current() *graph.Snapshot {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.current
}

// Subscribe returns what is published from now on.
func (h *Hub) Subscribe(depth int) *graph.Feed {
	h.mu.Lock()
	defer h.mu.Unlock()
	updates := make(chan graph.Update, depth)
	h.feeds[updates] = struct{}{}
	return &graph.Feed{Start: h.current, Updates: updates, Close: func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.end(updates)
	}}
}

func (h *Hub) end(updates chan graph.Update) {
	if _, ok := h.feeds[updates]; ok {
		delete(h.feeds, updates)
		close(updates)
	}
}

// Sources returns what SetSources was told.
func (h *Hub) Sources() []api.SourceStatus {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.sources
}

// Kept returns what SetKept was told.
func (h *Hub) Kept() api.Kept {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.kept
}

// SetSources sets how the sources stand.
func (h *Hub) SetSources(sources ...api.SourceStatus) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.sources = sources
}

// SetKept sets whether what is published is durable.
func (h *Hub) SetKept(kept api.Kept) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.kept = kept
}

// Publish makes one step.
func (h *Hub) Publish(c api.Change, at time.Time) *graph.Snapshot {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.publish(c, h.current.Epoch, at)
}

// NewEpoch makes one step under the next epoch.
func (h *Hub) NewEpoch(c api.Change, at time.Time) *graph.Snapshot {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.publish(c, h.current.Epoch+1, at)
}

func (h *Hub) publish(c api.Change, epoch uint64, at time.Time) *graph.Snapshot {
	h.current = h.current.Apply(c, epoch, h.current.Revision+1, at)
	for updates := range h.feeds {
		select {
		case updates <- graph.Update{Change: c, Snapshot: h.current}:
		default:
			h.end(updates)
		}
	}
	return h.current
}

// CutFeeds closes all feeds, as for listeners that lag.
func (h *Hub) CutFeeds() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for updates := range h.feeds {
		h.end(updates)
	}
}

// Layout puts every vertex of a district, and in the overview every place, at
// its slot in its container, and a cell below each that has a controller or is
// a place: a layout for tests.
func Layout(_ *layout.Laid, s *graph.Snapshot, district api.VertexID, _ layout.Grouping, _ []api.VertexID) *layout.Laid {
	var out layout.Plan
	for v := range s.Vertices() {
		place := v.Kind == api.VertexRegion || graph.IsDistrict(v.Kind)
		if (district == 0 && !place) || (district != 0 && s.District(v.ID) != district) {
			continue
		}
		box := layout.Box{ID: v.ID, X: 10 * float32(v.Slot), Y: float32(v.Kind), W: 8, H: 4}
		if v.ID != district {
			box.Frame = v.Parent
		}
		out.Boxes = append(out.Boxes, box)
		if place || v.Controller != 0 {
			out.Furniture = append(out.Furniture, layout.Furniture{
				Box:  layout.Box{ID: 1<<52 + v.ID<<12 + 2, Frame: v.ID, X: float32(len(v.Scopes)), Y: 1, W: 2, H: 3},
				Role: layout.RoleMore, Of: v.ID, Count: int(v.Slot), Text: v.Name,
			})
		}
	}
	return layout.Of(out)
}
