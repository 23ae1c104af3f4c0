package store

import (
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
	revision := number(state.Revision)
	err := s.db.Update(func(tx *bbolt.Tx) error {
		all := tx.Bucket(bucketCheckpoints())
		if all.Bucket(revision) != nil {
			if err := all.DeleteBucket(revision); err != nil {
				return err
			}
		}
		_, err := all.CreateBucket(revision)
		return err
	})
	if err != nil {
		return fmt.Errorf("begin checkpoint: %w", err)
	}
	parts := uint64(0)
	for p := range partsOf(state) {
		if err := s.putPart(revision, number(parts), p); err != nil {
			return err
		}
		parts++
	}
	return s.putPart(revision, keyDone(), &seal{
		Epoch: state.Epoch, Revision: state.Revision, Time: state.Time, Next: state.Next, Parts: parts,
	})
}

func (s *Store) putPart(revision, key []byte, v any) error {
	value, err := s.pack(v)
	if err != nil {
		return fmt.Errorf("encode checkpoint: %w", err)
	}
	err = s.db.Update(func(tx *bbolt.Tx) error {
		return tx.Bucket(bucketCheckpoints()).Bucket(revision).Put(key, value)
	})
	if err != nil {
		return fmt.Errorf("write checkpoint: %w", err)
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
	l := newLoader()
	err := s.db.View(func(tx *bbolt.Tx) error {
		c := tx.Bucket(bucketCheckpoints()).Cursor()
		for key, _ := c.Last(); key != nil; key, _ = c.Prev() {
			bucket := tx.Bucket(bucketCheckpoints()).Bucket(key)
			done := bucket.Get(keyDone())
			if done == nil {
				continue // it was being written when netseam ended
			}
			return s.loadCheckpoint(l, bucket, done)
		}
		return nil
	})
	if err != nil {
		return State{}, err
	}
	if err := s.Replay(l.seal.Revision, l.apply); err != nil {
		return State{}, err
	}
	return l.state(), nil
}

func (s *Store) loadCheckpoint(l *loader, bucket *bbolt.Bucket, done []byte) error {
	if err := s.unpack(done, &l.seal); err != nil {
		return fmt.Errorf("%w: checkpoint: %w", ErrDamaged, err)
	}
	for i := range l.seal.Parts {
		var p part
		if err := s.unpack(bucket.Get(number(i)), &p); err != nil {
			return fmt.Errorf("%w: checkpoint %d, part %d: %w", ErrDamaged, l.seal.Revision, i, err)
		}
		l.add(&p)
	}
	return nil
}

// Prune removes checkpoints that were never finished, all but the latest two
// that were, and records older than the retention that a checkpoint has made
// needless. It removes a bounded number of records a call, so that no commit
// waits long; it says whether there is more to do.
func (s *Store) Prune(now time.Time) (bool, error) {
	more := false
	err := s.db.Update(func(tx *bbolt.Tx) error {
		oldest, err := pruneCheckpoints(tx.Bucket(bucketCheckpoints()))
		if err != nil || oldest == 0 || s.options.Retention == 0 {
			return err
		}
		c := tx.Bucket(bucketJournal()).Cursor()
		key, value := c.First()
		for range 1000 {
			if key == nil || binary.BigEndian.Uint64(key) > oldest {
				return nil
			}
			var r Record
			if err := s.unpack(value, &r); err != nil {
				return fmt.Errorf("%w: revision %d: %w", ErrDamaged, binary.BigEndian.Uint64(key), err)
			}
			if now.Sub(r.Time) < s.options.Retention {
				return nil
			}
			if err := c.Delete(); err != nil {
				return err
			}
			key, value = c.First()
		}
		more = true
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("prune the journal: %w", err)
	}
	return more, nil
}

// pruneCheckpoints returns the revision of the oldest checkpoint that stays.
func pruneCheckpoints(all *bbolt.Bucket) (uint64, error) {
	var finished, remove [][]byte
	c := all.Cursor()
	for key, _ := c.Last(); key != nil; key, _ = c.Prev() {
		key = append([]byte(nil), key...)
		if all.Bucket(key).Get(keyDone()) != nil && len(finished) < 2 {
			finished = append(finished, key)
		} else if len(finished) > 0 { // an unfinished one after the last may be in the making
			remove = append(remove, key)
		}
	}
	for _, key := range remove {
		if err := all.DeleteBucket(key); err != nil {
			return 0, err
		}
	}
	if len(finished) == 0 {
		return 0, nil
	}
	return binary.BigEndian.Uint64(finished[len(finished)-1]), nil
}
