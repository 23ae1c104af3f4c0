package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/snmp"
	"github.com/netseam/netseam/server/merge"
	"github.com/netseam/netseam/test/netsim/snmpagent"
)

// target is one device to read.
type target struct {
	config  snmp.Config
	capture string // file name of its recording, when it is a replay
}

func newDiscover() *cobra.Command {
	var replay string
	var access accessFlags
	var follow followFlags
	var asJSON bool
	var timeout time.Duration
	cmd := &cobra.Command{
		Use:   "discover TARGET… | --follow SEED… --allow PREFIX | --replay DIR",
		Short: "Read switches once and print devices, neighbours and links",
		Long: `Reads each TARGET (host or host:port) once over SNMP and prints what it is,
whom it hears, and the links that follow. With --replay it plays the recordings
*.snmprec and *.snmprec.gz of a folder, each as an SNMP agent on loopback, and
reads those instead. Nothing is stored and nothing is written to any device.

With --follow it begins at each SEED, an address, and goes on to the neighbours
that devices tell of by LLDP, CDP, FDP and MNDP, within the prefixes of --allow.
With -c it takes seeds, prefixes, credentials and limits from the discovery
section of a configuration; flags come before it. What it does is written to
standard error as it happens.`,
		Example: `  netseam discover 10.0.0.11 10.0.0.12
  NETSEAM_COMMUNITY=secret netseam discover --json leaf1.example.net
  netseam discover --user netseam --auth-password-file auth --priv-password-file priv 10.0.0.11
  netseam discover --follow 10.0.0.1 --allow 10.0.0.0/16 --deny 10.0.99.0/24
  netseam discover --follow -c netseam.yaml --dry-run
  netseam discover --replay test/fabric/testdata/capture`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := follow.check(args, replay); err != nil {
				return err
			}
			credentials, err := access.credentials()
			if err != nil {
				return err
			}
			if follow.on {
				found, err := follow.run(cmd, args, credentials, timeout)
				if err != nil {
					return err
				}
				return found.print(cmd.OutOrStdout(), asJSON)
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
	follow.register(cmd)
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

	return joined(targets, results, errs)
}

// joined is what devices said, joined: of each target its reading, or why there
// is none.
func joined(targets []target, results []*snmp.Result, errs []error) discovery {
	engine := merge.New()
	for i, r := range results {
		if errs[i] == nil {
			engine.Apply(r.Observations(targets[i].config), r.Time)
		}
	}
	found := newDiscovery()
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
	found.join(results, targets, engine)
	found.Links = linksOf(engine.Snapshot(), ids)
	found.conclude(engine, ids)
	found.Segments = segmentsOf(engine.Snapshot(), ids)
	return found
}
