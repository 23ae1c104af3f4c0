package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/snmp"
	finder "github.com/netseam/netseam/collectors/snmp/discovery"
	"github.com/netseam/netseam/server/config"
)

const (
	// searchSource is the source that tells how discovery stands. As long as it
	// has not been quiet once, the map is not taken to be complete.
	searchSource = api.SourceID("discovery:neighbours")
	// batchEvery is what lies at least between two changes to what is polled.
	batchEvery = time.Second
	// keepEvery is how often what is remembered is written without need.
	keepEvery = time.Hour
)

// search is the discovery of a running netseam. What it finds is polled beside
// what is configured.
type search struct {
	crawler *finder.Crawler
	file    *finder.File
	sink    api.Sink
	logger  *slog.Logger
	visitor *snmp.Visitor
	// changed tells that there are other devices.
	changed chan struct{}

	mu     sync.Mutex // guards what follows
	cfg    config.Config
	visits *finder.Visits
}

// newSearch reads what is remembered, and makes a search that asks nobody until
// run.
func newSearch(ctx context.Context, cfg config.Config, sink api.Sink, logger *slog.Logger, metrics *finder.Metrics, requests *snmp.Metrics) (*search, error) {
	file, memory, err := finder.OpenFile(filepath.Join(cfg.Data, "discovered.json"))
	if errors.Is(err, finder.ErrDamaged) {
		logger.WarnContext(ctx, "what discovery found before is lost", slog.Any("error", err))
	} else if err != nil {
		return nil, err
	}
	s := &search{file: file, sink: sink, logger: logger, visitor: snmp.NewVisitor(requests), changed: make(chan struct{}, 1)}
	rules, visits, err := s.settings(cfg)
	if err != nil {
		return nil, err
	}
	s.cfg, s.visits = cfg, visits
	s.crawler, err = finder.NewCrawler(finder.Config{
		Rules: rules, Prober: visits, Memory: memory, Logger: logger, Metrics: metrics, Changed: s.ring,
	})
	if err != nil {
		return nil, err
	}
	s.crawler.Configure(deviceConfigs(cfg))
	return s, nil
}

func (s *search) settings(cfg config.Config) (finder.Rules, *finder.Visits, error) {
	rules, sets, err := discoveryRules(cfg)
	if err != nil {
		return rules, nil, fmt.Errorf("discovery: %w", err)
	}
	for i := range sets {
		if rules.Sets[i].Print, err = s.file.Print(sets[i]); err != nil {
			return rules, nil, err
		}
	}
	return rules, &finder.Visits{
		Visitor: s.visitor, Credentials: sets, Template: discoveryTemplate(cfg), Port: cfg.Discovery.Port, ARP: rules.ARP,
	}, nil
}

// use goes on under another configuration.
func (s *search) use(cfg config.Config) error {
	rules, visits, err := s.settings(cfg)
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.cfg, s.visits = cfg, visits
	s.mu.Unlock()
	s.crawler.Configure(deviceConfigs(cfg))
	return s.crawler.Renew(rules, visits)
}

// on says whether there is anything to search for.
func (s *search) on() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cfg.Discovery.Enabled
}

// patience is how long it takes at most until there is somebody to ask: without
// seeds only once switches that are listed have said whom they hear.
func (s *search) patience() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.cfg.Discovery.Seeds) > 0 {
		return 0
	}
	return 15 * time.Second
}

// devices are those that were found, as they are to be polled.
func (s *search) devices() []snmp.Config {
	s.mu.Lock()
	cfg, visits := s.cfg, s.visits
	s.mu.Unlock()
	if !cfg.Discovery.Enabled || cfg.Discovery.DryRun {
		return nil
	}
	configured := map[string]bool{}
	for _, d := range cfg.Switches {
		configured[d.Name] = true
	}
	var out []snmp.Config
	for _, d := range s.crawler.Devices() {
		if c, ok := visits.Poll(d); ok && !configured[d.Name] {
			out = append(out, c)
		}
	}
	return out
}

func (s *search) ring() {
	select {
	case s.changed <- struct{}{}:
	default: // Whoever looks next sees all of it.
	}
}

// run searches until ctx ends, and keeps what was found.
func (s *search) run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return s.crawler.Run(ctx) })
	group.Go(func() error { return s.report(ctx) })
	err := group.Wait()
	s.keep(ctx)
	return err
}

// keep writes what is to be remembered.
func (s *search) keep(ctx context.Context) {
	if !s.on() {
		return
	}
	if err := s.file.Save(s.crawler.Memory()); err != nil {
		s.logger.WarnContext(ctx, "what discovery found is not kept", slog.Any("error", err))
	}
}

// report tells the hub how the search stands, as a source.
func (s *search) report(ctx context.Context) error {
	voice := &voice{sink: s.sink, incarnation: uint64(time.Now().UnixNano())}
	tick := time.NewTicker(batchEvery)
	defer tick.Stop()
	began, kept := time.Now(), time.Now()
	quiet := false // once it was
	for {
		if s.on() {
			quiet = quiet || s.crawler.Quiet() && time.Since(began) > s.patience()
			if err := voice.say(ctx, quiet, s.crawler.Counts()); err != nil {
				return ignoreEnd(ctx, err)
			}
		}
		if time.Since(kept) > keepEvery {
			kept = time.Now()
			s.keep(ctx)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// voice speaks for the search.
type voice struct {
	sink        api.Sink
	incarnation uint64
	sent        uint64
	state       api.State
	message     string
	last        time.Time
}

// sayEvery is what lies at least between two messages that differ in numbers
// alone: each is a revision of the map.
const sayEvery = 10 * time.Second

// say tells how the search stands, if that is something else than before.
func (v *voice) say(ctx context.Context, quiet bool, counts map[api.DiscoveryState]int) error {
	state := api.StateSyncing
	if quiet {
		state = api.StateLive
	}
	message := fmt.Sprintf("%s found, %d to ask, %d unreachable, %d want other credentials",
		counted(counts[api.DiscoveryFound], "device"), counts[api.DiscoveryQueued]+counts[api.DiscoveryTrying],
		counts[api.DiscoveryUnreachable], counts[api.DiscoveryLocked])
	if state == v.state && (message == v.message || time.Since(v.last) < sayEvery) {
		return nil
	}
	v.sent++
	err := v.sink.Observe(ctx, api.Observation{
		Scope: api.Scope{Source: searchSource, Table: "addresses"}, Incarnation: v.incarnation, From: v.sent, To: v.sent,
		Kind: api.ObserveState, Time: time.Now(), State: state, Message: message,
	})
	if errors.Is(err, api.ErrResync) { // The hub forgot the source: everything is said from the start.
		v.incarnation, v.sent, v.state = uint64(time.Now().UnixNano()), 0, api.StateUnknown
		return nil
	}
	if err == nil {
		v.state, v.message, v.last = state, message, time.Now()
	}
	return err
}
