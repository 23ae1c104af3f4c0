package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/netseam/netseam/server/auth"
	"github.com/netseam/netseam/server/config"
	"github.com/netseam/netseam/test/netsim"
)

func newDemo() *cobra.Command {
	var size, listen, data, scene string
	var seed uint64
	var still, verbose bool
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Serve the map of a simulated world: nothing else is needed",
		Long: `Starts a world that does not exist, in this process and over real protocols:
switches answer SNMP on loopback, clusters serve the Kubernetes API over HTTPS.
Pods come and go, a cable moves, a link fails, a node dies, and all comes back.
The same seed makes the same world. Stop it with Ctrl-C.

A scene is a file of what happens instead, a line each:

  at 5s link-down fra1-leaf1 Ethernet1/49
  at 9s link-up fra1-leaf1 Ethernet1/49
  at 10s move-cable fra-prod-w04 eno1 fra1-leaf5 Ethernet1/40
  at 12s kill-node fra-prod fra-prod-w01
  at 40s silence fra1-leaf1
  churn 50/s for 60s
  at 1m churn 5/s for 10s in stage
  at 70s split fra-prod shop web
  at 75s drain ams-prod ams-prod-w02
  at 80s route-via stage shop web stage-cp1
  at 85s take-addresses ams-prod 5

There are also revive-node, wake, pod-unready and pod-ready; heal, undrain,
route-back and give-back end the last four.`,
		Example: `  netseam demo
  netseam demo --size noc --seed 7 --listen 127.0.0.1:9000
  netseam demo --scene outage.scene`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			out := cmd.OutOrStdout()
			logger := newLogger(cmd.ErrOrStderr(), verbose)
			if !verbose {
				logger = slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), &slog.HandlerOptions{Level: slog.LevelWarn}))
			}
			var script *netsim.Script
			if scene != "" {
				read, err := netsim.LoadScript(scene)
				if err != nil {
					return err
				}
				script = &read
			}
			if err := checkDemoListen(listen); err != nil {
				return err
			}
			d := demonstration{size: size, seed: seed, data: data, script: script, still: still, out: out, logger: logger}
			return d.run(cmd.Context(), listen)
		},
	}
	cmd.Flags().StringVar(&size, "size", "small", "size of the world: "+strings.Join(netsim.SizeNames(), ", "))
	cmd.Flags().Uint64Var(&seed, "seed", 1, "what the world is drawn from")
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:8080", "address to serve at")
	cmd.Flags().StringVar(&data, "data", "", "folder of the journal (default: a temporary one)")
	cmd.Flags().StringVar(&scene, "scene", "", "file of what happens in the world, instead of what the seed lets happen")
	cmd.Flags().BoolVar(&still, "still", false, "let nothing happen in the world")
	cmd.Flags().BoolVarP(&verbose, "verbose", "v", false, "log details")
	cmd.MarkFlagsMutuallyExclusive("scene", "still")
	return cmd
}

// demonstration is a demo as its flags ask for it.
type demonstration struct {
	size   string
	seed   uint64
	data   string         // "" for a folder of its own
	script *netsim.Script // nil to let the seed decide what happens
	still  bool
	out    io.Writer
	logger *slog.Logger
}

// run builds the world and serves it until ctx ends.
func (d demonstration) run(ctx context.Context, address string) (err error) {
	dir, err := os.MkdirTemp("", "netseam-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // A leftover in the temporary folder harms nobody.
	act := 0
	if d.still {
		act = -1
	}
	world, err := netsim.New(netsim.Config{Size: d.size, Seed: d.seed, Dir: dir, ActEvery: act, Logger: named(d.logger, "netsim")})
	if err != nil {
		return err
	}
	listener, err := listenAt(ctx, address)
	if err != nil {
		return err
	}
	progress(d.out, "building the world %q from seed %d …", d.size, d.seed)
	if err := world.Start(ctx); err != nil {
		return errors.Join(err, listener.Close())
	}
	defer world.Close()
	asked := ctx
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		switch {
		case d.still:
			return nil
		case d.script != nil:
			return world.Play(ctx, *d.script)
		default:
			return world.Run(ctx)
		}
	})
	group.Go(func() error {
		defer cancel()
		cfg := demoConfig(world, address, d.data, dir)
		return serve(ctx, listener, cfg, demoWorld{world}, d.logger, nil, func(url string) {
			progress(d.out, "netseam serves the demo at %s: %s, %s. Ctrl-C stops it.",
				url, counted(len(cfg.Clusters), "cluster"), counted(len(cfg.Switches), "switch"))
		})
	})
	if err = group.Wait(); asked.Err() != nil {
		return nil // it was asked to stop
	}
	return err
}

// demoConfig is a configuration that reads the world.
func demoConfig(world *netsim.World, listen, data, dir string) config.Config {
	cfg := config.Default()
	cfg.Listen = listen
	cfg.Data = data
	if data == "" {
		cfg.Data = filepath.Join(dir, "data")
	}
	for _, c := range world.Clusters() {
		cfg.Clusters = append(cfg.Clusters, config.Cluster{
			Name: c.Name, Kubeconfig: c.KubeconfigPath, Context: c.Context, Owner: demoOwner(c.Name),
		})
	}
	for _, s := range world.Switches() {
		cfg.Switches = append(cfg.Switches, config.Switch{
			Name: s.Name, Address: s.Address, Owner: "network team", Credentials: config.Credentials{Community: config.NewSecret(s.Community)},
			Interval: pollEvery(len(world.Switches()), runtime.GOMAXPROCS(0)), Timeout: cfg.SNMP.Timeout, Retries: cfg.SNMP.Retries,
		})
	}
	return cfg
}

// demoOwner is the team of a cluster of the world; of a playground nobody is
// known.
func demoOwner(cluster string) string {
	switch {
	case cluster == "kind":
		return ""
	case strings.Contains(cluster, "stage"):
		return "developers"
	}
	return "platform team"
}

// pollEvery is a second for worlds that are looked at change by change, and
// longer for those whose many switches share this machine with netseam: twice as
// long where there is one processor for all of it.
func pollEvery(switches, processors int) time.Duration {
	return max(time.Second, time.Duration(switches/(25*min(2, max(1, processors))))*time.Second)
}

// checkDemoListen keeps the demo on this machine: it has no access control.
func checkDemoListen(listen string) error {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return fmt.Errorf("--listen %q: want host:port such as 127.0.0.1:8080", listen)
	}
	if !auth.IsLoopback(host) {
		return fmt.Errorf("--listen %s: %w: the demo has no access control; listen on 127.0.0.1, and use `ssh -L` from elsewhere",
			listen, config.ErrExposed)
	}
	return nil
}
