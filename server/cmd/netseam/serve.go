package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/netseam/netseam/server/config"
	"github.com/netseam/netseam/server/web"
)

func newServe() *cobra.Command {
	var path, listen, data string
	var proxy, verbose bool
	cmd := &cobra.Command{
		Use:   "serve -c netseam.yaml",
		Short: "Read clusters and switches and serve the map",
		Long: `Reads the clusters and switches of the configuration and serves the map.

On SIGHUP it reads the configuration again: sources that are new are added, and
what removed ones have said is dropped. An address beyond this machine is
refused unless auth.tokens and TLS (or --behind-tls-proxy) are configured.

The manual is served beside the map, at /docs.`,
		Example: `  netseam serve -c netseam.yaml
  netseam serve -c /etc/netseam/netseam.yaml --data /var/lib/netseam
  kill -HUP $(pidof netseam)     # read the configuration again`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			load := func() (config.Config, error) {
				return config.LoadWith(path, func(c *config.Config) {
					if listen != "" {
						c.Listen = listen
					}
					if data != "" {
						c.Data = data
					}
					c.BehindTLSProxy = c.BehindTLSProxy || proxy
				})
			}
			cfg, err := load()
			if err != nil {
				return err
			}
			logger := newLogger(cmd.ErrOrStderr(), verbose)
			listener, err := listenAt(cmd.Context(), cfg.Listen)
			if err != nil {
				return err
			}
			reload, stop := reloads(cmd.Context(), load, logger)
			defer stop()
			return serve(cmd.Context(), listener, cfg, nil, logger, reload, func(url string) {
				progress(cmd.OutOrStdout(), "netseam serves %s: %s, %s", url, counted(len(cfg.Clusters), "cluster"), counted(len(cfg.Switches), "switch"))
			})
		},
	}
	cmd.Flags().StringVarP(&path, "config", "c", "netseam.yaml", "the configuration")
	cmd.Flags().StringVar(&listen, "listen", "", "address to serve at, instead of the configuration's")
	cmd.Flags().StringVar(&data, "data", "", "folder of the journal, instead of the configuration's")
	cmd.Flags().BoolVar(&proxy, "behind-tls-proxy", false, "a proxy in front ends TLS")
	cmd.Flags().BoolVarP(&verbose, "verbose", "v", false, "log details")
	return cmd
}

// listenAt opens the address to serve at: before all that takes long or changes
// something on disk, because it is what fails most.
func listenAt(ctx context.Context, address string) (net.Listener, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen: %w; choose another with --listen", err)
	}
	return listener, nil
}

// serve runs the program on the listener, which it closes, until ctx ends; ready
// is called with the URL. demo is the simulated world that the sources are of,
// nil for a real one.
func serve(
	ctx context.Context, listener net.Listener, cfg config.Config, demo web.Demo, logger *slog.Logger, reload <-chan config.Config, ready func(url string),
) error {
	a, err := newApp(ctx, cfg, logger)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	a.demo = demo
	scheme := "http"
	if cfg.TLS.Configured() {
		scheme = "https"
	}
	tell := func() { ready(scheme + "://" + listener.Addr().String()) }
	return errors.Join(a.run(ctx, listener, reload, tell), a.close())
}

// reloads yields the configuration anew at each SIGHUP. One that is at fault
// changes nothing and is reported.
func reloads(ctx context.Context, load func() (config.Config, error), logger *slog.Logger) (<-chan config.Config, func()) {
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	out := make(chan config.Config)
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-ctx.Done():
				return
			case <-hangups:
			}
			cfg, err := load()
			if err != nil {
				logger.ErrorContext(ctx, "configuration not reloaded; going on with the old one", slog.Any("error", err))
				continue
			}
			select {
			case out <- cfg:
				logger.InfoContext(ctx, "configuration reloaded", slog.Int("clusters", len(cfg.Clusters)), slog.Int("switches", len(cfg.Switches)))
			case <-ctx.Done():
				return
			}
		}
	}()
	return out, func() {
		signal.Stop(hangups)
		cancel()
		<-done
	}
}

// progress writes a line for people.
func progress(w io.Writer, format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }
