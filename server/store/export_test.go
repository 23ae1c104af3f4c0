package store

// Judge is what inspect says of the beginning of a file of a size.
func Judge(head []byte, size int64) error { return judge(head, size) }

// IsSynced says whether bbolt syncs all that it writes before a commit returns.
func (s *Store) IsSynced() bool { return !s.db.NoSync && !s.db.NoGrowSync && !s.db.NoFreelistSync }

// Unpack decodes a record as the journal keeps it.
func (s *Store) Unpack(value []byte) (Record, error) {
	var r Record
	return r, s.unpack(value, &r)
}

// Pack encodes a record as the journal keeps it.
func (s *Store) Pack(r Record) ([]byte, error) { return s.pack(&r) }
