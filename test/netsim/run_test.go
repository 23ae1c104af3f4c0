package netsim_test

import (
	"context"
	"testing"
	"time"

	"github.com/netseam/netseam/test/netsim"
)

func TestAWorldLivesAndLeavesNothingBehind(t *testing.T) {
	w, err := netsim.New(netsim.Config{Seed: 1, Dir: t.TempDir(), StepEvery: time.Millisecond, ActEvery: 5})
	do(t, err)
	w.Close() // Before Start there is nothing to close.
	do(t, w.Start(t.Context()))
	if err := w.Start(t.Context()); err == nil {
		t.Error("a world was started twice")
	}
	before := hash(t, w)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	do(t, w.Run(ctx))
	if hash(t, w) == before {
		t.Error("nothing happened")
	}
	f := follow(w)
	f.agree(t, "after a while")
	w.Close()
	w.Close()
}
