package crashtest_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"
)

// Environment of a child: this very test binary, run as a netseam that will be
// killed.
const (
	childDir       = "NETSEAM_CRASHTEST_DIR"
	childSeed      = "NETSEAM_CRASHTEST_SEED"
	childRetention = "NETSEAM_CRASHTEST_RETENTION"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		if err := child(context.Background(), dir, os.Getenv(childSeed), os.Getenv(childRetention)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	goleak.VerifyTestMain(m)
}
