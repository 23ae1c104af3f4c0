package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"math"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"go.etcd.io/bbolt"
)

// What a bbolt file begins with: a page header of 16 bytes, then the meta page
// (bbolt's internal/common/meta.go). The values are of the machine's byte
// order; netseam runs on little-endian machines.
const (
	pageHeader  = 16
	bboltMagic  = 0xED0CDAED
	metaOffsets = 64       // bytes of a meta page, with its checksum
	metaSummed  = 56       // of which the checksum is made
	headSize    = 64 << 10 // both meta pages are in it
)

// inspect looks at a file before bbolt maps it: a file that is shorter than it
// says would crash the process on first use. A missing file is made, whole or
// not at all, so that a crash leaves no empty one behind.
func inspect(path string) error {
	file, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return create(path)
	}
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // It is only read.
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%w: it is not a regular file", ErrForeign)
	}
	if info.Size() == 0 {
		return fmt.Errorf("%w: it is empty; move it away to start anew", ErrTruncated)
	}
	head := make([]byte, min(info.Size(), headSize))
	if _, err := io.ReadFull(file, head); err != nil {
		return err
	}
	_, err = judge(head, info.Size())
	return err
}

// lockTimeout is how long another netseam is waited for, which may be ending.
const lockTimeout = 2 * time.Second

// inspectPages looks at all pages of a file, once nobody else writes to it.
func inspectPages(file *os.File) error {
	tick := time.NewTicker(lockTimeout / 40)
	defer tick.Stop()
	for began := time.Now(); ; <-tick.C {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			break
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return fmt.Errorf("lock: %w", err)
		}
		if time.Since(began) > lockTimeout {
			return ErrLocked
		}
	}
	info, err := file.Stat()
	if err != nil {
		return err
	}
	// Read, not mapped: where a full tmpfs has a hole, a mapped read faults.
	// What is walked has no holes.
	head := make([]byte, min(info.Size(), headSize))
	if _, err := file.ReadAt(head, 0); err != nil {
		return err
	}
	m, err := judge(head, info.Size())
	if err != nil {
		return err
	}
	content, err := syscall.Mmap(int(file.Fd()), 0, int(info.Size()), syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return fmt.Errorf("map: %w", err)
	}
	return errors.Join(walk(content, m), syscall.Munmap(content))
}

// judge says whether the beginning of a file is that of a journal of a size,
// and which state of it counts.
func judge(head []byte, size int64) (metaPage, error) {
	zero := true
	for _, b := range head {
		zero = zero && b == 0
	}
	if zero {
		return metaPage{}, fmt.Errorf("%w: restore it from a backup, or move it away to start anew", ErrZeroed)
	}
	m, begins, whole := meta(head, 0)
	if second, begins2, whole2 := secondMeta(head, m.pageSize); whole2 {
		if !whole || second.transaction > m.transaction {
			m = second
		}
		whole = true
	} else {
		begins = begins || begins2
	}
	switch {
	case whole:
	case begins:
		return metaPage{}, fmt.Errorf("%w: neither of its first pages is whole; restore it from a backup, or move it away to start anew", ErrDamaged)
	case len(head) < pageHeader+metaOffsets:
		return metaPage{}, fmt.Errorf("%w: it has only %d bytes", ErrTruncated, size)
	default:
		return metaPage{}, fmt.Errorf("%w: it does not begin as one; move it away, or point data elsewhere", ErrForeign)
	}
	if m.pageSize < 512 || m.pages > math.MaxInt64/uint64(m.pageSize) {
		return metaPage{}, fmt.Errorf("%w: it speaks of %d pages of %d bytes", ErrDamaged, m.pages, m.pageSize)
	}
	if need := int64(m.pageSize) * int64(m.pages); size < need {
		return metaPage{}, fmt.Errorf("%w: it has %d bytes of %d; restore it from a backup, or move it away to start anew", ErrTruncated, size, need)
	}
	return m, nil
}

// metaPage is what is of interest of a meta page: the size of pages, how many
// are in use, the first of the tree, that which lists the free ones, and the
// transaction that wrote it, of which the later counts.
type metaPage struct {
	pageSize              uint32
	root, freelist, pages uint64
	transaction           uint64
}

// meta reads a meta page: whether it begins as one, and whether it is whole.
func meta(head []byte, at int) (m metaPage, begins, whole bool) {
	if at < 0 || len(head)-at < pageHeader+metaOffsets {
		return metaPage{}, false, false
	}
	page := head[at+pageHeader:]
	if binary.LittleEndian.Uint32(page) != bboltMagic {
		return metaPage{}, false, false
	}
	checksum := fnv.New64a()
	_, _ = checksum.Write(page[:metaSummed]) // a hash takes everything
	number := func(at int) uint64 { return binary.LittleEndian.Uint64(page[at:]) }
	m = metaPage{binary.LittleEndian.Uint32(page[8:]), number(16), number(32), number(40), number(48)}
	return m, true, checksum.Sum64() == binary.LittleEndian.Uint64(page[metaSummed:])
}

// secondMeta finds the other meta page: the page size tells where it is, if it
// is known.
func secondMeta(head []byte, pageSize uint32) (m metaPage, begins, whole bool) {
	if m, begins, whole := meta(head, int(pageSize)); pageSize != 0 && whole {
		return m, begins, whole
	}
	for at := 1 << 10; at <= 32<<10; at <<= 1 {
		m, b, whole := meta(head, at)
		begins = begins || b
		if whole {
			return m, begins, whole
		}
	}
	return metaPage{}, begins, false
}

// create makes an empty file under another name and renames it.
func create(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	fresh := path + ".new"
	if err := os.Remove(fresh); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	db, err := bbolt.Open(fresh, 0o600, nil)
	if err != nil {
		return fmt.Errorf("create: %w", err)
	}
	if err := db.Close(); err != nil {
		return fmt.Errorf("create: %w", err)
	}
	if err := os.Rename(fresh, path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// syncDir makes a new name durable: without it a power failure may take the
// whole file away, however well it was written.
func syncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
