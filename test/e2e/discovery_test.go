package e2e_test

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/netseam/netseam/test/netsim"
	"github.com/netseam/netseam/test/netsim/snmpagent"
)

type discovered struct {
	Enabled bool           `json:"enabled"`
	Running bool           `json:"running"`
	Counts  map[string]int `json:"counts"`
	Items   []struct {
		Address string `json:"address"`
		State   string `json:"state"`
		Why     string `json:"why"`
		Name    string `json:"name"`
		Source  string `json:"source"`
		Vertex  end    `json:"vertex"`
	} `json:"items"`
}

// state is how an address stands.
func (d discovered) state(address string) string {
	for _, i := range d.Items {
		if i.Address == address {
			return i.State
		}
	}
	return ""
}

// Nothing but a seed and a prefix is configured, and the whole network is on the
// map: devices that are found are polled, those that cannot be are drawn as what
// their neighbours say. It stays so over a restart, and what is refused leaves.
func TestASeedIsEnoughForTheWholeNetwork(t *testing.T) {
	w, err := netsim.New(netsim.Config{Seed: 1, Dir: t.TempDir(), ActEvery: -1, Reachable: true})
	if err != nil {
		t.Fatal(err)
	}
	err = w.Start(t.Context())
	need(t, err == nil, fmt.Sprintf("all of 127.0.0.0/8: %v", err))
	t.Cleanup(w.Close)
	at := map[string]string{} // switch -> address
	secrets := map[string]bool{"wrong password": true}
	port := uint16(0)
	for _, s := range w.Switches() {
		full := netip.MustParseAddrPort(s.Address)
		at[s.Name], port = full.Addr().String(), full.Port()
		secrets[s.Community] = true
	}
	w.Agent("fra1-leaf5").SetFaults(snmpagent.Faults{Silent: true})

	dir := t.TempDir()
	path := filepath.Join(dir, "netseam.yaml")
	write := func(refuse string) {
		t.Helper()
		text := fmt.Sprintf(`
listen: 127.0.0.1:0
data: data
snmp:
  timeout: 300ms
  retries: 1
  interval: 1s
  credentials:
    - {name: v3, user: netseam, auth: {protocol: SHA, password: wrong password}}
    - {name: fra, community: fra1-ro}
    - {name: ams, community: ams1-ro}
discovery:
  enabled: true
  seeds: [%s]
  allow: [127.0.0.0/8]
  refuse: %s
  pause: 100ms
  tries: 10
  rate: 100
  port: %d
`, at["fra1-spine1"], refuse, port)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(`[{name: "ams1-leaf2*", why: not ours}]`)

	p := start(t, "serve", "-c", path)
	look := func() (d discovered, err error) {
		err = p.get("/api/v1/discovery?limit=1000", &d)
		return d, err
	}
	// One is dead, one refused, and one speaks no neighbour protocol.
	found := len(at) - 3
	settled := func(found int) {
		t.Helper()
		eventually(t, 60*time.Second, "all is found, and polled", func() error {
			d, err := look()
			live := 0
			for _, s := range p.status().Sources {
				if s.Kind == "snmp" && s.State == "live" {
					live++
				}
			}
			if err != nil || d.Running || d.Counts["found"] != found || live != found {
				return fmt.Errorf("running %t, %v, %d live, want %d found: %w", d.Running, d.Counts, live, found, err)
			}
			return nil
		})
	}
	settled(found)
	d, err := look()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"fra1-spine2": "found", "ams1-leaf4": "found", "fra1-leaf5": "unreachable", "ams1-leaf2": "refused", "ams1-access1": ""} {
		if got := d.state(at[name]); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	drawn := func(name string, unmanaged bool) {
		t.Helper()
		eventually(t, 20*time.Second, name+" is drawn", func() error {
			var page struct{ Items []struct{ ID string } }
			if err := p.get("/api/v1/vertices?kind=device&q="+name, &page); err != nil {
				return err
			}
			if len(page.Items) != 1 {
				return fmt.Errorf("%d devices are called so", len(page.Items))
			}
			var v struct{ Attrs []struct{ Key, Value string } }
			if err := p.get("/api/v1/vertices/"+page.Items[0].ID, &v); err != nil {
				return err
			}
			says := map[string]string{}
			for _, a := range v.Attrs {
				says[a.Key] = a.Value
			}
			if (says["unmanaged"] == "true") != unmanaged || unmanaged && (says["chassis_id"] == "" || says["address"] != at[name] || says["description"] == "") {
				return fmt.Errorf("it says %v, want unmanaged: %t", says, unmanaged)
			}
			return nil
		})
	}
	drawn("fra1-leaf5", true)
	drawn("ams1-leaf2", true)
	drawn("ams1-leaf4", false)

	p.stop()
	checkSecrets(t, secrets, p.log.String(), dir)
	p = start(t, "serve", "-c", path)
	settled(found)
	if strings.Contains(p.log.String(), "device found") {
		t.Error("after a restart devices were found anew that were known")
	}

	write(`[{name: "ams1-leaf*", why: not ours}]`)
	p.hangup()
	settled(found - 3)
	drawn("ams1-leaf4", true)

	w.Agent("fra1-leaf5").SetFaults(snmpagent.Faults{})
	write(`[{name: "ams1-leaf*", why: not ours}, {name: nobody}]`)
	p.hangup()
	settled(found - 3 + 1)
	drawn("fra1-leaf5", false)
}

// checkSecrets looks for secrets in the log and in all that was kept.
func checkSecrets(t *testing.T, secrets map[string]bool, log, dir string) {
	t.Helper()
	kept, err := os.ReadFile(filepath.Join(dir, "data", "discovered.json"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(kept), "found") {
		t.Errorf("nothing is kept: %s", kept)
	}
	for secret := range secrets {
		for where, text := range map[string]string{"the log": log, "what is kept": string(kept)} {
			if strings.Contains(text, secret) {
				t.Errorf("%q is in %s", secret, where)
			}
		}
	}
}
