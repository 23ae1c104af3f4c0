package kubeapi

import (
	"net/http"
	"sync"
	"time"
)

// The verbs that requests are counted under. A watch that asks for the objects
// first, as client-go does by default, is counted apart, so that a fall-back
// from it shows.
const (
	VerbGet       = "get"
	VerbList      = "list"
	VerbWatch     = "watch"
	VerbWatchList = "watchlist"
	VerbCreate    = "create"
	VerbUpdate    = "update"
	VerbPatch     = "patch"
	VerbDelete    = "delete"
)

// Request is a request that the server has received.
type Request struct {
	Time time.Time
	Verb string
	// Resource is the plural name of what was asked for; the path for what is
	// no resource, and "other" for what the server does not know.
	Resource  string
	Namespace string
	Name      string
	Query     string
	Accept    string
	// Code is the status of the answer, 0 while there is none.
	Code int
}

// keepRequests bounds the requests that are remembered one by one.
const keepRequests = 1024

type meterKey struct{ verb, resource string }

// meter counts requests and remembers the latest.
type meter struct {
	mu     sync.Mutex
	counts map[meterKey]int
	log    []*Request
	next   int
}

func (m *meter) begin(r Request) *Request {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.counts == nil {
		m.counts = map[meterKey]int{}
	}
	m.counts[meterKey{r.Verb, r.Resource}]++
	if len(m.log) < keepRequests {
		m.log = append(m.log, &r)
	} else {
		m.log[m.next] = &r
		m.next = (m.next + 1) % keepRequests
	}
	return &r
}

func (m *meter) answered(r *Request, code int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r.Code = code
}

// Count says how many requests of a verb there were for a resource since the
// start; an empty verb or resource stands for all.
func (s *Server) Count(verb, resource string) int {
	s.meter.mu.Lock()
	defer s.meter.mu.Unlock()
	n := 0
	for key, count := range s.meter.counts {
		if (verb == "" || verb == key.verb) && (resource == "" || resource == key.resource) {
			n += count
		}
	}
	return n
}

// Requests are the latest requests, oldest first, at most 1024.
func (s *Server) Requests() []Request {
	s.meter.mu.Lock()
	defer s.meter.mu.Unlock()
	out := make([]Request, 0, len(s.meter.log))
	for i := range s.meter.log {
		out = append(out, *s.meter.log[(s.meter.next+i)%len(s.meter.log)])
	}
	return out
}

// recorder remembers the status of an answer.
type recorder struct {
	http.ResponseWriter

	code    int
	request *Request
	meter   *meter
}

// WriteHeader implements [http.ResponseWriter].
func (r *recorder) WriteHeader(code int) {
	if r.code == 0 {
		r.code = code
		r.meter.answered(r.request, code)
	}
	r.ResponseWriter.WriteHeader(code)
}

// Write implements [http.ResponseWriter].
func (r *recorder) Write(p []byte) (int, error) {
	if r.code == 0 {
		r.WriteHeader(http.StatusOK)
	}
	return r.ResponseWriter.Write(p)
}

// Unwrap gives [http.ResponseController] the writer beneath.
func (r *recorder) Unwrap() http.ResponseWriter {
	return r.ResponseWriter
}
