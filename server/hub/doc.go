// Package hub is the only writer. Sources hand observations to its inbox; one
// goroutine turns them into steps (package merge), another makes the steps
// durable and only then visible.
//
//	sources ─Observe─► inbox ─► write: merge, number ─► commit: journal, publish ─► feeds
//
// Nobody waits for a listener: one that lags is hung up on and starts over.
// Sources wait for the disk, through the inbox's bound, when it is slow. While
// the disk fails the map goes on under a new epoch and says that it is not
// kept; when it works again, a checkpoint of everything begins the next one.
package hub
