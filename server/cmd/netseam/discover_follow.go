package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/snmp"
	finder "github.com/netseam/netseam/collectors/snmp/discovery"
	"github.com/netseam/netseam/server/config"
)

// followFlags say where `netseam discover --follow` goes.
type followFlags struct {
	on, arp, hosts, dryRun     bool
	config                     string
	allow, deny, refuse        []string
	depth, devices, rate, port int
	given                      func(flag string) bool
}

// followedAddress is what became of an address.
type followedAddress struct {
	Address     string `json:"address"`
	State       string `json:"state"`
	Why         string `json:"why,omitempty"`
	Name        string `json:"name,omitempty"`
	ChassisID   string `json:"chassis_id,omitempty"`
	Via         string `json:"via,omitempty"` // address of the device that told of it
	Protocol    string `json:"protocol,omitempty"`
	Depth       int    `json:"depth"`
	Credentials string `json:"credentials,omitempty"`
	Tries       int    `json:"tries"`
}

func (f *followFlags) register(cmd *cobra.Command) {
	flags, d := cmd.Flags(), config.Default().Discovery
	flags.BoolVar(&f.on, "follow", false, "go on to the neighbours that devices tell of")
	flags.StringVarP(&f.config, "config", "c", "", "with --follow: configuration whose discovery section holds")
	flags.StringSliceVar(&f.allow, "allow", nil, "with --follow: prefixes within which devices may be asked")
	flags.StringSliceVar(&f.deny, "deny", nil, "with --follow: prefixes within those that are not asked")
	flags.StringSliceVar(&f.refuse, "refuse", nil, "with --follow: devices to leave alone, by address, prefix, MAC of the chassis, or name with * and ?")
	flags.IntVar(&f.depth, "max-depth", d.MaxDepth, "with --follow: hops from a seed")
	flags.IntVar(&f.devices, "max-devices", d.MaxDevices, "with --follow: devices to find at most")
	flags.IntVar(&f.rate, "rate", d.Rate, "with --follow: attempts that begin in a second")
	flags.IntVar(&f.port, "port", d.Port, "with --follow: port at which agents listen")
	flags.BoolVar(&f.arp, "arp", false, "with --follow: ask also whom only address tables name")
	flags.BoolVar(&f.hosts, "hosts", false, "with --follow: ask also neighbours that are neither bridge nor router")
	flags.BoolVar(&f.dryRun, "dry-run", false, "with --follow: ask nobody but the seeds, and say who would be asked")
	f.given = flags.Changed
}

// check says what is wrong with arguments and flags together.
func (f *followFlags) check(args []string, replay string) error {
	switch {
	case !f.on && (len(args) == 0) == (replay == ""):
		return errors.New("name targets, or a folder with --replay, one of the two; see netseam discover --help")
	case f.on && replay != "":
		return errors.New("--follow and --replay exclude each other: recordings have no addresses to go to")
	case f.on:
		return nil
	}
	for _, flag := range []string{"config", "allow", "deny", "refuse", "max-depth", "max-devices", "rate", "port", "arp", "hosts", "dry-run"} {
		if f.given(flag) {
			return fmt.Errorf("--%s belongs to --follow", flag)
		}
	}
	return nil
}

// settings are the configuration's, with the flags before it.
func (f *followFlags) settings(seeds []string, own snmp.Credentials, timeout time.Duration) (finder.Rules, *finder.Visits, error) {
	cfg := config.Default()
	cfg.SNMP.Timeout, cfg.SNMP.Retries = timeout, 1
	if f.config != "" {
		var err error
		if cfg, err = config.Load(f.config); err != nil {
			return finder.Rules{}, nil, err
		}
	}
	d := &cfg.Discovery
	if len(seeds) > 0 {
		d.Seeds = seeds
	}
	d.Allow = append(d.Allow, f.allow...)
	d.Deny = append(d.Deny, f.deny...)
	for _, text := range f.refuse {
		d.Refuse = append(d.Refuse, refusalOf(text))
	}
	for flag, set := range map[string]func(){
		"max-depth": func() { d.MaxDepth = f.depth }, "max-devices": func() { d.MaxDevices = f.devices },
		"rate": func() { d.Rate = f.rate }, "port": func() { d.Port = f.port },
	} {
		if f.given(flag) {
			set()
		}
	}
	d.ARP, d.Hosts, d.DryRun = d.ARP || f.arp, d.Hosts || f.hosts, d.DryRun || f.dryRun
	d.Enabled = true
	rules, sets, err := discoveryRules(cfg)
	if err != nil {
		return rules, nil, err
	}
	if len(sets) == 0 || f.given("community") || f.given("user") {
		own.Name = cmp.Or(own.User, "community")
		sets, rules.Sets = []snmp.Credentials{own}, []finder.Set{{Name: own.Name, User: own.User != ""}}
	}
	switch {
	case len(rules.Seeds) == 0:
		return rules, nil, errors.New("--follow wants an address to begin at; name a SEED")
	case len(rules.Allow) == 0:
		return rules, nil, errors.New("--follow wants to know where it may ask; name prefixes with --allow, such as --allow 10.0.0.0/16")
	}
	return rules, &finder.Visits{
		Visitor: snmp.NewVisitor(nil), Credentials: sets, Template: discoveryTemplate(cfg), Port: d.Port, ARP: d.ARP,
	}, rules.Validate()
}

