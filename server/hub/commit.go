package hub

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
	"github.com/netseam/netseam/server/merge"
	"github.com/netseam/netseam/server/store"
)

// commit is a step on its way to the journal.
type commit struct {
	step     merge.Step
	revision uint64
	at       time.Time
	state    store.State // everything after the step
}

// groupBound is how many steps one transaction takes at most.
const groupBound = 128

// committer makes steps durable and then visible, in order. It belongs to one
// goroutine.
type committer struct {
	hub    *Hub
	epoch  uint64
	kept   bool
	latest store.State // after the last published step
	since  int         // elements that records spoke of since the last checkpoint
	work   sync.WaitGroup
	busy   chan struct{} // holds a token while a checkpoint is being written
}

func (c *committer) run(ctx context.Context) {
	c.busy = make(chan struct{}, 1)
	retry := time.NewTicker(c.hub.config.RetryEvery)
	defer retry.Stop()
	for {
		select {
		case first, ok := <-c.hub.pending:
			if !ok {
				c.finish(ctx)
				return
			}
			c.commit(ctx, c.gather(first))
		case <-retry.C:
			if !c.kept {
				c.recover(ctx)
			}
		}
	}
}

// gather takes what else is waiting: one write to the disk serves them all.
func (c *committer) gather(first commit) []commit {
	group := []commit{first}
	for len(group) < groupBound {
		select {
		case next, ok := <-c.hub.pending:
			if !ok {
				return group
			}
			group = append(group, next)
		default:
			return group
		}
	}
	return group
}

func (c *committer) commit(ctx context.Context, group []commit) {
	if c.kept {
		began := time.Now()
		if err := c.hub.journal.Append(c.records(group)); err != nil {
			c.fail(ctx, err)
		} else {
			c.hub.metrics.committed(len(group), time.Since(began))
		}
	}
	for i := range group {
		g := &group[i]
		g.state.Epoch, g.state.Revision, g.state.Time = c.epoch, g.revision, g.at
		c.latest = g.state
		c.hub.publish(graph.Update{Change: g.step.Change, Snapshot: g.step.Snapshot.At(c.epoch, g.revision, g.at)})
	}
	for i := range group {
		c.since += 1 + len(group[i].step.Claims) + group[i].step.Change.Size() + len(group[i].step.Identities)
	}
	// What would have to be replayed stays small beside what has to be loaded
	// in any case; a large state is not written for every few changes.
	snap := c.hub.Current()
	if c.kept && c.since >= max(c.hub.config.CheckpointEvery, (snap.VertexCount()+snap.EdgeCount())/4) {
		c.checkpoint(ctx)
	}
}

func (c *committer) records(group []commit) []store.Record {
	records := make([]store.Record, len(group))
	for i := range group {
		g := &group[i]
		records[i] = store.Record{
			Epoch: c.epoch, Revision: g.revision, Time: g.at, Claims: g.step.Claims,
			Change: g.step.Change, Identities: g.step.Identities, Next: g.step.Next,
		}
	}
	return records
}

// fail begins an epoch whose revisions are not durable.
func (c *committer) fail(ctx context.Context, err error) {
	now := time.Now().UTC()
	c.kept = false
	c.epoch = max(c.epoch+1, uint64(now.UnixMilli()))
	c.hub.setKept(api.Kept{Since: now, Why: err.Error()})
	c.hub.metrics.failed()
	c.hub.config.Logger.ErrorContext(ctx, "journal cannot be written; the map goes on and is not kept", slog.Any("error", err))
}

// recover tries to write everything; from then on all is durable again, in an
// epoch of its own.
func (c *committer) recover(ctx context.Context) {
	now := time.Now().UTC()
	c.work.Wait()
	epoch, err := c.hub.journal.BeginEpoch(now)
	if err == nil {
		c.latest.Epoch = epoch
		err = c.hub.journal.Checkpoint(c.latest)
	}
	if err != nil {
		c.hub.config.Logger.DebugContext(ctx, "journal still cannot be written", slog.Any("error", err))
		return
	}
	c.kept, c.epoch, c.since = true, max(epoch, c.epoch+1), 0
	c.hub.setKept(api.Kept{OK: true, Since: now})
	snap := c.hub.Current()
	c.hub.publish(graph.Update{Snapshot: snap.At(c.epoch, snap.Revision, snap.Time)})
	c.hub.config.Logger.InfoContext(ctx, "journal is written again")
}

// checkpoint writes the state beside the commits, one at a time.
func (c *committer) checkpoint(ctx context.Context) {
	select {
	case c.busy <- struct{}{}:
	default:
		return // the last one is still being written
	}
	c.since = 0
	state := c.latest
	c.work.Go(func() {
		defer func() { <-c.busy }()
		c.write(ctx, state)
	})
}

func (c *committer) write(ctx context.Context, state store.State) {
	began := time.Now()
	if err := c.hub.journal.Checkpoint(state); err != nil {
		c.hub.config.Logger.ErrorContext(ctx, "checkpoint cannot be written", slog.Any("error", err))
		return
	}
	c.hub.metrics.checkpointed(time.Since(began))
	for {
		more, err := c.hub.journal.Prune(time.Now())
		if err != nil {
			c.hub.config.Logger.ErrorContext(ctx, "journal cannot be pruned", slog.Any("error", err))
		}
		if err != nil || !more || ctx.Err() != nil {
			return
		}
	}
}

// finish leaves a checkpoint, so that the next start is quick.
func (c *committer) finish(ctx context.Context) {
	c.work.Wait()
	if c.kept && c.since > 0 && c.latest.Claims != nil {
		c.write(ctx, c.latest)
	}
}
