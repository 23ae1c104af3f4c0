package kubelabctl

import "syscall"

// childAttributes puts the child into a group of its own, so that Ctrl-C reaches only us, and ends it with us.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
