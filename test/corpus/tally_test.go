package corpus_test

import (
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"
	"sync"
	"testing"
)

// tally counts facts that a peer asserts, by what they are about and of what
// kind they are.
type tally struct {
	mu     sync.Mutex
	counts map[[2]string]*count
}

type count struct{ asserted, agreed int }

func newTally() *tally { return &tally{counts: map[[2]string]*count{}} }

// fact counts one asserted fact and says how it differs, if it does.
func (y *tally) fact(t *testing.T, about, kind string, agrees bool, format string, args ...any) {
	t.Helper()
	y.mu.Lock()
	defer y.mu.Unlock()
	c := y.counts[[2]string{about, kind}]
	if c == nil {
		c = &count{}
		y.counts[[2]string{about, kind}] = c
	}
	c.asserted++
	if agrees {
		c.agreed++
		return
	}
	t.Logf("%s: %s differs: %s", about, kind, fmt.Sprintf(format, args...))
}

// total is the sum of all kinds.
func (y *tally) total() count {
	var all count
	for _, c := range y.counts {
		all.asserted += c.asserted
		all.agreed += c.agreed
	}
	return all
}

// of is the sum of one kind.
func (y *tally) of(kind string) count {
	var all count
	for k, c := range y.counts {
		if k[1] == kind {
			all.asserted += c.asserted
			all.agreed += c.agreed
		}
	}
	return all
}

// print lists the counts, a line for each thing and kind, and their sum.
func (y *tally) print(t *testing.T, title string) {
	t.Helper()
	keys := make([][2]string, 0, len(y.counts))
	for k := range y.counts {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool { return keys[i][0]+"\x00"+keys[i][1] < keys[j][0]+"\x00"+keys[j][1] })
	var b strings.Builder
	line := func(about, kind string, c count) {
		fmt.Fprintf(&b, "%-32s %-22s %8d %8d %8d\n", about, kind, c.asserted, c.agreed, c.asserted-c.agreed)
	}
	fmt.Fprintf(&b, "\n%-32s %-22s %8s %8s %8s\n", title, "", "asserted", "agreed", "differed")
	for _, k := range keys {
		line(k[0], k[1], *y.counts[k])
	}
	kinds := map[string]bool{}
	for _, k := range keys {
		kinds[k[1]] = true
	}
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		line("all", kind, y.of(kind))
	}
	line("all", "", y.total())
	t.Log(b.String())
}
