package netsim_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/netseam/netseam/test/netsim"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

// clock is a clock that the test moves.
type clock struct{ now time.Time }

func newClock() *clock {
	return &clock{time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)}
}

// world makes a small world with a clock that stands still.
func world(t testing.TB, seed uint64, c *clock) *netsim.World {
	t.Helper()
	w, err := netsim.New(netsim.Config{Seed: seed, Dir: t.TempDir(), Now: func() time.Time { return c.now }})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// started is a world that answers until the test ends, by the real clock.
func started(t testing.TB, cfg netsim.Config) *netsim.World {
	t.Helper()
	cfg.Dir = t.TempDir()
	w, err := netsim.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	return w
}

// hash is the hash of a world's dump.
func hash(t testing.TB, w *netsim.World) string {
	t.Helper()
	h := sha256.Sum256(dump(t, w))
	return hex.EncodeToString(h[:])
}

func dump(t testing.TB, w *netsim.World) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := w.Dump(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
