package snmp_test

import (
	"fmt"
	"testing"

	"github.com/netseam/netseam/collectors/snmp"
	"github.com/netseam/netseam/test/netsim/snmpagent"
)

// big is a switch of 48 ports and ten VLAN interfaces that hears someone on
// every port.
func big() device {
	d := leaf()
	for i := range 48 {
		mac := []byte{2, 0, 0, 1, 0, byte(i)}
		d.add(int32(100+i), fmt.Sprintf("Ethernet1/%d", i+1), 6, mac)
		d.hear(100+i, 1, []byte{2, 0, 0, 2, 0, byte(i)}, "eth0", fmt.Sprintf("host%d", i))
	}
	for i := range 10 {
		d.add(int32(1000+i), fmt.Sprintf("Vlan%d", i+1), 135, nil)
	}
	return d
}

// BenchmarkCollect reads a switch of 48 ports over loopback. The time is that
// of the agent and the collector together.
func BenchmarkCollect(b *testing.B) {
	a, err := snmpagent.Listen(b.Context(), snmpagent.Config{Views: map[string]snmpagent.View{"public": big().view()}})
	if err != nil {
		b.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- a.Run(b.Context()) }()
	b.Cleanup(func() {
		if err := <-done; err != nil {
			b.Error(err)
		}
	})
	cfg := snmp.Config{Name: "big", Address: a.Addr().String(), Community: snmp.NewSecret("public")}
	b.ReportAllocs()
	values, requests := 0, a.Stats()
	for b.Loop() {
		res, err := snmp.Collect(b.Context(), cfg)
		if err != nil || len(res.LLDP.Neighbours) != 49 || len(res.Interfaces) != 61 {
			b.Fatalf("%v: %d neighbours", err, len(res.LLDP.Neighbours))
		}
		values += len(res.Interfaces)*9 + len(res.LLDP.Ports)*3 + len(res.LLDP.Neighbours)*10
	}
	after := a.Stats()
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(values), "ns/value")
	b.ReportMetric(float64(after.Requests-requests.Requests)/float64(b.N), "requests/op")
}
