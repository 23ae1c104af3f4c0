package main

import (
	"context"
	"maps"
	"net/netip"
	"slices"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
)

// exposed are the addresses that clusters expose, as far as they are addresses
// (some are names).
type exposed map[api.VertexID]netip.Addr

// note takes in a vertex, nil for one that is gone, and says whether the
// addresses are others now.
func (x exposed) note(id api.VertexID, v *api.Vertex) bool {
	was, had := x[id]
	if v == nil {
		delete(x, id)
		return had
	}
	if v.Kind != api.VertexVIP {
		return false
	}
	a, err := netip.ParseAddr(v.Name)
	if err != nil {
		delete(x, id)
		return had
	}
	x[id] = a.Unmap()
	return !had || was != x[id]
}

// seekRoutes tells seek which addresses clusters expose, as they come and go, so
// that routers are asked for just those.
func seekRoutes(ctx context.Context, subscribe func(depth int) *graph.Feed, seek func([]netip.Addr)) {
	const depth = 256
	for ctx.Err() == nil {
		feed := subscribe(depth)
		followExposed(ctx, feed, seek)
		feed.Close()
		wait(ctx, time.Second) // It lagged, or the hub has stopped.
	}
}

func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// followExposed returns when the feed ends, or begins another epoch.
func followExposed(ctx context.Context, feed *graph.Feed, seek func([]netip.Addr)) {
	now := exposed{}
	for v := range feed.Start.Vertices() {
		now.note(v.ID, v)
	}
	seek(slices.Collect(maps.Values(now)))
	epoch := feed.Start.Epoch
	for {
		select {
		case <-ctx.Done():
			return
		case u, ok := <-feed.Updates:
			if !ok || u.Snapshot.Epoch != epoch {
				return
			}
			changed := false
			for id, v := range u.Change.Vertices {
				changed = now.note(id, v) || changed
			}
			if changed {
				seek(slices.Collect(maps.Values(now)))
			}
		}
	}
}
