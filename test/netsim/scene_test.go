package netsim_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/netseam/netseam/test/netsim"
)

const scene = `
# A bad minute.
at 1s   link-down  fra1-leaf1 Ethernet1/49
at 1.2s move-cable fra-prod-w04 eno1 fra1-leaf5 Ethernet1/40 # the second NIC stays
at 3s   kill-node  fra-prod fra-prod-w01
at 5s   silence    ams1-leaf1
churn 20/s for 5s
at 2s churn 3/s for 2s in stage
at 8s link-up fra1-leaf1 Ethernet1/49
at 8s revive-node fra-prod fra-prod-w01
at 9s wake ams1-leaf1
`

func parsed(t testing.TB, text string) netsim.Script {
	t.Helper()
	s, err := netsim.ParseScript("scene.txt", strings.NewReader(text))
	do(t, err)
	return s
}

// played plays a script until a moment of it, by a clock of its own.
func played(t testing.TB, p *netsim.Player, c *clock, start time.Time, until time.Duration) (moments int) {
	t.Helper()
	for p.Next() <= until {
		c.now = start.Add(p.Next())
		do(t, p.Step())
		moments++
	}
	return moments
}

func TestASceneIsPlayedTheSameAgain(t *testing.T) {
	const node, pause = "fra-prod-w04", 500 * time.Millisecond
	play := func(seed uint64) (hashes []string) {
		c := newClock()
		start := c.now
		w := world(t, seed, c)
		p, err := w.Player(parsed(t, scene))
		do(t, err)
		for at := pause; at <= 15*time.Second; at += pause {
			played(t, p, c, start, at)
			hashes = append(hashes, hash(t, w))
		}
		if !p.Over() {
			t.Error("the script is not over")
		}
		if at := where(w.Truth(), node)[0].Port; at != (netsim.Port{Device: "fra1-leaf5", Port: "Ethernet1/40"}) {
			t.Errorf("the cable is in %v", at)
		}
		return hashes
	}
	one, again, other := play(1), play(1), play(2)
	for i := range one {
		if one[i] != again[i] {
			t.Fatalf("the play differs from itself after %s", time.Duration(i+1)*pause)
		}
		if one[i] == other[i] {
			t.Fatalf("two seeds are the same after %s", time.Duration(i+1)*pause)
		}
	}
}

func TestASceneDoesWhatItSaysWhenItSays(t *testing.T) {
	c := newClock()
	start := c.now
	w := world(t, 1, c)
	p, err := w.Player(parsed(t, scene))
	do(t, err)
	down := func() (n int) {
		for _, l := range w.Truth().Links {
			if !l.Up {
				n++
			}
		}
		return n
	}
	steps := 0
	for _, at := range []struct {
		until         time.Duration
		down, silent  int
		deadFraProd01 bool
	}{
		{999 * time.Millisecond, 0, 0, false},
		{time.Second, 1, 0, false},
		{3 * time.Second, 1, 0, true},
		{5 * time.Second, 1, 1, true},
		{8 * time.Second, 0, 1, false},
		{9 * time.Second, 0, 0, false},
	} {
		steps += played(t, p, c, start, at.until)
		truth := w.Truth()
		dead := reason(t, truth, "fra-prod-w01") == netsim.NodeDown
		if down() != at.down || len(truth.Silent) != at.silent || dead != at.deadFraProd01 {
			t.Errorf("after %s: %d links down, %v silent, the node dead: %v; want %d, %d, %v",
				at.until, down(), truth.Silent, dead, at.down, at.silent, at.deadFraProd01)
		}
	}
	// 18 steps of 500 ms, 9 lines of which 2 are churns, and what these do.
	if want := 18 + 9 + 20*5 + 3*2; steps != want {
		t.Errorf("%d moments, want %d", steps, want)
	}
	if got, want := parsed(t, scene).Lasts(), 9*time.Second; got != want {
		t.Errorf("the script lasts %s, want %s", got, want)
	}
}

