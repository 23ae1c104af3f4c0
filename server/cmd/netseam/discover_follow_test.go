package main_test

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	main "github.com/netseam/netseam/server/cmd/netseam"
)

func TestFollowingWantsToKnowWhereAndTakesTheSetsOfAConfiguration(t *testing.T) {
	path := filepath.Join(t.TempDir(), "netseam.yaml")
	text := "snmp:\n  timeout: 10ms\n  retries: 0\n  credentials:\n    - {name: core, community: abc}\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	silent, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	_, port, err := net.SplitHostPort(silent.LocalAddr().String())
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"--follow", "10.0.0.1"}, "--allow 10.0.0.0/16"},
		{[]string{"--follow", "--allow", "10.0.0.0/8"}, "name a SEED"},
		{[]string{"--follow", "10.0.0.1", "--allow", "192.0.2.0/24"}, "outside of the allowed prefixes"},
		{[]string{"--follow", "switch1", "--allow", "192.0.2.0/24"}, `seed "switch1": want an address`},
		{[]string{"--follow", "10.0.0.1", "--allow", "everything"}, `want a prefix such as 10.0.0.0/16`},
		{[]string{"--follow", "10.0.0.1", "--allow", "10.0.0.0/8", "--refuse", "[x"}, `"[x" is no pattern`},
		{[]string{"10.0.0.1", "--allow", "10.0.0.0/8"}, "--allow belongs to --follow"},
		{[]string{"--follow", "--replay", "."}, "exclude each other"},
		// Nobody answers there, which is said of the address and is no failure.
		{[]string{"--follow", "-c", path, "127.0.0.1", "--allow", "127.0.0.1", "--port", port}, "credentials core: no answer"},
	} {
		var out bytes.Buffer
		root := main.NewRoot(&out, &out)
		root.SetArgs(append([]string{"discover"}, test.args...))
		got := ""
		if err := root.ExecuteContext(t.Context()); err != nil {
			got = err.Error()
		}
		if got += out.String(); !strings.Contains(got, test.want) {
			t.Errorf("%v: got %q, want %q in it", test.args, got, test.want)
		}
	}
}
