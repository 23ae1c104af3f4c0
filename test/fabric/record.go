package fabric

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/gosnmp/gosnmp"
)

// Expected is what has to come out of a capture; it is written from the driver's own plan, never from the capture.
type Expected struct {
	Devices []CapturedDevice `json:"devices"`
	// Neighbours are the rows of lldpRemTable, by device and port.
	Neighbours []Neighbour `json:"neighbours"`
	// Links are the cables between two captured devices.
	Links []Link `json:"links"`
	// Attachments are the cables to hosts.
	Attachments []Attachment `json:"attachments"`
}

// A CapturedDevice is a switch and the file that holds its values.
type CapturedDevice struct {
	Device
	Capture string `json:"capture"`
}

// recordedSubtrees are what a capture holds. HOST-RESOURCES is not in it: it describes the machine below.
func recordedSubtrees() []string {
	return []string{
		".1.3.6.1.2.1.1",    // system
		".1.3.6.1.2.1.2",    // interfaces: ifNumber, ifTable
		".1.3.6.1.2.1.4.20", // ipAddrTable
		".1.3.6.1.2.1.15",   // BGP4-MIB
		".1.3.6.1.2.1.17",   // BRIDGE-MIB
		".1.3.6.1.2.1.31.1", // ifXTable
		lldpMIB,
	}
}

// Record waits until every switch's agent shows what it has to, and writes NAME.snmprec for each and expected.json to dir.
func (f *Fabric) Record(ctx context.Context, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("record: %w", err)
	}
	t := f.Topology()
	want := Expected{Links: t.Links, Attachments: t.Attachments}
	for _, d := range t.Devices {
		if err := f.WaitSNMPNeighbours(ctx, d.Name); err != nil {
			return fmt.Errorf("record %s: %w", d.Name, err)
		}
		var values []gosnmp.SnmpPDU
		for _, root := range recordedSubtrees() {
			some, err := walk(ctx, d.Address, root)
			if err != nil {
				return fmt.Errorf("record %s: %w", d.Name, err)
			}
			values = append(values, some...)
		}
		text, err := snmprec(values)
		if err != nil {
			return fmt.Errorf("record %s: %w", d.Name, err)
		}
		capture := d.Name + ".snmprec"
		if err := os.WriteFile(filepath.Join(dir, capture), []byte(text), 0o644); err != nil {
			return fmt.Errorf("record %s: %w", d.Name, err)
		}
		want.Devices = append(want.Devices, CapturedDevice{Device: d, Capture: capture})
		want.Neighbours = append(want.Neighbours, f.Expected(d.Name)...)
	}
	text, err := json.MarshalIndent(want, "", "  ")
	if err != nil {
		return fmt.Errorf("record: %w", err)
	}
	return os.WriteFile(filepath.Join(dir, "expected.json"), append(text, '\n'), 0o644)
}

// WaitSNMPNeighbours waits until a switch's agent answers with exactly the rows of Expected.
func (f *Fabric) WaitSNMPNeighbours(ctx context.Context, device string) error {
	return poll(ctx, 50*time.Millisecond, func() error {
		got, err := f.SNMPNeighbours(ctx, device)
		if err != nil {
			return err
		}
		if want := f.Expected(device); !slices.Equal(got, want) {
			return fmt.Errorf("the agent of %s shows the neighbours %v, expected %v", device, got, want)
		}
		return nil
	})
}
