package snmpagent_test

import (
	"bytes"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gosnmp/gosnmp"

	"github.com/netseam/netseam/test/netsim/snmpagent"
	"github.com/netseam/netseam/test/netsim/snmpagent/agenttest"
)

func TestEveryWalkGivesEveryRow(t *testing.T) {
	view := leaf(t)
	a := serve(t, view, snmpagent.Faults{})
	want := append(all(view, "1.0"), all(view, "1.3")...)
	v2 := client(t, a, nil)
	v1 := client(t, a, func(c *gosnmp.GoSNMP) { c.Version = gosnmp.Version1 })
	walks := map[string]func(string) ([]gosnmp.SnmpPDU, error){
		"bulk": v2.BulkWalkAll, "next": v2.WalkAll, "v1": v1.WalkAll,
	}
	for name, walk := range walks {
		var got []string
		for _, root := range []string{".1.0", ".1.3"} {
			vbs, err := walk(root)
			if err != nil {
				t.Fatalf("%s walk of %s: %v", name, root, err)
			}
			got = append(got, names(vbs)...)
		}
		expect := want
		if name == "v1" {
			expect = nil
			for _, oid := range want {
				if !strings.HasPrefix(oid, ".1.3.6.1.2.1.31.1.1.1.6.") {
					expect = append(expect, oid) // SNMPv1 has no 64 bit counters.
				}
			}
		}
		if diff := cmp.Diff(expect, got); diff != "" {
			t.Errorf("%s walk (-want +got):\n%s", name, diff)
		}
	}
}

func TestValuesArriveAsRecorded(t *testing.T) {
	c := client(t, serve(t, leaf(t), snmpagent.Faults{}), nil)
	want := map[string]any{
		".1.0.8802.1.1.2.1.3.1.0":          4,
		".1.0.8802.1.1.2.1.3.2.0":          []byte{10, 0, 0, 0, 0, 1},
		".1.3.6.1.2.1.1.1.0":               []byte("Small | switch, made by hand"),
		".1.3.6.1.2.1.1.2.0":               ".1.3.6.1.4.1.40310.1",
		".1.3.6.1.2.1.1.3.0":               uint32(123456),
		".1.3.6.1.2.1.2.2.1.5.1":           uint(4294967295),
		".1.3.6.1.2.1.2.2.1.10.1":          uint(3221225472),
		".1.3.6.1.2.1.4.20.1.1.10.0.0.1":   "10.0.0.1",
		".1.3.6.1.2.1.4.20.1.1.10.0.0.2":   "10.0.0.2",
		".1.3.6.1.2.1.17.2.1.0":            nil,
		".1.3.6.1.2.1.31.1.1.1.6.1":        uint64(18446744073709551615),
		".1.3.6.1.2.1.31.1.1.1.18.1":       []byte{},
		".1.3.6.1.2.1.31.1.1.1.18.2":       gosnmp.NoSuchInstance,
		".1.3.6.1.2.1.99.1.1.1.18.2":       gosnmp.NoSuchObject,
		".1.0.8802.1.1.2.1.4.1.1.5.0.2.1":  []byte{10, 0, 0, 0, 0, 3},
		".1.3.6.1.2.1.2.2.1.5.4294967295":  gosnmp.NoSuchInstance,
		".2.100.3.6.1.2.1.2.2.1.5.1.2.3.4": gosnmp.NoSuchObject,
	}
	for oid, value := range want {
		got, err := c.Get([]string{oid})
		if err != nil {
			t.Fatalf("get %s: %v", oid, err)
		}
		if len(got.Variables) != 1 || got.Variables[0].Name != oid {
			t.Fatalf("get %s answers %v", oid, got.Variables)
		}
		vb := got.Variables[0]
		if vb.Type == gosnmp.NoSuchInstance || vb.Type == gosnmp.NoSuchObject {
			vb.Value = vb.Type
		}
		if diff := cmp.Diff(value, vb.Value); diff != "" {
			t.Errorf("%s (-want +got):\n%s", oid, diff)
		}
	}
}

