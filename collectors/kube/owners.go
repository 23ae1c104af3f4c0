package kube

import (
	"hash/maphash"
	"sync"
)

// tombs is how many deleted ReplicaSets are remembered: their pods go a little
// later than they, and must not seem to change hands in between.
const tombs = 4096

// owners knows which workload stands behind each ReplicaSet. The reader of
// ReplicaSets writes it, the reader of pods asks it.
type owners struct {
	seed maphash.Seed
	// news has a token when a pod that was not resolved may be now.
	news chan struct{}
	// first is closed when the ReplicaSets have been read, or cannot be for now.
	first     chan struct{}
	firstOnce sync.Once

	mu sync.Mutex
	// of: hash of "namespace/name" -> the key of the workload's claim
	of map[uint64]string
	// dead are the hashes of deleted ReplicaSets that are still in of, and
	// burials the order in which they died.
	dead    map[uint64]struct{}
	burials []uint64
	// complete says that all ReplicaSets that there are are known.
	complete bool
	// moved says that a ReplicaSet has another owner than before.
	moved bool
}

func newOwners() *owners {
	return &owners{
		seed: maphash.MakeSeed(), of: map[uint64]string{}, dead: map[uint64]struct{}{},
		news: make(chan struct{}, 1), first: make(chan struct{}),
	}
}

func (o *owners) hash(namespace, name string) uint64 {
	var h maphash.Hash
	h.SetSeed(o.seed)
	writeText(&h, namespace)
	writeText(&h, name)
	return h.Sum64()
}

// lookup is the key of the workload behind a ReplicaSet.
func (o *owners) lookup(namespace, name string) (string, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	key, ok := o.of[o.hash(namespace, name)]
	return key, ok
}

// learn enters one ReplicaSet.
func (o *owners) learn(namespace, name, key string) {
	o.mu.Lock()
	h := o.hash(namespace, name)
	was, known := o.of[h]
	o.of[h] = key
	delete(o.dead, h)
	o.moved = o.moved || known && was != key
	o.mu.Unlock()
	if !known || was != key {
		o.tell()
	}
}

// bury remembers that a ReplicaSet was deleted and forgets those that have
// been so for long.
func (o *owners) bury(namespace, name string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	h := o.hash(namespace, name)
	o.dead[h] = struct{}{}
	o.burials = append(o.burials, h)
	if len(o.burials) <= tombs {
		return
	}
	h = o.burials[0]
	o.burials = o.burials[1:]
	// It may have come back to life.
	if _, ok := o.dead[h]; ok {
		delete(o.dead, h)
		delete(o.of, h)
	}
}

// replace enters all ReplicaSets that there are.
func (o *owners) replace(all map[uint64]string) {
	o.mu.Lock()
	for h, key := range all {
		if was, known := o.of[h]; known && was != key {
			o.moved = true
		}
	}
	o.of, o.dead, o.burials, o.complete = all, map[uint64]struct{}{}, nil, true
	o.mu.Unlock()
	o.tell()
	o.ready()
}

// ready lets the pods begin.
func (o *owners) ready() { o.firstOnce.Do(func() { close(o.first) }) }

// isComplete says whether all ReplicaSets that there are are known.
func (o *owners) isComplete() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.complete
}

// anew says whether all pods have to be read again: unresolved says that some
// could not be remembered while they waited. It says so once.
func (o *owners) anew(unresolved bool) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	yes := o.moved || unresolved && o.complete
	o.moved = false
	return yes
}

func (o *owners) tell() {
	select {
	case o.news <- struct{}{}:
	default:
	}
}