// refusalOf reads a device to leave alone: address, prefix, MAC or name.
func refusalOf(text string) config.Refusal {
	if _, err := config.ParsePrefix(text); err == nil {
		return config.Refusal{Address: text}
	}
	if _, err := api.ParseMAC(text); err == nil {
		return config.Refusal{Chassis: text}
	}
	return config.Refusal{Name: text}
}

// run discovers, and joins what was read.
func (f *followFlags) run(cmd *cobra.Command, seeds []string, own snmp.Credentials, timeout time.Duration) (discovery, error) {
	rules, visits, err := f.settings(seeds, own, timeout)
	if err != nil {
		return discovery{}, err
	}
	reader := &follower{Visits: visits, results: map[netip.Addr]reading{}}
	crawler, err := finder.NewCrawler(finder.Config{
		Rules: rules, Prober: reader, Once: true, Tell: func(e finder.Event) { tell(cmd.ErrOrStderr(), e) },
	})
	if err != nil {
		return discovery{}, err
	}
	if err := crawler.Run(cmd.Context()); err != nil {
		return discovery{}, err
	}
	if cmd.Context().Err() != nil {
		return discovery{}, context.Cause(cmd.Context())
	}
	state := crawler.State()
	var targets []target
	var results []*snmp.Result
	var errs []error
	for _, d := range crawler.Devices() {
		r := reader.results[d.Address]
		targets, results, errs = append(targets, target{config: r.config}), append(results, r.result), append(errs, r.err)
	}
	found := joined(targets, results, errs)
	for _, item := range state.Items {
		found.Addresses = append(found.Addresses, addressOf(item))
	}
	counts := map[api.DiscoveryState]int{}
	for _, item := range state.Items {
		counts[item.State]++
	}
	var all []string
	for _, state := range api.DiscoveryStates() {
		if counts[state] > 0 {
			all = append(all, fmt.Sprintf("%d %s", counts[state], state))
		}
	}
	progress(cmd.ErrOrStderr(), "%s: %s", counted(len(state.Items), "address"), strings.Join(all, ", "))
	if state.LeftOut > 0 {
		progress(cmd.ErrOrStderr(), "%s were left out: there are more than can be kept", counted(state.LeftOut, "address"))
	}
	return found, nil
}

func addressOf(i api.DiscoveryItem) followedAddress {
	return followedAddress{
		Address: i.Address.String(), State: string(i.State), Why: i.Why, Name: i.Name, ChassisID: i.Chassis,
		Via: strings.TrimPrefix(string(i.Via), "snmp:found-"), Protocol: i.Protocol, Depth: i.Depth, Credentials: i.Credentials, Tries: i.Tries,
	}
}

// tell writes what happened to an address.
func tell(w io.Writer, e finder.Event) {
	i := e.Item
	if i.State == api.DiscoveryTrying {
		return
	}
	what := string(i.State)
	if i.State == api.DiscoveryQueued {
		what = "next try" // with the next set of credentials
	}
	text := fmt.Sprintf("%-11s %-15v %s", what, i.Address, cmp.Or(i.Name, "-"))
	if i.Via != "" {
		text += fmt.Sprintf(" (%s from %s)", i.Protocol, strings.TrimPrefix(string(i.Via), "snmp:found-"))
	}
	if i.Why != "" {
		text += ": " + i.Why
	}
	c := e.Counts
	progress(w, "%s   [%d found, %d to ask]", text, c[api.DiscoveryFound], c[api.DiscoveryQueued]+c[api.DiscoveryTrying])
}

// follower is Visits that read a device in full where they explore it.
type follower struct {
	*finder.Visits
	mu      sync.Mutex
	results map[netip.Addr]reading
}

type reading struct {
	config snmp.Config
	result *snmp.Result
	err    error
}

// Explore implements finder.Prober.
func (f *follower) Explore(ctx context.Context, a finder.Attempt, d finder.Device) ([]snmp.Lead, error) {
	cfg := f.Device(d, a.Set)
	r, err := snmp.Collect(ctx, cfg)
	f.mu.Lock()
	f.results[d.Address] = reading{cfg, r, err}
	f.mu.Unlock()
	if r == nil {
		return nil, err
	}
	return r.Leads(), err
}
