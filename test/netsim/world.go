package netsim

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/netseam/netseam/test/netsim/kubeapi"
	"github.com/netseam/netseam/test/netsim/snmpagent"
)

// Config describes a world.
type Config struct {
	// Size is the name of a size, "small" if empty.
	Size string
	// Custom, if it has sites, is the size instead.
	Custom Size
	// Seed decides everything that is drawn.
	Seed uint64
	// Dir is where the kubeconfigs are written; it is made if it is not there.
	Dir string
	// StepEvery is the time between two steps of Run, 500 ms if 0. Every step
	// is some work of the clusters' own.
	StepEvery time.Duration
	// ActEvery is the number of steps from one physical act to the next, 20 if
	// 0, none at all if negative.
	ActEvery int
	// Reachable puts the switches at the management addresses that they tell of,
	// which then begin with 127, all at one port: who follows what they say gets
	// there. Not every system has all of these addresses.
	Reachable bool
	// Now is the clock, time.Now if nil.
	Now func() time.Time
	// Logger is told what happens in the world.
	Logger *slog.Logger
}

// World is a simulated network. Its methods may be called from any goroutine.
type World struct {
	cfg  Config
	size Size
	born time.Time

	// mu guards everything below: the model and what is made from it.
	mu       sync.Mutex
	fabric   *fabric
	clusters []*cluster
	script   script

	// agents and servers run between Start and Close.
	running sync.WaitGroup
	stop    context.CancelFunc // nil unless started.
	failed  chan error         // Filled by the first agent or server that fails.
}

// New makes a world. It opens nothing and starts nothing.
func New(cfg Config) (*World, error) {
	cfg.Size = cmp.Or(cfg.Size, "small")
	cfg.StepEvery = cmp.Or(cfg.StepEvery, 500*time.Millisecond)
	cfg.ActEvery = cmp.Or(cfg.ActEvery, 20)
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	size := cfg.Custom
	if len(size.Sites) == 0 {
		var err error
		if size, err = SizeNamed(cfg.Size); err != nil {
			return nil, err
		}
	}
	if err := size.check(); err != nil {
		return nil, fmt.Errorf("world size: %w", err)
	}
	w := &World{cfg: cfg, size: size, born: cfg.Now(), failed: make(chan error, 1)}
	w.fabric = buildFabric(size, newRandom(cfg.Seed, "fabric"))
	if cfg.Reachable {
		for _, d := range w.fabric.devices {
			at := d.address.As4()
			d.address = netip.AddrFrom4([4]byte{127, at[1], at[2], at[3]})
		}
	}
	places := map[string]*racks{}
	for _, s := range w.fabric.sites {
		places[s.name] = newRacks(s)
	}
	for i, c := range size.Clusters {
		w.clusters = append(w.clusters, buildCluster(i, c, places, newRandom(cfg.Seed, "cluster "+c.Name), w.born))
	}
	for _, c := range w.clusters {
		for _, n := range c.nodes {
			for _, s := range w.fabric.sites {
				if s.name == n.site {
					s.guests = addOnce(s.guests, c)
				}
			}
		}
	}
	w.script = script{random: newRandom(cfg.Seed, "script")}
	w.powerOn()
	if err := w.makeServers(); err != nil {
		return nil, err
	}
	return w, nil
}

// powerOn brings every port to its state as it came up some time ago.
func (w *World) powerOn() {
	random := newRandom(w.cfg.Seed, "power on")
	for _, d := range w.fabric.devices {
		for _, p := range d.ports {
			if p.front() {
				p.settle(uint32(500 + random.IntN(20_000)))
			}
		}
		for range random.IntN(40) { // Neighbours that came and went before.
			d.lldp.nextIndex++
			d.lldp.inserts++
			d.lldp.deletes++
		}
	}
}

// makeServers makes the clusters' API servers and fills them.
func (w *World) makeServers() error {
	for _, c := range w.clusters {
		server, err := kubeapi.New(kubeapi.Config{
			Name: c.name, ClusterUID: types.UID(c.uid), Seed: w.cfg.Seed, Version: kubernetesVersion, Now: w.cfg.Now,
			History: w.history(),
			Logger:  w.cfg.Logger.With(slog.String("cluster", c.name)),
		})
		if err != nil {
			return fmt.Errorf("cluster %s: %w", c.name, err)
		}
		for _, k := range c.customKinds() {
			if err := server.AddKind(k); err != nil {
				return fmt.Errorf("cluster %s: %w", c.name, err)
			}
		}
		var all []kubeapi.Mutation
		c.announced = map[kubeapi.Ref]struct{}{}
		for _, obj := range c.objects() {
			all = append(all, kubeapi.Mutation{Put: obj})
			if ref, ok := c.refOf(obj); ok {
				c.announced[ref] = struct{}{}
			}
		}
		if err := server.Batch(all...); err != nil {
			return fmt.Errorf("fill cluster %s: %w", c.name, err)
		}
		for _, s := range c.services {
			s.slices = len(c.sliceObjects(s))
		}
		c.server = server
	}
	return nil
}

