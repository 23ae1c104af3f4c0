package store

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"iter"
	"time"

	"go.etcd.io/bbolt"

	"github.com/netseam/netseam/api"
)

// partSize is how many elements one part of a checkpoint holds: a part is one
// transaction, and a commit of the journal waits for one at most.
const partSize = 2000

// part is a piece of a checkpoint.
type part struct {
	Claims     []ClaimOp                     `cbor:"1,keyasint,omitempty"`
	Identities []Identity                    `cbor:"2,keyasint,omitempty"`
	Vertices   []*api.Vertex                 `cbor:"3,keyasint,omitempty"`
	Edges      []*api.Edge                   `cbor:"4,keyasint,omitempty"`
	Scopes     []*api.ScopeState             `cbor:"5,keyasint,omitempty"`
	Merged     map[api.VertexID]api.VertexID `cbor:"6,keyasint,omitempty"`
}

func (p *part) size() int {
	return len(p.Claims) + len(p.Identities) + len(p.Vertices) + len(p.Edges) + len(p.Scopes) + len(p.Merged)
}

// seal is the last part of a checkpoint: without it the checkpoint is none.
type seal struct {
	Epoch    uint64    `cbor:"1,keyasint"`
	Revision uint64    `cbor:"2,keyasint"`
	Time     time.Time `cbor:"3,keyasint"`
	Next     Counters  `cbor:"4,keyasint"`
	Parts    uint64    `cbor:"5,keyasint"`
}

func keyDone() []byte { return []byte("done") }

// Checkpoint writes the whole state, so that opening need not replay what came
// before it. It is written in parts; until the last one, it does not count.
func (s *Store) Checkpoint(state State) error {
	s.checkpointing.Lock()
	defer s.checkpointing.Unlock()
	revision := number(state.Revision)
	there := false
	err := s.update(func(tx *bbolt.Tx) error {
		all := tx.Bucket(bucketCheckpoints())
		// What an earlier attempt left behind is of no use, and takes room.
		if err := removeUnfinished(all); err != nil {
			return err
		}
		if there = all.Bucket(revision) != nil; there {
			return nil // a revision is one state: it need not be written twice
		}
		_, err := all.CreateBucket(revision)
		return err
	})
	if err != nil {
		return fmt.Errorf("begin checkpoint: %w", err)
	}
	if there {
		return nil
	}
	parts := uint64(0)
	for p := range partsOf(state) {
		if err := s.putPart(revision, number(parts), p); err != nil {
			return err
		}
		parts++
	}
	return s.putSeal(revision, &seal{
		Epoch: state.Epoch, Revision: state.Revision, Time: state.Time, Next: state.Next, Parts: parts,
	})
}

