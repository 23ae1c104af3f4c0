package store

import (
	"errors"
	"os"
)

// Judge is what inspect says of the beginning of a file of a size.
func Judge(head []byte, size int64) error {
	_, err := judge(head, size)
	return err
}

// JudgePages is what is said of a whole file's pages.
func JudgePages(content []byte) error {
	m, err := judge(content[:min(len(content), headSize)], int64(len(content)))
	if err != nil {
		return err
	}
	return walk(content, m)
}

// InspectPages is what Open does with a file before bbolt maps it.
func InspectPages(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(inspectPages(file), file.Close())
}

// IsSynced says whether bbolt syncs all that it writes before a commit returns.
func (s *Store) IsSynced() bool { return !s.db.NoSync && !s.db.NoGrowSync && !s.db.NoFreelistSync }

// Unpack decodes a record as the journal keeps it.
func (s *Store) Unpack(value []byte) (Record, error) {
	var r Record
	return r, s.unpack(value, &r)
}

// Pack encodes a record as the journal keeps it.
func (s *Store) Pack(r Record) ([]byte, error) { return s.pack(&r) }
