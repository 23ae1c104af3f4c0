package snmp_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/snmp"
	"github.com/netseam/netseam/test/corpus"
	"github.com/netseam/netseam/test/netsim/snmpagent"
	"github.com/netseam/netseam/test/netsim/snmpagent/agenttest"
)

// network collects from every capture of a network, over UDP. The result's key
// is the capture's name without its ending.
func network(t *testing.T, name string) map[string]*snmp.Result {
	t.Helper()
	captures, err := snmpagent.LoadDir(corpus.Dir(t, "networks", name), "public")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]*snmp.Result{}
	for _, c := range captures {
		device, _, _ := strings.Cut(c.File, ".snmprec")
		a := agenttest.Start(t, snmpagent.Config{Views: c.Views})
		res, err := snmp.Collect(t.Context(), configOf(a, device))
		if err != nil {
			t.Fatalf("%s: %v", c.File, err)
		}
		for _, table := range res.Tables {
			if table.Err != nil {
				t.Errorf("%s: table %s: %v", c.File, table.Table, table.Err)
			}
		}
		out[device] = res
	}
	return out
}

func TestCorpusRowCounts(t *testing.T) {
	for name, want := range map[string]map[string]int{
		"nms8003": {"NMM-R1": 3, "NMM-R2": 3, "NMM-R3": 2, "NMM-SW1": 2, "NMM-SW2": 2},
		"nms0000": {
			"10.114.20.1": 4, "10.114.20.2": 4, "10.114.20.3": 3, "10.114.20.4": 4, "10.114.20.5": 4,
			"10.114.20.6": 4, "10.114.20.7": 3, "10.114.20.8": 5, "10.114.20.9": 5, "10.114.20.10": 5,
			"10.114.20.11": 4, "10.114.20.12": 6, "10.114.20.14": 4, "10.114.20.15": 1, "10.114.20.16": 5,
			"10.114.20.17": 4, "10.114.20.18": 5, "10.114.20.19": 3, "planet": 3,
		},
		"nms7563": {"cisco01": 1, "homeserver": 1, "switch02": 0},
	} {
		t.Run(name, func(t *testing.T) {
			for device, res := range network(t, name) {
				if got := len(res.LLDP.Neighbours); got != want[device] {
					t.Errorf("%s: got %d neighbours, want %d", device, got, want[device])
				}
			}
		})
	}
	t.Run("nms0123", func(t *testing.T) {
		n := 0
		for _, res := range network(t, "nms0123") {
			n += len(res.LLDP.Neighbours)
		}
		if n != 23 {
			t.Errorf("got %d neighbours, want 23", n)
		}
	})
}

// expectedRow is a row that another project's tests assert.
type expectedRow struct {
	Device     string  `json:"device"`
	PortNum    uint32  `json:"local_port_num"`
	RemIndex   *uint32 `json:"rem_index"`
	IfIndex    uint32  `json:"local_ifindex"`
	LocalID    string  `json:"local_port_id"`
	LocalDescr string  `json:"local_port_descr"`
	ChassisID  string  `json:"remote_chassis_id"`
	ChassisSub string  `json:"remote_chassis_id_subtype"`
	PortID     string  `json:"remote_port_id"`
	PortSub    string  `json:"remote_port_id_subtype"`
	PortDescr  string  `json:"remote_port_descr"`
	SysName    string  `json:"remote_sysname"`
}

func expectedRows(t *testing.T, name string) []expectedRow {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(corpus.Dir(t, "networks", name), "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var out struct {
		Rows []expectedRow `json:"lldp_rows"`
	}
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	if len(out.Rows) == 0 {
		t.Fatalf("%s asserts no rows", name)
	}
	return out.Rows
}

func TestCorpusRows(t *testing.T) {
	for name, capture := range map[string]map[string]string{
		"nms0000": {"MS08": "10.114.20.8", "PLANET": "planet"},
		"nms7563": {"cisco01": "cisco01", "homeserver": "homeserver"},
	} {
		t.Run(name, func(t *testing.T) {
			results := network(t, name)
			for _, want := range expectedRows(t, name) {
				got := rowOf(t, results[capture[want.Device]], want)
				if got == nil {
					t.Errorf("%s: no neighbour on port %d", want.Device, want.PortNum)
					continue
				}
				if len(results[capture[want.Device]].Interfaces) == 0 {
					want.IfIndex = 0 // The capture lacks IF-MIB; the peer knew it from elsewhere.
				}
				compareRow(t, *got, want)
			}
		})
	}
}

