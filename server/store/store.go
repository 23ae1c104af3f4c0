// Package store keeps the journal and its checkpoints in one bbolt file. It
// knows records and states, not what they mean; it makes them durable and
// gives them back.
//
// Layout of the file (format 1):
//
//	meta         "format" -> 1, "epoch" -> last epoch begun, "first" -> first revision in
//	             the journal, "last" -> last revision kept
//	journal      revision (8 bytes, big endian) -> zstd(cbor(Record))
//	checkpoints  revision -> bucket of parts; part "done" is written last
//
// A commit is durable when Append returns: bbolt runs with sync on. Values
// carry checksums (zstd), the revisions of an epoch have no gaps, and the first
// and last are noted: what was damaged is noticed and never taken for the truth.
package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/klauspost/compress/zstd"
	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// Format is the version of the file's layout that this netseam writes.
const Format = 1

// Errors of a file that cannot be used. It is never overwritten.
var (
	ErrLocked    = errors.New("the journal is in use by another netseam")
	ErrTruncated = errors.New("the journal is truncated")
	ErrZeroed    = errors.New("the journal is filled with zeros")
	ErrForeign   = errors.New("the file is not a netseam journal")
	ErrNewer     = errors.New("the journal was written by a newer netseam")
	ErrDamaged   = errors.New("the journal is damaged")
)

func bucketMeta() []byte        { return []byte("meta") }
func bucketJournal() []byte     { return []byte("journal") }
func bucketCheckpoints() []byte { return []byte("checkpoints") }
func keyFormat() []byte         { return []byte("format") }
func keyEpoch() []byte          { return []byte("epoch") }
func keyFirst() []byte          { return []byte("first") }
func keyLast() []byte           { return []byte("last") }

// Options are what Open needs beside the path.
type Options struct {
	// Retention is how far back history goes; 0 keeps all.
	Retention time.Duration
	Logger    *slog.Logger
}

// Store is an open journal. Append, Checkpoint and Prune may be called from
// several goroutines; bbolt lets one write at a time.
type Store struct {
	db      *bbolt.DB
	options Options
	encode  cbor.EncMode
	decode  cbor.DecMode
	zip     *zstd.Encoder
	unzip   *zstd.Decoder

	checkpointing sync.Mutex // held while a checkpoint is written or old ones are removed
}

// Open opens the journal at a path, making it if there is none. It refuses
// what it cannot read, and says what is wrong with it.
func Open(path string, options Options) (*Store, error) {
	if err := inspect(path); err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	s := &Store{options: options}
	if err := s.prepare(); err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	if err := s.openFile(path); err != nil {
		s.unzip.Close()
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), s.zip.Close())
	}
	if err := guard(s.checkFormat); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), s.Close())
	}
	return s, nil
}

// openFile has bbolt map the file. What bbolt finds damaged may be a panic of
// its own; its mapping, and with it the lock, then stays until netseam ends.
func (s *Store) openFile(path string) error {
	var file *os.File
	err := guard(func() (err error) {
		s.db, err = bbolt.Open(path, 0o600, &bbolt.Options{
			Timeout: lockTimeout, FreelistType: bbolt.FreelistMapType,
			OpenFile: func(name string, flag int, mode os.FileMode) (*os.File, error) {
				var err error
				if file, err = os.OpenFile(name, flag, mode); err != nil {
					return nil, err
				}
				// The lock is bbolt's too, as it is the same file: nobody
				// writes between what is seen here and what bbolt maps.
				if err := inspectPages(file); err != nil {
					return nil, errors.Join(err, file.Close())
				}
				return file, nil
			},
		})
		return openError(err)
	})
	if errors.Is(err, errFault) {
		return errors.Join(err, file.Close())
	}
	return err
}

func openError(err error) error {
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return ErrLocked
	case errors.Is(err, bolterrors.ErrInvalid), errors.Is(err, bolterrors.ErrVersionMismatch), errors.Is(err, bolterrors.ErrChecksum):
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return err
}

func (s *Store) prepare() error {
	var err error
	// Times to the nanosecond: what is loaded equals what was kept.
	if s.encode, err = (cbor.EncOptions{Time: cbor.TimeRFC3339NanoUTC, Sort: cbor.SortNone}).EncMode(); err != nil {
		return fmt.Errorf("prepare encoder: %w", err)
	}
	limits := cbor.DecOptions{MaxArrayElements: 1 << 27, MaxMapPairs: 1 << 27}
	if s.decode, err = limits.DecMode(); err != nil {
		return fmt.Errorf("prepare decoder: %w", err)
	}
	if s.zip, err = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1)); err != nil {
		return fmt.Errorf("prepare compressor: %w", err)
	}
	if s.unzip, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(1<<30)); err != nil {
		return fmt.Errorf("prepare decompressor: %w", err)
	}
	return nil
}

