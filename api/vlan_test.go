package api_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/netseam/netseam/api"
)

func TestVLANSetsAreReadAsTheyAreWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ids := rapid.SliceOf(rapid.Uint16Range(1, api.MaxVLAN)).Draw(t, "ids")
		slices.Sort(ids)
		want := api.VLANSet(slices.Compact(ids))
		got, err := api.ParseVLANSet(want.String())
		if err != nil || !slices.Equal(got, want) {
			t.Fatalf("%v is written %q and read as %v, %v", want, want, got, err)
		}
		for id := range uint16(api.MaxVLAN + 2) {
			if in := api.TextHasVLAN(want.String(), id); in != want.Has(id) {
				t.Fatalf("%d in %q: %v", id, want, in)
			}
		}
	})
}

func TestVLANSet(t *testing.T) {
	s, err := api.ParseVLANSet("20-23,1,22-25")
	if err != nil || s.String() != "1,20-25" {
		t.Fatalf("read as %q, %v", s, err)
	}
	if !s.Has(25) || s.Has(26) || s.Has(2) {
		t.Errorf("%v has 25: %v, 26: %v, 2: %v", s, s.Has(25), s.Has(26), s.Has(2))
	}
	if only := s.Without(api.VLANSet{20, 21, 25}); only.String() != "1,22-24" {
		t.Errorf("without 20, 21 and 25: %v", only)
	}
	if !api.TextHasVLAN("x,7-9", 8) {
		t.Error("8 is not in what can be read of x,7-9")
	}
	for _, bad := range []string{",", "0", "4095", "9-8", "1-", "-1", "x", "1, 2", "70000"} {
		if s, err := api.ParseVLANSet(bad); err == nil {
			t.Errorf("%q is read as %v", bad, s)
		}
	}
}
