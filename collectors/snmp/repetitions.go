package snmp

const (
	firstRepetitions = 10
	maxRepetitions   = 40
	// doubleAfter good answers, more is tried; liftAfter, a limit once learned
	// is doubted.
	doubleAfter = 4
	liftAfter   = 256
)

// repetitions is how many rows to ask for at a time: agents differ in how many
// they can answer, and some fall silent when asked for too many.
type repetitions struct {
	now    int
	limit  int
	failed int // the number that failed last
	good   int // good answers since the last failure
}

func newRepetitions(first int) *repetitions {
	return &repetitions{now: first, limit: max(first, maxRepetitions)}
}

// succeed notes an answer to a request for now rows.
func (r *repetitions) succeed() {
	r.good++
	if r.good%doubleAfter == 0 {
		r.now = min(2*r.now, r.limit)
	}
	if r.good%liftAfter == 0 {
		r.limit = min(2*r.limit, maxRepetitions)
	}
}

// fail notes that n rows were too many: for sure if the agent said so, else
// perhaps, so that only the second time in a row makes it a limit.
func (r *repetitions) fail(n int, sure bool) {
	r.now = max(1, n/2)
	r.good = 0
	if sure || r.failed == n {
		r.limit = max(1, min(r.limit, n/2))
	}
	r.failed = n
}
