package snmpagent

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// Capture is one recorded device.
type Capture struct {
	// File is the name of the recording in its directory.
	File string
	// Views holds what each community answers: community -> view.
	Views map[string]View
}

// LoadDir reads every *.snmprec and *.snmprec.gz of a directory, in the order
// of their names. A recording "<device>.vlan.<id>" or "<device>.vlan<id>" is
// what its device answers to community@<id>; without the device's own
// recording it is a device by itself. Other files are none of its business.
func LoadDir(dir, community string) ([]Capture, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("read recordings: %w", err)
	}
	devices := map[string]int{} // device name -> index in out
	var out []Capture
	contexts := regexp.MustCompile(`^(.+)\.vlan\.?(\d+)$`)
	var vlans []string // files of per-VLAN contexts
	for _, e := range entries {
		name, ok := recordingName(e.Name())
		if !ok || e.IsDir() {
			continue
		}
		if contexts.MatchString(name) {
			vlans = append(vlans, e.Name())
			continue
		}
		rows, err := LoadRecording(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		if other, ok := devices[name]; ok {
			return nil, fmt.Errorf("%s: %s and %s are the same device", dir, out[other].File, e.Name())
		}
		devices[name] = len(out)
		out = append(out, Capture{e.Name(), map[string]View{community: rows}})
	}
	for _, file := range vlans {
		rows, err := LoadRecording(filepath.Join(dir, file))
		if err != nil {
			return nil, err
		}
		name, _ := recordingName(file)
		parts := contexts.FindStringSubmatch(name)
		if i, ok := devices[parts[1]]; ok {
			out[i].Views[community+"@"+parts[2]] = rows
		} else {
			out = append(out, Capture{file, map[string]View{community: rows}})
		}
	}
	return out, nil
}

// recordingName is the file name without its ending, and whether it has one
// of ours.
func recordingName(file string) (string, bool) {
	return strings.CutSuffix(strings.TrimSuffix(file, ".gz"), ".snmprec")
}
