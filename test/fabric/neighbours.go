package fabric

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Neighbours returns what a device's own lldpd says its neighbours are, in the order of Expected.
func (f *Fabric) Neighbours(ctx context.Context, device string) ([]Neighbour, error) {
	if _, err := f.daemon(device, "lldpd"); err != nil {
		return nil, err
	}
	text, err := output(ctx, "", "lldpcli", "-u", f.opts.lldpdSocket(device), "-f", "json0", "show", "neighbors", "details")
	if err != nil {
		return nil, err
	}
	return parseNeighbours(device, []byte(text))
}

// WaitNeighbours waits until every lldpd shows exactly what Expected says.
func (f *Fabric) WaitNeighbours(ctx context.Context) error {
	for _, n := range f.opts.nodeNames() {
		err := poll(ctx, 50*time.Millisecond, func() error {
			got, err := f.Neighbours(ctx, n)
			if err != nil {
				return err
			}
			if want := f.Expected(n); !slices.Equal(got, want) {
				return fmt.Errorf("%s has the neighbours %v, expected %v", n, got, want)
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("wait for neighbours of %s: %w", n, err)
		}
	}
	return nil
}

// lldpcliValue is how lldpcli's json0 gives every field: a list of one.
type lldpcliValue []struct {
	Type  string `json:"type"`
	Value string `json:"value"`
}

func (v lldpcliValue) text() string {
	if len(v) == 0 {
		return ""
	}
	return v[0].Value
}

type lldpcliReply struct {
	LLDP []struct {
		Interface []struct {
			Name    string `json:"name"`
			Chassis []struct {
				ID   lldpcliValue `json:"id"`
				Name lldpcliValue `json:"name"`
			} `json:"chassis"`
			Port []struct {
				ID    lldpcliValue `json:"id"`
				Descr lldpcliValue `json:"descr"`
			} `json:"port"`
		} `json:"interface"`
	} `json:"lldp"`
}

// parseNeighbours reads "lldpcli -f json0 show neighbors details" of a device.
func parseNeighbours(device string, text []byte) ([]Neighbour, error) {
	var reply lldpcliReply
	if err := json.Unmarshal(text, &reply); err != nil {
		return nil, fmt.Errorf("read lldpcli's neighbours of %s: %w", device, err)
	}
	var rows []Neighbour
	for _, l := range reply.LLDP {
		for _, i := range l.Interface {
			if len(i.Chassis) != 1 || len(i.Port) != 1 || len(i.Chassis[0].ID) != 1 || len(i.Port[0].ID) != 1 {
				return nil, fmt.Errorf("read lldpcli's neighbours of %s: interface %q without one chassis and one port", device, i.Name)
			}
			chassis, port := i.Chassis[0].ID[0], i.Port[0].ID[0]
			rows = append(rows, Neighbour{
				Device: device, LocalPort: i.Name, Name: i.Chassis[0].Name.text(), PortDescription: i.Port[0].Descr.text(),
				ChassisID: lowerMAC(chassis.Type, chassis.Value), ChassisSubtype: chassisSubtype(chassis.Type),
				PortID: lowerMAC(port.Type, port.Value), PortSubtype: portSubtype(port.Type),
			})
		}
	}
	sortNeighbours(rows)
	return rows, nil
}

func lowerMAC(kind, id string) string {
	if kind == "mac" {
		return strings.ToLower(id)
	}
	return id
}

// chassisSubtype returns IEEE's number for lldpcli's word, 0 for one that the fabric never announces.
func chassisSubtype(word string) int {
	if word == "mac" {
		return chassisMAC
	}
	return 0
}

// portSubtype returns IEEE's number for lldpcli's word, 0 for one that the fabric never announces.
func portSubtype(word string) int {
	switch word {
	case "mac":
		return portMAC
	case "ifname":
		return portInterface
	default:
		return 0
	}
}
