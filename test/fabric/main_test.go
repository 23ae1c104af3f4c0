package fabric_test

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"testing"

	"go.uber.org/goleak"

	"github.com/netseam/netseam/test/fabric"
)

// crashDir, if set, makes the test program bring a fabric up and wait to be killed.
const crashDir = "NETSEAM_FABRIC_CRASH_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashDir); dir != "" {
		if _, err := fabric.Up(context.Background(), dir, crashOptions()); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Fprintln(os.Stdout, "up")
		select {}
	}
	goleak.VerifyTestMain(m)
}

func crashOptions() fabric.Options {
	return fabric.Options{
		Prefix: "nscrash", Management: netip.MustParsePrefix("10.199.9.0/24"),
		Hosts: fabric.DefaultHosts()[:1],
	}
}

// need skips a test on a machine that cannot have a fabric. In CI that is a failure.
func need(t *testing.T) {
	t.Helper()
	missing := fabric.Missing()
	switch {
	case len(missing) == 0:
	case os.Getenv("CI") == "true":
		t.Fatalf("a fabric needs %v", missing)
	default:
		t.Skipf("skipped: a fabric needs %v", missing)
	}
}
