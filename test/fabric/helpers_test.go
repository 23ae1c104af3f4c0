package fabric_test

import (
	"context"
	"fmt"
	"os/exec"
	"slices"
	"testing"
	"time"

	"github.com/gosnmp/gosnmp"

	"github.com/netseam/netseam/test/fabric"
)

// up brings a fabric up that ends with the test at the latest.
func up(t *testing.T, o fabric.Options) *fabric.Fabric {
	t.Helper()
	f, err := fabric.Up(t.Context(), t.TempDir(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Down(t.Context()); err != nil {
			t.Error(err)
		}
	})
	return f
}

func command(t *testing.T, argv ...string) *exec.Cmd {
	t.Helper()
	return exec.CommandContext(t.Context(), argv[0], argv[1:]...)
}

func since(start time.Time) time.Duration { return time.Since(start).Round(10 * time.Millisecond) }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func text(err error) string { return fmt.Sprint(err) }

// wait tries until it is so, and says at the end how it was instead.
func wait(t *testing.T, limit time.Duration, try func(ctx context.Context) (how string, ok bool)) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	how := "not tried"
	for {
		now, ok := try(ctx)
		if ok {
			return
		}
		if ctx.Err() == nil { // Else it says no more than that.
			how = now
		}
		select {
		case <-ctx.Done():
			t.Fatalf("after %s: %s", limit, how)
		case <-tick.C:
		}
	}
}

// waitSNMP waits until a switch's agent shows the expected neighbours and no others.
func waitSNMP(t *testing.T, f *fabric.Fabric, device string) {
	t.Helper()
	waitRows(t, f, device, f.Expected(device))
}

func waitRows(t *testing.T, f *fabric.Fabric, device string, want []fabric.Neighbour) {
	t.Helper()
	wait(t, 30*time.Second, func(ctx context.Context) (string, bool) {
		rows, err := f.SNMPNeighbours(ctx, device)
		return fmt.Sprintf("%s shows over SNMP %v, %v\nwant %v", device, rows, err, want), err == nil && slices.Equal(rows, want)
	})
}

// waitLLDP waits until every lldpd, those of the hosts too, says what is expected.
func waitLLDP(t *testing.T, f *fabric.Fabric) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	must(t, f.WaitNeighbours(ctx))
}

func waitStatus(t *testing.T, f *fabric.Fabric, device, port string, want int) {
	t.Helper()
	wait(t, 30*time.Second, func(ctx context.Context) (string, bool) {
		status, err := f.OperStatus(ctx, device, port)
		return fmt.Sprintf("ifOperStatus of %s %s is %d, %v", device, port, status, err), err == nil && status == want
	})
}

func connect(t *testing.T, c *gosnmp.GoSNMP) {
	t.Helper()
	must(t, c.Connect())
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
}

// name asks an agent for its sysName.
func name(t *testing.T, c *gosnmp.GoSNMP) string {
	t.Helper()
	connect(t, c)
	reply, err := c.Get([]string{"1.3.6.1.2.1.1.5.0"})
	must(t, err)
	return fmt.Sprintf("%s", reply.Variables[0].Value)
}
