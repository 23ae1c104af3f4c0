package fabric_test

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/gosnmp/gosnmp"

	"github.com/netseam/netseam/test/fabric"
	"github.com/netseam/netseam/test/netsim/snmpagent"
)

const captureDir = "testdata/capture"

// TestCapture holds the committed capture against the plan: the recorder wrote down what the daemons said, expected.json
// what the cables are.
func TestCapture(t *testing.T) {
	var want fabric.Expected
	raw, err := os.ReadFile(filepath.Join(captureDir, "expected.json"))
	must(t, err)
	must(t, json.Unmarshal(raw, &want))
	plan := fabric.Options{}.Plan()
	same := cmpopts.EquateComparable(fabric.Device{}, fabric.Attachment{})
	if diff := cmp.Diff(plan.Links, want.Links, same); diff != "" {
		t.Errorf("links of the plan and of expected.json: %s", diff)
	}
	if diff := cmp.Diff(plan.Attachments, want.Attachments, same); diff != "" {
		t.Errorf("attachments of the plan and of expected.json: %s", diff)
	}
	var devices []fabric.Device
	var decoded []fabric.Neighbour
	for _, d := range want.Devices {
		devices = append(devices, d.Device)
		values := readCapture(t, d.Capture)
		rows, err := fabric.LLDPRows(d.Name, values)
		must(t, err)
		decoded = append(decoded, rows...)
		must(t, tellsNothing(d.Name, values))
	}
	if diff := cmp.Diff(plan.Devices, devices, same); diff != "" {
		t.Errorf("devices of the plan and of expected.json: %s", diff)
	}
	if diff := cmp.Diff(want.Neighbours, decoded); diff != "" {
		t.Errorf("neighbours of expected.json and of the capture: %s", diff)
	}
	if files, err := filepath.Glob(captureDir + "/*"); err != nil || len(files) != len(devices)+1 {
		t.Errorf("%s holds %v, %v", captureDir, files, err)
	}
}

// readCapture reads a file and writes it again: it must be in the recorder's own form.
func readCapture(t *testing.T, name string) []gosnmp.SnmpPDU {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(captureDir, name))
	must(t, err)
	values, err := parseSnmprec(string(raw))
	must(t, err)
	again, err := fabric.Snmprec(values)
	must(t, err)
	if diff := cmp.Diff(string(raw), again); diff != "" {
		t.Errorf("%s is not in order or not in form: %s", name, diff)
	}
	return values
}

// TestNetsimReadsTheCapture: the agent that replays recordings takes every line of ours.
func TestNetsimReadsTheCapture(t *testing.T) {
	files, err := filepath.Glob(captureDir + "/*.snmprec")
	must(t, err)
	for _, name := range files {
		raw, err := os.ReadFile(name)
		must(t, err)
		rows, err := snmpagent.LoadRecording(name)
		must(t, err)
		if got, want := len(snmpagent.Walk(rows, snmpagent.OID{1})), strings.Count(string(raw), "\n"); got != want {
			t.Errorf("%s has %d lines and gives %d values", name, want, got)
		}
	}
}

// tellsNothing looks for traces of the machine that the capture was made on.
func tellsNothing(device string, values []gosnmp.SnmpPDU) error {
	for _, v := range values {
		text, ok := v.Value.([]byte)
		if strings.HasPrefix(v.Name, ".1.3.6.1.2.1.25.") {
			return fmt.Errorf("%s: HOST-RESOURCES is in the capture: %s", device, v.Name)
		}
		if v.Name == ".1.3.6.1.2.1.1.1.0" && string(text) != "netseam fabric "+device {
			return fmt.Errorf("%s: sysDescr is %q", device, text)
		}
		if !ok {
			continue
		}
		for _, trace := range []string{"Linux", "GNU", "Debian", "SMP", "kernel", "/"} {
			if strings.Contains(string(text), trace) && !strings.HasPrefix(v.Name, ".1.3.6.1.2.1.1.9.1.3.") { // sysORDescr is net-snmp's.
				return fmt.Errorf("%s: %s is %q", device, v.Name, text)
			}
		}
	}
	return nil
}

