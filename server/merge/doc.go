// Package merge is the deterministic heart of the writer: claims in, changes
// out. It keeps what every source says, decides which claims are about one
// thing, lets stitch conclude edges from sightings, and makes one change of
// each batch. It has no goroutine, no clock and no disk: time comes in with
// the batch, and what must be remembered goes out with the step.
//
// The graph is a function of the claims and of a memory that is explicit:
// minted IDs with their aliases and slots, sightings kept because their port
// is down, and a cluster's home. Arrival order does not matter beyond that.
//
// The package is apart from hub because values and concurrency are tested
// differently: property tests run on it a million batches without a clock.
package merge
