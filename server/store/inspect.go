package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"go.etcd.io/bbolt"
)

// What a bbolt file begins with: a page header of 16 bytes, then the meta page
// (bbolt's internal/common/meta.go). The values are of the machine's byte
// order; netseam runs on little-endian machines.
const (
	pageHeader  = 16
	bboltMagic  = 0xED0CDAED
	metaOffsets = 64 // bytes of a meta page, with its checksum
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
	head := make([]byte, min(info.Size(), 64<<10))
	if _, err := io.ReadFull(file, head); err != nil {
		return err
	}
	return judge(head, info.Size())
}

// judge says whether the beginning of a file is that of a journal of a size.
func judge(head []byte, size int64) error {
	zero := true
	for _, b := range head {
		zero = zero && b == 0
	}
	if zero {
		return fmt.Errorf("%w: restore it from a backup, or move it away to start anew", ErrZeroed)
	}
	pageSize, pages, ok := meta(head, 0)
	if second, more, ok2 := secondMeta(head, pageSize); ok2 {
		pageSize, pages, ok = second, max(pages, more), true
	}
	if !ok {
		if len(head) < pageHeader+metaOffsets {
			return fmt.Errorf("%w: it has only %d bytes", ErrTruncated, size)
		}
		return fmt.Errorf("%w: it does not begin as one; move it away, or point data elsewhere", ErrForeign)
	}
	if need := int64(pageSize) * int64(pages); size < need {
		return fmt.Errorf("%w: it has %d bytes of %d; restore it from a backup, or move it away to start anew", ErrTruncated, size, need)
	}
	return nil
}

// meta reads a meta page: its page size and the number of pages in use.
func meta(head []byte, at int) (pageSize uint32, pages uint64, ok bool) {
	if len(head) < at+pageHeader+metaOffsets {
		return 0, 0, false
	}
	m := head[at+pageHeader:]
	if binary.LittleEndian.Uint32(m) != bboltMagic {
		return 0, 0, false
	}
	return binary.LittleEndian.Uint32(m[8:]), binary.LittleEndian.Uint64(m[40:]), true
}

func secondMeta(head []byte, pageSize uint32) (uint32, uint64, bool) {
	if pageSize != 0 {
		return meta(head, int(pageSize))
	}
	for at := 1 << 10; at <= 32<<10; at <<= 1 {
		if size, pages, ok := meta(head, at); ok {
			return size, pages, ok
		}
	}
	return 0, 0, false
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
	return os.Rename(fresh, path)
}
