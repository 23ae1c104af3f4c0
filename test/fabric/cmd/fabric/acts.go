package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/netseam/netseam/test/fabric"
)

const usage = `type:  down DEVICE PORT | up DEVICE PORT | move HOST NIC LEAF PORT
       kill DEVICE DAEMON | stop DEVICE DAEMON | start DEVICE DAEMON
       neighbours DEVICE | exec DEVICE PROGRAM ARGUMENT… | Ctrl-C`

// read sends the typed lines and closes the channel after the last.
func read(ctx context.Context, stdin io.Reader, lines chan<- string) {
	defer close(lines)
	for s := bufio.NewScanner(stdin); s.Scan(); {
		select {
		case lines <- s.Text():
		case <-ctx.Done():
			return
		}
	}
}

// act does what a line says.
func act(ctx context.Context, f *fabric.Fabric, stdout io.Writer, line string) error {
	w := strings.Fields(line)
	if len(w) == 0 {
		return nil
	}
	if w[0] == "exec" && len(w) > 2 {
		text, err := f.Exec(ctx, w[1], w[2:]...)
		fmt.Fprint(stdout, text)
		return err
	}
	switch fmt.Sprint(w[0], len(w)-1) {
	case "down2":
		return f.LinkDown(ctx, w[1], w[2])
	case "up2":
		return f.LinkUp(ctx, w[1], w[2])
	case "move4":
		return f.MoveCable(ctx, w[1], w[2], w[3], w[4])
	case "kill2":
		return f.KillDaemon(ctx, w[1], w[2])
	case "stop2":
		return f.StopDaemon(ctx, w[1], w[2])
	case "start2":
		return f.StartDaemon(ctx, w[1], w[2])
	case "neighbours1":
		rows, err := f.Neighbours(ctx, w[1])
		for _, r := range rows {
			fmt.Fprintf(stdout, "%s %s: %s, port %s (%s), chassis %s\n", r.Device, r.LocalPort, r.Name, r.PortID, r.PortDescription, r.ChassisID)
		}
		return err
	default:
		fmt.Fprintln(stdout, usage)
		return nil
	}
}

// describe prints what is up, and how to look at it.
func describe(stdout io.Writer, f *fabric.Fabric) {
	t := f.Topology()
	for _, d := range t.Devices {
		fmt.Fprintf(stdout, "%-8s %s  SNMP v2c community %s; v3 user %s\n", d.Name, d.Address, fabric.Community, fabric.V3User)
	}
	for _, l := range t.Links {
		fmt.Fprintf(stdout, "%s %s — %s %s\n", l.A.Device, l.A.Port, l.B.Device, l.B.Port)
	}
	for _, a := range t.Attachments {
		fmt.Fprintf(stdout, "%s %s — %s %s (%s, %s)\n", a.Leaf, a.Port, a.Host, a.NIC, a.MAC, a.Address)
	}
	fmt.Fprintf(stdout, "\n# netseam.yaml\n%s\n%s\n", fragment(t), usage)
}

// fragment is the part of netseam.yaml that makes netseam look at the fabric.
func fragment(t fabric.Topology) string {
	var b strings.Builder
	fmt.Fprintf(&b, "snmp: {community: %s, interval: 1s}\nswitches:\n", fabric.Community)
	for _, d := range t.Devices {
		fmt.Fprintf(&b, "  - {name: %s, address: %s}\n", d.Name, d.Address)
	}
	return b.String()
}
