package kube_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/netseam/netseam/collectors/kube"
	"github.com/netseam/netseam/test/netsim/kubeapi"
)

func TestHistoryThatIsGoneMakesACleanRelist(t *testing.T) {
	for _, mode := range []kube.WatchList{kube.WatchListAuto, kube.WatchListOff} {
		t.Run(string(mode), func(t *testing.T) {
			s := serve(t, "east", shop()...)
			m := newModel()
			cfg := configFor(t, s, "east")
			cfg.WatchList = mode
			collect(t, cfg, m)
			m.awaitShop(t, "east")
			awaitWatches(t, s)
			s.ExpireWatches("pods")
			await(t, func() string {
				if n := m.begins("east", "pods"); n != 2 {
					return fmt.Sprintf("pods were read %d times, want 2", n)
				}
				return ""
			})
			m.awaitShop(t, "east")
			awaitWatches(t, s)
			// An object that goes while nobody looks: the relist finds it gone.
			remove := inject(t, s, kubeapi.Fault{Kind: kubeapi.InternalError, Resource: "pods"})
			s.CutWatches("pods")
			if err := s.Delete(gvr("", "pods"), "shop", "web-1-b"); err != nil {
				t.Fatal(err)
			}
			s.Compact("")
			remove()
			m.awaitKeys(t, "east", "pods", "pod/shop/web-1-a")
			m.awaitLive(t, "east")
			if n := m.begins("east", "nodes"); n != 1 {
				t.Errorf("nodes were read %d times, want once", n)
			}
		})
	}
}

// A server whose watches never work is not asked without a pause.
func TestHistoryThatIsAlwaysGoneIsNotAskedWithoutAPause(t *testing.T) {
	s := serve(t, "east", shop()...)
	inject(t, s, kubeapi.Fault{Kind: kubeapi.Gone, Resource: "pods"})
	m := newModel()
	cfg := configFor(t, s, "east")
	cfg.WatchList = kube.WatchListOff
	began := time.Now()
	collect(t, cfg, m)
	await(t, func() string {
		if n := m.begins("east", "pods"); n < 10 {
			return fmt.Sprintf("pods were read %d times", n)
		}
		return ""
	})
	if took := time.Since(began); took < 400*time.Millisecond {
		t.Errorf("ten times within %s", took)
	}
	nothingDropped(t, m, "east")
}

func TestWatchesThatEndAreTakenUpWhereTheyWere(t *testing.T) {
	for name, end := range map[string]func(*kubeapi.Server){
		"in order":    func(s *kubeapi.Server) { s.DropWatches("") },
		"cut":         func(s *kubeapi.Server) { s.CutWatches("") },
		"connections": func(s *kubeapi.Server) { s.CutConnections() },
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, "east", shop()...)
			m := newModel()
			cfg := configFor(t, s, "east")
			cfg.Timing.StaleAfter = 10 * time.Second // how slow the machine is, is not what is tested
			collect(t, cfg, m)
			m.awaitShop(t, "east")
			end(s)
			awaitNewPod(t, s, m, "east", "web-1-c")
			awaitWatches(t, s)
			end(s)
			if err := s.Delete(gvr("", "pods"), "shop", "web-1-c"); err != nil {
				t.Fatal(err)
			}
			m.awaitShop(t, "east")
			for _, table := range kindTables() {
				if got, want := strings.Join(m.states("east", table), " "), "connecting syncing live"; got != want {
					t.Errorf("states of %s: %s, want %s", table, got, want)
				}
				if n := m.begins("east", table); n != 1 {
					t.Errorf("%s was read %d times, want once", table, n)
				}
			}
		})
	}
}

func TestRestoredServerIsReadAnew(t *testing.T) {
	for _, mode := range []kube.WatchList{kube.WatchListAuto, kube.WatchListOff} {
		t.Run(string(mode), func(t *testing.T) {
			s := serve(t, "east", shop()...)
			m := newModel()
			cfg := configFor(t, s, "east")
			cfg.WatchList = mode
			collect(t, cfg, m)
			m.awaitShop(t, "east")
			awaitWatches(t, s)
			// With bookmarks that show the new history, and without.
			if mode == kube.WatchListOff {
				inject(t, s, kubeapi.Fault{Kind: kubeapi.NoBookmarks})
			}
			if err := s.Delete(gvr("", "pods"), "shop", "web-1-b"); err != nil {
				t.Fatal(err)
			}
			if err := s.NewHistory(); err != nil {
				t.Fatal(err)
			}
			for _, table := range kindTables() {
				await(t, func() string {
					if n := m.begins("east", table); n < 2 {
						return table + " was not read again"
					}
					return ""
				})
			}
			m.awaitKeys(t, "east", "pods", "pod/shop/web-1-a")
			m.awaitLive(t, "east")
			awaitNewPod(t, s, m, "east", "web-1-c")
		})
	}
}