func rowOf(t *testing.T, res *snmp.Result, want expectedRow) *snmp.Neighbour {
	t.Helper()
	for i, n := range res.LLDP.Neighbours {
		if n.LocalPortNum == want.PortNum && (want.RemIndex == nil || *want.RemIndex == n.RemIndex) {
			return &res.LLDP.Neighbours[i]
		}
	}
	return nil
}

func compareRow(t *testing.T, got snmp.Neighbour, want expectedRow) {
	t.Helper()
	bare := func(s string) string { return strings.ReplaceAll(s, ":", "") }
	subtype := map[string]uint8{"macaddress": 3, "interfacename": 5, "local": 7}
	for _, c := range []struct{ what, got, want string }{
		{"chassis id", bare(got.ChassisID), want.ChassisID},
		{"port id", bare(got.PortID), want.PortID},
		{"port description", got.PortDescription, want.PortDescr},
		{"name", got.SysName, want.SysName},
		{"local port", got.LocalPort, want.LocalID},
	} {
		if c.want != "" && c.got != c.want {
			t.Errorf("%s port %d: %s is %q, want %q", want.Device, want.PortNum, c.what, c.got, c.want)
		}
	}
	if want.PortSub != "" && got.PortIDSubtype != subtype[want.PortSub] {
		t.Errorf("%s port %d: port subtype is %d, want %s", want.Device, want.PortNum, got.PortIDSubtype, want.PortSub)
	}
	if want.ChassisSub == "macaddress" && got.ChassisIDSubtype != 4 {
		t.Errorf("%s port %d: chassis subtype is %d, want 4", want.Device, want.PortNum, got.ChassisIDSubtype)
	}
	if want.IfIndex != 0 && got.IfIndex != want.IfIndex {
		t.Errorf("%s port %d: ifIndex is %d, want %d", want.Device, want.PortNum, got.IfIndex, want.IfIndex)
	}
}

// expectedLink is a neighbour as another project records it of one device.
type expectedLink struct {
	Protocol string `json:"protocol"`
	Name     string `json:"remote_hostname"`
	Port     string `json:"remote_port"`
	IfName   string `json:"ifName"`
	IfDescr  string `json:"ifDescr"`
}

func TestCorpusLocalPorts(t *testing.T) {
	captures, err := snmpagent.LoadDir(corpus.Dir(t, "devices"), "public")
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, c := range captures {
		device, _, _ := strings.Cut(c.File, ".snmprec")
		links := expectedLinks(t, device)
		a := agenttest.Start(t, snmpagent.Config{Views: c.Views})
		res, err := snmp.Collect(t.Context(), configOf(a, device))
		if err != nil {
			t.Errorf("%s: %v", device, err)
			continue
		}
		byKey(t, snmp.TranslateInterfaces(res.Interfaces))
		byKey(t, snmp.TranslateLLDP(res.LLDP, res.Interfaces))
		for _, link := range links {
			if tableOf(t, res, snmp.TableLLDP).State == api.StateUnsupported {
				continue // The peer reads them from a maker's own MIB.
			}
			total++
			found := slices.ContainsFunc(res.LLDP.Neighbours, func(n snmp.Neighbour) bool {
				return (n.SysName == link.Name || n.SysName == "") && (n.LocalPort == link.IfName || n.LocalPort == link.IfDescr)
			})
			if !found {
				t.Errorf("%s: no neighbour %q on port %q: %+v", device, link.Name, link.IfName, res.LLDP.Neighbours)
			}
		}
	}
	if total < 100 {
		t.Errorf("only %d links are asserted", total)
	}
}

// expectedLinks are the LLDP neighbours that the peer records of a device.
func expectedLinks(t *testing.T, device string) []expectedLink {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(corpus.Dir(t, "devices"), device+".expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var want struct {
		Expected struct {
			Discovery struct {
				Links []expectedLink `json:"links"`
			} `json:"discovery-protocols"`
		} `json:"expected"`
	}
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(want.Expected.Discovery.Links, func(l expectedLink) bool { return l.Protocol != "lldp" })
}
