//go:build !linux

package kubelabctl

import "syscall"

// childAttributes has nothing to set: only Linux ends a child with its parent.
func childAttributes() *syscall.SysProcAttr { return nil }
