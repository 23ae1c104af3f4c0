package discovery

import (
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/netseam/netseam/collectors/snmp"
)

const (
	fileVersion = 1
	maxFile     = 64 << 20
)

// File keeps a Memory on disk. It holds addresses, names and the names of sets,
// and nothing of what is in those.
type File struct {
	path string
	salt string
}

type content struct {
	Version  int         `json:"version"`
	Salt     string      `json:"salt"`
	Found    []Device    `json:"found"`
	Rejected []Rejection `json:"rejected"`
}

// ErrDamaged is a file that cannot be understood; what it remembered is lost.
var ErrDamaged = errors.New("not understood")

// OpenFile reads what is remembered; nothing if there is no such file yet, or if
// it is damaged, of which the error tells. The File is of use in any case.
func OpenFile(path string) (*File, Memory, error) {
	f := &File{path: path, salt: rand.Text()}
	file, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return f, Memory{}, nil
	}
	if err != nil {
		return f, Memory{}, fmt.Errorf("read what discovery found: %w", err)
	}
	defer file.Close() //nolint:errcheck // It was only read.
	var c content
	if err := json.NewDecoder(io.LimitReader(file, maxFile)).Decode(&c); err != nil || c.Version != fileVersion || c.Salt == "" {
		return f, Memory{}, fmt.Errorf("read what discovery found: %s: %w", path, ErrDamaged)
	}
	f.salt = c.Salt
	return f, Memory{Found: c.Found, Rejected: c.Rejected}, nil
}

// Save writes a memory in place of what was there.
func (f *File) Save(m Memory) error {
	text, err := json.Marshal(content{fileVersion, f.salt, m.Found, m.Rejected})
	if err != nil {
		return fmt.Errorf("keep what discovery found: %w", err)
	}
	temporary, err := os.CreateTemp(filepath.Dir(f.path), filepath.Base(f.path)+".*")
	if err != nil {
		return fmt.Errorf("keep what discovery found: %w", err)
	}
	_, err = temporary.Write(text)
	err = errors.Join(err, temporary.Sync(), temporary.Close())
	if err == nil {
		err = os.Rename(temporary.Name(), f.path)
	}
	if err != nil {
		return fmt.Errorf("keep what discovery found: %w", errors.Join(err, os.Remove(temporary.Name())))
	}
	return nil
}

// Print tells whether a set is as it was when it was rejected. It is cut to 16
// bits, after a hash that is slow, so that whoever reads the file learns next to
// nothing of the secrets: thousands of wrong guesses have the same.
func (f *File) Print(c snmp.Credentials) (string, error) {
	all := []string{
		c.Name, c.Community.Reveal(), c.User, string(c.Auth), c.AuthPassword.Reveal(), string(c.Priv), c.PrivPassword.Reveal(), c.Context,
	}
	key, err := pbkdf2.Key(sha256.New, strings.Join(all, "\x00"), []byte(f.salt), 100_000, 2)
	if err != nil {
		return "", fmt.Errorf("tell credentials apart: %w", err)
	}
	return hex.EncodeToString(key), nil
}