// checkFormat looks at the file's format number, and gives a file that is new
// its buckets. To a file that is not, nothing is written before it was read.
func (s *Store) checkFormat() error {
	fresh := false
	err := s.db.View(func(tx *bbolt.Tx) error {
		meta := tx.Bucket(bucketMeta())
		if meta == nil {
			fresh = true
			return nil
		}
		format := meta.Get(keyFormat())
		if len(format) != 8 {
			return fmt.Errorf("%w: it has no format number", ErrForeign)
		}
		if v := binary.BigEndian.Uint64(format); v > Format {
			return fmt.Errorf("%w: its format is %d, this netseam reads up to %d", ErrNewer, v, Format)
		}
		for _, name := range [][]byte{bucketJournal(), bucketCheckpoints()} {
			if tx.Bucket(name) == nil {
				return fmt.Errorf("%w: it has no bucket %q", ErrDamaged, name)
			}
		}
		return nil
	})
	if err != nil || !fresh {
		return err
	}
	return s.db.Update(s.create)
}

func (s *Store) create(tx *bbolt.Tx) error {
	if name, _ := tx.Cursor().First(); name != nil {
		return fmt.Errorf("%w: it is another program's bbolt file", ErrForeign)
	}
	meta, err := tx.CreateBucket(bucketMeta())
	if err != nil {
		return err
	}
	for _, name := range [][]byte{bucketJournal(), bucketCheckpoints()} {
		if _, err := tx.CreateBucket(name); err != nil {
			return err
		}
	}
	return meta.Put(keyFormat(), number(Format))
}

// Close closes the file. Nothing may use the store any more.
func (s *Store) Close() error {
	s.unzip.Close()
	return errors.Join(s.zip.Close(), guard(s.db.Close))
}

// update runs a transaction that writes. Damage that bbolt meets on the way is
// an error, and the transaction is rolled back.
func (s *Store) update(do func(*bbolt.Tx) error) error {
	return guard(func() error { return s.db.Update(do) })
}

// BeginEpoch mints an epoch, greater than any before: the present time in Unix
// milliseconds, or one more than the last.
func (s *Store) BeginEpoch(now time.Time) (uint64, error) {
	epoch := uint64(now.UnixMilli())
	err := s.update(func(tx *bbolt.Tx) error {
		meta := tx.Bucket(bucketMeta())
		if last := meta.Get(keyEpoch()); len(last) == 8 {
			epoch = max(epoch, binary.BigEndian.Uint64(last)+1)
		}
		return meta.Put(keyEpoch(), number(epoch))
	})
	if err != nil {
		return 0, fmt.Errorf("begin epoch: %w", err)
	}
	return epoch, nil
}

// Append makes records durable, all or none, in one transaction.
func (s *Store) Append(records []Record) error {
	if len(records) == 0 {
		return nil
	}
	// Encoding stays outside the transaction: it needs no lock.
	values := make([][]byte, len(records))
	for i := range records {
		value, err := s.pack(&records[i])
		if err != nil {
			return fmt.Errorf("encode revision %d: %w", records[i].Revision, err)
		}
		values[i] = value
	}
	err := s.update(func(tx *bbolt.Tx) error {
		journal := tx.Bucket(bucketJournal())
		journal.FillPercent = 0.95 // revisions only grow
		for i := range records {
			if err := journal.Put(number(records[i].Revision), values[i]); err != nil {
				return err
			}
		}
		if tx.Bucket(bucketMeta()).Get(keyFirst()) == nil {
			if err := noteFirst(tx); err != nil {
				return err
			}
		}
		return noteLast(tx, records[len(records)-1].Revision)
	})
	if err != nil {
		return fmt.Errorf("write the journal: %w", err)
	}
	return nil
}

// noteFirst and noteLast note the ends of what is kept, so that a journal that
// lost some of it is noticed.
func noteFirst(tx *bbolt.Tx) error {
	first, _ := tx.Bucket(bucketJournal()).Cursor().First()
	if first == nil {
		return tx.Bucket(bucketMeta()).Delete(keyFirst())
	}
	return tx.Bucket(bucketMeta()).Put(keyFirst(), bytes.Clone(first))
}

func noteLast(tx *bbolt.Tx, revision uint64) error {
	return tx.Bucket(bucketMeta()).Put(keyLast(), number(revision))
}

// Size is the size of the file in bytes.
func (s *Store) Size() int64 {
	var size int64
	_ = s.db.View(func(tx *bbolt.Tx) error { // a read of memory: it cannot fail while the store is open
		size = tx.Size()
		return nil
	})
	return size
}

// maxRatio is how much smaller than its content a value can credibly be: names
// and addresses do not repeat without end.
const maxRatio = 1000

func (s *Store) pack(v any) ([]byte, error) {
	raw, err := s.encode.Marshal(v)
	if err != nil {
		return nil, err
	}
	return s.zip.EncodeAll(raw, nil), nil
}

func (s *Store) unpack(value []byte, v any) error {
	// A damaged header may speak of any size, and room for all of it would be
	// made at once.
	var header zstd.Header
	if err := header.Decode(value); err != nil {
		return err
	}
	if limit := uint64(1<<20 + maxRatio*len(value)); header.HasFCS && header.FrameContentSize > limit {
		return fmt.Errorf("%d bytes say that they are %d: %w", len(value), header.FrameContentSize, zstd.ErrDecoderSizeExceeded)
	}
	raw, err := s.unzip.DecodeAll(value, nil)
	if err != nil {
		return err
	}
	return s.decode.Unmarshal(raw, v)
}

func number(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }
