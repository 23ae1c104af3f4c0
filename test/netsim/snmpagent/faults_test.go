package snmpagent_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gosnmp/gosnmp"

	"github.com/netseam/netseam/test/netsim/snmpagent"
	"github.com/netseam/netseam/test/netsim/snmpagent/agenttest"
)

const sysName = ".1.3.6.1.2.1.1.5.0"

func TestFaultsThatMakeARequestTimeOut(t *testing.T) {
	for name, f := range map[string]snmpagent.Faults{
		"silent":     {Silent: true},
		"all lost":   {Loss: 1},
		"garbage":    {Garbage: true},
		"wrong id":   {WrongRequestID: true},
		"v1 only":    {V1Only: true},
		"too slow":   {Delay: time.Hour},
		"late twice": {Delay: time.Hour, Duplicates: 1},
	} {
		t.Run(name, func(t *testing.T) {
			a := serve(t, leaf(t), f)
			if got, err := client(t, a, impatient).Get([]string{sysName}); err == nil {
				t.Errorf("answered %v", got.Variables)
			}
			if f.Delay > 0 {
				return // The agent is still busy with the first request.
			}
			a.SetFaults(snmpagent.Faults{})
			if _, err := client(t, a, nil).Get([]string{sysName}); err != nil {
				t.Errorf("without the fault: %v", err)
			}
		})
	}
}

func TestAV1OnlyAgentAnswersV1(t *testing.T) {
	a := serve(t, leaf(t), snmpagent.Faults{V1Only: true})
	c := client(t, a, func(c *gosnmp.GoSNMP) { c.Version = gosnmp.Version1 })
	got, err := c.Get([]string{sysName})
	if err != nil || got.Error != gosnmp.NoError {
		t.Fatalf("get: %v, %v", got, err)
	}
	got, err = c.Get([]string{sysName, ".1.3.6.1.2.1.1.99.0"})
	if err != nil || got.Error != gosnmp.NoSuchName || got.ErrorIndex != 2 {
		t.Errorf("get of what is not there: %v at %v, %v; want NoSuchName at 2", got.Error, got.ErrorIndex, err)
	}
}

func TestLossIsDrawnBySeed(t *testing.T) {
	answered := func(seed uint64) []bool {
		a := agenttest.Start(t, snmpagent.Config{Views: map[string]snmpagent.View{"public": leaf(t)}, Faults: snmpagent.Faults{Loss: 0.5}, Seed: seed})
		c := client(t, a, func(c *gosnmp.GoSNMP) { impatient(c); c.Timeout = 20 * time.Millisecond })
		var out []bool
		for range 20 {
			before := a.Stats().Responses
			_, _ = c.Get([]string{sysName})
			out = append(out, a.Stats().Responses > before)
		}
		return out
	}
	one := answered(1)
	if n := len(slices.DeleteFunc(slices.Clone(one), func(ok bool) bool { return !ok })); n == 0 || n > 15 {
		t.Errorf("%d of 20 requests answered, want about a quarter", n)
	}
	if slices.Equal(one, answered(2)) {
		t.Error("two seeds lose the same datagrams")
	}
}

func TestDuplicatesAreSentAgain(t *testing.T) {
	a := serve(t, leaf(t), snmpagent.Faults{Duplicates: 2})
	c := client(t, a, nil)
	for range 3 {
		if _, err := c.Get([]string{sysName}); err != nil {
			t.Fatal(err)
		}
	}
	// A fourth answer means that the copies of the third are out.
	a.SetFaults(snmpagent.Faults{})
	if _, err := c.Get([]string{sysName}); err != nil {
		t.Fatal(err)
	}
	if got := a.Stats(); got.Requests != 4 || got.Responses < 9 {
		t.Errorf("%d requests, %d responses, want 4 and at least 9", got.Requests, got.Responses)
	}
}

func TestABulkResponseIsCutShort(t *testing.T) {
	view := leaf(t)
	a := serve(t, view, snmpagent.Faults{MaxRows: 3})
	c := client(t, a, nil)
	got, err := c.GetBulk([]string{".1.3.6.1.2.1.1"}, 0, 10)
	if err != nil || len(got.Variables) != 3 {
		t.Fatalf("%d bindings, %v, want 3", len(got.Variables), err)
	}
	rows, err := c.BulkWalkAll(".1.3")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(all(view, "1.3"), names(rows)); diff != "" {
		t.Errorf("walk (-want +got):\n%s", diff)
	}
}

