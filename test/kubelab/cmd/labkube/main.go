// Labkube runs one real Kubernetes cluster in one process, with KWOK in place of the kubelets, for tests.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/netip"
	"os"
	"os/signal"
	"syscall"
	"time"

	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"

	"github.com/netseam/netseam/test/kubelab/internal/cluster"
)

const (
	stopDeadline = 10 * time.Second

	exitFailed = 1
	exitUsage  = 2
	exitStuck  = 3
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

func run(args []string, stdout, stderr io.Writer) int {
	start := time.Now()
	config, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		fmt.Fprintln(stderr, "labkube:", err)
		return exitUsage
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, func() {
		stop() // A second signal ends the process at once.
		time.AfterFunc(stopDeadline, func() {
			fmt.Fprintf(stderr, "labkube: did not stop within %s\n", stopDeadline)
			os.Exit(exitStuck)
		})
	})
	err = cluster.Run(ctx, config, func() {
		fmt.Fprintf(stdout, "READY %s %.2f\n", config.Name, time.Since(start).Seconds())
	})
	if err != nil {
		fmt.Fprintln(stderr, "labkube:", err)
		return exitFailed
	}
	return 0
}

func parse(args []string, stderr io.Writer) (cluster.Config, error) {
	var c cluster.Config
	if len(args) == 0 || args[0] != "up" {
		return c, fmt.Errorf("want: labkube up --name NAME --index N --dir DIR [flags]; labkube up -h shows them")
	}
	flags := flag.NewFlagSet("labkube up", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&c.Name, "name", "", "the cluster's `name`, a DNS label")
	flags.IntVar(&c.Index, "index", 0, "a `number` from 1 to 50 that sets its addresses apart")
	flags.StringVar(&c.Dir, "dir", "", "`directory` for keys, kubeconfigs and the database; used again, it is the same cluster again")
	flags.IntVar(&c.Port, "port", 0, "the API server's `port` on 127.0.0.1 (default: that of the last run, or any free one)")
	flags.DurationVar(&c.NodeGrace, "node-grace", 0, "how long a node may be silent before it is Unknown (default 8s)")
	flags.Func("advertise-address", "the `address` that the Service kubernetes leads to (default 172.20.<index>.10)", func(s string) (err error) {
		c.AdvertiseAddress, err = netip.ParseAddr(s)
		return err
	})
	flags.Func("pod-cidr", "the pods' `network`, of which each node gets a /24 (default 10.<100+index>.0.0/16)", func(s string) (err error) {
		c.PodCIDR, err = netip.ParsePrefix(s)
		return err
	})
	flags.Func("service-cidr", "the services' `network` (default 10.<200+index>.0.0/20)", func(s string) (err error) {
		c.ServiceCIDR, err = netip.ParsePrefix(s)
		return err
	})
	if err := flags.Parse(args[1:]); err != nil {
		return c, err
	}
	if flags.NArg() > 0 {
		return c, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	return c, nil
}