// history is how many events a cluster keeps of each resource. Many clusters
// keep fewer: what they keep of a churn would be most of the process.
func (w *World) history() int {
	if len(w.clusters) > 10 {
		return 256
	}
	return 1024
}

// Start opens the switches' agents and the clusters' API servers and writes the
// kubeconfigs. They answer until Close.
func (w *World) Start(ctx context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stop != nil {
		return errors.New("world has been started already")
	}
	if w.cfg.Dir == "" {
		return errors.New("world has no directory to write kubeconfigs to")
	}
	if err := os.MkdirAll(w.cfg.Dir, 0o700); err != nil {
		return fmt.Errorf("make the world's directory: %w", err)
	}
	ctx, w.stop = context.WithCancel(ctx)
	err := w.startAll(ctx)
	if err != nil {
		w.stop()
		w.running.Wait()
		w.stop = nil
	}
	return err
}

func (w *World) startAll(ctx context.Context) error {
	port := uint16(0)
	for _, d := range w.fabric.devices {
		at := netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), 0)
		if w.cfg.Reachable {
			at = netip.AddrPortFrom(d.address, port)
		}
		agent, err := snmpagent.Listen(ctx, snmpagent.Config{
			Address: at.String(),
			Views:   map[string]snmpagent.View{d.community: d.view(w.uptime(d))},
			Seed:    w.cfg.Seed, Logger: w.cfg.Logger.With(slog.String("switch", d.name)),
		})
		if err != nil {
			return fmt.Errorf("switch %s: %w", d.name, err)
		}
		port = agent.Addr().Port()
		agent.SetFaults(snmpagent.Faults{Silent: d.silent})
		d.agent = agent
		w.run(func() error { return agent.Run(ctx) })
	}
	for _, c := range w.clusters {
		if err := c.server.Start(ctx); err != nil {
			return fmt.Errorf("cluster %s: %w", c.name, err)
		}
		w.run(func() error { return c.server.Run(ctx) })
		c.kubeconfig = filepath.Join(w.cfg.Dir, c.name+".kubeconfig")
		if err := c.server.WriteKubeconfig(c.kubeconfig); err != nil {
			return err
		}
	}
	return nil
}

// run lets something serve until Close and remembers the first failure.
func (w *World) run(serve func() error) {
	w.running.Go(func() {
		if err := serve(); err != nil {
			select {
			case w.failed <- err:
			default: // One failure is enough to end Run.
			}
		}
	})
}

// Close stops everything that Start started and waits until it has ended. It
// may be called twice, and without Start.
func (w *World) Close() {
	w.mu.Lock()
	stop := w.stop
	w.mu.Unlock()
	if stop != nil {
		stop()
	}
	w.running.Wait()
}

// Cluster is how to reach one of the world's clusters.
type Cluster struct {
	Name           string
	KubeconfigPath string
	Context        string
}

// Clusters are the world's clusters, after Start.
func (w *World) Clusters() []Cluster {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []Cluster
	for _, c := range w.clusters {
		out = append(out, Cluster{c.name, c.kubeconfig, c.name})
	}
	return out
}

// Switch is how to reach one of the world's switches.
type Switch struct {
	Name string
	// Address is host and port of its SNMP agent.
	Address   string
	Community string
	Site      string
}

// Switches are the world's switches, after Start.
func (w *World) Switches() []Switch {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []Switch
	for _, d := range w.fabric.devices {
		s := Switch{Name: d.name, Community: d.community, Site: d.site}
		if d.agent != nil {
			s.Address = d.agent.Addr().String()
		}
		out = append(out, s)
	}
	return out
}

// Agent is the SNMP agent of a switch, for faults beyond those the world has
// acts for. It is nil before Start and for a switch that does not exist.
func (w *World) Agent(name string) *snmpagent.Agent {
	w.mu.Lock()
	defer w.mu.Unlock()
	if d := w.device(name); d != nil {
		return d.agent
	}
	return nil
}

// Server is the API server of a cluster, for faults beyond those the world has
// acts for. It is nil for a cluster that does not exist.
func (w *World) Server(name string) *kubeapi.Server {
	w.mu.Lock()
	defer w.mu.Unlock()
	if c := w.cluster(name); c != nil {
		return c.server
	}
	return nil
}

// uptime is a device's sysUpTime as a clock.
func (w *World) uptime(d *device) func() uint32 {
	age, born, now := d.age, w.born, w.cfg.Now
	return func() uint32 { return age + ticksSince(born, now()) }
}
