package fabric_test

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/gosnmp/gosnmp"

	"github.com/netseam/netseam/test/fabric"
)

// TestBundleAndSpeakers asks the agents for what Open vSwitch and the hosts' bgpd do: an aggregate of two ports that LACP
// has agreed on, and an address that a host announces.
func TestBundleAndSpeakers(t *testing.T) {
	need(t)
	if missing := fabric.MissingForBundle(); len(missing) > 0 {
		if os.Getenv("CI") == "true" {
			t.Fatalf("a bundle needs %v", missing)
		}
		t.Skipf("skipped: a bundle needs %v", missing)
	}
	hosts := fabric.DefaultHosts()
	hosts[1].VIPs = []netip.Addr{netip.MustParseAddr("10.77.0.1")} // alpha-n2, at leaf2
	f := up(t, fabric.Options{Prefix: "nsbun", Management: netip.MustParsePrefix("10.199.7.0/24"), Hosts: hosts, Bundle: true})
	for _, leaf := range []string{"leaf1", "leaf2"} {
		waitSNMP(t, f, leaf)
	}
	const (
		lagPort = "1.2.840.10006.300.43.1.2.1.1"
		bgpPeer = "1.3.6.1.2.1.15.3.1"
		route   = "1.3.6.1.2.1.4.24.7.1.7.1.4.10.77.0.1.32"
	)
	aggregate := strings.TrimSpace(mustExec(t, f, "leaf1", "cat", "/sys/class/net/"+fabric.BundleName+"/ifindex"))
	for _, member := range []string{"51", "52"} { // swp41 and swp42
		waitValue(t, f, "leaf1", lagPort+".13."+member, aggregate)                        // attached to it
		waitValue(t, f, "leaf1", lagPort+".9."+member, "02:6e:73:02:02:64")               // leaf2's po1
		waitValue(t, f, "leaf1", lagPort+".21."+member, fmt.Sprintf("%02x", 0b111111<<2)) // activity … distributing
	}
	waitValue(t, f, "leaf2", bgpPeer+".2.10.10.2.12", "6") // established with alpha-n2
	wait(t, 20*time.Second, func(ctx context.Context) (string, bool) {
		c := &gosnmp.GoSNMP{
			Context: ctx, Target: f.Address("leaf2").String(), Port: 161, Transport: "udp",
			Version: gosnmp.Version2c, Community: fabric.Community, Timeout: 2 * time.Second, MaxRepetitions: 5,
		}
		if err := c.Connect(); err != nil {
			return text(err), false
		}
		rows, err := c.BulkWalkAll(route)
		_ = c.Close()
		return fmt.Sprintf("leaf2's routes to the address: %v, %v", rows, err),
			len(rows) == 1 && strings.HasSuffix(rows[0].Name, ".10.10.2.12")
	})
	if err := f.Crashed(); err != nil {
		t.Error(err)
	}
}

func mustExec(t *testing.T, f *fabric.Fabric, device string, argv ...string) string {
	t.Helper()
	out, err := f.Exec(t.Context(), device, argv...)
	must(t, err)
	return out
}

// waitValue waits until an agent answers with a number, or with octets as text.
func waitValue(t *testing.T, f *fabric.Fabric, device, oid, want string) {
	t.Helper()
	wait(t, 20*time.Second, func(ctx context.Context) (string, bool) {
		c := &gosnmp.GoSNMP{
			Context: ctx, Target: f.Address(device).String(), Port: 161, Transport: "udp",
			Version: gosnmp.Version2c, Community: fabric.Community, Timeout: 2 * time.Second,
		}
		if err := c.Connect(); err != nil {
			return text(err), false
		}
		reply, err := c.Get([]string{oid})
		_ = c.Close()
		if err != nil {
			return text(err), false
		}
		got := fmt.Sprint(reply.Variables[0].Value)
		if octets, ok := reply.Variables[0].Value.([]byte); ok {
			got = strings.ReplaceAll(fmt.Sprintf("% x", octets), " ", ":")
		}
		return fmt.Sprintf("%s of %s is %s, want %s", oid, device, got, want), got == want
	})
}
