package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/snmp"
	"github.com/netseam/netseam/server/graph"
	"github.com/netseam/netseam/server/merge"
	"github.com/netseam/netseam/test/netsim/snmpagent"
)

// discovery is what `netseam discover --json` prints.
type discovery struct {
	Devices    []foundDevice    `json:"devices"`
	Neighbours []foundNeighbour `json:"neighbours"`
	Links      []foundLink      `json:"links"`
	// Failed are targets that could not be read at all.
	Failed []failedTarget `json:"failed,omitempty"`
}

type foundDevice struct {
	ID          string      `json:"id"`
	Name        string      `json:"name"`
	Address     string      `json:"address"`
	Capture     string      `json:"capture,omitempty"`
	ChassisID   string      `json:"chassis_id"`
	SysObjectID string      `json:"sys_object_id"`
	Ports       []foundPort `json:"ports"`
	// Problems say which tables could not be read in full, and why.
	Problems []string `json:"problems,omitempty"`
}

type foundPort struct {
	Name    string `json:"name"`
	Descr   string `json:"descr"`
	IfIndex uint32 `json:"if_index"`
	Type    uint32 `json:"type"`
	MAC     string `json:"mac"`
	Alias   string `json:"alias"`
	Admin   string `json:"admin"`
	Oper    string `json:"oper"`
}

// foundNeighbour is one decoded row of a neighbour table.
type foundNeighbour struct {
	Device                 string `json:"device"`
	LocalPort              string `json:"local_port"`
	Protocol               string `json:"protocol"`
	RemoteChassisID        string `json:"remote_chassis_id"`
	RemoteChassisIDSubtype uint8  `json:"remote_chassis_id_subtype"`
	RemotePortID           string `json:"remote_port_id"`
	RemotePortIDSubtype    uint8  `json:"remote_port_id_subtype"`
	RemotePortDescription  string `json:"remote_port_description"`
	RemoteName             string `json:"remote_name"`
}

type foundLink struct {
	A          foundEnd        `json:"a"`
	B          foundEnd        `json:"b"`
	Confidence float64         `json:"confidence"`
	Evidence   []foundEvidence `json:"evidence"`
}

type foundEnd struct {
	Device string `json:"device"`
	Port   string `json:"port"`
}

type foundEvidence struct {
	Method string `json:"method"`
	Text   string `json:"text"`
}

type failedTarget struct {
	Target string `json:"target"`
	Error  string `json:"error"`
}

// target is one device to read.
type target struct {
	config  snmp.Config
	capture string // file name of its recording, when it is a replay
}

