package snmp_test

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/gosnmp/gosnmp"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/snmp"
	"github.com/netseam/netseam/test/netsim/snmpagent"
	"github.com/netseam/netseam/test/netsim/snmpagent/agenttest"
)

func collect(t *testing.T, a *snmpagent.Agent) *snmp.Result {
	t.Helper()
	res, err := snmp.Collect(t.Context(), configOf(a, "leaf1"))
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// tableOf is the report of one table.
func tableOf(t *testing.T, res *snmp.Result, name string) snmp.TableReport {
	t.Helper()
	for _, table := range res.Tables {
		if table.Table == name {
			return table
		}
	}
	t.Fatalf("no report of table %s in %+v", name, res.Tables)
	return snmp.TableReport{}
}

func TestCollect(t *testing.T) {
	res := collect(t, leaf().serve(t))
	want := snmp.Result{
		Name: "leaf1", Address: res.Address, Peer: "127.0.0.1", Time: res.Time, UpTime: 10_000 * time.Second,
		System: snmp.System{
			Descr: "a switch made by hand", ObjectID: "1.3.6.1.4.1.40310.1", Contact: "noc", Name: "leaf1", Location: "east / row 1",
		},
		Interfaces: []snmp.Interface{
			{Index: 1, Descr: "Port lo", Name: "lo", Type: 24, Admin: "up", Oper: "up", Speed: 25_000_000_000},
			{Index: 2, Descr: "Port swp1", Name: "swp1", Type: 6, MAC: "02:00:00:00:01:01", Admin: "up", Oper: "up", Speed: 25_000_000_000},
			{Index: 3, Descr: "Port swp2", Name: "swp2", Type: 6, MAC: "02:00:00:00:01:02", Admin: "up", Oper: "up", Speed: 25_000_000_000},
		},
		LLDP: snmp.LLDP{
			ChassisID: "02:00:00:00:00:01", ChassisIDSubtype: 4, SysName: "leaf1",
			Ports: []snmp.LocalPort{
				{Number: 2, ID: "swp1", IDSubtype: 5, Description: "Port swp1", Name: "swp1", IfIndex: 2},
				{Number: 3, ID: "swp2", IDSubtype: 5, Description: "Port swp2", Name: "swp2", IfIndex: 3},
			},
			Neighbours: []snmp.Neighbour{{
				LocalPortNum: 2, RemIndex: 1, IfIndex: 2, LocalPort: "swp1", ChassisID: "02:00:00:00:00:09", ChassisIDSubtype: 4,
				PortID: "swp7", PortIDSubtype: 5, PortDescription: "Port swp7", SysName: "spine1", SysDescription: "made by hand",
				Capabilities: 4, Addresses: []string{"10.0.0.9"},
			}},
		},
		Tables: []snmp.TableReport{
			{Table: "system", State: api.StateLive, Rows: 1},
			{Table: "if", State: api.StateLive, Rows: 3},
			{Table: "lldp", State: api.StateLive, Rows: 6 + 9 + 1},
		},
	}
	ignore := cmp.Options{
		cmpopts.IgnoreFields(snmp.TableReport{}, "Took"), cmpopts.IgnoreUnexported(snmp.Neighbour{}, snmp.LLDP{}, snmp.Result{}),
	}
	if diff := cmp.Diff(&want, res, ignore); diff != "" {
		t.Errorf("want - got +\n%s", diff)
	}
}

func TestCollectOfTheFabricsCapture(t *testing.T) {
	dir := filepath.Join("..", "..", "test", "fabric", "testdata", "capture")
	text, err := os.ReadFile(filepath.Join(dir, "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	type row struct {
		Device           string `json:"device"`
		LocalPort        string `json:"local_port"`
		ChassisID        string `json:"remote_chassis_id"`
		ChassisIDSubtype uint8  `json:"remote_chassis_id_subtype"`
		PortID           string `json:"remote_port_id"`
		PortIDSubtype    uint8  `json:"remote_port_id_subtype"`
		PortDescription  string `json:"remote_port_description"`
		Name             string `json:"remote_name"`
	}
	var want struct {
		Devices []struct {
			Name      string `json:"name"`
			ChassisID string `json:"chassis_id"`
			Capture   string `json:"capture"`
		} `json:"devices"`
		Neighbours []row `json:"neighbours"`
	}
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	var got []row
	for _, d := range want.Devices {
		view, err := snmpagent.LoadRecording(filepath.Join(dir, d.Capture))
		if err != nil {
			t.Fatal(err)
		}
		res := collect(t, agenttest.Start(t, snmpagent.Config{Views: map[string]snmpagent.View{"public": view}}))
		if res.System.Name != d.Name || res.LLDP.ChassisID != d.ChassisID {
			t.Errorf("%s: got name %q and chassis %q, want %q and %q", d.Capture, res.System.Name, res.LLDP.ChassisID, d.Name, d.ChassisID)
		}
		for _, n := range res.LLDP.Neighbours {
			got = append(got, row{
				d.Name, n.LocalPort, n.ChassisID, n.ChassisIDSubtype, n.PortID, n.PortIDSubtype, n.PortDescription, n.SysName,
			})
		}
	}
	byPort := cmpopts.SortSlices(func(a, b row) bool { return a.Device+" "+a.LocalPort < b.Device+" "+b.LocalPort })
	if diff := cmp.Diff(want.Neighbours, got, byPort); diff != "" {
		t.Errorf("want - got +\n%s", diff)
	}
}

func TestADeviceWithoutTables(t *testing.T) {
	d := device{sys + "5.0": snmpagent.Text("bare")}
	res := collect(t, d.serve(t))
	for table, want := range map[string]api.State{
		"system": api.StateLive, "if": api.StateUnsupported, "lldp": api.StateUnsupported,
	} {
		if got := tableOf(t, res, table); got.State != want || got.Err != nil {
			t.Errorf("table %s is %v (%v), want %v", table, got.State, got.Err, want)
		}
	}
}

func TestWhyADeviceDoesNotAnswer(t *testing.T) {
	silent := leaf().serve(t)
	silent.SetFaults(snmpagent.Faults{Silent: true})
	closed, err := new(net.ListenConfig).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	refusing := closed.LocalAddr().String()
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	garbage := leaf().serve(t)
	garbage.SetFaults(snmpagent.Faults{Garbage: true})
	wrong := leaf().serve(t)
	wrong.SetFaults(snmpagent.Faults{WrongRequestID: true})
	for name, c := range map[string]struct {
		address, community string
		err                error
		says               string
	}{
		"silence":          {silent.Addr().String(), "public", snmp.ErrNoAnswer, "wrong address, community, or firewall"},
		"wrong community":  {leaf().serve(t).Addr().String(), "private", snmp.ErrNoAnswer, "wrong address, community, or firewall"},
		"nobody there":     {refusing, "public", snmp.ErrRefused, "connection refused"},
		"garbage":          {garbage.Addr().String(), "public", snmp.ErrNotUnderstood, "not SNMP"},
		"wrong request id": {wrong.Addr().String(), "public", snmp.ErrNotUnderstood, "wrong request id"},
	} {
		cfg := snmp.Config{
			Name: "leaf1", Address: c.address, Community: snmp.NewSecret(c.community), Timeout: 20 * time.Millisecond,
		}
		res, err := snmp.Collect(t.Context(), cfg)
		if !errors.Is(err, c.err) || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "leaf1 ("+c.address+")") {
			t.Errorf("%s: got %v, want %v, saying %q and the target", name, err, c.err, c.says)
		}
		for _, table := range []string{"system", "if", "lldp"} {
			if got := tableOf(t, res, table); got.State != api.StateUnreachable || got.Err == nil {
				t.Errorf("%s: table %s is %v (%v), want unreachable", name, table, got.State, got.Err)
			}
		}
	}
}

func TestAnAgentThatMisbehavesIsReadAsFarAsItGoes(t *testing.T) {
	oid := snmpagent.MustOID
	for name, c := range map[string]struct {
		faults snmpagent.Faults
		table  string
		err    error // of that table; the others are read
	}{
		"one datagram in seven lost": {snmpagent.Faults{Loss: 0.15}, "", nil},
		"every answer three times":   {snmpagent.Faults{Duplicates: 2}, "", nil},
		"answers of two rows":        {snmpagent.Faults{MaxRows: 2}, "", nil},
		"five rows at most":          {snmpagent.Faults{MaxRepetitions: 5}, "", nil},
		"five rows at most: tooBig":  {snmpagent.Faults{MaxRepetitions: 5, BulkError: gosnmp.TooBig}, "", nil},
		"a cycle": {
			snmpagent.Faults{Jumps: []snmpagent.Jump{{From: oid(ifT + "2.3"), To: oid(ifT + "2.1")}}}, "if", snmp.ErrCycle,
		},
		"the same row for ever": {
			snmpagent.Faults{Jumps: []snmpagent.Jump{{From: oid(ifT + "2.2"), To: oid(ifT + "2.2")}}}, "if", snmp.ErrCycle,
		},
		"back behind the table": {
			snmpagent.Faults{Jumps: []snmpagent.Jump{{From: oid(lldp + "4.1.1.9.0.2.1"), To: oid(lldpLo + "1.0")}}}, "lldp", snmp.ErrNotIncreasing,
		},
		"a cycle between tables": {
			snmpagent.Faults{Jumps: []snmpagent.Jump{{From: oid(lldpLo + "7.1.4.3"), To: oid(lldpLo + "7.1.2.2")}}}, "lldp", snmp.ErrCycle,
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := leaf().serve(t)
			a.SetFaults(c.faults)
			cfg := configOf(a, "leaf1")
			cfg.Timeout, cfg.Retries = 50*time.Millisecond, 12
			res, err := snmp.Collect(t.Context(), cfg)
			if err != nil {
				t.Fatal(err)
			}
			for _, table := range res.Tables {
				want, state := error(nil), api.StateLive
				if table.Table == c.table {
					want, state = c.err, api.StateSyncing
				}
				if !errors.Is(table.Err, want) || table.State != state {
					t.Errorf("table %s is %v (%v), want %v (%v)", table.Table, table.State, table.Err, state, want)
				}
			}
			if len(res.Interfaces) != 3 || res.Interfaces[1].Name != "swp1" {
				t.Errorf("got interfaces %+v, want 3", res.Interfaces)
			}
			if c.table != "lldp" && len(res.LLDP.Neighbours) != 1 {
				t.Errorf("got %d neighbours, want 1", len(res.LLDP.Neighbours))
			}
		})
	}
}

