package merge_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/merge"
)

// flapping is a switch whose ports fail and whose neighbours move with every
// reading: few neighbours, so that several ports hear the same.
type flapping struct {
	source api.SourceID
	random *rand.Rand
}

// poll is one reading of its ports and of what it hears on them.
func (f *flapping) poll(second int) []api.Observation {
	var ports, rows []api.Claim
	for i := range 4 {
		name := fmt.Sprintf("swp%d", i)
		health := api.Health(1 + f.random.IntN(3))
		ports = append(ports, port(name, health))
		if health != api.HealthDown {
			chassisID := fmt.Sprintf("cc:%d", f.random.IntN(2))
			if f.random.IntN(4) == 0 {
				chassisID = []string{"aa", "bb"}[f.random.IntN(2)]
			}
			remote := fmt.Sprintf("swp%d", f.random.IntN(2))
			row := hears(name, chassisID, remote, "")
			row.Key += "/" + remote
			rows = append(rows, row)
		}
	}
	rows = append(rows, chassis(map[api.SourceID]string{"snmp:1": "aa", "snmp:2": "bb"}[f.source]))
	out := complete(f.source, "lldp", second, rows...)
	return append(out, complete(f.source, "if", second, ports...)...)
}

// Whenever it ends, what was kept makes the same graph, and goes on as the
// engine does that never ended.
func TestARestartAtAnyMomentChangesNothing(t *testing.T) {
	for seed := range uint64(100) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { restarts(t, seed) })
	}
}

func restarts(t *testing.T, seed uint64) {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 1))
	live, again := merge.New(), merge.New()
	var waiting []api.Observation
	for i, source := range []api.SourceID{"snmp:1", "snmp:2"} {
		s := system(fmt.Sprintf("s%d", i), "east")
		s[1].Vertex.Aliases[0].Scope = string(source)
		waiting = append(waiting, complete(source, "system", 1, s...)...)
	}
	second := 1
	for step := range 60 {
		if len(waiting) == 0 {
			second += random.IntN(90)
			f := flapping{api.SourceID(fmt.Sprintf("snmp:%d", 1+random.IntN(2))), random}
			waiting = f.poll(second)
		}
		n := min(len(waiting), 1+random.IntN(8))
		batch := waiting[:n]
		waiting = waiting[n:]
		live.Apply(batch, at(second))
		again.Apply(batch, at(second))
		if diff := cmp.Diff(strings.Split(describe(live.Snapshot()), "\n"), strings.Split(describe(again.Snapshot()), "\n")); diff != "" {
			t.Fatalf("step %d: it goes on otherwise after a restart (-live +restarted):\n%s", step, diff)
		}
		engine, changed := merge.Load(again.State(), at(second))
		diff := cmp.Diff(again.Snapshot().Plain(), engine.Snapshot().Plain())
		if diff != "" || !changed.IsEmpty() {
			t.Fatalf("step %d: a restart says that it changes %d elements, %d claims and %d identities, and changes (-before +after):\n%s",
				step, changed.Change.Size(), len(changed.Claims), len(changed.Identities), diff)
		}
		if len(waiting) == 0 { // a source that is cut off in the middle of a reading begins it again
			again = engine
		}
	}
}