func TestWhatIsWrongInASceneIsNamedWithItsLine(t *testing.T) {
	text := strings.Join([]string{
		"at 1s explode fra1-leaf1", "at soon link-up fra1-leaf1 Ethernet1/1", "at 1s", "at 1s link-down fra1-leaf1",
		"churn fast for 3s", "churn 0/s for 3s", "churn 1/s", "churn 1/s for ever", "at -1s wake x", "# at 1s explode",
	}, "\n")
	_, err := netsim.ParseScript("bad.scene", strings.NewReader(text))
	if err == nil {
		t.Fatal("no error")
	}
	got := strings.Split(err.Error(), "\n")
	for i, want := range []string{
		`bad.scene:1: "explode" is unknown, there are: link-down, link-up, move-cable, kill-node, revive-node, silence, wake, pod-unready, pod-ready, churn, split, heal, drain, undrain, route-via, route-back, take-addresses, give-back`,
		`bad.scene:2: time "soon" is not between 0s and 24h0m0s, as in 1m30s`,
		`bad.scene:3: "at" needs a time and what happens then`,
		`bad.scene:4: link-down takes SWITCH PORT, not 1 words`,
		`bad.scene:5: rate "fast" is not between 1/s and 10000/s`,
		`bad.scene:6: rate "0/s" is not between 1/s and 10000/s`,
		`bad.scene:7: churn takes N/s for TIME [in CLUSTER]`,
		`bad.scene:8: time "ever" is not between 0s and 24h0m0s, as in 1m30s`,
		`bad.scene:9: time "-1s" is not between 0s and 24h0m0s, as in 1m30s`,
	} {
		if i >= len(got) || got[i] != want {
			t.Errorf("line %d: %q, want %q", i, got[min(i, len(got)-1)], want)
		}
	}
	if len(got) != 9 {
		t.Errorf("%d errors, want 9", len(got))
	}
	w := world(t, 1, newClock())
	for text, want := range map[string]string{
		"\nsilence nobody":              `scene.txt:2: switch "nobody" does not exist`,
		"link-up fra1-leaf1 e9":         `scene.txt:1: switch fra1-leaf1 has no front port "e9"`,
		"kill-node stage x":             `scene.txt:1: cluster stage has no node "x"`,
		"churn 1/s for 1s in x":         `scene.txt:1: cluster "x" does not exist`,
		"pod-ready x y z":               `scene.txt:1: cluster "x" does not exist`,
		"move-cable x y fra1-leaf1 e10": `scene.txt:1: node "x" does not exist`,
	} {
		if _, err := w.Player(parsed(t, text)); err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
	}
	p, err := w.Player(parsed(t, "link-down fra1-leaf1 Ethernet1/40"))
	do(t, err)
	if err := p.Step(); err == nil || err.Error() != "scene.txt:1: port Ethernet1/40 of fra1-leaf1 has no cable" {
		t.Errorf("error %v", err)
	}
}

// Every verb about addresses does its act, and its opposite ends it.
func TestAddressesInAScene(t *testing.T) {
	c := newClock()
	start := c.now
	w := world(t, 1, c)
	before := w.Truth().VIPs
	p, err := w.Player(parsed(t, `
at 1s   split fra-prod shop web
at 1s   route-via stage shop web stage-cp1
at 1s   take-addresses ams-prod 1
at 1s   drain ams-prod ams-prod-w02
at 1.2s heal fra-prod shop web
at 1.2s route-back stage shop web
at 1.2s give-back ams-prod
at 1.2s undrain ams-prod ams-prod-w02
`))
	do(t, err)
	played(t, p, c, start, time.Second)
	if got := len(vip(t, w, "fra-prod", "web").Claimed); got != 2 {
		t.Errorf("%d announce the address that was split, want 2", got)
	}
	if got := vip(t, w, "stage", "web").Observed; len(got) != 1 || got[0] != "stage-cp1" {
		t.Errorf("routers send to %v, want stage-cp1", got)
	}
	if got := len(w.Truth().VIPs); got != len(before)+1 {
		t.Errorf("%d addresses, want one more than %d", got, len(before))
	}
	played(t, p, c, start, 2*time.Second)
	if got := lines(w.Truth().VIPs); !slices.Equal(got, lines(before)) || !p.Over() {
		t.Errorf("afterwards the addresses are %v", got)
	}
	for text, want := range map[string]string{
		"split fra-prod shop nothing":           "scene.txt:1: cluster fra-prod has no service shop/nothing with an address of its own",
		"route-via stage shop web x":            `scene.txt:1: cluster stage has no node "x"`,
		"take-addresses ams-prod many":          `scene.txt:1: number "many" is not between 1 and 250`,
		"split nowhere shop web\nheal a b c":    "scene.txt:1: cluster \"nowhere\" does not exist\nscene.txt:2: cluster \"a\" does not exist",
		"take-addresses nowhere 3\ngive-back x": "scene.txt:1: cluster \"nowhere\" does not exist\nscene.txt:2: cluster \"x\" does not exist",
	} {
		if _, err := w.Player(parsed(t, text)); err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}

func TestASceneIsPlayedByTheClock(t *testing.T) {
	w := started(t, netsim.Config{Seed: 1, StepEvery: 20 * time.Millisecond})
	path := filepath.Join(t.TempDir(), "a.scene")
	do(t, os.WriteFile(path, []byte("at 50ms silence fra1-leaf1\nchurn 100/s for 100ms\n"), 0o600))
	s, err := netsim.LoadScript(path)
	do(t, err)
	before := hash(t, w)
	ctx, cancel := context.WithTimeout(t.Context(), 400*time.Millisecond)
	defer cancel()
	do(t, w.Play(ctx, s))
	if silent := w.Truth().Silent; len(silent) != 1 || hash(t, w) == before {
		t.Errorf("after the play these are silent: %v", silent)
	}
	if _, err := netsim.LoadScript(path + "x"); err == nil || !strings.Contains(err.Error(), "a.scenex") {
		t.Errorf("error %v, want the file's name in it", err)
	}
}

func FuzzScript(f *testing.F) {
	f.Add(scene)
	f.Add("at 1s churn 1/s for 1s in x")
	f.Add("at")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := netsim.ParseScript("s", strings.NewReader(text))
		if err == nil && (s.Lasts() < 0 || s.Lasts() > 48*time.Hour) {
			t.Errorf("the script lasts %s", s.Lasts())
		}
	})
}
