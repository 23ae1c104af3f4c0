package netsim_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/netseam/netseam/test/netsim"
)

// lines writes things one a line, sorted.
func lines[T any](things []T) []string {
	out := make([]string, 0, len(things))
	for _, thing := range things {
		out = append(out, fmt.Sprintf("%+v", thing))
	}
	slices.Sort(out)
	return out
}

// where finds the attachments of a node.
func where(truth netsim.Truth, node string) []netsim.Attachment {
	var out []netsim.Attachment
	for _, a := range truth.Attachments {
		if a.Node == node {
			out = append(out, a)
		}
	}
	return out
}

// reason finds why a node's port is not known.
func reason(t testing.TB, truth netsim.Truth, node string) netsim.Reason {
	t.Helper()
	for _, n := range truth.Nodes {
		if n.Node == node {
			return n.Reason
		}
	}
	t.Fatalf("node %s is not in the truth", node)
	return ""
}

// heard is a link that both of its ends hear.
func heard(t testing.TB, truth netsim.Truth) netsim.Link {
	t.Helper()
	for _, l := range truth.Links {
		if l.SeenByA && l.SeenByB {
			return l
		}
	}
	t.Fatal("no link is heard by both of its ends")
	return netsim.Link{}
}

func do(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestSNMPTellsTheTruthAfterEveryAct(t *testing.T) {
	w := started(t, netsim.Config{Seed: 1})
	f := follow(w)
	before := f.agree(t, "at the start")
	const node = "fra-prod-w04" // Its second NIC is plugged in, too.
	at := where(before, node)
	if len(at) != 2 || reason(t, before, node) != netsim.Known {
		t.Fatalf("%s is attached as %+v", node, at)
	}

	free := netsim.Port{Device: "fra1-leaf5", Port: "Ethernet1/40"}
	do(t, w.MoveCable(node, at[0].NIC, free.Device, free.Port))
	moved := f.agree(t, "a cable moved")
	if got := where(moved, node)[0].Port; got != free {
		t.Errorf("the cable is in %v", got)
	}
	do(t, w.MoveCable(node, at[0].NIC, at[0].Port.Device, at[0].Port.Port))
	f.agree(t, "the cable moved back")

	uplink := heard(t, before).A
	do(t, w.LinkDown(uplink.Device, uplink.Port))
	if got := len(fromTruth(f.agree(t, "a link failed")).Links); got != len(fromTruth(before).Links)-1 {
		t.Errorf("%d links, want one less than %d", got, len(fromTruth(before).Links))
	}
	do(t, w.LinkUp(uplink.Device, uplink.Port))
	f.agree(t, "the link is back")

	do(t, w.LinkDown(at[0].Port.Device, at[0].Port.Port))
	if got := reason(t, f.agree(t, "one of two links failed"), node); got != netsim.Known {
		t.Errorf("with one link left the port is unknown: %s", got)
	}
	do(t, w.LinkDown(at[1].Port.Device, at[1].Port.Port))
	if got := reason(t, f.agree(t, "both links failed"), node); got != netsim.LinkBroken {
		t.Errorf("reason %q, want %q", got, netsim.LinkBroken)
	}
	do(t, w.LinkUp(at[0].Port.Device, at[0].Port.Port))
	do(t, w.LinkUp(at[1].Port.Device, at[1].Port.Port))

	do(t, w.KillNode("fra-prod", node))
	if got := reason(t, f.agree(t, "a node died"), node); got != netsim.NodeDown {
		t.Errorf("reason %q, want %q", got, netsim.NodeDown)
	}
	do(t, w.ReviveNode("fra-prod", node))
	f.agree(t, "the node is back")

	do(t, w.SilenceSwitch(at[0].Port.Device))
	do(t, w.SilenceSwitch(at[1].Port.Device))
	if got := reason(t, f.agree(t, "its switches are silent"), node); got != netsim.SwitchSilent {
		t.Errorf("reason %q, want %q", got, netsim.SwitchSilent)
	}
	do(t, w.WakeSwitch(at[0].Port.Device))
	do(t, w.WakeSwitch(at[1].Port.Device))

	after := f.agree(t, "at the end")
	for name, lists := range map[string][2][]string{
		"links":       {lines(before.Links), lines(after.Links)},
		"attachments": {lines(before.Attachments), lines(after.Attachments)},
		"nodes":       {lines(before.Nodes), lines(after.Nodes)},
	} {
		if !slices.Equal(lists[0], lists[1]) {
			t.Errorf("%s are not what they were at the start", name)
		}
	}
}

func TestSNMPTellsTheTruthAlongTheScript(t *testing.T) {
	w := started(t, netsim.Config{Seed: 3, ActEvery: 1})
	f, changed := follow(w), 0
	last := lines(w.Truth().Attachments)
	for step := range 12 {
		do(t, w.Step())
		now := lines(f.agree(t, fmt.Sprintf("step %d", step+1)).Attachments)
		if !slices.Equal(last, now) {
			changed++
		}
		last = now
	}
	if changed < 6 {
		t.Errorf("attachments changed in %d of 12 physical acts", changed)
	}
}

func TestAnImpossibleActIsRefusedAndChangesNothing(t *testing.T) {
	w := world(t, 1, newClock())
	before := hash(t, w)
	truth := w.Truth()
	taken := truth.Links[0].A
	for want, err := range map[string]error{
		`node "nobody" does not exist`:                                  w.MoveCable("nobody", "eno1", "fra1-leaf1", "Ethernet1/40"),
		`node fra-prod-w01 has no NIC "eth9"`:                           w.MoveCable("fra-prod-w01", "eth9", "fra1-leaf1", "Ethernet1/40"),
		`switch "nowhere" does not exist`:                               w.MoveCable("fra-prod-w01", "eno1", "nowhere", "Ethernet1/40"),
		`switch fra1-leaf1 has no front port "e1"`:                      w.MoveCable("fra-prod-w01", "eno1", "fra1-leaf1", "e1"),
		fmt.Sprintf("port %s of %s is taken", taken.Port, taken.Device): w.MoveCable("fra-prod-w01", "eno1", taken.Device, taken.Port),
		`port Ethernet1/40 of fra1-leaf1 has no cable`:                  w.LinkDown("fra1-leaf1", "Ethernet1/40"),
		`cluster "x" does not exist`:                                    w.KillNode("x", "y"),
		`cluster stage has no node "y"`:                                 w.KillNode("stage", "y"),
		`cluster stage has no pod a/b`:                                  w.SetPodReady("stage", "a", "b", true),
	} {
		if err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
	}
	if hash(t, w) != before {
		t.Error("the world has changed")
	}
}

func TestLLDPCountsWhatComesAndGoes(t *testing.T) {
	w := started(t, netsim.Config{Seed: 1})
	truth := w.Truth()
	port := heard(t, truth).A
	keysOf := func() []string {
		var out []string
		for _, rem := range read(t, w).devices[port.Device].remotes {
			out = append(out, rem.key)
		}
		return out
	}
	before := keysOf()
	do(t, w.LinkDown(port.Device, port.Port))
	do(t, w.LinkUp(port.Device, port.Port))
	after := keysOf()
	if len(after) != len(before) || slices.Equal(before, after) {
		t.Errorf("rows %v became %v: one must have another time mark and index", before, after)
	}
}
