package kubelabctl

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

// How long a cluster may take to stop after it was asked; it gives up by itself after ten seconds.
const stopLimit = 15 * time.Second

const logTail = 4 << 10

// A process is a child that ends with us. Two goroutines attend it, and end with it.
type process struct {
	cmd    *exec.Cmd
	attend sync.WaitGroup
	ended  chan struct{} // Closed when the child is gone and err is set.
	err    error

	end    sync.Once
	endErr error
}

// startProcess starts the binary, with what it says in the file log, and hands on the first line of its stdout.
func startProcess(ctx context.Context, binary, log string, args ...string) (*process, <-chan string, error) {
	file, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, nil, err
	}
	read, write, err := os.Pipe()
	if err != nil {
		return nil, nil, errors.Join(err, file.Close())
	}
	p := &process{cmd: exec.CommandContext(context.WithoutCancel(ctx), binary, args...), ended: make(chan struct{})}
	p.cmd.Stdout, p.cmd.Stderr = write, file
	p.cmd.SysProcAttr = childAttributes()
	started := make(chan error, 1)
	p.attend.Go(func() {
		// The kernel ends the child when the thread that started it ends, so this goroutine keeps its thread.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := p.cmd.Start()
		started <- err
		if err == nil {
			p.err = p.cmd.Wait()
			close(p.ended)
		}
	})
	err = <-started
	lines := make(chan string, 1)
	if err == nil {
		p.attend.Go(func() { firstLine(read, lines) })
	} else {
		err = errors.Join(err, read.Close())
	}
	if closed := errors.Join(write.Close(), file.Close()); closed != nil && err == nil {
		p.kill()
		err = closed
	}
	return p, lines, err
}

// firstLine hands on one line and drops the others, so that the child never waits for a reader.
func firstLine(r io.ReadCloser, lines chan<- string) {
	defer r.Close()
	buffered := bufio.NewReader(r)
	if line, err := buffered.ReadString('\n'); err == nil {
		lines <- strings.TrimSpace(line)
	}
	_, _ = io.Copy(io.Discard, buffered) // A read error is the end, too.
}

// reason is why the process ended; it must have.
func (p *process) reason() error {
	if p.err == nil {
		return errors.New("exit status 0")
	}
	return p.err
}

func (p *process) stop() error {
	p.end.Do(func() {
		p.endErr = p.terminate()
		p.attend.Wait()
	})
	return p.endErr
}

func (p *process) terminate() error {
	select {
	case <-p.ended:
		return fmt.Errorf("it had ended by itself: %w", p.reason())
	default:
	}
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	timer := time.NewTimer(stopLimit)
	defer timer.Stop()
	select {
	case <-p.ended:
		return p.err
	case <-timer.C:
		err := p.cmd.Process.Kill()
		<-p.ended
		return errors.Join(fmt.Errorf("it did not stop within %s and was killed", stopLimit), err)
	}
}

func (p *process) kill() {
	p.end.Do(func() {
		_ = p.cmd.Process.Kill() // It fails only when the process is gone, which is what is asked for.
		p.attend.Wait()
	})
}

func tail(name string) string {
	text, err := os.ReadFile(name)
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-logTail):])
}