func TestGetsThatAreTooBigAreAskedInParts(t *testing.T) {
	d := leaf()
	for _, column := range []string{"1.0", "4.0", "5.0", "6.0"} {
		d[sys+column] = snmpagent.Text(strings.Repeat("x", 255))
	}
	a := agenttest.Start(t, snmpagent.Config{Views: map[string]snmpagent.View{"public": d.view()}, MaxMessageSize: 484})
	res := collect(t, a)
	if len(res.System.Descr) != 255 || len(res.System.Location) != 255 || len(res.Interfaces) != 3 || len(res.LLDP.Neighbours) != 1 {
		t.Errorf("got %+v", res)
	}
}

func TestCorruptAnswersNeverPanic(t *testing.T) {
	a := leaf().serve(t)
	for range 30 {
		a.SetFaults(snmpagent.Faults{Corrupt: true})
		cfg := configOf(a, "leaf1")
		cfg.Timeout, cfg.Retries = 5*time.Millisecond, 3
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		_, err := snmp.Collect(ctx, cfg)
		if ctx.Err() != nil {
			t.Errorf("still at it after 20 s: %v", err)
		}
		cancel()
	}
}

func TestCollectEndsAtOnceWithItsContext(t *testing.T) {
	a := leaf().serve(t)
	a.SetFaults(snmpagent.Faults{Silent: true})
	cfg := configOf(a, "leaf1")
	cfg.Timeout = time.Hour
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	began := time.Now()
	_, err := snmp.Collect(ctx, cfg)
	if took := time.Since(began); took > 5*time.Second || !errors.Is(err, context.Canceled) {
		t.Errorf("ended after %v with %v, want at once with %v", took, err, context.Canceled)
	}
}

