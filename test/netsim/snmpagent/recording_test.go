package snmpagent_test

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/netseam/netseam/test/netsim/snmpagent"
)

func TestABadRecordingIsNamedByFileAndLine(t *testing.T) {
	for text, want := range map[string]string{
		"1.3.6.1":                       "walk:1: not of the form OID|TAG|VALUE",
		"1.3.6.1|4":                     "walk:1: not of the form OID|TAG|VALUE",
		"\n\nx|4|a":                     `walk:3: object identifier "x": arc "x" is not a number below 2^32`,
		"1.3.4294967296|4|a":            `walk:1: object identifier "1.3.4294967296": arc "4294967296" is not a number below 2^32`,
		"|4|a":                          `walk:1: object identifier "" is empty`,
		"1|4|a":                         `walk:1: object identifier "1": has 1 arcs, needs at least 2`,
		"3.1|4|a":                       `walk:1: object identifier "3.1": first arc is 3, at most 2 is allowed`,
		"1.40|4|a":                      `walk:1: object identifier "1.40": second arc is 40, at most 39 is allowed under 1`,
		"1.3.6|2|x":                     `walk:1: value "x" is not a 32 bit integer`,
		"1.3.6|2|2147483648":            `walk:1: value "2147483648" is not a 32 bit integer`,
		"1.3.6|65|-1":                   `walk:1: value "-1" is not an unsigned 32 bit number`,
		"1.3.6|70|18446744073709551616": `walk:1: value "18446744073709551616" is not an unsigned 64 bit number`,
		"1.3.6|64|10.0.0":               `walk:1: value "10.0.0" is not an IPv4 address`,
		"1.3.6|64|::1":                  `walk:1: value "::1" is not an IPv4 address`,
		"1.3.6|64x|0a00":                `walk:1: value "0a00" has 2 octets, an IPv4 address has 4`,
		"1.3.6|4x|0g":                   `walk:1: value "0g" is not hexadecimal: encoding/hex: invalid byte: U+0067 'g'`,
		"1.3.6|6|":                      `walk:1: object identifier "" is empty`,
		"1.3.6|99|1":                    `walk:1: unknown tag "99"`,
		"1.3.6|2x|01":                   `walk:1: unknown tag "2x"`,
		"1.3.6||":                       `walk:1: unknown tag ""`,
		"1.3.6|4|ok\n1.3.7|4|" + strings.Repeat("x", 300<<10): "walk:2: line is longer than 262144 bytes",
	} {
		_, err := snmpagent.ReadRecording(strings.NewReader(text), "walk")
		if err == nil || err.Error() != want {
			t.Errorf("%.40q: %v, want %s", text, err, want)
		}
	}
}

func TestARecordingNeedNotBeInOrder(t *testing.T) {
	const text = "1.3.6.1.2.1.10.2|4|c\r\n.1.3.6.1.2.1.2.10|4|b\n# note\n1.3.6.1.2.1.2.9|4|a\n1.3.6.1.2.1.2.9|4|again\n"
	rows, err := snmpagent.ReadRecording(strings.NewReader(text), "walk")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, row := range snmpagent.Walk(rows, snmpagent.MustOID("1.3")) {
		got = append(got, row.OID.String()+" "+row.Value.String())
	}
	want := []string{".1.3.6.1.2.1.2.9 OctetString: a", ".1.3.6.1.2.1.2.10 OctetString: b", ".1.3.6.1.2.1.10.2 OctetString: c"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

func TestADirectoryOfRecordings(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		var b bytes.Buffer
		b.WriteString(text)
		if strings.HasSuffix(name, ".gz") {
			b.Reset()
			z := gzip.NewWriter(&b)
			if _, err := z.Write([]byte(text)); err != nil {
				t.Fatal(err)
			}
			if err := z.Close(); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(filepath.Join(dir, name), b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const row = "1.3.6.1.2.1.1.5.0|4|x\n"
	write("a.example.snmprec.gz", row)
	write("a.example.vlan.10.snmprec.gz", row)
	write("a.example.vlan200.snmprec", row)
	write("b.snmprec", row)
	write("lost.vlan.1.snmprec", row)
	write("expected.json", "{}")
	captures, err := snmpagent.LoadDir(dir, "secret")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{}
	for _, c := range captures {
		for community := range c.Views {
			got[c.File] = append(got[c.File], community)
		}
		slices.Sort(got[c.File])
	}
	want := map[string][]string{
		"a.example.snmprec.gz": {"secret", "secret@10", "secret@200"},
		"b.snmprec":            {"secret"},
		"lost.vlan.1.snmprec":  {"secret"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("captures (-want +got):\n%s", diff)
	}
	write("b.snmprec.gz", row)
	if _, err := snmpagent.LoadDir(dir, "secret"); err == nil {
		t.Error("two recordings of one device were accepted")
	}
}

// The corpus is not part of the project: without it nothing is lost but breadth.
func TestTheCorpusCanBeServed(t *testing.T) {
	files, err := filepath.Glob("../../../../shared/corpus/*/*/*.snmprec.gz")
	if err != nil {
		t.Fatal(err)
	}
	devices, err := filepath.Glob("../../../../shared/corpus/devices/*.snmprec.gz")
	if err != nil {
		t.Fatal(err)
	}
	files = append(files, devices...)
	if len(files) == 0 {
		t.Skip("skipped: needs the corpus of captures beside the project")
	}
	for i, file := range files {
		rows, err := snmpagent.LoadRecording(file)
		if err != nil {
			t.Error(err)
			continue
		}
		if i%20 != 0 {
			continue // Parsing all is cheap, walking all is not.
		}
		want := append(all(rows, "1.0"), all(rows, "1.3")...)
		c := client(t, serve(t, rows, snmpagent.Faults{}), nil)
		var got []string
		for _, root := range []string{".1.0", ".1.3"} {
			if len(all(rows, root)) == 0 {
				continue
			}
			vbs, err := c.BulkWalkAll(root)
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			got = append(got, names(vbs)...)
		}
		if !slices.Equal(want, got) {
			t.Errorf("%s: walk gives %d rows, want %d", filepath.Base(file), len(got), len(want))
		}
	}
}
