package cluster

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// A group is components that stop together.
type group struct {
	cancel   context.CancelFunc
	fail     context.CancelCauseFunc
	stopping chan struct{}
	wg       sync.WaitGroup
}

// newGroup makes a group and its components' context; fail is told when one of them ends unasked.
func newGroup(ctx context.Context, fail context.CancelCauseFunc) (*group, context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	return &group{cancel: cancel, fail: fail, stopping: make(chan struct{})}, ctx
}

func (g *group) start(name string, run func() error) {
	g.wg.Go(func() {
		err := run()
		select {
		case <-g.stopping:
			return
		default:
		}
		if err == nil {
			err = errors.New("ended unasked")
		}
		g.fail(fmt.Errorf("%s: %w", name, err))
	})
}

// stop ends the components and waits for them, but not for longer than limit: then the process has to end them.
func (g *group) stop(limit time.Duration) error {
	close(g.stopping)
	g.cancel()
	return within(limit, g.wg.Wait)
}

// within waits for f to return, but not for longer than limit.
func within(limit time.Duration, f func()) error {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-done:
		return nil
	case <-timer.C:
		return fmt.Errorf("took longer than %s", limit)
	}
}
