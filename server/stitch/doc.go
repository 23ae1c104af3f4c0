// Package stitch turns sightings into edges: which port a neighbour row was
// heard on, what it heard, and how sure that is. It is pure: a row and an index
// of identities in, a conclusion out. The index remembers which rows asked for
// which identity, so that a change re-concludes just the rows that it concerns.
package stitch
