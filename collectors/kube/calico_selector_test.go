package kube_test

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/labels"
	"pgregory.net/rapid"

	"github.com/netseam/netseam/collectors/kube"
)

func judged(text string, set labels.Set) string {
	s, ok := kube.CalicoSelector(text)
	switch {
	case !ok:
		return "unread"
	case s.Matches(set):
		return "selects"
	}
	return "not"
}

func TestSelectorsOfCalico(t *testing.T) {
	set := labels.Set{"rack": "r1", "uplink": "", "example.net/role": "web-front"}
	for text, want := range map[string]string{
		"":                                     "selects",
		" \t":                                  "selects",
		"all()":                                "selects",
		"all( )":                               "selects",
		"!all()":                               "not",
		"rack == 'r1'":                         "selects",
		`rack == "r2"`:                         "not",
		"rack=='r1'":                           "selects",
		"gone == ''":                           "not",
		"uplink == ''":                         "selects",
		"rack != 'r1'":                         "not",
		"gone != 'r1'":                         "selects",
		"has(uplink) && !has(gone)":            "selects",
		"has( uplink )":                        "selects",
		"! has(uplink)":                        "not",
		"!!has(uplink)":                        "selects",
		"rack in { 'r1', 'r2' }":               "selects",
		"rack in {'r2'}":                       "not",
		"rack not in {'r1'}":                   "not",
		"gone not in {'r1'}":                   "selects",
		"gone in {''}":                         "not",
		"rack == 'r1' || rack == 'r2'":         "selects",
		"rack == 'r2' || rack == 'r3'":         "not",
		"rack starts with 'r'":                 "selects",
		"rack starts with 's'":                 "not",
		"gone starts with ''":                  "not",
		"example.net/role contains '-'":        "selects",
		"example.net/role contains 'back'":     "not",
		"example.net/role ends with 'nt'":      "selects",
		"example.net/role ends with 'web'":     "not",
		"rack startswith 'r'":                  "selects",
		"rack == 'r1' && (has(a) || all())":    "selects",
		"rack == 'r1' && (has(a) || has(b))":   "not",
		"has(a) && has(b) || rack == 'r1'":     "selects", // && binds first
		"rack == 'r1' || has(a) && has(b)":     "selects",
		"(rack == 'r1' || has(a)) && has(b)":   "not",
		"!(rack == 'r1' || has(a))":            "not",
		"!has(a) && !(has(b) || rack == 'r2')": "selects",
		"rack == \"it's\" || rack == 'r1'":     "selects",
		"rack == '&& || !'":                    "not",
		"((rack == 'r1'))":                     "selects",
		"&&":                                   "unread",
		"rack == r1":                           "unread",
		"rack = 'r1'":                          "unread",
		"rack == 'r1' &&":                      "unread",
		"rack == 'r1' rack == 'r1'":            "unread",
		"rack == 'r1' & has(a)":                "unread",
		"(rack == 'r1'":                        "unread",
		"rack == 'r1')":                        "unread",
		"rack in {}":                           "unread",
		"rack in {'a',}":                       "unread",
		"rack in 'r1'":                         "unread",
		"rack == 'r1":                          "unread",
		"has(rack":                             "unread",
		"has()":                                "unread",
		"rack":                                 "unread",
		"rack like 'r'":                        "unread",
		"global()":                             "unread",
		"!":                                    "unread",
		strings.Repeat("(", 65) + "all()" + strings.Repeat(")", 65): "unread",
		strings.Repeat("(", 64) + "all()" + strings.Repeat(")", 64): "selects",
	} {
		if got := judged(text, set); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

// What is written of a tree of terms means what the tree means, however deep.
func TestSelectorsOfCalicoMeanWhatTheyAreWrittenFrom(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		set := labels.Set{}
		for _, key := range []string{"a", "b"} {
			if v := rapid.SampledFrom([]string{"none", "", "x", "xy"}).Draw(r, key); v != "none" {
				set[key] = v
			}
		}
		var draw func(depth int) (string, bool)
		draw = func(depth int) (string, bool) {
			key := rapid.SampledFrom([]string{"a", "b"}).Draw(r, "key")
			v := rapid.SampledFrom([]string{"x", "y", ""}).Draw(r, "value")
			has, value := set.Has(key), set.Get(key)
			most := 8
			if depth == 0 {
				most = 5
			}
			switch rapid.IntRange(0, most).Draw(r, "what") {
			case 0:
				return "has(" + key + ")", has
			case 1:
				return key + " == '" + v + "'", has && value == v
			case 2:
				return key + " not in {'" + v + `', "z"}`, !has || value != v
			case 3:
				return key + " starts with '" + v + "'", has && strings.HasPrefix(value, v)
			case 4:
				return key + " ends with '" + v + "'", has && strings.HasSuffix(value, v)
			case 5:
				return key + " contains '" + v + "'", has && strings.Contains(value, v)
			case 6:
				text, is := draw(depth - 1)
				return "!(" + text + ")", !is
			case 7:
				left, a := draw(depth - 1)
				right, b := draw(depth - 1)
				return "(" + left + ") && (" + right + ")", a && b
			}
			left, a := draw(depth - 1)
			right, b := draw(depth - 1)
			return "(" + left + ")||(" + right + ")", a || b
		}
		text, is := draw(4)
		if got, want := judged(text, set), map[bool]string{true: "selects", false: "not"}[is]; got != want {
			r.Fatalf("%s of %v: %s, want %s", text, set, got, want)
		}
	})
}

func FuzzCalicoSelector(f *testing.F) {
	for _, seed := range []string{
		"all()", "rack == 'r1' && has(uplink)", "rack not in {'r1', \"b\"}", "!has(a)", "{}", "' in {'", "has(", "((a == 'b') || !c contains \"d\")",
		"a starts with 'b' || a ends with 'c'", "global()",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, ok := kube.CalicoSelector(text)
		if ok != (s != nil) {
			t.Fatalf("%q: read %v, selector %v", text, ok, s)
		}
		if !ok {
			return
		}
		set := labels.Set{"rack": "r1"}
		// What was read is read with other things around it, and denied.
		if strings.TrimLeft(text, " \t") != "" {
			if no, ok := kube.CalicoSelector("!(" + text + ")"); ok && no.Matches(set) == s.Matches(set) {
				t.Fatalf("%q and its denial both are %v", text, s.Matches(set))
			}
		}
	})
}
