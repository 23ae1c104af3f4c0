package snmpagent

import "sync/atomic"

// Stats is what an agent has done so far.
type Stats struct {
	// Requests counts the datagrams that arrived.
	Requests uint64
	// Responses counts the datagrams that were sent.
	Responses uint64
	// Dropped counts requests and responses that were left out: wrong
	// community, silence, loss.
	Dropped uint64
	// Malformed counts datagrams that could not be understood.
	Malformed uint64
	// Bindings counts the variable bindings in responses.
	Bindings uint64
	// Reports counts what the SNMPv3 engine said in place of a response.
	Reports uint64
}

// counters are written by the agent's goroutine and read by anyone.
type counters struct {
	requests, responses, dropped, malformed, bindings, reports atomic.Uint64
}

// Stats says what the agent has done so far.
func (a *Agent) Stats() Stats {
	c := &a.stats
	return Stats{
		Requests:  c.requests.Load(),
		Responses: c.responses.Load(),
		Dropped:   c.dropped.Load(),
		Malformed: c.malformed.Load(),
		Bindings:  c.bindings.Load(),
		Reports:   c.reports.Load(),
	}
}
