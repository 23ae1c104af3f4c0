package fabric_test

import (
	"bytes"
	"context"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gosnmp/gosnmp"

	"github.com/netseam/netseam/test/fabric"
)

func testOptions() fabric.Options {
	return fabric.Options{Prefix: "nstest", Management: netip.MustParsePrefix("10.199.8.0/24")}
}

// TestFabric brings the network up and does everything to it that a test of netseam will: SNMP must follow.
func TestFabric(t *testing.T) {
	need(t)
	start := time.Now()
	f := up(t, testOptions())
	t.Logf("up: %s", since(start))
	for _, d := range f.Topology().Devices {
		waitSNMP(t, f, d.Name)
	}
	t.Logf("every switch shows exactly its neighbours over SNMP: %s after the start", since(start))
	waitLLDP(t, f)

	t.Run("any account can read", func(t *testing.T) { readsV3(t, f) })
	t.Run("the machine below does not show", func(t *testing.T) { hidesMachine(t, f) })
	t.Run("traffic passes", func(t *testing.T) { passesTraffic(t, f) })
	t.Run("link down and up", func(t *testing.T) { linkDownAndUp(t, f) })
	t.Run("cable moved", func(t *testing.T) { cableMoved(t, f) })
	t.Run("lldpd killed", func(t *testing.T) { lldpdKilled(t, f) })
	t.Run("snmpd restarted", func(t *testing.T) { snmpdRestarted(t, f) })
	t.Run("refuses nonsense", func(t *testing.T) { refusesNonsense(t, f) })

	if err := f.Crashed(); err != nil {
		t.Error(err)
	}
	start = time.Now()
	if err := f.Down(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Logf("down: %s", since(start))
	nothingLeft(t, testOptions())
}

// TestLeftoversOfAKilledRun kills a program that holds a fabric: the next one under the same prefix must not mind.
func TestLeftoversOfAKilledRun(t *testing.T) {
	need(t)
	program := command(t, os.Args[0], "-test.run=^$")
	program.Env = append(os.Environ(), crashDir+"="+t.TempDir())
	stdout, err := program.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	program.Stderr = &stderr
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	line := make([]byte, 3)
	if _, err := stdout.Read(line); err != nil || string(line) != "up\n" {
		t.Fatalf("the program that is to be killed says %q, %v, %s", line, err, &stderr)
	}
	if _, err := fabric.Up(t.Context(), t.TempDir(), crashOptions()); err == nil || !strings.Contains(err.Error(), "another fabric") {
		t.Errorf("a second fabric under a prefix in use: %v", err)
	}
	if err := program.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := program.Wait(); err == nil {
		t.Error("a killed program ended well")
	}
	if left := leftovers(t, crashOptions()); len(left) == 0 {
		t.Error("a killed run left nothing: this test tests nothing")
	}
	f := up(t, crashOptions())
	waitLLDP(t, f)
	if err := f.Down(t.Context()); err != nil {
		t.Fatal(err)
	}
	nothingLeft(t, crashOptions())
}

func readsV3(t *testing.T, f *fabric.Fabric) {
	t.Helper()
	for _, d := range f.Topology().Devices {
		c := &gosnmp.GoSNMP{
			Context: t.Context(), Target: d.Address.String(), Port: 161, Transport: "udp", Version: gosnmp.Version3, Timeout: 2 * time.Second,
			SecurityModel: gosnmp.UserSecurityModel, MsgFlags: gosnmp.AuthPriv,
			SecurityParameters: &gosnmp.UsmSecurityParameters{
				UserName:               fabric.V3User,
				AuthenticationProtocol: gosnmp.SHA256, AuthenticationPassphrase: fabric.V3AuthPassword,
				PrivacyProtocol: gosnmp.AES, PrivacyPassphrase: fabric.V3PrivPassword,
			},
		}
		if got := name(t, c); got != d.Name {
			t.Errorf("%s gives its name over SNMPv3 as %q", d.Name, got)
		}
	}
}

func hidesMachine(t *testing.T, f *fabric.Fabric) {
	t.Helper()
	for _, root := range []string{"1.3.6.1.2.1.25", "1.3.6.1.4.1.2021"} {
		c := &gosnmp.GoSNMP{
			Context: t.Context(), Target: f.Address("leaf1").String(), Port: 161, Transport: "udp",
			Version: gosnmp.Version2c, Community: fabric.Community, Timeout: 2 * time.Second, MaxRepetitions: 5,
		}
		connect(t, c)
		values, err := c.BulkWalkAll(root)
		if err != nil || len(values) != 0 {
			t.Errorf("walk of %s gives %v, %v", root, values, err)
		}
	}
}

// passesTraffic tries to reach a port where nobody listens: the refusal has come all the way from the other host.
func passesTraffic(t *testing.T, f *fabric.Fabric) {
	t.Helper()
	wait(t, 20*time.Second, func(ctx context.Context) (string, bool) {
		ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
		defer cancel()
		_, err := f.Exec(ctx, "alpha-n1", "bash", "-c", "exec 3<>/dev/tcp/10.10.3.23/9")
		return "alpha-n1 reaches beta-n3: " + text(err), strings.Contains(text(err), "Connection refused")
	})
	routes, err := f.Exec(t.Context(), "leaf1", "ip", "route", "show", "10.10.3.0/24")
	if err != nil || strings.Count(routes, "nexthop") != 2 {
		t.Errorf("leaf1 has not one route over each spine: %s %v", routes, err)
	}
}

func linkDownAndUp(t *testing.T, f *fabric.Fabric) {
	t.Helper()
	start := time.Now()
	must(t, f.LinkDown(t.Context(), "spine1", "swp2"))
	waitStatus(t, f, "leaf2", "swp51", 2)
	t.Logf("link set down at spine1: leaf2 shows ifOperStatus down after %s", since(start))
	waitSNMP(t, f, "leaf2")
	waitSNMP(t, f, "spine1")
	t.Logf("link set down: its rows are gone at both ends after %s", since(start))
	if rows := f.Expected("leaf2"); len(rows) != 4 {
		t.Errorf("with one of its five links down leaf2 is expected to have %v", rows)
	}
	start = time.Now()
	must(t, f.LinkUp(t.Context(), "spine1", "swp2"))
	waitSNMP(t, f, "leaf2")
	waitSNMP(t, f, "spine1")
	t.Logf("link set up: its rows are back at both ends after %s", since(start))
	waitStatus(t, f, "leaf2", "swp51", 1)
}

func cableMoved(t *testing.T, f *fabric.Fabric) {
	t.Helper()
	before := f.Topology().Attachments
	start := time.Now()
	must(t, f.MoveCable(t.Context(), "beta-n1", "ens1", "leaf3", "swp5"))
	waitSNMP(t, f, "leaf3")
	t.Logf("cable moved: leaf3 shows the host after %s", since(start))
	waitSNMP(t, f, "leaf1")
	waitStatus(t, f, "leaf1", "swp2", 2)
	waitStatus(t, f, "leaf3", "swp5", 1)
	t.Logf("cable moved: leaf1 shows it no more, both ports' status is right, after %s", since(start))
	waitLLDP(t, f)
	want := slices.Clone(before)
	i := slices.IndexFunc(want, func(a fabric.Attachment) bool { return a.Host == "beta-n1" })
	want[i].Leaf, want[i].Port = "leaf3", "swp5"
	if diff := cmp.Diff(want, f.Topology().Attachments, cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
	start = time.Now()
	must(t, f.MoveCable(t.Context(), "beta-n1", "ens1", "leaf1", "swp2"))
	waitSNMP(t, f, "leaf1")
	waitSNMP(t, f, "leaf3")
	t.Logf("cable moved back: both leaves show it after %s", since(start))
	waitLLDP(t, f)
}

func lldpdKilled(t *testing.T, f *fabric.Fabric) {
	t.Helper()
	all := f.Expected("leaf2")
	without := slices.DeleteFunc(slices.Clone(all), func(n fabric.Neighbour) bool { return n.Name == "alpha-n2" })
	for _, end := range []struct {
		how string
		act func(ctx context.Context, device, name string) error
	}{{"killed", f.KillDaemon}, {"stopped", f.StopDaemon}} {
		start := time.Now()
		must(t, end.act(t.Context(), "alpha-n2", "lldpd"))
		waitRows(t, f, "leaf2", without)
		t.Logf("host's lldpd %s: its row is gone after %s", end.how, since(start))
		start = time.Now()
		must(t, f.StartDaemon(t.Context(), "alpha-n2", "lldpd"))
		waitRows(t, f, "leaf2", all)
		t.Logf("host's lldpd started: its row is back after %s", since(start))
	}
}

func snmpdRestarted(t *testing.T, f *fabric.Fabric) {
	t.Helper()
	must(t, f.KillDaemon(t.Context(), "leaf2", "snmpd"))
	if _, err := f.SNMPNeighbours(t.Context(), "leaf2"); err == nil {
		t.Error("a killed snmpd answers")
	}
	start := time.Now()
	must(t, f.StartDaemon(t.Context(), "leaf2", "snmpd"))
	waitStatus(t, f, "leaf2", "swp51", 1)
	t.Logf("snmpd started: ifTable answers after %s", since(start))
	if rows, err := f.SNMPNeighbours(t.Context(), "leaf2"); err != nil || len(rows) != 0 {
		t.Logf("lldpd was back at once: %v, %v", rows, err)
	}
	waitSNMP(t, f, "leaf2")
	t.Logf("snmpd started: LLDP-MIB answers after %s (lldpd looks every 15 s for its agent)", since(start))
}

func refusesNonsense(t *testing.T, f *fabric.Fabric) {
	t.Helper()
	ctx := t.Context()
	_, neighbours := f.Neighbours(ctx, "leaf9")
	for _, c := range []struct {
		err  error
		want string
	}{
		{f.LinkDown(ctx, "leaf1", "swp9"), "swp9"},
		{f.LinkDown(ctx, "leaf9", "swp1"), "leaf9"},
		{f.MoveCable(ctx, "alpha-n1", "ens7", "leaf1", "swp3"), "no NIC ens7 on a host alpha-n1"},
		{f.MoveCable(ctx, "alpha-n1", "ens1", "leaf2", "swp1"), "leaf2 swp1 has alpha-n1 ens2 plugged in"},
		{f.MoveCable(ctx, "alpha-n1", "ens1", "spine1", "swp1"), `no leaf "spine1"`},
		{f.KillDaemon(ctx, "alpha-n1", "snmpd"), "no snmpd on a device alpha-n1"},
		{f.StartDaemon(ctx, "leaf1", "lldpd"), "it is running"},
		{neighbours, "leaf9"},
	} {
		if !strings.Contains(text(c.err), c.want) {
			t.Errorf("the error is %v, want one with %q", c.err, c.want)
		}
	}
}

// leftovers lists what there is under a prefix: namespaces, the interface, the directory, processes.
func leftovers(t *testing.T, o fabric.Options) []string {
	t.Helper()
	var left []string
	namespaces, err := filepath.Glob("/run/netns/" + o.Prefix + "-*")
	must(t, err)
	left = append(left, namespaces...)
	if _, err := net.InterfaceByName(o.RootLeg()); err == nil {
		left = append(left, o.RootLeg())
	}
	if _, err := os.Stat(o.RunDir()); err == nil {
		left = append(left, o.RunDir())
	}
	processes, err := filepath.Glob("/proc/[0-9]*/cmdline")
	must(t, err)
	for _, p := range processes {
		if line, err := os.ReadFile(p); err == nil && bytes.Contains(line, []byte(o.RunDir()+"/")) {
			left = append(left, p+": "+string(bytes.ReplaceAll(line, []byte{0}, []byte(" "))))
		}
	}
	return left
}

func nothingLeft(t *testing.T, o fabric.Options) {
	t.Helper()
	if left := leftovers(t, o); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
