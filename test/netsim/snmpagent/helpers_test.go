package snmpagent_test

import (
	"net"
	"testing"
	"time"

	"github.com/gosnmp/gosnmp"
	"go.uber.org/goleak"

	"github.com/netseam/netseam/test/netsim/snmpagent"
	"github.com/netseam/netseam/test/netsim/snmpagent/agenttest"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

// leaf is the recording most tests answer from.
func leaf(t testing.TB) *snmpagent.Rows {
	t.Helper()
	rows, err := snmpagent.LoadRecording("testdata/leaf.snmprec")
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// serve runs an agent for one view under the community public.
func serve(t testing.TB, view snmpagent.View, faults snmpagent.Faults) *snmpagent.Agent {
	t.Helper()
	return agenttest.Start(t, snmpagent.Config{Views: map[string]snmpagent.View{"public": view}, Faults: faults, Seed: 1})
}

// client connects gosnmp to an agent.
func client(t testing.TB, a *snmpagent.Agent, change func(*gosnmp.GoSNMP)) *gosnmp.GoSNMP {
	t.Helper()
	c := &gosnmp.GoSNMP{
		Target:         a.Addr().Addr().String(),
		Port:           a.Addr().Port(),
		Version:        gosnmp.Version2c,
		Community:      "public",
		Timeout:        5 * time.Second,
		MaxRepetitions: 10,
		Context:        t.Context(),
	}
	if change != nil {
		change(c)
	}
	if err := c.Connect(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Conn.Close() })
	return c
}

// impatient is a client that asks once and does not wait long.
func impatient(c *gosnmp.GoSNMP) {
	c.Timeout = 100 * time.Millisecond
	c.Retries = 0
}

// bulk is an encoded GetBulk request.
func bulk(root string, repetitions uint32) *gosnmp.SnmpPacket {
	return &gosnmp.SnmpPacket{
		Version:        gosnmp.Version2c,
		Community:      "public",
		PDUType:        gosnmp.GetBulkRequest,
		RequestID:      7,
		MaxRepetitions: repetitions,
		Variables:      []gosnmp.SnmpPDU{{Name: root, Type: gosnmp.Null}},
	}
}

// exchange sends one request and returns the datagram that answers it.
func exchange(t testing.TB, a *snmpagent.Agent, request *gosnmp.SnmpPacket) []byte {
	t.Helper()
	out, err := request.MarshalMsg()
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(a.Addr()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.Write(out); err != nil {
		t.Fatal(err)
	}
	if err := conn.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 1<<16)
	n, err := conn.Read(buf)
	if err != nil {
		t.Fatal(err)
	}
	return buf[:n]
}

// names are the identifiers of bindings.
func names(vbs []gosnmp.SnmpPDU) []string {
	var out []string
	for _, vb := range vbs {
		out = append(out, vb.Name)
	}
	return out
}

// all are the identifiers of a view's rows below root.
func all(v snmpagent.View, root string) []string {
	var out []string
	for _, row := range snmpagent.Walk(v, snmpagent.MustOID(root)) {
		out = append(out, row.OID.String())
	}
	return out
}
