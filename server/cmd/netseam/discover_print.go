package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"
)

func (d *discovery) print(w io.Writer, asJSON bool) error {
	if asJSON {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(d)
	}
	if len(d.Devices) == 0 {
		for _, f := range d.Failed {
			fmt.Fprintf(w, "%s: %s\n", f.Target, f.Error)
		}
		return nil
	}
	names := map[string]string{}
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
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
	for _, f := range d.Failed {
		fmt.Fprintf(t, "\nFAILED\t%s\t%s\n", f.Target, f.Error)
	}
	return t.Flush()
}
