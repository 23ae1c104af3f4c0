// Package agenttest runs agents in tests.
package agenttest

import (
	"context"
	"testing"

	"github.com/netseam/netseam/test/netsim/snmpagent"
)

// Start runs an agent until the test is over.
func Start(tb testing.TB, cfg snmpagent.Config) *snmpagent.Agent {
	tb.Helper()
	agent, err := snmpagent.Listen(tb.Context(), cfg)
	if err != nil {
		tb.Fatal(err)
	}
	ctx, cancel := context.WithCancel(tb.Context())
	done := make(chan error, 1)
	go func() { done <- agent.Run(ctx) }()
	tb.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			tb.Errorf("agent: %v", err)
		}
	})
	return agent
}
