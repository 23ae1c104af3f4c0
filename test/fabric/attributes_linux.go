package fabric

import (
	"os"
	"syscall"
)

// childAttributes puts a child into a group of its own, so that Ctrl-C reaches only us and a kill reaches its children,
// and ends it with the thread that started it.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// signalGroup sends a signal to a child and its children.
func signalGroup(pid int, sig os.Signal) error {
	s, ok := sig.(syscall.Signal)
	if !ok {
		return os.ErrInvalid
	}
	return syscall.Kill(-pid, s)
}

func kill(pid int) error { return syscall.Kill(pid, syscall.SIGKILL) }
