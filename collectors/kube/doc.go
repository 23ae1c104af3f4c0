// Package kube reads Kubernetes clusters: one cluster in, observations out.
//
// A [Cluster] lists and watches the kinds that the map draws and translates
// each object to claims as soon as it is decoded; the object is then let go.
// What stays per object is two hashes, by which an update that changes nothing
// drawn is told from one that does. Environment variables, commands and all
// else that is not drawn never leave the decoder.
//
//	API server ─► stream (list, watch) ─► translate*.go ─► book ─► coalescer ─► outlet ─► api.Sink
//	                                      object→claims    no-ops   repeats      numbers, states
//
// Each kind has its own loop and its own scope, so that a kind that is not
// permitted or does not answer holds up no other. The scope "cluster" is the
// API server itself: it is asked for the cluster's identity, and again every
// half minute whether it still answers and is still the same cluster.
//
// The package reads and never writes, with one exception that Kubernetes
// itself counts as reading: [Check] creates SelfSubjectAccessReviews, which
// are answered and not stored.
package kube
