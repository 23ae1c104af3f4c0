package e2e_test

import (
	"context"
	"fmt"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/netseam/netseam/test/fabric"
)

// startFabric brings up the fabric, and netseam reading all of its switches at
// an interval. More is added to its configuration.
func startFabric(t *testing.T, o fabric.Options, interval string, more ...string) (*fabric.Fabric, *program) {
	t.Helper()
	missing := fabric.Missing()
	need(t, len(missing) == 0, "for the fabric: "+strings.Join(missing, ", "))
	f, err := fabric.Up(t.Context(), t.TempDir(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Down(context.WithoutCancel(t.Context())); err != nil {
			t.Errorf("fabric: %v", err)
		}
	})
	var b strings.Builder
	fmt.Fprintf(&b, "listen: 127.0.0.1:0\ndata: data\nsnmp:\n  community: public\n  interval: %s\n", interval)
	if o.TrapPort != 0 {
		fmt.Fprintf(&b, "  traps: %s\n", netip.AddrPortFrom(o.Management.Addr().Next(), o.TrapPort))
	}
	b.WriteString("switches:\n")
	for _, d := range f.Topology().Devices {
		fmt.Fprintf(&b, "  - {name: %s, address: \"%s:161\"}\n", d.Name, d.Address)
	}
	b.WriteString(strings.Join(more, ""))
	path := filepath.Join(t.TempDir(), "netseam.yaml")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return f, start(t, "serve", "-c", path)
}

// After snmpd restarts, lldpd finds it again only at its next ping, up to 15 s
// later. Until then the agent answers all but LLDP-MIB.
func TestADeadTableMakesNothingVanishOnTheFabric(t *testing.T) {
	f, p := startFabric(t, fabric.Options{Prefix: "nsd", Management: netip.MustParsePrefix("10.199.24.0/24")}, "1s")
	cables := len(f.Topology().Links) + len(f.Topology().Attachments)
	// linked are the links on the map, and whether something fresh speaks for them.
	linked := func() map[string]bool {
		out := map[string]bool{}
		for _, e := range p.edges("link") {
			key := pair(e.A.Qualified, e.B.Qualified)
			out[key] = false
			for _, ev := range e.Evidence {
				out[key] = out[key] || ev.Fresh
			}
		}
		return out
	}
	eventually(t, 60*time.Second, "every cable on the map", func() error {
		if got := linked(); len(got) != cables {
			return fmt.Errorf("%d links, want %d", len(got), cables)
		}
		return nil
	})
	whole := linked()
	leaf2 := func() (state, message string) {
		for _, s := range p.status().Sources {
			if s.ID == "snmp:leaf2" {
				return s.State, s.Message
			}
		}
		return "", ""
	}

	if err := f.RestartDaemon(t.Context(), "leaf2", "snmpd"); err != nil {
		t.Fatal(err)
	}
	restarted := time.Now()
	// What only leaf2 reports, its hosts, is stale; spines report their half still.
	staleAfter, looks := time.Duration(0), 0
	eventually(t, 60*time.Second, "leaf2's neighbours heard again", func() error {
		got := linked()
		looks++
		if !sameKeys(got, whole) {
			t.Fatalf("after %s the links are %v, want %v", time.Since(restarted), got, whole)
		}
		stale := 0
		for key, fresh := range got {
			if !fresh {
				stale++
				if !strings.Contains(key, "leaf2") {
					t.Fatalf("%s is stale, though leaf2 has no part in it", key)
				}
			}
		}
		state, message := leaf2()
		if stale > 0 && strings.Contains(message, "LLDP-MIB no longer answers") && staleAfter == 0 {
			staleAfter = time.Since(restarted)
		}
		if staleAfter == 0 || stale > 0 || state != "live" {
			return fmt.Errorf("%d links stale, the source is %s: %s", stale, state, message)
		}
		return nil
	})
	t.Logf("LLDP-MIB was away: links stale %s after the restart, fresh again after %s; none was missing in %d looks",
		staleAfter.Round(time.Millisecond), time.Since(restarted).Round(time.Millisecond), looks)
}

func sameKeys(a, b map[string]bool) bool {
	blank := func(m map[string]bool) map[string]bool {
		out := maps.Clone(m)
		for k := range out {
			out[k] = true
		}
		return out
	}
	return maps.Equal(blank(a), blank(b))
}

// Between two polls a switch says by trap that a link failed, and the page shows
// it within a second, of which the agent may answer from its cache for as long:
// it is asked again until it agrees with its trap. That the link is whole again
// is known when somebody is heard on it, for which lldpd takes a second.
func TestATrapShowsAFailedLinkOnTheFabric(t *testing.T) {
	f, p := startFabric(t, fabric.Options{Prefix: "nst", Management: netip.MustParsePrefix("10.199.25.0/24"), TrapPort: 11162}, "60s")
	b := openBrowser(t, p.url)
	is := func(health string) string {
		return isEdge("link", "spine1 swp1", "leaf1 swp51", fmt.Sprintf("e.health === %q", health))
	}
	b.waitFor(90*time.Second, "the link healthy", is("ok"))
	acts := []struct {
		do    func(ctx context.Context, device, port string) error
		want  string
		limit time.Duration
	}{{f.LinkDown, "down", time.Second}, {f.LinkUp, "ok", 2 * time.Second}}
	took := map[string][]time.Duration{}
	for n := range 7 {
		for _, act := range acts {
			<-time.After(time.Duration(n) * 140 * time.Millisecond) // At all ages of the cache alike.
			began := time.Now()
			if err := act.do(t.Context(), "leaf1", "swp51"); err != nil {
				t.Fatal(err)
			}
			took[act.want] = append(took[act.want], b.waitFor(30*time.Second, "the link "+act.want, is(act.want)).Sub(began))
		}
	}
	for _, act := range acts {
		all := took[act.want]
		slices.Sort(all)
		median := all[len(all)/2]
		t.Logf("link %s: in the page %d ms after the act (median), %d at best, %d at worst (polled every 60 s)",
			act.want, median.Milliseconds(), all[0].Milliseconds(), all[len(all)-1].Milliseconds())
		if median > act.limit {
			t.Errorf("link %s: in the page after %v, want %v at most", act.want, all, act.limit)
		}
	}
}