func newDiscover() *cobra.Command {
	var replay string
	var access accessFlags
	var asJSON bool
	var timeout time.Duration
	cmd := &cobra.Command{
		Use:   "discover TARGET… | --replay DIR",
		Short: "Read switches once and print devices, neighbours and links",
		Long: `Reads each TARGET (host or host:port) once over SNMP and prints what it is,
whom it hears, and the links that follow. With --replay it plays the recordings
*.snmprec and *.snmprec.gz of a folder, each as an SNMP agent on loopback, and
reads those instead. Nothing is stored and nothing is written to any device.`,
		Example: `  netseam discover 10.0.0.11 10.0.0.12
  NETSEAM_COMMUNITY=secret netseam discover --json leaf1.example.net
  netseam discover --user netseam --auth-password-file auth --priv-password-file priv 10.0.0.11
  netseam discover --replay test/fabric/testdata/capture`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if (len(args) == 0) == (replay == "") {
				return fmt.Errorf("name targets, or a folder with --replay, one of the two; see netseam discover --help")
			}
			credentials, err := access.credentials()
			if err != nil {
				return err
			}
			targets := make([]target, 0, len(args))
			for _, address := range args {
				targets = append(targets, target{config: snmp.Config{
					Name: address, Address: address, Credentials: []snmp.Credentials{credentials}, Timeout: timeout,
				}})
			}
			var found discovery
			err = withReplay(cmd.Context(), replay, timeout, func(replayed []target) error {
				found = discover(cmd.Context(), append(targets, replayed...), cmd.ErrOrStderr())
				return nil
			})
			if err != nil {
				return err
			}
			if err := found.print(cmd.OutOrStdout(), asJSON); err != nil {
				return err
			}
			if len(found.Failed) > 0 {
				return fmt.Errorf("%d of %s could not be read", len(found.Failed), counted(len(found.Failed)+len(found.Devices), "device"))
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&replay, "replay", "", "folder of recordings to play and read")
	access.register(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().DurationVar(&timeout, "timeout", time.Second, "how long an answer may take before a request is sent again")
	return cmd
}

// withReplay plays the recordings of a folder while do runs; without a folder
// it just runs it.
func withReplay(ctx context.Context, dir string, timeout time.Duration, do func([]target) error) error {
	if dir == "" {
		return do(nil)
	}
	const community = "replay"
	captures, err := snmpagent.LoadDir(dir, community)
	if err != nil {
		return err
	}
	if len(captures) == 0 {
		return fmt.Errorf("replay %s: no *.snmprec and no *.snmprec.gz in it", dir)
	}
	ctx, cancel := context.WithCancel(ctx)
	group, ctx := errgroup.WithContext(ctx)
	targets := make([]target, 0, len(captures))
	for _, c := range captures {
		agent, err := snmpagent.Listen(ctx, snmpagent.Config{Views: c.Views})
		if err != nil {
			cancel()
			return cmp.Or(group.Wait(), err)
		}
		group.Go(func() error { return agent.Run(ctx) })
		targets = append(targets, target{capture: c.File, config: snmp.Config{
			Name: c.File, Address: agent.Addr().String(), Community: snmp.NewSecret(community), Timeout: timeout,
		}})
	}
	err = do(targets)
	cancel()
	return cmp.Or(err, group.Wait())
}

// discover reads all targets, a few at a time, and joins what they say.
func discover(ctx context.Context, targets []target, progress io.Writer) discovery {
	results := make([]*snmp.Result, len(targets))
	errs := make([]error, len(targets))
	var group errgroup.Group
	group.SetLimit(32)
	for i, t := range targets {
		group.Go(func() error {
			results[i], errs[i] = snmp.Collect(ctx, t.config)
			return nil
		})
	}
	_ = group.Wait() // what went wrong with a device is in errs
	fmt.Fprintf(progress, "asked %s\n", counted(len(targets), "device"))

	engine := merge.New()
	for i, r := range results {
		if errs[i] == nil {
			engine.Apply(r.Observations(targets[i].config), r.Time)
		}
	}
	found := discovery{Devices: []foundDevice{}, Neighbours: []foundNeighbour{}, Links: []foundLink{}}
	ids := map[api.VertexID]bool{}
	for i, r := range results {
		if errs[i] != nil {
			found.Failed = append(found.Failed, failedTarget{Target: cmp.Or(targets[i].capture, targets[i].config.Address), Error: errs[i].Error()})
			continue
		}
		id, ok := engine.VertexOf(targets[i].config.Source(), "device")
		if !ok {
			found.Failed = append(found.Failed, failedTarget{Target: r.Name, Error: "it answers, but has no system group"})
			continue
		}
		ids[id] = true
		found.add(id, targets[i], r)
	}
	found.Links = linksOf(engine.Snapshot(), ids)
	return found
}

func (d *discovery) add(id api.VertexID, t target, r *snmp.Result) {
	host, _, err := net.SplitHostPort(r.Address)
	if err != nil {
		host = r.Address
	}
	device := foundDevice{
		ID: id.String(), Name: cmp.Or(r.System.Name, r.LLDP.SysName), Address: host, Capture: t.capture,
		ChassisID: r.LLDP.ChassisID, SysObjectID: r.System.ObjectID, Ports: []foundPort{},
	}
	names := map[uint32]string{}
	for _, p := range r.Interfaces {
		names[p.Index] = cmp.Or(p.Name, p.Descr)
		device.Ports = append(device.Ports, foundPort{
			Name: cmp.Or(p.Name, p.Descr), Descr: p.Descr, IfIndex: p.Index, Type: p.Type, MAC: p.MAC, Alias: p.Alias,
			Admin: p.Admin, Oper: p.Oper,
		})
	}
	for _, table := range r.Tables {
		if table.Err != nil {
			device.Problems = append(device.Problems, table.Table+": "+table.Err.Error())
		}
	}
	d.Devices = append(d.Devices, device)
	for _, n := range r.LLDP.Neighbours {
		d.Neighbours = append(d.Neighbours, foundNeighbour{
			Device: device.ID, LocalPort: cmp.Or(names[n.IfIndex], n.LocalPort), Protocol: "lldp",
			RemoteChassisID: n.ChassisID, RemoteChassisIDSubtype: n.ChassisIDSubtype,
			RemotePortID: n.PortID, RemotePortIDSubtype: n.PortIDSubtype,
			RemotePortDescription: n.PortDescription, RemoteName: n.SysName,
		})
	}
}

// linksOf lists the links between devices that were read. What only its
// neighbours know is among the neighbours.
func linksOf(s *graph.Snapshot, read map[api.VertexID]bool) []foundLink {
	links := []foundLink{}
	for e := range s.Edges() {
		if e.Kind != api.EdgeLink {
			continue
		}
		a, okA := endOf(s, e.A, read)
		b, okB := endOf(s, e.B, read)
		if !okA || !okB {
			continue
		}
		link := foundLink{A: a, B: b, Confidence: float64(e.Confidence) / 100, Evidence: []foundEvidence{}}
		for _, ev := range e.Evidence {
			link.Evidence = append(link.Evidence, foundEvidence{string(ev.Method), ev.Text})
		}
		links = append(links, link)
	}
	slices.SortFunc(links, func(x, y foundLink) int {
		return cmp.Or(cmp.Compare(x.A.Device, y.A.Device), cmp.Compare(x.A.Port, y.A.Port), cmp.Compare(x.B.Device, y.B.Device))
	})
	return links
}

func endOf(s *graph.Snapshot, id api.VertexID, read map[api.VertexID]bool) (foundEnd, bool) {
	port, ok := s.Vertex(id)
	if !ok || !read[port.Parent] {
		return foundEnd{}, false
	}
	return foundEnd{Device: port.Parent.String(), Port: port.Name}, true
}

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
