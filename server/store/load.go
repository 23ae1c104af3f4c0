package store

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"go.etcd.io/bbolt"

	"github.com/netseam/netseam/api"
)

// loader gathers a state: a checkpoint's parts as they are, and over them what
// records say. A million elements in maps would take longer than reading them.
type loader struct {
	seal  seal
	parts []part
	// What the records say, where it differs: nil or Forgotten is gone.
	claims     map[claimKey]ClaimOp
	identities map[api.VertexID]Identity
	vertices   map[api.VertexID]*api.Vertex
	edges      map[api.EdgeID]*api.Edge
	scopes     map[api.ScopeID]*api.ScopeState
	merged     map[api.VertexID]api.VertexID
}

// claimKey names a claim: the scope it stands in and its key.
type claimKey struct {
	scope api.ScopeID
	key   string
}

func newLoader() *loader {
	return &loader{
		seal:       seal{Next: Counters{Vertex: 1, Edge: 1, Scope: 1}},
		claims:     map[claimKey]ClaimOp{},
		identities: map[api.VertexID]Identity{},
		vertices:   map[api.VertexID]*api.Vertex{},
		edges:      map[api.EdgeID]*api.Edge{},
		scopes:     map[api.ScopeID]*api.ScopeState{},
		merged:     map[api.VertexID]api.VertexID{},
	}
}

// loadCheckpoint reads the parts, on all processors.
func (s *Store) loadCheckpoint(l *loader, bucket *bbolt.Bucket, done []byte) error {
	if err := s.unpack(done, &l.seal); err != nil {
		return fmt.Errorf("%w: checkpoint: %w", ErrDamaged, err)
	}
	// A transaction is one goroutine's: the values are found here. How many
	// there should be is only what the seal says.
	var values [][]byte
	for i := range l.seal.Parts {
		value := bucket.Get(number(i))
		if value == nil {
			return fmt.Errorf("%w: checkpoint %d, part %d is missing", ErrDamaged, l.seal.Revision, i)
		}
		values = append(values, value)
	}
	l.parts = make([]part, len(values))
	errs := make([]error, len(values))
	var next atomic.Int64
	var readers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(values)) {
		readers.Go(func() {
			words := newWords()
			for i := next.Add(1) - 1; i < int64(len(values)); i = next.Add(1) - 1 {
				errs[i] = guard(func() error { return s.unpack(values[i], &l.parts[i]) })
				words.share(&l.parts[i])
			}
		})
	}
	readers.Wait()
	for i, err := range errs {
		if err != nil {
			return fmt.Errorf("%w: checkpoint %d, part %d: %w", ErrDamaged, l.seal.Revision, i, err)
		}
	}
	return nil
}

// apply adds one record.
func (l *loader) apply(r Record) {
	for _, op := range r.Claims {
		l.claims[claimKey{op.Scope, op.Key}] = op
	}
	for _, identity := range r.Identities {
		l.identities[identity.ID] = identity
	}
	maps.Copy(l.vertices, r.Change.Vertices)
	maps.Copy(l.edges, r.Change.Edges)
	maps.Copy(l.scopes, r.Change.Scopes)
	maps.Copy(l.merged, r.Change.Merged)
	l.seal.Epoch, l.seal.Revision, l.seal.Time, l.seal.Next = r.Epoch, r.Revision, r.Time, r.Next
}

func (l *loader) state() State {
	return State{
		Epoch: l.seal.Epoch, Revision: l.seal.Revision, Time: l.seal.Time, Next: l.seal.Next,
		Claims: overlaid(l.parts, l.claims, func(p *part) []ClaimOp { return p.Claims },
			func(op ClaimOp) claimKey { return claimKey{op.Scope, op.Key} }, func(op ClaimOp) bool { return op.Claim != nil },
			func(a, b claimKey) int { return cmp.Or(cmp.Compare(a.scope, b.scope), cmp.Compare(a.key, b.key)) }),
		Identities: overlaid(l.parts, l.identities, func(p *part) []Identity { return p.Identities },
			func(i Identity) api.VertexID { return i.ID }, func(i Identity) bool { return !i.Forgotten }, cmp.Compare),
		Vertices: overlaid(l.parts, l.vertices, func(p *part) []*api.Vertex { return p.Vertices },
			func(v *api.Vertex) api.VertexID { return v.ID }, isThere, cmp.Compare),
		Edges: overlaid(l.parts, l.edges, func(p *part) []*api.Edge { return p.Edges },
			func(e *api.Edge) api.EdgeID { return e.ID }, isThere, cmp.Compare),
		Scopes: overlaid(l.parts, l.scopes, func(p *part) []*api.ScopeState { return p.Scopes },
			func(s *api.ScopeState) api.ScopeID { return s.ID }, isThere, cmp.Compare),
		Merged: l.allMerged,
	}
}

func isThere[T any](v *T) bool { return v != nil }

func (l *loader) allMerged(yield func(api.VertexID, api.VertexID) bool) {
	for i := range l.parts {
		for from, into := range l.parts[i].Merged {
			if _, later := l.merged[from]; !later && !yield(from, into) {
				return
			}
		}
	}
	for from, into := range l.merged {
		if !yield(from, into) {
			return
		}
	}
}

// overlaid yields what the parts hold and no record speaks of, and what records
// say is there: each in the order of its keys, so of the parts' order if there
// are no records.
func overlaid[K comparable, V any](
	parts []part, over map[K]V, of func(*part) []V, key func(V) K, there func(V) bool, order func(a, b K) int,
) iter.Seq[V] {
	return func(yield func(V) bool) {
		for i := range parts {
			for _, v := range of(&parts[i]) {
				if _, later := over[key(v)]; later {
					continue
				}
				if !yield(v) {
					return
				}
			}
		}
		for _, k := range slices.SortedFunc(maps.Keys(over), order) {
			if v := over[k]; there(v) && !yield(v) {
				return
			}
		}
	}
}
