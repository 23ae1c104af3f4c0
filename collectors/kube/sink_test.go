package kube_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/netseam/netseam/api"
)

// model is a sink that does what the contract of api.Observation says, in the
// plainest way, and notes every breach of it.
type model struct {
	mu     sync.Mutex
	tables map[string]*tableModel // "source/table" -> what stands there
	breach []string
	// refuse, when set, answers instead of taking the observation.
	refuse func(api.Observation) error
	// all is everything that ever came, as JSON, when keep is set.
	keep bool
	all  []byte
}

type tableModel struct {
	incarnation, number uint64
	claims              map[string]api.Claim
	pending             map[string]bool // keys that stood before Begin and were not said again
	open                bool            // between Begin and End
	state               api.State
	message             string
	states              []string // every state in its order
	begins, deltas      int
	drops, puts         []string // keys in deltas
}

func newModel() *model { return &model{tables: map[string]*tableModel{}} }

func (m *model) Observe(ctx context.Context, o api.Observation) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if m.keep {
		text, err := json.Marshal(o)
		if err != nil {
			return err
		}
		m.all = append(append(m.all, text...), '\n')
	}
	t := m.tables[o.Scope.String()]
	if t == nil {
		t = &tableModel{claims: map[string]api.Claim{}}
		m.tables[o.Scope.String()] = t
	}
	m.checkNumbers(t, o)
	if m.refuse != nil {
		if err := m.refuse(o); err != nil {
			return err
		}
	}
	m.take(t, o)
	return nil
}

func (m *model) checkNumbers(t *tableModel, o api.Observation) {
	switch {
	case o.Incarnation < t.incarnation:
		m.fault(o, "incarnation went back")
	case o.Incarnation > t.incarnation:
		t.incarnation, t.number, t.open = o.Incarnation, 0, false
		t.state = api.StateUnknown
	}
	if o.From != t.number+1 || o.To != o.From {
		m.fault(o, fmt.Sprintf("numbers %d to %d after %d", o.From, o.To, t.number))
	}
	t.number = o.To
	if o.Time.IsZero() {
		m.fault(o, "without a time")
	}
}

func (m *model) take(t *tableModel, o api.Observation) {
	switch o.Kind {
	case api.ObserveBegin:
		t.begin()
	case api.ObservePart:
		if !t.open || len(o.Put) == 0 || len(o.Put) > 500 || len(o.Drop) > 0 {
			m.fault(o, fmt.Sprintf("part of %d claims, %d drops, open %v", len(o.Put), len(o.Drop), t.open))
		}
	case api.ObserveEnd:
		if !t.open {
			m.fault(o, "end without a beginning")
		}
		t.end()
	case api.ObserveDelta:
		if t.open || len(o.Put)+len(o.Drop) == 0 {
			m.fault(o, "delta while open, or empty")
		}
		t.deltas++
		t.to(api.StateLive, "")
	case api.ObserveSame:
		t.to(api.StateLive, "")
	case api.ObserveState:
		if t.state == o.State && t.message == o.Message {
			m.fault(o, "state said twice: "+o.State.String())
		}
		t.to(o.State, o.Message)
	case api.ObservePartial:
		m.fault(o, "partial")
	}
	m.change(t, o)
}

func (t *tableModel) begin() {
	t.begins++
	t.open = true
	t.pending = map[string]bool{}
	for k := range t.claims {
		t.pending[k] = true
	}
}

func (t *tableModel) end() {
	for k := range t.pending {
		delete(t.claims, k)
	}
	t.open, t.pending = false, nil
	t.to(api.StateLive, "")
}

// change takes what the observation puts and drops.
func (m *model) change(t *tableModel, o api.Observation) {
	for i := range o.Put {
		c := o.Put[i]
		if (c.Vertex == nil) == (c.Edge == nil) || c.Neighbour != nil {
			m.fault(o, "claim "+c.Key+" is not exactly one thing")
		}
		t.claims[c.Key] = c
		delete(t.pending, c.Key)
		if o.Kind == api.ObserveDelta {
			t.puts = append(t.puts, c.Key)
		}
	}
	for _, k := range o.Drop {
		if _, ok := t.claims[k]; !ok {
			m.fault(o, "drop of "+k+", which does not stand")
		}
		delete(t.claims, k)
	}
	t.drops = append(t.drops, o.Drop...)
}

func (m *model) fault(o api.Observation, what string) {
	m.breach = append(m.breach, fmt.Sprintf("%s, kind %d: %s", o.Scope, o.Kind, what))
}

func (t *tableModel) to(s api.State, message string) {
	if t.state != s || t.message != message {
		t.state, t.message = s, message
		t.states = append(t.states, s.String())
	}
}

// with calls f with a table under the lock.
func (m *model) with(source, table string, f func(*tableModel)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := m.tables["kube:"+source+"/"+table]
	if t == nil {
		t = &tableModel{}
	}
	f(t)
}

func (m *model) state(source, table string) (s api.State, message string) {
	m.with(source, table, func(t *tableModel) { s, message = t.state, t.message })
	return s, message
}

func (m *model) keys(source, table string) (keys []string) {
	m.with(source, table, func(t *tableModel) { keys = slices.Sorted(maps.Keys(t.claims)) })
	return keys
}

func (m *model) claim(source, table, key string) (c api.Claim, ok bool) {
	m.with(source, table, func(t *tableModel) { c, ok = t.claims[key] })
	return c, ok
}

func (m *model) begins(source, table string) (n int) {
	m.with(source, table, func(t *tableModel) { n = t.begins })
	return n
}

func (m *model) states(source, table string) (s []string) {
	m.with(source, table, func(t *tableModel) { s = slices.Clone(t.states) })
	return s
}

// check fails the test on every breach of the contract.
func (m *model) check(t *testing.T) {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, b := range m.breach {
		t.Error("breach of the contract:", b)
	}
}

// patience is how long a test waits for what has to come.
const patience = time.Minute

// await waits until ok says "" and fails with what it says otherwise.
func await(t *testing.T, ok func() string) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(patience)
	for {
		why := ok()
		if why == "" {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("waited for %s: %s", patience, why)
		case <-t.Context().Done():
			t.Fatal("test ended while waiting: " + why)
		}
	}
}

func (m *model) awaitState(t *testing.T, source, table string, want api.State, words ...string) {
	t.Helper()
	await(t, func() string {
		got, message := m.state(source, table)
		if got != want {
			return fmt.Sprintf("%s/%s is %s (%s), want %s", source, table, got, message, want)
		}
		for _, w := range words {
			if !strings.Contains(message, w) {
				return fmt.Sprintf("%s/%s says %q without %q", source, table, message, w)
			}
		}
		return ""
	})
}

func (m *model) awaitKeys(t *testing.T, source, table string, want ...string) {
	t.Helper()
	slices.Sort(want)
	await(t, func() string {
		if got := m.keys(source, table); !slices.Equal(got, want) {
			return fmt.Sprintf("%s/%s has %v, want %v", source, table, got, want)
		}
		return ""
	})
}

// tables are those of every cluster.
func tables() []string {
	return append([]string{"cluster"}, kindTables()...)
}

func kindTables() []string {
	return []string{
		"nodes", "namespaces", "pods", "services", "endpointslices",
		"deployments", "replicasets", "statefulsets", "daemonsets", "jobs", "cronjobs",
	}
}

func (m *model) awaitLive(t *testing.T, source string) {
	t.Helper()
	for _, table := range tables() {
		m.awaitState(t, source, table, api.StateLive)
	}
}
