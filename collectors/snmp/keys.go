package snmp

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"hash"
	"slices"
	"sync"
)

// stretched is how much of a repeated password RFC 3414 §A.2 hashes.
const stretched = 1 << 20

// maxMasters is how many passwords a keyring remembers the keys of.
const maxMasters = 4096

// newHash makes the protocol's hash, nil if it has none.
func (p AuthProtocol) newHash() func() hash.Hash {
	switch p {
	case MD5:
		return md5.New
	case SHA:
		return sha1.New
	case SHA224:
		return sha256.New224
	case SHA256:
		return sha256.New
	case SHA384:
		return sha512.New384
	case SHA512:
		return sha512.New
	case NoAuth:
	}
	return nil
}

// macSize is how long the part of the digest is that travels.
func (p AuthProtocol) macSize() int {
	switch p {
	case MD5, SHA:
		return 12
	case SHA224:
		return 16
	case SHA256:
		return 24
	case SHA384:
		return 32
	case SHA512:
		return 48
	case NoAuth:
	}
	return 0
}

// keySize is how long the protocol's key is, with what DES mixes in.
func (p PrivProtocol) keySize() int {
	switch p {
	case DES, AES128:
		return 16
	case AES192, AES192C:
		return 24
	case AES256, AES256C:
		return 32
	case NoPriv:
	}
	return 0
}

// master is the key of a password before it belongs to an engine (Ku).
func (p AuthProtocol) master(password []byte) []byte {
	h := p.newHash()()
	if len(password) == 0 {
		return h.Sum(nil)
	}
	block := make([]byte, 0, 4096+len(password))
	for len(block) < 4096 {
		block = append(block, password...)
	}
	whole := len(block) / len(password) * len(password)
	for done := 0; done < stretched; done += whole {
		_, _ = h.Write(block[:min(whole, stretched-done)])
	}
	return h.Sum(nil)
}

// localise makes a master key one engine's own (Kul).
func (p AuthProtocol) localise(master []byte, engineID string) []byte {
	h := p.newHash()()
	_, _ = h.Write(master)
	_, _ = h.Write([]byte(engineID))
	_, _ = h.Write(master)
	return h.Sum(nil)
}

// mac is the digest of a message, as long as it travels.
func (p AuthProtocol) mac(key []byte, parts ...[]byte) []byte {
	m := hmac.New(p.newHash(), key)
	for _, part := range parts {
		_, _ = m.Write(part)
	}
	return m.Sum(nil)[:p.macSize()]
}

// privacyKey makes a localised key as long as the privacy protocol wants it.
func (p PrivProtocol) privacyKey(auth AuthProtocol, localised []byte, engineID string) []byte {
	key, last := localised, localised
	for len(key) < p.keySize() {
		if p == AES192C || p == AES256C { // The way of draft-reeder-snmpv3-usm-3desede.
			last = auth.localise(auth.master(last), engineID)
		} else { // The way of draft-blumenthal-aes-usm.
			h := auth.newHash()()
			_, _ = h.Write(key)
			last = h.Sum(nil)
		}
		key = append(slices.Clip(key), last...)
	}
	return key[:p.keySize()]
}

// keyring remembers the master keys of passwords: they take milliseconds each,
// and many devices share them. It may be used by many at a time.
type keyring struct {
	mu      sync.Mutex
	masters map[masterOf][]byte
}

type masterOf struct {
	protocol AuthProtocol
	password string
}

func newKeyring() *keyring { return &keyring{masters: map[masterOf][]byte{}} }

func (k *keyring) master(p AuthProtocol, password Secret) []byte {
	of := masterOf{p, password.Reveal()}
	k.mu.Lock()
	defer k.mu.Unlock() // Also while it is made: whoever waits wants the same.
	if key, ok := k.masters[of]; ok {
		return key
	}
	key := p.master([]byte(of.password))
	if len(k.masters) >= maxMasters {
		clear(k.masters)
	}
	k.masters[of] = key
	return key
}
