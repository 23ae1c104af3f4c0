// Package api is netseam's vocabulary and its wire contract: what a vertex, an
// edge, an observation and a change are, and what the numbers on them promise.
// It holds no behaviour beyond the algebra of those values, and imports only
// the standard library and protobuf.
//
// # Identity
//
// A vertex has a minted [VertexID] that is never reused. What the world calls
// it are its [Alias]es. Renaming, re-addressing, reboot and restart change no
// ID; when two vertices turn out to be one thing, a [Change] says so in Merged,
// and the former ID resolves to the surviving one for ever.
//
// # Claims
//
// A source (one cluster, one switch) makes [Claim]s, each in a [Scope] (one
// table, one kind of object) under a key that is unique within the source.
// References between claims are such keys, so they never cross sources: what
// joins two sources is aliases and sightings, and joining them is the hub's
// work. [Observation]s carry claims; their order is given by incarnation and
// sequence, not by arrival.
//
// # Revisions
//
// Every [Change] has a revision, one more than the one before, within an
// epoch. A revision is visible only after it is durable. An epoch ends when
// that promise cannot be kept or the store was opened anew; after it readers
// start over.
//
// # Freshness
//
// Elements do not age; scopes do. An element names the scopes its claims stand
// in, a [ScopeState] says how fresh each is, and readers join the two. Missing
// is not healthy: what no live scope vouches for is stale or unknown.
package api
