package fabric

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
	"time"
)

// stopGrace is how long a daemon may take to end before it is killed.
const stopGrace = 3 * time.Second

// A daemon is a program that is kept running in a device's namespace until it is told to stop.
type daemon struct {
	name, device string
	argv, env    []string
	log          string // The file that gets what it prints.
	ready        string // The socket whose appearance says that it serves; "" for none.

	mu   sync.Mutex // Held while it is started or stopped.
	life *life      // The last one started, nil before the first.
}

// A life is one process of a daemon from its start to its end.
type life struct {
	pid   int
	done  chan struct{} // Closed when the process has been waited for.
	err   error         // How it ended. Readable once done is closed.
	asked bool          // Whether it was told to end. Guarded by the daemon's mu.
}

func (l *life) over() bool {
	select {
	case <-l.done:
		return true
	default:
		return false
	}
}

// start starts the process and waits until it serves. The goroutine that owns the process is counted in wg.
func (d *daemon) start(ctx context.Context, wg *sync.WaitGroup) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.life != nil && !d.life.over() {
		return fmt.Errorf("start %s on %s: it is running", d.name, d.device)
	}
	if d.ready != "" { // A killed process leaves its socket.
		if err := os.Remove(d.ready); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("start %s on %s: %w", d.name, d.device, err)
		}
	}
	l := &life{done: make(chan struct{})}
	started := make(chan error, 1)
	wg.Go(func() { d.own(context.WithoutCancel(ctx), l, started) })
	if err := <-started; err != nil {
		return fmt.Errorf("start %s on %s: %w", d.name, d.device, err)
	}
	d.life = l
	return d.waitReady(ctx, l)
}

// own starts the process and stays until it has ended. The kernel kills the process with the thread that started it, so
// this thread is kept for nothing else; it ends with the goroutine.
func (d *daemon) own(ctx context.Context, l *life, started chan<- error) {
	runtime.LockOSThread()
	log, err := os.OpenFile(d.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		started <- err
		return
	}
	cmd := exec.CommandContext(ctx, find(d.argv[0]), d.argv[1:]...)
	cmd.Env = append([]string{"PATH=" + path}, d.env...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = childAttributes()
	err = cmd.Start()
	if err == nil {
		l.pid = cmd.Process.Pid
	}
	started <- err
	if err == nil {
		l.err = cmd.Wait()
	}
	l.err = errors.Join(l.err, log.Close())
	close(l.done)
}

// waitReady waits for the socket at which the process serves.
func (d *daemon) waitReady(ctx context.Context, l *life) error {
	if d.ready == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	return poll(ctx, 10*time.Millisecond, func() error {
		if l.over() {
			return permanent{fmt.Errorf("%s on %s ended at its start (%w), see %s", d.name, d.device, l.err, d.log)}
		}
		if _, err := os.Stat(d.ready); err != nil {
			return fmt.Errorf("%s on %s does not serve: %w", d.name, d.device, err)
		}
		return nil
	})
}

// stop sends a signal and waits until the process is gone; after a while it is killed. It does nothing if none runs.
func (d *daemon) stop(sig os.Signal) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	l := d.life
	if l == nil || l.over() {
		return nil
	}
	l.asked = true
	if err := signalGroup(l.pid, sig); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("stop %s on %s: %w", d.name, d.device, err)
	}
	patience := time.NewTimer(stopGrace)
	defer patience.Stop()
	select {
	case <-l.done:
		return nil
	case <-patience.C:
	}
	if err := signalGroup(l.pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("kill %s on %s: %w", d.name, d.device, err)
	}
	<-l.done
	return nil
}

// crashed says how the process ended, if nobody had asked it to.
func (d *daemon) crashed() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.life == nil || d.life.asked || !d.life.over() {
		return nil
	}
	return fmt.Errorf("%s on %s ended by itself (%w), see %s", d.name, d.device, d.life.err, d.log)
}
