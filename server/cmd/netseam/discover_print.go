package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/netseam/netseam/api"
)

func (d *discovery) print(w io.Writer, asJSON bool) error {
	if asJSON {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(d)
	}
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	if len(d.Devices) == 0 {
		for _, f := range d.Failed {
			fmt.Fprintf(w, "%s: %s\n", f.Target, f.Error)
		}
		d.printAddresses(t)
		return t.Flush()
	}
	names := map[string]string{}
	fmt.Fprintln(t, "DEVICE\tADDRESS\tCHASSIS\tPORTS\tCAPTURE")
	for _, v := range d.Devices {
		names[v.ID] = v.Name
		fmt.Fprintf(t, "%s\t%s\t%s\t%d\t%s\n", v.Name, v.Address, cmp.Or(v.ChassisID, "-"), len(v.Ports), v.Capture)
		for _, p := range v.Problems {
			fmt.Fprintf(t, "  not read in full: %s\n", p)
		}
	}
	fmt.Fprintln(t, "\nDEVICE\tPORT\tHEARS\tON PORT\tCHASSIS")
	for _, n := range d.Neighbours {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", names[n.Device], n.LocalPort, cmp.Or(n.RemoteName, "-"), n.RemotePortID, n.RemoteChassisID)
	}
	fmt.Fprintln(t, "\nLINK\t\tCONFIDENCE\tEVIDENCE")
	for _, l := range d.Links {
		method := ""
		if len(l.Evidence) > 0 {
			method = l.Evidence[0].Method
		}
		fmt.Fprintf(t, "%s %s\t%s %s\t%.2f\t%s\n", names[l.A.Device], l.A.Port, names[l.B.Device], l.B.Port, l.Confidence, method)
	}
	fmt.Fprintf(t, "\nALSO\t%s\n", strings.Join(d.also(), ", "))
	d.printAddresses(t)
	for _, f := range d.Failed {
		fmt.Fprintf(t, "\nFAILED\t%s\t%s\n", f.Target, f.Error)
	}
	return t.Flush()
}

// printAddresses says what became of the addresses that are no device's.
func (d *discovery) printAddresses(t io.Writer) {
	head := "\nADDRESS\tSTATE\tCALLED\tTOLD BY\tWHY"
	for _, a := range d.Addresses {
		if a.State == string(api.DiscoveryFound) {
			continue
		}
		if head != "" {
			fmt.Fprintln(t, head)
			head = ""
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", a.Address, a.State, cmp.Or(a.Name, "-"), cmp.Or(a.Via, "-"), a.Why)
	}
}

// also counts what only --json prints.
func (d *discovery) also() []string {
	return []string{
		counted(len(d.FDB), "forwarding row"), fmt.Sprintf("%d MACs at an edge port", len(d.Attachments)), counted(len(d.Segments), "segment"),
		counted(len(d.LAGs), "bundle"), counted(len(d.VLANs), "VLAN"), counted(len(d.ARP), "ARP row"),
		counted(len(d.BGP), "BGP session"), fmt.Sprintf("%d OSPF and IS-IS adjacencies", len(d.Routing)), fmt.Sprintf("%d unresolved (see --json)", len(d.Unresolved)),
	}
}
