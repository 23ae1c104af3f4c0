// Command fabric keeps a fabric up until Ctrl-C, and does to it what is typed.
//
//	go run ./test/fabric/cmd/fabric up -dir out     the lab, with the daemons' logs in out
//	go run ./test/fabric/cmd/fabric clean           removes what a killed run left
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/netseam/netseam/test/fabric"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "fabric:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	if len(args) == 0 {
		return errors.New("say what: up or clean")
	}
	flags := flag.NewFlagSet("fabric "+args[0], flag.ContinueOnError)
	flags.SetOutput(stderr)
	var o fabric.Options
	flags.StringVar(&o.Prefix, "prefix", "nsf", "begins the names of the namespaces")
	flags.TextVar(&o.Management, "management", netip.MustParsePrefix("10.199.0.0/24"), "the management LAN, a /24")
	flags.BoolVar(&o.Bundle, "bundle", false, "two cables more between leaf1 and leaf2, bundled by Open vSwitch")
	flags.Func("vip", "HOST=ADDRESS, which the host announces by BGP; may be repeated", func(text string) error {
		return addVIP(&o, text)
	})
	dir := flags.String("dir", "", "the directory that gets the daemons' logs")
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	o.Logger = slog.New(slog.NewTextHandler(stderr, nil))
	switch args[0] {
	case "up":
		if *dir == "" {
			return errors.New("say where the logs go: -dir DIR")
		}
		return up(ctx, *dir, o, stdin, stdout)
	case "clean":
		found, err := fabric.Clean(ctx, o)
		for _, f := range found {
			fmt.Fprintln(stdout, "removed", f)
		}
		return err
	default:
		return fmt.Errorf("no command %q: say up or clean", args[0])
	}
}

// addVIP lets one of the default hosts announce an address.
func addVIP(o *fabric.Options, text string) error {
	if o.Hosts == nil {
		o.Hosts = fabric.DefaultHosts()
	}
	name, address, _ := strings.Cut(text, "=")
	vip, err := netip.ParseAddr(address)
	if err != nil {
		return err
	}
	for i := range o.Hosts {
		if o.Hosts[i].Name == name {
			o.Hosts[i].VIPs = append(o.Hosts[i].VIPs, vip)
			return nil
		}
	}
	return fmt.Errorf("no host %q", name)
}

func up(ctx context.Context, dir string, o fabric.Options, stdin io.Reader, stdout io.Writer) (err error) {
	f, err := fabric.Up(ctx, dir, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Crashed(), f.Down(ctx)) }()
	wait, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	if err := f.WaitNeighbours(wait); err != nil {
		return err
	}
	describe(stdout, f)
	lines := make(chan string)
	// Reading ends with the program only: a read of a terminal cannot be called back.
	go read(ctx, stdin, lines)
	for {
		select {
		case <-ctx.Done():
			return nil
		case line, ok := <-lines:
			if !ok { // Nobody types: stay until Ctrl-C.
				lines = nil
				continue
			}
			if err := act(ctx, f, stdout, line); err != nil {
				fmt.Fprintln(stdout, "error:", err)
			}
		}
	}
}
