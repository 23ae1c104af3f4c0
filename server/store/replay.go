package store

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"go.etcd.io/bbolt"
)

// Last returns the greatest revision that is kept; 0 if none is.
func (s *Store) Last() (uint64, error) {
	var last uint64
	err := guard(func() error {
		return s.db.View(func(tx *bbolt.Tx) (err error) {
			last, err = lastOf(tx)
			return err
		})
	})
	return last, err
}

// lastOf returns the last revision, and an error if it is not the one that was
// noted.
func lastOf(tx *bbolt.Tx) (uint64, error) {
	last := uint64(0)
	if key, _ := tx.Bucket(bucketJournal()).Cursor().Last(); len(key) == 8 {
		last = binary.BigEndian.Uint64(key)
	}
	all := tx.Bucket(bucketCheckpoints())
	c := all.Cursor()
	for key, _ := c.Last(); key != nil; key, _ = c.Prev() {
		if len(key) == 8 && all.Bucket(key).Get(keyDone()) != nil {
			last = max(last, binary.BigEndian.Uint64(key))
			break
		}
	}
	if noted := tx.Bucket(bucketMeta()).Get(keyLast()); last != 0 && !bytes.Equal(noted, number(last)) {
		return 0, fmt.Errorf("%w: it ends at revision %d and should at %x", ErrDamaged, last, noted)
	} else if last == 0 && noted != nil {
		return 0, fmt.Errorf("%w: it is empty and should end at revision %x", ErrDamaged, noted)
	}
	return last, nil
}

// Replay yields the records after a revision, in order, until yield says stop.
// There may be a gap before the first, where older ones were pruned, and
// between two epochs, where revisions were made while the journal could not be
// written.
func (s *Store) Replay(after uint64, yield func(Record) bool) error {
	return s.db.View(func(tx *bbolt.Tx) error {
		r := reader{store: s, last: after}
		// What is guarded is the file, not what yield does.
		if err := guard(func() error { return r.seek(tx) }); err != nil {
			return err
		}
		for {
			var record Record
			more := false
			if err := guard(func() (err error) {
				more, err = r.next(&record)
				return err
			}); err != nil {
				return err
			}
			if !more || !yield(record) {
				return nil
			}
		}
	})
}

// reader reads records one by one and notices when one is missing.
type reader struct {
	store      *Store
	cursor     *bbolt.Cursor
	key, value []byte
	last       uint64 // revision of the last record, or that after which reading began
	epoch      uint64 // of the last record; 0 if there is none yet
	first      uint64 // the revision that must come first; 0 if that is not known
}

func (r *reader) seek(tx *bbolt.Tx) error {
	r.cursor = tx.Bucket(bucketJournal()).Cursor()
	r.key, r.value = r.cursor.Seek(number(r.last + 1))
	first := tx.Bucket(bucketMeta()).Get(keyFirst())
	if len(first) != 8 {
		return nil
	}
	if r.first = binary.BigEndian.Uint64(first); r.first <= r.last {
		r.first = 0
	}
	return nil
}

// next reads the record at the cursor and moves on; it says whether there was one.
func (r *reader) next(record *Record) (bool, error) {
	if r.key == nil {
		if r.first != 0 {
			return false, fmt.Errorf("%w: revision %d is missing", ErrDamaged, r.first)
		}
		return false, nil
	}
	if len(r.key) != 8 {
		return false, fmt.Errorf("%w: after revision %d: a key of %d bytes", ErrDamaged, r.last, len(r.key))
	}
	if err := r.store.unpack(r.value, record); err != nil {
		return false, fmt.Errorf("%w: revision %d: %w", ErrDamaged, binary.BigEndian.Uint64(r.key), err)
	}
	switch revision := record.Revision; {
	case !bytes.Equal(r.key, number(revision)), revision <= r.last:
		return false, fmt.Errorf("%w: revision %d is kept as %x, after %d", ErrDamaged, revision, r.key, r.last)
	case r.first != 0 && revision != r.first:
		return false, fmt.Errorf("%w: revision %d is missing", ErrDamaged, r.first)
	case r.epoch == record.Epoch && revision != r.last+1:
		return false, fmt.Errorf("%w: revision %d is missing", ErrDamaged, r.last+1)
	}
	r.first, r.last, r.epoch = 0, record.Revision, record.Epoch
	r.key, r.value = r.cursor.Next()
	return true, nil
}
