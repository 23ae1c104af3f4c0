package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/draw"
	"github.com/netseam/netseam/server/graph"
	"github.com/netseam/netseam/server/layout"
	"github.com/netseam/netseam/server/merge"
	"github.com/netseam/netseam/server/store"
	"github.com/netseam/netseam/test/netsim"
)

var errPicture = errors.New("no such picture")

// picturing is what `netseam layout` is told.
type picturing struct {
	site, cluster, grouping, theme string
	overview, anew                 bool
	data, world                    string
	seed                           uint64
	patience                       time.Duration
	file                           string
}

func newLayout() *cobra.Command {
	var x picturing
	var svg bool
	cmd := &cobra.Command{
		Use:   "layout --svg (--site NAME | --cluster NAME | --overview) (--data DIR | --world SIZE)",
		Short: "Draw the map, or a part of it, without a browser",
		Long: `Draws what the map shows: one site, one cluster, or all of them from far away.

--data takes the graph of a data folder; no netseam may be running on it.
--world starts a simulated world as "netseam demo" does, reads it, and ends.`,
		Example: `  netseam layout --svg --overview --world edge -o edge.svg
  netseam layout --svg --site fra1 --data /var/lib/netseam -o fra1.svg`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !svg {
				return fmt.Errorf("%w: --svg is what can be drawn", errPicture)
			}
			return x.run(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&svg, "svg", false, "draw as SVG")
	flags.StringVar(&x.site, "site", "", "draw the site of this name")
	flags.StringVar(&x.cluster, "cluster", "", "draw the cluster of this name")
	flags.BoolVar(&x.overview, "overview", false, "draw all sites from far away")
	flags.StringVar(&x.grouping, "grouping", string(layout.ByCluster), "what nodes are put together by")
	flags.StringVar(&x.theme, "theme", "dark", "dark or light")
	flags.BoolVar(&x.anew, "anew", false, "place everything as if for the first time, as tidying would")
	flags.StringVar(&x.data, "data", "", "folder of the journal")
	flags.StringVar(&x.world, "world", "", "size of a simulated world: "+strings.Join(netsim.SizeNames(), ", "))
	flags.Uint64Var(&x.seed, "seed", 1, "what the world is drawn from")
	flags.DurationVar(&x.patience, "patience", 5*time.Minute, "how long a world may take to be read")
	flags.StringVarP(&x.file, "output", "o", "", "the file to write, whole or not at all, instead of standard output")
	cmd.MarkFlagsMutuallyExclusive("site", "cluster", "overview")
	cmd.MarkFlagsOneRequired("site", "cluster", "overview")
	cmd.MarkFlagsMutuallyExclusive("data", "world")
	cmd.MarkFlagsOneRequired("data", "world")
	return cmd
}

func (x picturing) run(ctx context.Context, stdout, stderr io.Writer) error {
	grouping, err := layout.ParseGrouping(x.grouping)
	if err != nil {
		return err
	}
	if x.theme != "dark" && x.theme != "light" {
		return fmt.Errorf("%w: --theme %q: want dark or light", errPicture, x.theme)
	}
	logger := slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: slog.LevelError})) // a picture is all that is asked for
	var s *graph.Snapshot
	if x.data != "" {
		s, err = keptGraph(x.data, logger)
	} else {
		s, err = x.readWorld(ctx, logger)
	}
	if err != nil {
		return err
	}
	if x.anew {
		s = layout.Anew(s)
	}
	of, err := x.subject(s)
	if err != nil {
		return err
	}
	picture, err := draw.Draw(s, draw.Options{Of: of, Grouping: grouping, Light: x.theme == "light"})
	if err != nil {
		return err
	}
	if x.file == "" || x.file == "-" {
		return picture.SVG(stdout)
	}
	reader, writer := io.Pipe()
	go func() { writer.CloseWithError(picture.SVG(writer)) }()
	defer reader.Close() //nolint:errcheck // The writer's own error says it.
	return writeWhole(x.file, reader)
}

// subject finds what is to be drawn by its name.
func (x picturing) subject(s *graph.Snapshot) (api.VertexID, error) {
	kind, name := api.VertexSite, x.site
	if x.overview {
		return 0, nil
	}
	if x.cluster != "" {
		kind, name = api.VertexCluster, x.cluster
	}
	var names []string
	for v := range s.Vertices() {
		if v.Kind == kind && v.Name == name {
			return v.ID, nil
		}
		if v.Kind == kind {
			names = append(names, v.Name)
		}
	}
	return 0, fmt.Errorf("%w: there is no %s %q; there are: %s", errPicture, kind, name, strings.Join(names, ", "))
}

// keptGraph is the graph of a data folder.
func keptGraph(dir string, logger *slog.Logger) (*graph.Snapshot, error) {
	path := filepath.Join(dir, "journal.db")
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("--data: %w", err)
	}
	journal, err := store.Open(path, store.Options{Logger: logger})
	if err != nil {
		return nil, err
	}
	state, err := journal.Load()
	if err = errors.Join(err, journal.Close()); err != nil {
		return nil, err
	}
	return merge.Graph(state), nil
}

// readWorld starts a simulated world and reads it as serve does.
func (x picturing) readWorld(ctx context.Context, logger *slog.Logger) (s *graph.Snapshot, err error) {
	dir, err := os.MkdirTemp("", "netseam-layout-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // A leftover in the temporary folder harms nobody.
	world, err := netsim.New(netsim.Config{Size: x.world, Seed: x.seed, Dir: dir, ActEvery: -1, Logger: named(logger, "netsim")})
	if err != nil {
		return nil, err
	}
	if err := world.Start(ctx); err != nil {
		return nil, err
	}
	defer world.Close()
	a, err := newApp(ctx, demoConfig(world, "127.0.0.1:0", "", dir), logger)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	listener, err := listenAt(ctx, "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithTimeout(ctx, x.patience)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- a.run(ctx, listener, nil, func() {}) }()
	s = a.settled(ctx)
	late := ctx.Err() != nil
	stop()
	if err := <-ended; err != nil {
		return nil, err
	}
	if late {
		return nil, fmt.Errorf("%w: the world was not read within %s", errPicture, x.patience)
	}
	return s, nil
}

// settled waits until everything has its place and the graph is quiet.
func (a *app) settled(ctx context.Context) *graph.Snapshot {
	const quiet = 3 * time.Second
	look := time.NewTicker(quiet)
	defer look.Stop()
	var before *graph.Snapshot
	for {
		select {
		case <-ctx.Done():
			return before
		case <-look.C:
		}
		s := a.hub.Current()
		if before != nil && s.Revision == before.Revision && hasPlaces(s) {
			return s
		}
		before = s
	}
}

func hasPlaces(s *graph.Snapshot) bool {
	some := false
	for v := range s.Children(0) {
		if !layout.Settled(s, v) {
			return false
		}
		some = true
	}
	return some
}
