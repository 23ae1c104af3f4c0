package main

import (
	"slices"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/kube"
	"github.com/netseam/netseam/collectors/snmp"
	"github.com/netseam/netseam/server/config"
)

// clusterConfigs turns the configuration's clusters into the collector's.
func clusterConfigs(cfg config.Config) []kube.Config {
	out := make([]kube.Config, 0, len(cfg.Clusters))
	for _, c := range cfg.Clusters {
		out = append(out, kube.Config{
			Name: c.Name, Kubeconfig: c.Kubeconfig, Context: c.Context, InCluster: c.InCluster, AllowExec: c.AllowExec,
			Owner: c.Owner,
		})
	}
	return out
}

// deviceConfigs turns the configuration's switches into the collector's.
func deviceConfigs(cfg config.Config) []snmp.Config {
	out := make([]snmp.Config, 0, len(cfg.Switches))
	for _, s := range cfg.Switches {
		out = append(out, deviceConfig(cfg, s))
	}
	return out
}

func deviceConfig(cfg config.Config, s config.Switch) snmp.Config {
	d := snmp.Config{
		Name: s.Name, Address: s.Address, Community: snmp.NewSecret(s.Community.Reveal()), Site: s.Site, Owner: s.Owner,
		Interval: s.Interval, InterfaceInterval: s.InterfaceInterval, LLDPInterval: s.LLDPInterval,
		TableInterval: s.TableInterval, RateInterval: s.RateInterval, InventoryInterval: s.InventoryInterval,
		Timeout: s.Timeout, Retries: s.Retries, RequestsPerSecond: s.RequestsPerSecond, LockOut: cfg.SNMP.LockOut, Credentials: credentialsOf(cfg, s),
	}
	for _, v := range s.VRFs {
		d.VRFs = append(d.VRFs, snmp.VRF{Name: v.Name, Context: v.Context})
	}
	if s.Retries == 0 {
		d.Retries = -1 // the configuration's 0 means none, the collector's the default
	}
	if s.LLDPInterval == 0 && s.Interval < snmp.DefaultInterval {
		d.LLDPInterval = s.Interval // whoever wants it quick wants neighbours quick
	}
	return d
}

// sourceIDs names all sources.
func sourceIDs(clusters []kube.Config, devices []snmp.Config) []api.SourceID {
	var ids []api.SourceID
	for _, c := range clusters {
		ids = append(ids, c.SourceID())
	}
	for _, d := range devices {
		ids = append(ids, d.Source())
	}
	slices.Sort(ids)
	return ids
}