func TestNetSNMPReadsTheAgent(t *testing.T) {
	tool, err := exec.LookPath("snmpbulkwalk")
	if err != nil {
		t.Skip("skipped: needs snmpbulkwalk (package snmp)")
	}
	view := leaf(t)
	a := serve(t, view, snmpagent.Faults{})
	var out, failure bytes.Buffer
	cmd := exec.CommandContext(t.Context(), tool, "-v2c", "-c", "public", "-m", "", "-On", "-Cr7", a.Addr().String(), ".1.3.6.1.2.1")
	cmd.Stdout, cmd.Stderr = &out, &failure
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %s", err, failure.String())
	}
	var got []string
	for line := range strings.Lines(out.String()) {
		oid, _, ok := strings.Cut(line, " = ")
		if ok && !strings.Contains(line, "No more variables left") {
			got = append(got, oid)
		}
	}
	if diff := cmp.Diff(all(view, "1.3.6.1.2.1"), got); diff != "" {
		t.Errorf("snmpbulkwalk (-want +got):\n%s", diff)
	}
	for _, want := range []string{
		`.1.3.6.1.2.1.1.1.0 = STRING: "Small | switch, made by hand"`,
		".1.3.6.1.2.1.1.3.0 = Timeticks: (123456) 0:20:34.56",
		".1.3.6.1.2.1.2.2.1.5.1 = Gauge32: 4294967295",
		".1.3.6.1.2.1.31.1.1.1.6.1 = Counter64: 18446744073709551615",
		".1.3.6.1.2.1.4.20.1.1.10.0.0.2 = IpAddress: 10.0.0.2",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("snmpbulkwalk does not say %q:\n%s", want, out.String())
		}
	}
}

func TestAWrongCommunityMeetsSilence(t *testing.T) {
	a := serve(t, leaf(t), snmpagent.Faults{})
	c := client(t, a, func(c *gosnmp.GoSNMP) { impatient(c); c.Community = "private" })
	if got, err := c.Get([]string{".1.3.6.1.2.1.1.5.0"}); err == nil {
		t.Fatalf("answered %v", got.Variables)
	}
	if got := a.Stats(); got.Requests != 1 || got.Dropped != 1 || got.Responses != 0 {
		t.Errorf("stats %+v, want one request, dropped", got)
	}
}

func TestACommunityHasItsOwnView(t *testing.T) {
	name := snmpagent.MustOID("1.3.6.1.2.1.17.1.1.0")
	views := map[string]snmpagent.View{"public": leaf(t)}
	for vlan := range 3 {
		views[fmt.Sprintf("public@%d", vlan)] = snmpagent.NewRows([]snmpagent.Row{{OID: name, Value: snmpagent.Integer(int32(vlan))}})
	}
	a := agenttest.Start(t, snmpagent.Config{Views: views})
	for vlan := range 3 {
		c := client(t, a, func(c *gosnmp.GoSNMP) { c.Community = fmt.Sprintf("public@%d", vlan) })
		got, err := c.Get([]string{name.String()})
		if err != nil {
			t.Fatal(err)
		}
		if got.Variables[0].Value != vlan {
			t.Errorf("vlan %d answers %v", vlan, got.Variables[0].Value)
		}
	}
}

func TestABulkResponseEndsWhereTheMessageIsFull(t *testing.T) {
	var rows []snmpagent.Row
	for i := range uint32(3000) {
		rows = append(rows, snmpagent.Row{OID: snmpagent.OID{1, 3, 6, 1, 2, 1, 2, 2, 1, 2, i * 70}, Value: snmpagent.Text(strings.Repeat("x", int(i%150)))})
	}
	view := snmpagent.NewRows(rows)
	const root, largestBinding = "1.3.6.1.2.1.2", 180
	for _, size := range []int{484, 700, 1472, 65507} {
		a := agenttest.Start(t, snmpagent.Config{Views: map[string]snmpagent.View{"public": view}, MaxMessageSize: size})
		if got := len(exchange(t, a, bulk(root, 2000))); got > size || got < size-largestBinding {
			t.Errorf("a response of at most %d bytes has %d", size, got)
		}
		c := client(t, a, func(c *gosnmp.GoSNMP) { c.MaxRepetitions = 2000 })
		got, err := c.BulkWalkAll(root)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(all(view, root), names(got)); diff != "" {
			t.Errorf("size %d (-want +got):\n%s", size, diff)
		}
	}
}

