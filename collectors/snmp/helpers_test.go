package snmp_test

import (
	"testing"
	"time"

	"github.com/netseam/netseam/collectors/snmp"
	"github.com/netseam/netseam/test/netsim/snmpagent"
)

// startAgent runs an agent until the test is over.
func startAgent(t *testing.T, cfg snmpagent.Config) *snmpagent.Agent {
	t.Helper()
	a, err := snmpagent.Listen(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- a.Run(t.Context()) }()
	t.Cleanup(func() {
		if err := <-done; err != nil {
			t.Errorf("agent: %v", err)
		}
	})
	return a
}

func configOf(a *snmpagent.Agent, name string) snmp.Config {
	return snmp.Config{
		Name: name, Address: a.Addr().String(), Community: snmp.NewSecret("public"),
		Timeout: 200 * time.Millisecond,
	}
}
