// Package kubeapi is a Kubernetes API server that has no cluster behind it.
//
// It serves objects that a test or the demo puts into it over HTTPS on
// loopback, in the way that client-go expects: lists in pages, watches that
// begin with a list, bookmarks, protobuf and JSON, metadata only. And it
// misbehaves when told to, which is what the collector's tests need it for.
//
// What it holds is kept once, as the protobuf bytes that go out on the wire:
// lists and events are spliced together from these without decoding, so that
// 100,000 pods cost little more than their own size.
//
// It is read-only from outside: objects come in through [Server.Put] and
// [Server.Delete] alone, and a client that tries to write is refused and
// counted.
package kubeapi
