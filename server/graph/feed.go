package graph

import "github.com/netseam/netseam/api"

// Update is one published step: what changed, and the graph after it. Updates
// of one feed have consecutive revisions within an epoch; where the epoch
// differs from the one before, Change is not to be used and readers start over
// from Snapshot.
type Update struct {
	Change   api.Change
	Snapshot *Snapshot
}

// Feed is a listener's view of the published steps: where it starts, and what
// follows. Updates is closed by the hub when the listener lags too far behind
// or the hub stops; the listener then subscribes anew. Close ends the feed; it
// may be called twice.
type Feed struct {
	Start   *Snapshot
	Updates <-chan Update
	Close   func()
}
