// Package auth says who may use netseam's interface: those who hold a token,
// sent with each request or exchanged once for a session. Tokens are kept as
// hashes only; sessions live in memory and end with the process.
package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/netip"
	"strings"
)

// ErrHash says that a text is not the hash of a token.
var ErrHash = errors.New("want sha256: and 64 hexadecimal digits, as `netseam token` prints them")

// tokenPrefix lets people and scanners recognise a token that lies around.
const tokenPrefix = "nst_"

const hashPrefix = "sha256:"

// NewToken makes a token of 256 random bits, and the hash to write into the
// configuration. A plain hash will do, because there is nothing to guess.
func NewToken() (token, hash string) {
	var secret [32]byte
	if _, err := rand.Read(secret[:]); err != nil {
		panic(err) // crypto/rand ends the program itself rather than return this
	}
	token = tokenPrefix + base64.RawURLEncoding.EncodeToString(secret[:])
	digest := sha256.Sum256([]byte(token))
	return token, hashPrefix + hex.EncodeToString(digest[:])
}

// Hash is the digest of a token.
type Hash [sha256.Size]byte

// ParseHash reads a hash as NewToken writes it.
func ParseHash(text string) (Hash, error) {
	digits, ok := strings.CutPrefix(text, hashPrefix)
	raw, err := hex.DecodeString(digits)
	if !ok || err != nil || len(raw) != sha256.Size {
		return Hash{}, ErrHash // the text may be a token in clear: it is not quoted
	}
	return Hash(raw), nil
}

// Token is one holder of access.
type Token struct {
	Name string
	Hash string // "sha256:" and hexadecimal digits
}

// holder is a token as it is compared.
type holder struct {
	name string
	hash Hash
}

func holders(tokens []Token) ([]holder, error) {
	out := make([]holder, len(tokens))
	for i, t := range tokens {
		hash, err := ParseHash(t.Hash)
		if err != nil {
			return nil, fmt.Errorf("token %q: %w", t.Name, err)
		}
		out[i] = holder{t.Name, hash}
	}
	return out, nil
}

// find returns the name of a token's holder. It compares with all of them, in
// constant time.
func find(all []holder, token string) (string, bool) {
	digest := sha256.Sum256([]byte(token))
	name, found := "", false
	for _, h := range all {
		if subtle.ConstantTimeCompare(digest[:], h.hash[:]) == 1 {
			name, found = h.name, true
		}
	}
	return name, found
}

// IsLoopback says whether a host, a name or an address without port, is this
// machine and no other.
func IsLoopback(host string) bool {
	if strings.EqualFold(strings.TrimSuffix(host, "."), "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && addr.Unmap().IsLoopback()
}
