package snmp

import (
	"encoding/binary"
	"hash/maphash"
)

// fingerprint is a hash of a table's raw bindings: two of them that differ come
// out equal once in 2^64, with a seed that nobody outside knows.
type fingerprint struct{ hash maphash.Hash }

func (f *fingerprint) number(n uint64) {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], n)
	_, _ = f.hash.Write(b[:]) // it never fails
}

func (f *fingerprint) value(v value) {
	f.number(uint64(v.kind)<<56 | uint64(len(v.octets))<<28 | uint64(len(v.text)))
	f.number(uint64(v.number))
	_, _ = f.hash.Write(v.octets)
	_, _ = f.hash.WriteString(v.text)
}

func (f *fingerprint) bindings(all []binding) {
	f.number(uint64(len(all)))
	for i := range all {
		f.number(uint64(len(all[i].oid)))
		_, _ = f.hash.WriteString(all[i].oid)
		f.value(all[i].value)
	}
}

func (f *fingerprint) lldp(t lldpTables) {
	f.value(t.chassisSubtype)
	f.value(t.chassisID)
	f.value(t.sysName)
	f.bindings(t.ports)
	f.bindings(t.neighbours)
	f.bindings(t.ownAddresses)
	f.bindings(t.addresses)
}

// unchanged is what the bindings of the last reading were decoded into. Most
// readings find what the one before found, and decoding costs more than
// looking: a device's tables are decoded when they differ.
//
// The zero value remembers nothing; a nil one never does. What it returns is
// shared, and not to be modified.
type unchanged[T any] struct {
	seed    maphash.Seed
	sum     uint64
	decoded bool
	data    T
}

// decode returns what decode makes of the bindings that write hashes, from
// memory if they are those of the last time. What decode says is not to be kept
// rests on more than these bindings.
func (u *unchanged[T]) decode(write func(*fingerprint), decode func() (data T, keep bool)) T {
	if u == nil {
		data, _ := decode()
		return data
	}
	if u.seed == (maphash.Seed{}) {
		u.seed = maphash.MakeSeed()
	}
	var f fingerprint
	f.hash.SetSeed(u.seed)
	write(&f)
	if sum := f.hash.Sum64(); !u.decoded || sum != u.sum {
		u.sum = sum
		u.data, u.decoded = decode()
	}
	return u.data
}

// forget makes the next reading be decoded in any case.
func (u *unchanged[T]) forget() { *u = unchanged[T]{seed: u.seed} }