func TestARequestTooBigToAnswerIsRefused(t *testing.T) {
	row := snmpagent.Row{OID: snmpagent.MustOID("1.3.6.1.2.1.1.1.0"), Value: snmpagent.Text(strings.Repeat("x", 900))}
	a := agenttest.Start(t, snmpagent.Config{Views: map[string]snmpagent.View{"public": snmpagent.NewRows([]snmpagent.Row{row})}, MaxMessageSize: 700})
	c := client(t, a, nil)
	for name, ask := range map[string]func() (*gosnmp.SnmpPacket, error){
		"get":  func() (*gosnmp.SnmpPacket, error) { return c.Get([]string{".1.3.6.1.2.1.1.1.0"}) },
		"next": func() (*gosnmp.SnmpPacket, error) { return c.GetNext([]string{".1.3.6.1.2.1.1.1"}) },
		"bulk": func() (*gosnmp.SnmpPacket, error) { return c.GetBulk([]string{".1.3.6.1.2.1.1.1"}, 0, 5) },
	} {
		got, err := ask()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got.Error != gosnmp.TooBig {
			t.Errorf("%s: error %v, want TooBig", name, got.Error)
		}
	}
}

func TestASetIsRefused(t *testing.T) {
	c := client(t, serve(t, leaf(t), snmpagent.Faults{}), nil)
	got, err := c.Set([]gosnmp.SnmpPDU{{Name: ".1.3.6.1.2.1.1.5.0", Type: gosnmp.OctetString, Value: "mine"}})
	if err != nil {
		t.Fatal(err)
	}
	if got.Error != gosnmp.NotWritable || got.ErrorIndex != 1 {
		t.Errorf("error %v at %d, want NotWritable at 1", got.Error, got.ErrorIndex)
	}
}

func TestAViewIsReplacedWhileItIsRead(t *testing.T) {
	name := snmpagent.MustOID("1.3.6.1.2.1.1.5.0")
	view := func(s string) snmpagent.View {
		return snmpagent.NewRows([]snmpagent.Row{{OID: name, Value: snmpagent.Text(s)}})
	}
	a := serve(t, view("before"), snmpagent.Faults{})
	var wg sync.WaitGroup
	for range 4 {
		c := client(t, a, nil)
		wg.Go(func() {
			for range 50 {
				got, err := c.Get([]string{name.String()})
				if err != nil {
					t.Error(err)
					return
				}
				if s := string(got.Variables[0].Value.([]byte)); s != "before" && s != "after" {
					t.Errorf("answered %q", s)
				}
			}
		})
	}
	if err := a.SetView("public", view("after")); err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	got, err := client(t, a, nil).Get([]string{name.String()})
	if err != nil {
		t.Fatal(err)
	}
	if s := string(got.Variables[0].Value.([]byte)); s != "after" {
		t.Errorf("answered %q after the view was replaced", s)
	}
	if err := a.SetView("other", view("x")); err == nil {
		t.Error("a view for an unknown community was accepted")
	}
}

func TestFiveHundredAgentsInOneProcess(t *testing.T) {
	view := leaf(t)
	var wg sync.WaitGroup
	for range 500 {
		a := serve(t, view, snmpagent.Faults{})
		c := client(t, a, nil)
		wg.Go(func() {
			if got, err := c.BulkWalkAll(".1.3"); err != nil || len(got) != view.Len()-6 {
				t.Errorf("walk gives %d rows, %v", len(got), err)
			}
		})
	}
	wg.Wait()
}
