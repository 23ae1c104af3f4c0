package api_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/netseam/netseam/api"
)

func TestMACText(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var m api.MAC
		copy(m[:], rapid.SliceOfN(rapid.Byte(), 6, 6).Draw(r, "octets"))
		back, err := api.ParseMAC(m.String())
		if err != nil || back != m {
			r.Fatalf("%v became %q became %v, %v", [6]byte(m), m.String(), [6]byte(back), err)
		}
	})
	for _, bad := range []string{"", "00:11:22:33:44", "00:11:22:33:44:5", "00:11:22:33:44:5G", "00-11-22-33-44-55", "00:11:22:33:44:AA", "00:11:22:33:44:55:66"} {
		if m, err := api.ParseMAC(bad); err == nil {
			t.Errorf("%q is taken for %v", bad, m)
		}
	}
}

func TestWhichMACsAreStations(t *testing.T) {
	for text, want := range map[string]bool{
		"52:54:00:12:34:56": true,
		"00:00:0c:07:ad:01": true, // next to HSRP's
		"00:00:5e:00:53:01": true, // next to VRRP's
		"00:00:00:00:00:00": false,
		"ff:ff:ff:ff:ff:ff": false,
		"01:80:c2:00:00:0e": false,
		"33:33:00:00:00:01": false,
		"00:00:5e:00:01:0a": false,
		"00:00:5e:00:02:0a": false,
		"00:00:0c:07:ac:01": false,
		"00:00:0c:9f:f0:01": false,
		"00:05:73:a0:00:01": false,
		"00:07:b4:00:01:01": false,
		"ee:ee:ee:ee:ee:ee": false,
	} {
		m, err := api.ParseMAC(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := m.IsStation(); got != want {
			t.Errorf("%s: station %v, want %v", text, got, want)
		}
	}
}
