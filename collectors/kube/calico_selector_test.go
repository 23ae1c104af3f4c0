package kube_test

import (
	"testing"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/netseam/netseam/collectors/kube"
)

func TestSelectorsOfCalico(t *testing.T) {
	set := labels.Set{"rack": "r1", "uplink": ""}
	for text, want := range map[string]string{
		"":                                  "selects",
		"all()":                             "selects",
		"rack == 'r1'":                      "selects",
		`rack == "r2"`:                      "not",
		"rack != 'r1'":                      "not",
		"has(uplink) && !has(gone)":         "selects",
		"! has(uplink)":                     "not",
		"rack in { 'r1', 'r2' }":            "selects",
		"rack not in {'r1'}":                "not",
		"rack == 'r1' || rack == 'r2'":      "unread",
		"rack starts with 'r'":              "unread",
		"rack == 'r1' && (has(a) || all())": "unread",
		"&&":                                "unread",
		"rack == r1":                        "unread",
		"global()":                          "unread",
	} {
		s, ok := kube.CalicoSelector(text)
		got := "unread"
		if ok {
			got = map[bool]string{true: "selects", false: "not"}[s.Matches(set)]
		}
		if got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func FuzzCalicoSelector(f *testing.F) {
	for _, seed := range []string{"all()", "rack == 'r1' && has(uplink)", "rack not in {'r1', \"b\"}", "!has(a)", "{}", "' in {'", "has("} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, ok := kube.CalicoSelector(text)
		if ok != (s != nil) {
			t.Fatalf("%q: read %v, selector %v", text, ok, s)
		}
		if ok {
			s.Matches(labels.Set{"rack": "r1"})
		}
	})
}