// parseSnmprec reads "OID|TAG|VALUE" lines into what gosnmp gives.
func parseSnmprec(text string) ([]gosnmp.SnmpPDU, error) {
	var values []gosnmp.SnmpPDU
	for line := range strings.Lines(text) {
		oid, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "|")
		tag, value, _ := strings.Cut(rest, "|")
		octets, isHex := strings.CutSuffix(tag, "x")
		kind, err := strconv.ParseUint(octets, 10, 8)
		if err != nil {
			return nil, fmt.Errorf("line %q: %w", line, err)
		}
		v := gosnmp.SnmpPDU{Name: "." + oid, Type: gosnmp.Asn1BER(kind), Value: value}
		switch {
		case isHex:
			if v.Value, err = hex.DecodeString(value); err != nil {
				return nil, fmt.Errorf("line %q: %w", line, err)
			}
		case v.Type == gosnmp.OctetString:
			v.Value = []byte(value)
		}
		values = append(values, v)
	}
	return values, nil
}

func TestSnmprec(t *testing.T) {
	got, err := fabric.Snmprec([]gosnmp.SnmpPDU{
		{Name: ".1.3.6.10", Type: gosnmp.Integer, Value: -7},
		{Name: ".1.3.6.9.2", Type: gosnmp.OctetString, Value: []byte("plain text")},
		{Name: ".1.3.6.9.10", Type: gosnmp.OctetString, Value: []byte("a|b")},
		{Name: ".1.3.6.9.10.0", Type: gosnmp.OctetString, Value: []byte{0x02, 0x6e}},
		{Name: ".1.0.8802", Type: gosnmp.ObjectIdentifier, Value: ".0.0"},
		{Name: ".1.3.7", Type: gosnmp.Null},
		{Name: ".1.3.8", Type: gosnmp.IPAddress, Value: "10.1.2.3"},
		{Name: ".1.3.9.1", Type: gosnmp.Counter32, Value: uint(1)},
		{Name: ".1.3.9.2", Type: gosnmp.Gauge32, Value: uint(4294967295)},
		{Name: ".1.3.9.3", Type: gosnmp.TimeTicks, Value: uint32(3)},
		{Name: ".1.3.9.4", Type: gosnmp.Counter64, Value: uint64(18446744073709551615)},
	})
	must(t, err)
	want := `1.0.8802|6|0.0
1.3.6.9.2|4|plain text
1.3.6.9.10|4x|617c62
1.3.6.9.10.0|4x|026e
1.3.6.10|2|-7
1.3.7|5|
1.3.8|64|10.1.2.3
1.3.9.1|65|1
1.3.9.2|66|4294967295
1.3.9.3|67|3
1.3.9.4|70|18446744073709551615
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for name, values := range map[string][]gosnmp.SnmpPDU{
		"two values": {{Name: ".1.3", Type: gosnmp.Null}, {Name: ".1.3", Type: gosnmp.Null}},
		"no tag":     {{Name: ".1.3", Type: gosnmp.NoSuchObject}},
		"OID":        {{Name: ".1.x", Type: gosnmp.Null}},
	} {
		if _, err := fabric.Snmprec(values); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: the error is %v", name, err)
		}
	}
}

// FuzzSnmprec: octets come back from a recording as they were.
func FuzzSnmprec(f *testing.F) {
	f.Add([]byte("swp1"))
	f.Add([]byte("a|b\n"))
	f.Add([]byte{0x02, 0x6e, 0x73, 0, 0xff})
	f.Fuzz(func(t *testing.T, octets []byte) {
		text, err := fabric.Snmprec([]gosnmp.SnmpPDU{{Name: ".1.3.6", Type: gosnmp.OctetString, Value: octets}})
		must(t, err)
		values, err := parseSnmprec(text)
		must(t, err)
		if got, _ := values[0].Value.([]byte); len(values) != 1 || !slices.Equal(got, octets) {
			t.Errorf("%q was written as %q", octets, text)
		}
	})
}

// FuzzLLDPRows: whatever an agent says, there is an error or no more rows than values.
func FuzzLLDPRows(f *testing.F) {
	files, err := filepath.Glob(captureDir + "/leaf*.snmprec")
	if err != nil || len(files) == 0 {
		f.Fatal("no captures", err)
	}
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(raw))
	}
	f.Add("1.0.8802.1.1.2.1.4.1.1.5|4|no index\n")
	f.Add("1.0.8802.1.1.2.1.4.1.1.99.0.1.1|4|no such column\n")
	f.Fuzz(func(t *testing.T, text string) {
		values, err := parseSnmprec(text)
		if err != nil {
			t.Skip()
		}
		if rows, err := fabric.LLDPRows("leaf1", values); err == nil && len(rows) > len(values) {
			t.Errorf("%d rows of %d values", len(rows), len(values))
		}
	})
}
