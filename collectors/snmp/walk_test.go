package snmp_test

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/netseam/netseam/collectors/snmp"
)

func TestWalk(t *testing.T) {
	boom := errors.New("boom")
	// Each case is a map from what was asked for to what the agent answers.
	for name, c := range map[string]struct {
		answers map[string]string
		want    string
		err     error
	}{
		"ends at the end of the view":      {map[string]string{"1": "1.1 1.2", "1.2": "1.3 end"}, "1.1 1.2 1.3", nil},
		"ends behind the table":            {map[string]string{"1": "1.1 1.2 2.1"}, "1.1 1.2", nil},
		"an empty table":                   {map[string]string{"1": "2.1"}, "", nil},
		"numbers, not texts, are in order": {map[string]string{"1": "1.9 1.10 1.100 end"}, "1.9 1.10 1.100", nil},
		"a prefix is not below":            {map[string]string{"1": "10.1"}, "", nil},
		"a repeated row is left out":       {map[string]string{"1": "1.1 1.1 1.2 1.2", "1.2": "1.3 1.3 end"}, "1.1 1.2 1.3", nil},
		"the same row for ever":            {map[string]string{"1": "1.1 1.1", "1.1": "1.1 1.1"}, "1.1", snmp.ErrCycle},
		"a cycle":                          {map[string]string{"1": "1.1 1.2 1.3", "1.3": "1.1 1.2 1.3"}, "1.1 1.2 1.3", snmp.ErrCycle},
		"a cycle within one answer":        {map[string]string{"1": "1.1 1.2 1.3 1.1 1.2 1.3", "1.3": "1.1 1.2"}, "1.1 1.2 1.3", snmp.ErrCycle},
		"out of order but finite":          {map[string]string{"1": "1.5 1.2", "1.2": "1.7 1.3", "1.3": "2"}, "1.5 1.2 1.7 1.3", nil},
		"out of order, then in circles":    {map[string]string{"1": "1.5 1.2", "1.2": "1.7 1.5", "1.7": "1.5 1.2"}, "1.5 1.2 1.7", snmp.ErrCycle},
		"back behind the begin":            {map[string]string{"1": "1.1 1.2", "1.2": "0.9"}, "1.1 1.2", snmp.ErrNotIncreasing},
		"the root itself again":            {map[string]string{"1": "1.1", "1.1": "1"}, "1.1", snmp.ErrNotIncreasing},
		"nothing at all":                   {map[string]string{"1": ""}, "", snmp.ErrCycle},
		"an error keeps what was good":     {map[string]string{"1": "1.1 1.2", "1.2": "!"}, "1.1 1.2", boom},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := snmp.Walk(t.Context(), "1", 100, func(after string) ([]string, error) {
				text, ok := c.answers[after]
				if !ok {
					t.Fatalf("asked what follows %q", after)
				}
				if text == "!" {
					return nil, boom
				}
				return strings.Fields(text), nil
			})
			if strings.Join(got, " ") != c.want || !errors.Is(err, c.err) || (err == nil) != (c.err == nil) {
				t.Errorf("got %v and error %v, want %v and %v", got, err, c.want, c.err)
			}
		})
	}
}

func TestWalkOfAnEndlessTableEnds(t *testing.T) {
	n := 0
	got, err := snmp.Walk(t.Context(), "1", 1000, func(string) ([]string, error) {
		n++
		return []string{"1." + strconv.Itoa(2*n), "1." + strconv.Itoa(2*n+1)}, nil
	})
	if !errors.Is(err, snmp.ErrTooMany) || len(got) != 1000 {
		t.Errorf("got %d rows and error %v, want 1000 and %v", len(got), err, snmp.ErrTooMany)
	}
	_, err = snmp.Walk(t.Context(), "1", 1_000_000, func(string) ([]string, error) {
		n++
		return []string{fmt.Sprintf("1.%d%s", n, strings.Repeat(".4294967295", 120))}, nil
	})
	if !errors.Is(err, snmp.ErrTooMany) {
		t.Errorf("got error %v for too many bytes, want %v", err, snmp.ErrTooMany)
	}
}

func TestCompareOID(t *testing.T) {
	sorted := []string{"1", "1.0", "1.0.8802", "1.3", "1.3.6.1", "1.3.6.1.2", "1.3.6.1.10", "1.3.7", "2", "10"}
	for i, a := range sorted {
		for j, b := range sorted {
			got := snmp.CompareOID(a, b)
			if (got < 0) != (i < j) || (got > 0) != (i > j) {
				t.Errorf("compare %s with %s gives %d", a, b, got)
			}
		}
	}
	if !slices.IsSortedFunc(sorted, snmp.CompareOID) {
		t.Error("not sorted")
	}
}

func TestRepetitionsAdapt(t *testing.T) {
	r := snmp.NewRepetitions(10)
	for range 8 {
		r.Succeed()
	}
	if r.Now() != 40 {
		t.Errorf("after 8 good answers it asks for %d, want 40", r.Now())
	}
	r.Fail(40, true)
	for range 100 {
		r.Succeed()
	}
	if r.Now() != 20 {
		t.Errorf("after the agent said that 40 are too many it asks for %d, want 20 from then on", r.Now())
	}
	for range 200 {
		r.Succeed()
	}
	if r.Now() != 40 {
		t.Errorf("after 300 good answers it asks for %d, want to have tried 40 again", r.Now())
	}

	lossy := snmp.NewRepetitions(10)
	lossy.Fail(10, false)
	if lossy.Now() != 5 {
		t.Errorf("after silence it asks for %d, want 5", lossy.Now())
	}
	for range 4 {
		lossy.Succeed()
	}
	if lossy.Now() != 10 {
		t.Errorf("one silence is no limit: it asks for %d, want 10", lossy.Now())
	}
	lossy.Fail(10, false)
	for range 100 {
		lossy.Succeed()
	}
	if lossy.Now() != 5 {
		t.Errorf("silence at the same number twice is a limit: it asks for %d, want 5", lossy.Now())
	}
	for range 10 {
		lossy.Fail(lossy.Now(), true)
	}
	if lossy.Now() != 1 {
		t.Errorf("it asks for %d, want never less than 1", lossy.Now())
	}
}