func removeUnfinished(all *bbolt.Bucket) error {
	var unfinished [][]byte
	c := all.Cursor()
	for key, _ := c.First(); key != nil; key, _ = c.Next() {
		if all.Bucket(key).Get(keyDone()) == nil {
			unfinished = append(unfinished, bytes.Clone(key))
		}
	}
	for _, key := range unfinished {
		if err := all.DeleteBucket(key); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) putPart(revision, key []byte, v any) error {
	value, err := s.pack(v)
	if err != nil {
		return fmt.Errorf("encode checkpoint: %w", err)
	}
	err = s.update(func(tx *bbolt.Tx) error {
		return tx.Bucket(bucketCheckpoints()).Bucket(revision).Put(key, value)
	})
	if err != nil {
		return fmt.Errorf("write checkpoint: %w", err)
	}
	return nil
}

func (s *Store) putSeal(revision []byte, v *seal) error {
	value, err := s.pack(v)
	if err != nil {
		return fmt.Errorf("encode checkpoint: %w", err)
	}
	err = s.update(func(tx *bbolt.Tx) error {
		if err := tx.Bucket(bucketCheckpoints()).Bucket(revision).Put(keyDone(), value); err != nil {
			return err
		}
		last := v.Revision
		if noted := tx.Bucket(bucketMeta()).Get(keyLast()); len(noted) == 8 {
			last = max(last, binary.BigEndian.Uint64(noted))
		}
		return noteLast(tx, last)
	})
	if err != nil {
		return fmt.Errorf("finish checkpoint: %w", err)
	}
	return nil
}

// partsOf cuts a state into parts.
func partsOf(state State) iter.Seq[*part] {
	return func(yield func(*part) bool) {
		p, more := &part{}, true
		next := func() {
			if more && p.size() >= partSize {
				more = yield(p)
				p = &part{}
			}
		}
		each(state.Scopes, &more, func(v *api.ScopeState) { p.Scopes = append(p.Scopes, v); next() })
		each(state.Claims, &more, func(v ClaimOp) { p.Claims = append(p.Claims, v); next() })
		each(state.Identities, &more, func(v Identity) { p.Identities = append(p.Identities, v); next() })
		each(state.Vertices, &more, func(v *api.Vertex) { p.Vertices = append(p.Vertices, v); next() })
		each(state.Edges, &more, func(v *api.Edge) { p.Edges = append(p.Edges, v); next() })
		for from, into := range state.Merged {
			if p.Merged == nil {
				p.Merged = map[api.VertexID]api.VertexID{}
			}
			p.Merged[from] = into
			next()
		}
		if more && p.size() > 0 {
			yield(p)
		}
	}
}

func each[T any](seq iter.Seq[T], more *bool, do func(T)) {
	for v := range seq {
		if !*more {
			return
		}
		do(v)
	}
}

// Load returns the state as of the last revision that is kept: the latest
// whole checkpoint with the records after it applied.
func (s *Store) Load() (State, error) {
	last, err := s.Last()
	if err != nil {
		return State{}, err
	}
	return s.LoadAt(last)
}

// LoadAt returns the state as of a revision that is kept.
func (s *Store) LoadAt(revision uint64) (State, error) {
	l := newLoader()
	if err := guard(func() error { return s.db.View(func(tx *bbolt.Tx) error { return s.loadBefore(tx, l, revision) }) }); err != nil {
		return State{}, err
	}
	gap := false
	err := s.Replay(l.seal.Revision, func(r Record) bool {
		if r.Revision > revision {
			return false
		}
		if gap = r.Revision != l.seal.Revision+1; gap {
			return false
		}
		l.apply(r)
		return true
	})
	if err != nil {
		return State{}, err
	}
	if gap || l.seal.Revision != revision {
		return State{}, fmt.Errorf("%w: revision %d is missing; %d was kept", ErrDamaged, l.seal.Revision+1, revision)
	}
	return l.state(), nil
}

// loadBefore loads the latest whole checkpoint that is not after a revision.
func (s *Store) loadBefore(tx *bbolt.Tx, l *loader, revision uint64) error {
	all := tx.Bucket(bucketCheckpoints())
	c := all.Cursor()
	for key, _ := c.Last(); key != nil; key, _ = c.Prev() {
		if len(key) != 8 || binary.BigEndian.Uint64(key) > revision {
			continue
		}
		if done := all.Bucket(key).Get(keyDone()); done != nil { // else it was being written when netseam ended
			return s.loadCheckpoint(l, all.Bucket(key), done)
		}
	}
	return nil
}

// pruneBound is how many records Prune looks at in one call.
const pruneBound = 1000

// Prune removes all but the latest two checkpoints, and records older than the
// retention that a checkpoint has made needless. It removes a bounded number
// of records a call, so that no commit waits long; it says whether there is
// more to do.
func (s *Store) Prune(now time.Time) (bool, error) {
	s.checkpointing.Lock()
	defer s.checkpointing.Unlock()
	oldest := uint64(0)
	err := s.update(func(tx *bbolt.Tx) (err error) {
		oldest, err = pruneCheckpoints(tx.Bucket(bucketCheckpoints()))
		return err
	})
	if err == nil && oldest != 0 && s.options.Retention != 0 {
		var old [][]byte
		// Finding them takes reading them: no commit waits for that.
		if old, err = s.outdated(oldest, now); err == nil && len(old) > 0 {
			err = s.update(func(tx *bbolt.Tx) error {
				for _, key := range old {
					if err := tx.Bucket(bucketJournal()).Delete(key); err != nil {
						return err
					}
				}
				return noteFirst(tx)
			})
		}
		if err == nil && len(old) == pruneBound {
			return true, nil
		}
	}
	if err != nil {
		return false, fmt.Errorf("prune the journal: %w", err)
	}
	return false, nil
}

// outdated returns the first records that are not after a revision and older
// than the retention.
func (s *Store) outdated(until uint64, now time.Time) ([][]byte, error) {
	var old [][]byte
	err := s.Replay(0, func(r Record) bool {
		if r.Revision > until || now.Sub(r.Time) < s.options.Retention {
			return false
		}
		old = append(old, number(r.Revision))
		return len(old) < pruneBound
	})
	return old, err
}

// pruneCheckpoints returns the revision of the oldest checkpoint that stays.
func pruneCheckpoints(all *bbolt.Bucket) (uint64, error) {
	var finished [][]byte
	c := all.Cursor()
	for key, _ := c.Last(); key != nil; key, _ = c.Prev() {
		if all.Bucket(key).Get(keyDone()) != nil {
			finished = append(finished, bytes.Clone(key))
		}
	}
	if len(finished) == 0 {
		return 0, nil
	}
	stay := min(len(finished), 2)
	for _, key := range finished[stay:] {
		if err := all.DeleteBucket(key); err != nil {
			return 0, err
		}
	}
	return binary.BigEndian.Uint64(finished[stay-1]), nil
}
