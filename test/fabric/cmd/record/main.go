// Command record brings a fabric up, records what its switches answer over SNMP and takes it down again.
//
//	go run ./test/fabric/cmd/record -out test/fabric/testdata/capture
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/netseam/netseam/test/fabric"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "record:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stderr io.Writer) (err error) {
	flags := flag.NewFlagSet("record", flag.ContinueOnError)
	flags.SetOutput(stderr)
	out := flags.String("out", "", "the directory that gets NAME.snmprec and expected.json")
	prefix := flags.String("prefix", "nsr", "begins the names of the namespaces")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *out == "" {
		return errors.New("say where to: -out DIR")
	}
	logs, err := os.MkdirTemp("", "fabric-record-")
	if err != nil {
		return err
	}
	f, err := fabric.Up(ctx, logs, fabric.Options{Prefix: *prefix, Logger: slog.New(slog.NewTextHandler(stderr, nil))})
	if err != nil {
		return fmt.Errorf("%w (logs in %s)", err, logs)
	}
	defer func() {
		err = errors.Join(err, f.Down(ctx))
		if err == nil {
			err = os.RemoveAll(logs)
		}
	}()
	wait, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	return errors.Join(f.Record(wait, *out), f.Crashed())
}
