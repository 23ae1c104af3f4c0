package snmp

import "context"

// budget bounds how many devices are read at the same time, and lends each of
// them a buffer. Devices that did not answer last time share a quarter of it,
// so that waiting for the dead does not delay the living.
type budget struct {
	buffers chan []byte // free; nil until first used
	probes  chan struct{}
}

func newBudget(n int) *budget {
	b := &budget{buffers: make(chan []byte, n), probes: make(chan struct{}, max(1, n/4))}
	for range n {
		b.buffers <- nil
	}
	return b
}

// acquire waits for a place. It returns ctx's cause if ctx ends first.
func (b *budget) acquire(ctx context.Context, probe bool) (buffer []byte, release func(), err error) {
	if probe {
		select {
		case b.probes <- struct{}{}:
		case <-ctx.Done():
			return nil, nil, context.Cause(ctx)
		}
	}
	leave := func() {
		if probe {
			<-b.probes
		}
	}
	select {
	case buffer = <-b.buffers:
	case <-ctx.Done():
		leave()
		return nil, nil, context.Cause(ctx)
	}
	if buffer == nil {
		buffer = make([]byte, maxDatagram)
	}
	return buffer, func() {
		b.buffers <- buffer
		leave()
	}, nil
}
