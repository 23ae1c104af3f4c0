package discovery_test

import (
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/snmp"
	"github.com/netseam/netseam/collectors/snmp/discovery"
)

func TestWhatIsRememberedOutlivesARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "discovered.json")
	file, m, err := discovery.OpenFile(path)
	if err != nil || len(m.Found) != 0 {
		t.Fatalf("got %v, %v of a file that is not there", m, err)
	}
	now := time.Now().UTC()
	want := discovery.Memory{
		Found: []discovery.Device{{
			Name: "found-10.0.0.1", Address: addr("10.0.0.1"), Set: "core", Depth: 2, Via: "leaf1", Found: now, Heard: now,
			Identity: snmp.Identity{SysName: "a", ChassisID: "02:00:00:00:00:01", ChassisIDSubtype: api.ChassisMAC, EngineID: "80", Addresses: []netip.Addr{addr("2001:db8::1")}},
		}},
		Rejected: []discovery.Rejection{{Address: addr("10.0.0.2"), Set: "core", Print: "1234", Until: now, Why: "because"}},
	}
	secret := snmp.Credentials{Name: "core", User: "u", Auth: snmp.SHA, AuthPassword: snmp.NewSecret("correct horse")}
	before, err := file.Print(secret)
	if err != nil {
		t.Fatal(err)
	}
	if err := file.Save(want); err != nil {
		t.Fatal(err)
	}
	again, got, err := discovery.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateComparable(netip.Addr{})); diff != "" {
		t.Errorf("what is read is not what was written (-want +got):\n%s", diff)
	}
	if after, err := again.Print(secret); err != nil || after != before {
		t.Errorf("the same set has the print %s after a restart, and had %s: %v", after, before, err)
	}
	secret.AuthPassword = snmp.NewSecret("correct house")
	if after, err := again.Print(secret); err != nil || after == before {
		t.Errorf("another password has the same print: %v", err)
	}
	text, err := os.ReadFile(path)
	if err != nil || strings.Contains(string(text), "correct") {
		t.Errorf("the file holds a secret: %v", err)
	}
	if left, err := filepath.Glob(path + ".*"); err != nil || len(left) > 0 {
		t.Errorf("%v were left behind: %v", left, err)
	}
}

func TestADamagedFileIsSaidToBeAndReplaced(t *testing.T) {
	path := filepath.Join(t.TempDir(), "discovered.json")
	for _, text := range []string{"", "{", "[]", `{"version":99,"salt":"x"}`, `{"version":1,"salt":"","found":[]}`, `{"version":1,"salt":"x","found":[{"Address":"nowhere"}]}`} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		file, m, err := discovery.OpenFile(path)
		if !errors.Is(err, discovery.ErrDamaged) || len(m.Found) != 0 {
			t.Errorf("of %q: got %v, %v", text, m, err)
		}
		if err := file.Save(discovery.Memory{}); err != nil {
			t.Error(err)
		}
		if _, _, err := discovery.OpenFile(path); err != nil {
			t.Errorf("after it was replaced: %v", err)
		}
	}
}

// Whatever a file says, who is asked is for the rules to decide.
func FuzzMemory(f *testing.F) {
	f.Add([]byte(`{"version":1,"salt":"x","found":[{"Name":"found-10.0.0.1","Address":"10.0.0.1","Set":"public"}],"rejected":[{"Address":"","ChassisID":"a","Set":"public"}]}`))
	f.Add([]byte(`{"version":1,"salt":"x","found":[{"Address":"192.0.2.1","Set":"public"},{"Address":"","Set":"public"}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		path := filepath.Join(t.TempDir(), "discovered.json")
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		_, m, err := discovery.OpenFile(path)
		if err != nil {
			return
		}
		rules := usual()
		p := discovery.New(rules, m, time.Now())
		for _, d := range p.Devices() {
			if !rules.Allow[0].Contains(d.Address) {
				t.Errorf("%v is taken over, which is not allowed", d.Address)
			}
		}
		p.State(time.Now())
	})
}
