package main

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/netseam/netseam/collectors/snmp"
	finder "github.com/netseam/netseam/collectors/snmp/discovery"
	"github.com/netseam/netseam/server/config"
)

// discoveryRules turns the configuration's discovery into the collector's. What
// its sets mean is in the same order.
func discoveryRules(cfg config.Config) (finder.Rules, []snmp.Credentials, error) {
	d := cfg.Discovery
	rules := finder.Rules{
		MaxDepth: d.MaxDepth, MaxDevices: d.MaxDevices, Tries: d.Tries, Retry: d.Retry, Pause: d.Pause, LockOut: d.LockOut,
		Forget: d.Forget, Rate: float64(d.Rate), Concurrency: d.Concurrency, ARP: d.ARP, Hosts: d.Hosts, DryRun: d.DryRun, Off: !d.Enabled,
	}
	var errs []error
	for _, text := range d.Seeds {
		seed, err := netip.ParseAddr(text)
		if err != nil {
			errs = append(errs, fmt.Errorf("seed %q: want an address such as 10.0.0.1", text))
		}
		rules.Seeds = append(rules.Seeds, seed.Unmap())
	}
	prefixes := func(what string, texts ...string) (out []netip.Prefix) {
		for _, text := range texts {
			p, err := config.ParsePrefix(text)
			if err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", what, err))
			}
			out = append(out, p)
		}
		return out
	}
	rules.Allow, rules.Deny = prefixes("allow", d.Allow...), prefixes("deny", d.Deny...)
	for _, r := range d.Refuse {
		refusal := finder.Refusal{Chassis: r.Chassis, Name: r.Name, Why: r.Why}
		if r.Address != "" {
			refusal.Prefix = prefixes("refuse", r.Address)[0]
		}
		rules.Refuse = append(rules.Refuse, refusal)
	}
	sets := credentialsOf(cfg, config.Switch{Sets: d.Sets})
	switch {
	case len(d.Sets) > 0:
	case !cfg.SNMP.Community.IsEmpty():
		sets = []snmp.Credentials{{Name: "snmp.community", Community: snmp.NewSecret(cfg.SNMP.Community.Reveal())}}
	default: // Where it is not enabled, nobody has filled them in.
		for _, set := range cfg.SNMP.Sets {
			sets = append(sets, credentials(set))
		}
	}
	for _, set := range sets {
		rules.Sets = append(rules.Sets, finder.Set{Name: set.Name, User: set.User != ""})
	}
	return rules, sets, errors.Join(errs...)
}

// discoveryTemplate is how devices are read that are found.
func discoveryTemplate(cfg config.Config) snmp.Config {
	s := cfg.SNMP
	return deviceConfig(cfg, config.Switch{
		Interval: s.Interval, InterfaceInterval: s.InterfaceInterval, LLDPInterval: s.LLDPInterval, TableInterval: s.TableInterval,
		RateInterval: s.RateInterval, InventoryInterval: s.InventoryInterval, Timeout: s.Timeout, Retries: s.Retries,
		RequestsPerSecond: s.RequestsPerSecond,
	})
}
