//go:build !linux

package fabric

import (
	"errors"
	"os"
	"syscall"
)

func childAttributes() *syscall.SysProcAttr { return nil }

func signalGroup(int, os.Signal) error { return errors.ErrUnsupported }

func kill(int) error { return errors.ErrUnsupported }
