package corpus_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// scratch is where the program is built for this run.
var scratch string

// binary is the program under test: NETSEAM_BINARY, or one built for this run.
var binary = sync.OnceValues(func() (string, error) {
	if path := os.Getenv("NETSEAM_BINARY"); path != "" {
		return filepath.Abs(path)
	}
	path := filepath.Join(scratch, "netseam")
	out, err := exec.Command("go", "build", "-o", path, "../../server/cmd/netseam").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build netseam: %w\n%s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "netseam-corpus-")
	if err != nil {
		panic(err)
	}
	scratch = dir
	m.Run()
	if err := os.RemoveAll(dir); err != nil {
		panic(err)
	}
}

// discovery is what `netseam discover --json` prints.
type discovery struct {
	Devices    []device    `json:"devices"`
	Neighbours []neighbour `json:"neighbours"`
	Links      []link      `json:"links"`
	FDB        []struct {
		Device string `json:"device"`
		Port   string `json:"port"`
		VLAN   int    `json:"vlan"`
		MAC    string `json:"mac"`
	} `json:"fdb"`
	Attachments []struct {
		Device string `json:"device"`
		Port   string `json:"port"`
		MAC    string `json:"mac"`
	} `json:"attachments"`
	VLANs []struct {
		Device string `json:"device"`
		ID     int    `json:"id"`
		Name   string `json:"name"`
	} `json:"vlans"`
	ARP []struct {
		Device string `json:"device"`
		IP     string `json:"ip"`
		MAC    string `json:"mac"`
		Port   string `json:"port"`
	} `json:"arp"`
	BGP []struct {
		Device   string `json:"device"`
		Peer     string `json:"peer"`
		RemoteAS uint32 `json:"remote_as"`
	} `json:"bgp"`
	Routing []struct {
		Protocol      string `json:"protocol"`
		A             end    `json:"a"`
		B             end    `json:"b"`
		State         string `json:"state"`
		Area          string `json:"area"`
		RemoteID      string `json:"remote_id"`
		RemoteAddress string `json:"remote_address"`
	} `json:"routing"`
	Failed []struct {
		Target string `json:"target"`
		Error  string `json:"error"`
	} `json:"failed"`
}

type device struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Capture   string `json:"capture"`
	ChassisID string `json:"chassis_id"`
	ObjectID  string `json:"sys_object_id"`
	Ports     []port `json:"ports"`
	Addresses []struct {
		Address string `json:"address"`
		Bits    int    `json:"bits"`
		Port    string `json:"port"`
	} `json:"addresses"`
	Parts []struct {
		Index       int    `json:"index"`
		ContainedIn int    `json:"contained_in"`
		Class       string `json:"class"`
		Name        string `json:"name"`
		Descr       string `json:"descr"`
		Model       string `json:"model"`
		Serial      string `json:"serial"`
	} `json:"parts"`
	Problems []string `json:"problems"`
}

type port struct {
	Name     string   `json:"name"`
	Descr    string   `json:"descr"`
	IfIndex  uint32   `json:"if_index"`
	Alias    string   `json:"alias"`
	MAC      string   `json:"mac"`
	Oper     string   `json:"oper"`
	VLANs    []int    `json:"vlans"`
	Untagged []int    `json:"untagged"`
	PVID     int      `json:"pvid"`
	STP      string   `json:"stp"`
	BasePort int      `json:"base_port"`
	Lower    []string `json:"lower"`
}

type neighbour struct {
	Device        string `json:"device"`
	LocalPort     string `json:"local_port"`
	Protocol      string `json:"protocol"`
	ChassisID     string `json:"remote_chassis_id"`
	ChassisIDType uint8  `json:"remote_chassis_id_subtype"`
	PortID        string `json:"remote_port_id"`
	PortIDType    uint8  `json:"remote_port_id_subtype"`
	PortDescr     string `json:"remote_port_description"`
	Name          string `json:"remote_name"`
}

type link struct {
	A          end     `json:"a"`
	B          end     `json:"b"`
	Confidence float64 `json:"confidence"`
}

type end struct {
	Device string `json:"device"`
	Port   string `json:"port"`
}

// of is the device that a capture became.
func (d discovery) of(capture string) (device, bool) {
	for _, v := range d.Devices {
		if recording(v.Capture) == recording(capture) {
			return v, true
		}
	}
	return device{}, false
}

// heard are the neighbour rows of one capture.
func (d discovery) heard(capture, protocol string) []neighbour {
	v, _ := d.of(capture)
	var out []neighbour
	for _, n := range d.Neighbours {
		if n.Device == v.ID && n.Protocol == protocol {
			out = append(out, n)
		}
	}
	return out
}

// adjacencyRows is how many rows tell of the adjacencies of a protocol: one for
// each end that was read.
func (d discovery) adjacencyRows(protocol string) int {
	rows := 0
	for _, r := range d.Routing {
		if r.Protocol != protocol {
			continue
		}
		rows++
		if r.B.Device != "" {
			rows++
		}
	}
	return rows
}

// recording is a capture's name without its ending.
func recording(file string) string {
	file = filepath.Base(file)
	file = strings.TrimSuffix(file, ".gz")
	return strings.TrimSuffix(file, ".snmprec")
}

// replay runs `netseam discover --replay` on some recordings of a folder, or
// on all.
func replay(t *testing.T, dir string, only ...string) discovery {
	t.Helper()
	if len(only) > 0 {
		dir = chosen(t, dir, only)
	}
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), path, "discover", "--replay", dir, "--json")
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("netseam discover --replay %s: %v\n%s", dir, err, stderr.Bytes())
	}
	var d discovery
	if err := json.Unmarshal(out, &d); err != nil {
		t.Fatal(err)
	}
	for _, v := range d.Devices {
		silent := 0
		for _, p := range v.Problems {
			if table, _, _ := strings.Cut(p, ": "); strings.Contains(table, "@") && strings.Contains(p, "VRF ") {
				silent++
				continue
			}
			t.Errorf("%s: %s", v.Capture, p)
		}
		if silent > 0 {
			t.Logf("%s: %d tables in contexts of VRFs, which nobody recorded: they do not answer, and the peer asserts nothing of them", v.Capture, silent)
		}
	}
	return d
}

// chosen is a folder with just these devices' recordings, those of their
// VLANs included.
func chosen(t *testing.T, dir string, only []string) string {
	t.Helper()
	out := t.TempDir()
	for _, name := range only {
		files, err := filepath.Glob(filepath.Join(dir, name+".*snmprec.gz"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no recording of %s in %s", name, dir)
		}
		for _, f := range files {
			rest := strings.TrimPrefix(filepath.Base(f), name+".")
			if rest != "snmprec.gz" && !strings.HasPrefix(rest, "vlan") {
				continue
			}
			if err := os.Symlink(f, filepath.Join(out, filepath.Base(f))); err != nil {
				t.Fatal(err)
			}
		}
	}
	return out
}
