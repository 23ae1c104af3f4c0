package merge_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/merge"
)

// reasons are the sightings that concern a vertex, a line each.
func reasons(t *testing.T, e *merge.Engine, source api.SourceID, key string) string {
	t.Helper()
	id, ok := e.VertexOf(source, key)
	if !ok {
		t.Fatalf("%s says nothing of %s", source, key)
	}
	var lines []string
	for _, c := range e.Candidates(id) {
		edge := "no edge"
		if c.Edge != 0 {
			edge = "an edge"
		}
		lines = append(lines, fmt.Sprintf("%s by %s: %s (%d%%, %s): %s", c.Verdict, c.Protocol, c.Row, c.Confidence, edge, c.Why))
	}
	return strings.Join(lines, "\n")
}

func TestWhyADeviceHasItsNeighbours(t *testing.T) {
	e := built(t, inOrder())
	apply(t, e, 5, complete("snmp:leaf", "lldp", 5, chassis("aa"),
		hears("swp51", "bb", "swp1", "spine"), hears("swp1", "dd", "eth0", "camera"),
		api.Claim{Key: "lldp/?9/ee", Neighbour: &api.Neighbour{Protocol: "lldp", Device: "device", LocalPort: "9", ChassisID: "ee", SysName: "x"}})...)
	got := reasons(t, e, "snmp:leaf", "device")
	want := strings.Join([]string{
		"unresolved by lldp: x, chassis ee (0%, no edge): the row's local port number means no port of this device",
		"one-sided by lldp: camera, chassis dd, port eth0 (95%, an edge): only its neighbours report it",
		"matched by lldp: spine, chassis bb, port swp1 (99%, an edge): port ID swp1 is its name",
	}, "\n")
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := reasons(t, e, "snmp:leaf", "port/swp51"); strings.Count(got, "\n") != 1 || !strings.Contains(got, "leaf, chassis aa, port swp51") {
		t.Errorf("what concerns the port, from both ends:\n%s", got) // the spine's row means it, too
	}
	unresolved := e.Unresolved()
	if len(unresolved) != 1 || unresolved[0].Local != "9" {
		t.Errorf("unresolved: %+v", unresolved)
	}
}

func TestWhySaysWhoContradictsARow(t *testing.T) {
	e := twoLeaves(t, "swp1", "swp1")
	for leaf, other := range map[string]string{"l1": "l2", "l2": "l1"} {
		got := reasons(t, e, api.SourceID("snmp:"+leaf), "port/swp1")
		if !strings.HasPrefix(got, "ambiguous by lldp") || !strings.HasSuffix(got, "; but "+other+" swp1 hears it too") {
			t.Errorf("of %s: %s", leaf, got)
		}
	}
}

func TestWhyNamesWhatARowWasTakenFor(t *testing.T) {
	e := twoLeaves(t, "swp1", "")
	apply(t, e, 5, complete("snmp:l2", "lldp", 5, chassis("bb"), hears("swp2", "dd", "eth0", "camera"))...)
	for source, want := range map[api.SourceID][2]string{
		"snmp:l1": {"port/swp1", "n1/ens1"}, "snmp:l2": {"port/swp2", "camera/eth0"},
	} {
		id, _ := e.VertexOf(source, want[0])
		c := e.Candidates(id)
		if len(c) != 1 || c[0].Remote == 0 || !strings.HasSuffix(pathOf(e.Snapshot(), c[0].RemotePort), want[1]) {
			t.Errorf("of %s: %+v", source, c)
		}
	}
}

func TestWhyANodeIsNowhere(t *testing.T) {
	e := silent(t)
	apply(t, e, 6, complete("snmp:leaf", "fdb", 6, learns("swp51", 10, macs(9)...))...)
	e.Forget("snmp:leaf", at(7))
	if got := reasons(t, e, "kube:a", "node/n1"); !strings.Contains(got, "unresolved by fdb") && !strings.Contains(got, "matched by fdb") {
		t.Errorf("got\n%s", got)
	}
}

func TestAttachmentsAreOneAMAC(t *testing.T) {
	e := silent(t)
	var got []string
	for _, a := range e.Attachments() {
		port, _ := e.Snapshot().Vertex(a.Port)
		where := a.Why
		if port != nil {
			where = pathOf(e.Snapshot(), port.ID)
		}
		got = append(got, fmt.Sprintf("%s %v %s %d%%", a.MAC, a.Addresses, where, a.Confidence))
	}
	want := []string{
		"02:00:00:00:00:01 [10.0.0.1] east/leaf/swp1 85%",
		"02:00:00:00:00:02 [] MAC 02:00:00:00:00:02 is known only to ports that lead to other switches (1) 0%",
		"02:00:00:00:00:03 [] MAC 02:00:00:00:00:03 is known only to ports that lead to other switches (1) 0%",
		"02:00:00:00:00:04 [] MAC 02:00:00:00:00:04 is known only to ports that lead to other switches (1) 0%",
		"02:00:00:00:00:09 [] MAC 02:00:00:00:00:09 is known only to ports that lead to other switches (1) 0%",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
