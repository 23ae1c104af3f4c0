package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/kube"
	"github.com/netseam/netseam/collectors/snmp"
	"github.com/netseam/netseam/server/config"
)

// checkReport is what `netseam check --json` prints.
type checkReport struct {
	Config   string         `json:"config"`
	OK       bool           `json:"ok"`
	Clusters []kube.Report  `json:"clusters"`
	Switches []switchReport `json:"switches"`
	// Discovery says where it goes, in words; "" if it is off.
	Discovery string `json:"discovery,omitempty"`
}

type switchReport struct {
	Source  api.SourceID `json:"source"`
	Address string       `json:"address"`
	Name    string       `json:"name,omitempty"`
	// Credentials is the name of the set that the switch answered to.
	Credentials string        `json:"credentials,omitempty"`
	Reachable   bool          `json:"reachable"`
	Message     string        `json:"message,omitempty"`
	Tables      []tableReport `json:"tables"`
}

type tableReport struct {
	Table   string `json:"table"`
	State   string `json:"state"`
	Rows    int    `json:"rows"`
	Millis  int64  `json:"ms"`
	Message string `json:"message,omitempty"`
}

var errCheck = errors.New("not everything can be read; see above")

func newCheck() *cobra.Command {
	var path string
	var asJSON bool
	var timeout time.Duration
	cmd := &cobra.Command{
		Use:   "check -c netseam.yaml",
		Short: "Check the configuration, and try every source once",
		Long: `Reads the configuration and names every fault in it. Then tries each cluster
and each switch once: whether it answers, which kinds of objects the credentials
may read and what the map lacks without the others, which tables the switch has.
Exits with 1 if anything cannot be read that is not optional.`,
		Example: `  netseam check -c netseam.yaml
  netseam check -c netseam.yaml --json --timeout 5m`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := config.Load(path)
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(cmd.Context(), timeout)
			defer cancel()
			report, err := check(ctx, cfg)
			if err != nil {
				return err
			}
			report.Config = path
			if d := cfg.Discovery; d.Enabled {
				report.Discovery = fmt.Sprintf("Discovery is on, from %s and %s, within %s. It is not tried here; "+
					"netseam discover --follow -c %s --dry-run says who would be asked.",
					counted(len(d.Seeds), "seed"), counted(len(cfg.Switches), "switch"), strings.Join(d.Allow, ", "), path)
			}
			if err := report.print(cmd.OutOrStdout(), asJSON); err != nil {
				return err
			}
			if !report.OK {
				return errCheck
			}
			return nil
		},
	}
	cmd.Flags().StringVarP(&path, "config", "c", "netseam.yaml", "the configuration")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().DurationVar(&timeout, "timeout", time.Minute, "how long all of it may take")
	return cmd
}

// check tries every source, all at once within limits.
func check(ctx context.Context, cfg config.Config) (checkReport, error) {
	clusters, devices := clusterConfigs(cfg), deviceConfigs(cfg)
	r := checkReport{
		OK: true, Clusters: make([]kube.Report, len(clusters)), Switches: make([]switchReport, len(devices)),
	}
	var group errgroup.Group
	group.SetLimit(32)
	for i, c := range clusters {
		group.Go(func() (err error) {
			r.Clusters[i], err = kube.Check(ctx, c)
			return err
		})
	}
	for i, d := range devices {
		group.Go(func() error {
			r.Switches[i] = checkSwitch(ctx, d)
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return r, err
	}
	for _, c := range r.Clusters {
		r.OK = r.OK && c.OK()
	}
	for _, s := range r.Switches {
		r.OK = r.OK && s.Reachable && s.Message == ""
	}
	return r, nil
}

func checkSwitch(ctx context.Context, cfg snmp.Config) switchReport {
	result, err := snmp.Collect(ctx, cfg)
	s := switchReport{Source: cfg.Source(), Address: cfg.Address, Tables: []tableReport{}}
	if err != nil {
		s.Message = err.Error()
	}
	if result == nil {
		return s
	}
	s.Name, s.Credentials = result.System.Name, result.Credentials
	for _, t := range result.Tables {
		report := tableReport{Table: t.Table, State: t.State.String(), Rows: t.Rows, Millis: t.Took.Milliseconds()}
		if t.Err != nil {
			report.Message = t.Err.Error()
		}
		s.Reachable = s.Reachable || t.State != api.StateUnreachable
		s.Tables = append(s.Tables, report)
	}
	return s
}

func (r checkReport) print(w io.Writer, asJSON bool) error {
	if asJSON {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(r)
	}
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintf(t, "%s is valid: %s, %s\n\n", r.Config, counted(len(r.Clusters), "cluster"), counted(len(r.Switches), "switch"))
	if r.Discovery != "" {
		fmt.Fprintf(t, "%s\n\n", r.Discovery)
	}
	if len(r.Clusters)+len(r.Switches) == 0 {
		fmt.Fprintln(t, "There is nothing to read: add clusters or switches, or turn discovery on.")
		return t.Flush()
	}
	fmt.Fprintln(t, "SOURCE\tWHAT\tANSWER\tDETAIL")
	for _, c := range r.Clusters {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", c.Source, c.Server, c.State, orElse(c.Message, c.Version))
		for _, k := range c.Kinds {
			fmt.Fprintf(t, "\t%s\t%s\t%s\n", kindName(k), permission(k), whatIsMissing(k))
		}
		for _, k := range c.Polled {
			fmt.Fprintf(t, "\t%s\t%s\t%s\n", k.Table, polled(k), whatIsMissing(k))
		}
	}
	for _, s := range r.Switches {
		answer := "answers"
		if !s.Reachable {
			answer = "no answer"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", s.Source, s.Address, answer, orElse(s.Message, s.who()))
		for _, table := range s.Tables {
			if s.Reachable {
				fmt.Fprintf(t, "\t%s\t%s\t%d rows in %d ms %s\n", table.Table, table.State, table.Rows, table.Millis, table.Message)
			}
		}
	}
	return t.Flush()
}

// who says as whom a switch answers, and to which credentials.
func (s switchReport) who() string {
	if s.Credentials == "" {
		return s.Name
	}
	return fmt.Sprintf("%s, to the credentials %q", s.Name, s.Credentials)
}

// kindName is a kind's plural name, with the group of one that not every
// server has.
func kindName(k kube.KindReport) string {
	if k.Optional && k.Group != "" {
		return k.Table + "." + k.Group
	}
	return k.Table
}

func polled(k kube.KindReport) string {
	if k.List {
		return "readable"
	}
	return "not permitted"
}

// whatIsMissing says why a kind cannot be read, and what that costs the map.
func whatIsMissing(k kube.KindReport) string {
	if k.Lacks == "" {
		return k.Message
	}
	if k.Message == "" {
		return "the map lacks " + k.Lacks
	}
	return "the map lacks " + k.Lacks + " (" + k.Message + ")"
}

func permission(k kube.KindReport) string {
	switch {
	case k.List && k.Watch:
		return "readable"
	case k.List:
		return "list only"
	case k.Watch:
		return "watch only"
	}
	return "not permitted"
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}
