package kube

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/netseam/netseam/api"
)

// WatchList says whether kinds are read as one stream that begins with what
// is there (sendInitialEvents), which spares both sides memory.
type WatchList string

// The ways to use WatchList. Auto tries it and falls back to paged lists where
// the server refuses it or does not keep its promise; On never falls back.
const (
	WatchListAuto WatchList = "auto"
	WatchListOn   WatchList = "on"
	WatchListOff  WatchList = "off"
)

// Config says which cluster to read and how to get in.
type Config struct {
	// Name names the source: "kube:NAME".
	Name string
	// DisplayName is what the map calls the cluster; Name when empty.
	DisplayName string
	// Owner is the team that answers for the cluster; empty when nobody said.
	Owner string
	// Kubeconfig is a file's path. When it is empty, and InCluster is not set,
	// the places that kubectl looks at are used.
	Kubeconfig string
	// Context is the kubeconfig's context; its current one when empty.
	Context string
	// InCluster uses the service account of the pod that netseam runs in.
	InCluster bool
	// WatchList is auto when empty.
	WatchList WatchList
	// AllowExec are the credential plugins that the kubeconfig may run, each
	// written exactly as in its "command". A kubeconfig is code otherwise.
	AllowExec []string
	// Timing is for tests and unusual networks; zero fields mean the defaults.
	Timing Timing
}

// Timing holds every duration of a collector.
type Timing struct {
	// Dial and Handshake limit the setting up of a connection, Answer the wait
	// for an answer to begin, Page the whole of one page of a list.
	Dial, Handshake, Answer, Page time.Duration
	// Probe is the time between two looks at whether the server still answers
	// and is still the same cluster.
	Probe time.Duration
	// StaleAfter is how long a kind that was live may be without its watch.
	StaleAfter time.Duration
	// InitialEvents is how long a server may send nothing more of the initial
	// events and still not say that they are over.
	InitialEvents time.Duration
	// Coalesce is how long repeats of one object's events are held back.
	Coalesce time.Duration
	// OwnersFirst is how long pods wait at the start for ReplicaSets.
	OwnersFirst time.Duration
	// Discovery is the time between two looks at which kinds the server has.
	Discovery time.Duration
	// Patience is how long, at the start, kinds that are not needed hold up
	// what follows from objects of several kinds.
	Patience time.Duration
	// Leases is the time between two looks at who holds leases, and Settings
	// between two at config maps.
	Leases, Settings time.Duration
	// Watch is the shortest time that a watch is asked to last; it is spread
	// up to twice this.
	Watch time.Duration
	// BackoffMin and BackoffMax bound the pauses after errors.
	BackoffMin, BackoffMax time.Duration
}

// DefaultTiming returns the durations that Config's zero fields stand for.
func DefaultTiming() Timing {
	return Timing{
		Dial:          5 * time.Second,
		Handshake:     5 * time.Second,
		Answer:        15 * time.Second,
		Page:          time.Minute,
		Probe:         30 * time.Second,
		StaleAfter:    30 * time.Second,
		InitialEvents: 10 * time.Second,
		Coalesce:      250 * time.Millisecond,
		OwnersFirst:   3 * time.Second,
		Discovery:     30 * time.Second,
		Patience:      10 * time.Second,
		Leases:        10 * time.Second,
		Settings:      5 * time.Minute,
		Watch:         5 * time.Minute,
		BackoffMin:    800 * time.Millisecond,
		BackoffMax:    30 * time.Second,
	}
}

// ErrConfig says that a Config cannot be used as it is written.
var ErrConfig = errors.New("unusable cluster configuration")

// Validate says what is wrong with the configuration, as far as this can be
// known without opening files or connections.
func (c Config) Validate() error {
	switch {
	case c.Name == "":
		return fmt.Errorf("cluster without a name: %w", ErrConfig)
	case strings.ContainsAny(c.Name, "/@\n"):
		return fmt.Errorf("cluster %q: a name has no '/', '@' or line break: %w", c.Name, ErrConfig)
	case c.InCluster && (c.Kubeconfig != "" || c.Context != ""):
		return fmt.Errorf("cluster %q: in-cluster credentials and a kubeconfig exclude each other: %w", c.Name, ErrConfig)
	}
	switch c.WatchList {
	case "", WatchListAuto, WatchListOn, WatchListOff:
	default:
		return fmt.Errorf("cluster %q: watch list %q is none of auto, on, off: %w", c.Name, c.WatchList, ErrConfig)
	}
	return nil
}

// SourceID is the source that the cluster's observations come from.
func (c Config) SourceID() api.SourceID { return api.SourceID("kube:" + c.Name) }

func (c Config) withDefaults() Config {
	d, t := DefaultTiming(), &c.Timing
	c.DisplayName = cmp.Or(c.DisplayName, c.Name)
	c.WatchList = cmp.Or(c.WatchList, WatchListAuto)
	t.Dial = cmp.Or(t.Dial, d.Dial)
	t.Handshake = cmp.Or(t.Handshake, d.Handshake)
	t.Answer = cmp.Or(t.Answer, d.Answer)
	t.Page = cmp.Or(t.Page, d.Page)
	t.Probe = cmp.Or(t.Probe, d.Probe)
	t.StaleAfter = cmp.Or(t.StaleAfter, d.StaleAfter)
	t.InitialEvents = cmp.Or(t.InitialEvents, d.InitialEvents)
	t.Coalesce = cmp.Or(t.Coalesce, d.Coalesce)
	t.OwnersFirst = cmp.Or(t.OwnersFirst, d.OwnersFirst)
	t.Discovery = cmp.Or(t.Discovery, d.Discovery)
	t.Patience = cmp.Or(t.Patience, d.Patience)
	t.Leases = cmp.Or(t.Leases, d.Leases)
	t.Settings = cmp.Or(t.Settings, d.Settings)
	t.Watch = cmp.Or(t.Watch, d.Watch)
	t.BackoffMin = cmp.Or(t.BackoffMin, d.BackoffMin)
	t.BackoffMax = cmp.Or(t.BackoffMax, d.BackoffMax)
	return c
}

func (c Config) equal(other Config) bool { return reflect.DeepEqual(c, other) }
