// Package expose says how the addresses of one cluster get out: for each that
// is reachable from outside, by what mechanism, out of which pool, who claims
// to announce it, which nodes may attract its traffic, and where the endpoints
// stand.
//
// No object says this by itself. A [World] takes facts, which are objects of
// many kinds brought to a few types, and turns those that belong together into
// claims. It is pure: no clock, no connection. What it says depends on the
// facts that stand and not on the order in which they came, and what is made
// anew is what a new fact may concern.
//
// What is claimed here is what the cluster says of itself. Whether a switch
// sees the same is for others to find.
package expose
