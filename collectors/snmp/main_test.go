package snmp_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"testing"

	"go.uber.org/goleak"

	"github.com/netseam/netseam/collectors/snmp"
	"github.com/netseam/netseam/test/netsim/snmpagent"
)

// agentEnv makes this program an agent of its own, so that its processor time
// is not the collector's.
const agentEnv = "NETSEAM_TEST_AGENT"

func TestMain(m *testing.M) {
	if os.Getenv(agentEnv) != "" {
		if err := beAgent(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	goleak.VerifyTestMain(m)
}

// beAgent serves the big switch until standard input ends, and writes where.
func beAgent() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	_, theirs := user(snmp.SHA256, snmp.AES128, big().view())
	a, err := snmpagent.Listen(ctx, snmpagent.Config{
		Views: map[string]snmpagent.View{"public": theirs.View}, Users: []snmpagent.User{theirs},
	})
	if err != nil {
		return err
	}
	fmt.Fprintln(os.Stdout, a.Addr())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	return a.Run(ctx)
}
