package auth

import (
	"container/list"
	"crypto/rand"
	"crypto/sha256"
	"sync"
	"time"
)

// sessions are who has logged in. They are found by the digest of their ID, so
// that how long a lookup takes tells nothing of an ID.
type sessions struct {
	most     int
	last     time.Duration // from the start
	idle     time.Duration // from the last request
	mu       sync.Mutex
	byDigest map[[sha256.Size]byte]*list.Element // digest of the ID -> its place in byUse
	byUse    *list.List                          // of *session, used most recently first
}

type session struct {
	digest  [sha256.Size]byte
	name    string
	started time.Time
	used    time.Time
}

func newSessions(most int, last, idle time.Duration) *sessions {
	return &sessions{most: most, last: last, idle: idle, byDigest: map[[sha256.Size]byte]*list.Element{}, byUse: list.New()}
}

// begin starts a session and returns its ID, which is kept nowhere here.
func (s *sessions) begin(name string, now time.Time) string {
	id := rand.Text() + rand.Text()
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.byUse.Len() >= s.most {
		s.drop(s.byUse.Back())
	}
	entry := &session{sha256.Sum256([]byte(id)), name, now, now}
	s.byDigest[entry.digest] = s.byUse.PushFront(entry)
	return id
}

// find returns whose session an ID is.
func (s *sessions) find(id string, now time.Time) (string, bool) {
	digest := sha256.Sum256([]byte(id))
	s.mu.Lock()
	defer s.mu.Unlock()
	place, ok := s.byDigest[digest]
	if !ok {
		return "", false
	}
	entry, ok := place.Value.(*session)
	if !ok || now.Sub(entry.started) >= s.last || now.Sub(entry.used) >= s.idle {
		s.drop(place)
		return "", false
	}
	entry.used = now
	s.byUse.MoveToFront(place)
	return entry.name, true
}

func (s *sessions) end(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if place, ok := s.byDigest[sha256.Sum256([]byte(id))]; ok {
		s.drop(place)
	}
}

func (s *sessions) drop(place *list.Element) {
	if entry, ok := place.Value.(*session); ok {
		delete(s.byDigest, entry.digest)
	}
	s.byUse.Remove(place)
}

// attempts counts wrong tokens by the address they came from, a minute long.
type attempts struct {
	most  int
	mu    sync.Mutex
	since time.Time
	count map[string]int // address -> wrong tokens since
}

// maxAddresses bounds what attempts remembers within a minute. Past it all
// addresses count as one.
const maxAddresses = 10_000

func newAttempts(most int) *attempts { return &attempts{most: most, count: map[string]int{}} }

func (a *attempts) allowed(from string, now time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.turn(now)
	return a.count[a.key(from)] < a.most
}

func (a *attempts) note(from string, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.turn(now)
	a.count[a.key(from)]++
}

func (a *attempts) turn(now time.Time) {
	if now.Sub(a.since) >= time.Minute {
		a.since = now
		clear(a.count)
	}
}

func (a *attempts) key(from string) string {
	if _, known := a.count[from]; !known && len(a.count) >= maxAddresses {
		return ""
	}
	return from
}