func TestBulkBeyondWhatTheAgentCopesWith(t *testing.T) {
	for _, status := range []gosnmp.SNMPError{gosnmp.NoError, gosnmp.TooBig} {
		c := client(t, serve(t, leaf(t), snmpagent.Faults{MaxRepetitions: 5, BulkError: status}), nil)
		want := status
		if status == gosnmp.NoError {
			want = gosnmp.GenErr
		}
		for repetitions, want := range map[uint32]gosnmp.SNMPError{5: gosnmp.NoError, 6: want} {
			got, err := c.GetBulk([]string{".1.3"}, 0, repetitions)
			if err != nil || got.Error != want {
				t.Errorf("%d repetitions: %v, %v, want %v", repetitions, got.Error, err, want)
			}
		}
	}
}

func TestJumpsBreakTheOrder(t *testing.T) {
	const a, b, c = "1.3.6.1.2.1.2.2.1.1.1", "1.3.6.1.2.1.2.2.1.1.2", "1.3.6.1.2.1.2.2.1.5.1"
	for name, j := range map[string]struct {
		jump snmpagent.Jump
		want []string
	}{
		"cycle": {snmpagent.Jump{From: snmpagent.MustOID(c), To: snmpagent.MustOID(a)}, []string{a, b, c, a, b, c}},
		"stuck": {snmpagent.Jump{From: snmpagent.MustOID(b), To: snmpagent.MustOID(b)}, []string{a, b, b, b, b, b}},
		"back":  {snmpagent.Jump{From: snmpagent.MustOID(b), To: snmpagent.MustOID(a)}, []string{a, b, a, b, a, b}},
	} {
		agent := serve(t, leaf(t), snmpagent.Faults{Jumps: []snmpagent.Jump{j.jump}})
		got, err := client(t, agent, nil).GetBulk([]string{"1.3.6.1.2.1.2"}, 0, 6)
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for _, oid := range j.want {
			want = append(want, "."+oid)
		}
		if diff := cmp.Diff(want, names(got.Variables)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestAMissingSubtreeIsSteppedOver(t *testing.T) {
	view := leaf(t)
	a := serve(t, view, snmpagent.Faults{Missing: []snmpagent.OID{snmpagent.MustOID("1.0.8802"), snmpagent.MustOID("1.3.6.1.2.1.2")}})
	c := client(t, a, nil)
	got, err := c.GetBulk([]string{".1.0"}, 0, 30)
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, oid := range all(view, "1.3") {
		if !snmpagent.MustOID(oid).HasPrefix(snmpagent.MustOID("1.3.6.1.2.1.2")) {
			want = append(want, oid)
		}
	}
	end := slices.IndexFunc(got.Variables, func(vb gosnmp.SnmpPDU) bool { return vb.Type == gosnmp.EndOfMibView })
	if diff := cmp.Diff(want, names(got.Variables[:end])); diff != "" {
		t.Errorf("walk (-want +got):\n%s", diff)
	}
	got, err = c.Get([]string{".1.0.8802.1.1.2.1.3.1.0"})
	if err != nil || got.Variables[0].Type != gosnmp.NoSuchObject {
		t.Errorf("get: %v, %v, want NoSuchObject", got.Variables, err)
	}
}

func TestARestartInMidWalkResetsTheUptime(t *testing.T) {
	const upTime = ".1.3.6.1.2.1.1.3.0"
	a := serve(t, leaf(t), snmpagent.Faults{RestartAfter: 3})
	c := client(t, a, nil)
	for n := range 4 {
		got, err := c.GetNext([]string{".1.3.6.1.2.1.1.2.0"})
		if err != nil || got.Variables[0].Name != upTime {
			t.Fatalf("next: %v, %v", got, err)
		}
		ticks := got.Variables[0].Value.(uint32)
		if restarted := ticks < 123456; restarted != (n >= 2) {
			t.Errorf("request %d: uptime %d", n+1, ticks)
		}
	}
}

func TestACorruptResponseDiffersInAtMostOneByte(t *testing.T) {
	a := serve(t, leaf(t), snmpagent.Faults{})
	good := exchange(t, a, bulk("1.3", 5))
	a.SetFaults(snmpagent.Faults{Corrupt: true})
	spoiled := 0
	for range 20 {
		bad := exchange(t, a, bulk("1.3", 5))
		if len(bad) != len(good) {
			t.Fatalf("%d bytes, want %d", len(bad), len(good))
		}
		differ := 0
		for i := range bad {
			if bad[i] != good[i] {
				differ++
			}
		}
		if differ > 1 {
			t.Errorf("%d bytes differ", differ)
		}
		if !bytes.Equal(bad, good) {
			spoiled++
		}
	}
	if spoiled < 15 {
		t.Errorf("%d of 20 responses were spoiled", spoiled)
	}
}