func TestAnAgentThatRestartsDuringAWalkIsNotBelieved(t *testing.T) {
	a := leaf().serve(t)
	walks := a.Stats().Requests
	collect(t, a)
	n := int(a.Stats().Requests - walks)
	noticed := 0
	for at := 2; at <= n; at++ {
		a = leaf().serve(t)
		a.SetFaults(snmpagent.Faults{RestartAfter: at})
		if errors.Is(tableOf(t, collect(t, a), "lldp").Err, snmp.ErrRestarted) {
			noticed++
		}
	}
	if noticed == 0 {
		t.Errorf("no restart was noticed in the %d places of a reading", n)
	}
}

func TestAMIBThatVanishesDuringAWalkIsNotEmpty(t *testing.T) {
	d := leaf()
	a := d.serve(t)
	for range 200 { // The subagent goes away somewhere in the middle.
		d.show(t, a)
		timer := time.AfterFunc(time.Millisecond, func() {
			a.SetFaults(snmpagent.Faults{Missing: []snmpagent.OID{snmpagent.MustOID("1.0.8802")}})
		})
		res := collect(t, a)
		timer.Stop()
		table := tableOf(t, res, "lldp")
		if table.State == api.StateLive && table.Err == nil && len(res.LLDP.Neighbours) != 1 {
			t.Fatalf("read in full, and yet %d neighbours", len(res.LLDP.Neighbours))
		}
		a.SetFaults(snmpagent.Faults{})
	}
}

// Which of the many tables there are a device does not have is asked for in few
// questions: a device that has none of them is not asked for each.
func TestTablesThatAreNotThereCostLittle(t *testing.T) {
	a := leaf().serve(t)
	if _, err := snmp.Collect(t.Context(), configOf(a, "leaf1")); err != nil {
		t.Fatal(err)
	}
	if n := a.Stats().Requests; n > 75 {
		t.Errorf("%d requests", n)
	}
	t.Logf("%d requests", a.Stats().Requests)
}

// A device that may only be asked so often is asked no oftener, whatever it has
// to tell, and tells the same.
func TestADeviceIsAskedNoOftenerThanItMay(t *testing.T) {
	const perSecond = 100
	a := leaf().serve(t)
	want, err := snmp.Collect(t.Context(), configOf(a, "leaf1"))
	if err != nil {
		t.Fatal(err)
	}
	before, began := a.Stats().Requests, time.Now()
	cfg := configOf(a, "leaf1")
	cfg.RequestsPerSecond = perSecond
	got, err := snmp.Collect(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	asked, took := a.Stats().Requests-before, time.Since(began)
	// A tenth of a second's may come at once.
	if most := perSecond/10 + perSecond*took.Seconds() + 1; float64(asked) > most {
		t.Errorf("%d requests within %v, at most %.0f are allowed", asked, took, most)
	}
	if len(got.Interfaces) == 0 || len(got.Interfaces) != len(want.Interfaces) {
		t.Errorf("%d ports, want %d", len(got.Interfaces), len(want.Interfaces))
	}
}
