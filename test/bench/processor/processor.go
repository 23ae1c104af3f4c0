// Package processor tells benchmarks what they cost.
package processor

import (
	"syscall"
	"testing"
	"time"
)

// Time is what the process has used of the processors, as user and as system:
// what does not depend on who else uses the machine.
func Time(tb testing.TB) time.Duration {
	tb.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
