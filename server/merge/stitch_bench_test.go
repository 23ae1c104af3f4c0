package merge_test

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/merge"
	"github.com/netseam/netseam/test/bench/processor"
)

// A campus of pods: in each, two spines and 38 leaves that hear each other by
// LLDP, in one VLAN, so that every device knows every MAC of its pod.
const (
	benchPods   = 100
	benchLeaves = 38
	benchHosts  = 13 // a leaf
	benchPorts  = 24 // a leaf, beside two uplinks
)

// benchWorld is every observation of a campus, by device, and a cluster with a
// node on every 25th MAC.
func benchWorld(pods int, silent bool) (all [][]api.Observation, nodes int) {
	var claims []api.Claim
	for pod := range pods {
		for leaf := range benchLeaves {
			for host := range benchHosts {
				if n := (pod*benchLeaves+leaf)*benchHosts + host; n%25 == 0 {
					c := node(fmt.Sprintf("node%d", n))
					address := benchAddress(n).String()
					c.Vertex.Attrs = []api.KV{{Key: api.AttrAddress, Value: address}}
					claims = append(claims, c)
				}
			}
		}
	}
	all = append(all, append(complete("kube:a", "cluster", 1, cluster("uid-a")), complete("kube:a", "nodes", 1, claims...)...))
	for pod := range pods {
		for device := range benchLeaves + 2 {
			all = append(all, benchDevice(pod, device, 1, silent))
		}
	}
	return all, len(claims)
}

func benchAddress(n int) netip.Addr {
	return netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)})
}

func benchMAC(n int) api.MAC { return api.MAC{2, 0, 0, byte(n >> 16), byte(n >> 8), byte(n)} }

func benchName(pod, device int) string { return fmt.Sprintf("pod%d-sw%d", pod, device) }

// benchDevice is a leaf, or one of the two spines that come after them. Where it
// is silent, there is no LLDP.
func benchDevice(pod, device, second int, silent bool) []api.Observation {
	name := benchName(pod, device)
	source := api.SourceID("snmp:" + name)
	sys := system(name, fmt.Sprintf("site%d", pod))
	sys[1].Vertex.Aliases[0].Scope = name
	count := benchPorts + 2
	if device >= benchLeaves {
		count = benchLeaves
	}
	var ports, fdb, arp []api.Claim
	for i := range count {
		ports = append(ports, port(fmt.Sprintf("p%d", i), api.HealthOK))
	}
	rows := []api.Claim{chassis(name)}
	behind := make([][]api.MAC, count)
	for leaf := range benchLeaves {
		for host := range benchHosts {
			n, at := (pod*benchLeaves+leaf)*benchHosts+host, benchPorts+leaf%2
			switch {
			case silent && device > benchLeaves: // hangs on the other spine: the tree knows no circles
				at = 0
			case device >= benchLeaves:
				at = leaf
			case leaf == device:
				at = host
			case silent:
				at = benchPorts
			}
			behind[at] = append(behind[at], benchMAC(n))
		}
	}
	for at, macs := range behind {
		if len(macs) > 0 {
			fdb = append(fdb, learns(fmt.Sprintf("p%d", at), 10, macs...))
		}
	}
	switch {
	case silent:
	case device < benchLeaves:
		for spine := range 2 {
			far := benchName(pod, benchLeaves+spine)
			rows = append(rows, hears(fmt.Sprintf("p%d", benchPorts+spine), far, fmt.Sprintf("p%d", device), far))
		}
	default:
		for leaf := range benchLeaves {
			far := benchName(pod, leaf)
			rows = append(rows, hears(fmt.Sprintf("p%d", leaf), far, fmt.Sprintf("p%d", benchPorts+device-benchLeaves), far))
		}
	}
	if device >= benchLeaves {
		for host := range benchLeaves * benchHosts {
			n := pod*benchLeaves*benchHosts + host
			c := resolves(benchAddress(n).String(), benchMAC(n))
			c.Key = fmt.Sprintf("arp//%d", n)
			arp = append(arp, c)
		}
	}
	out := append(complete(source, "system", second, sys...), complete(source, "if", second, ports...)...)
	out = append(out, complete(source, "lldp", second, rows...)...)
	out = append(out, complete(source, "fdb", second, fdb...)...)
	return append(out, complete(source, "arp", second, arp...)...)
}

// benchFeed gives an engine the world as the hub does while it is busy: the
// tables of many devices in a batch.
func benchFeed(e *merge.Engine, world [][]api.Observation) {
	for batch := range slices.Chunk(world, 100) {
		e.Apply(slices.Concat(batch...), at(1))
	}
}

// From nothing: every device's tables, with LLDP between them and without.
func BenchmarkStitchFromNothing(b *testing.B) { benchFromNothing(b, false) }
func BenchmarkStitchSilent(b *testing.B)      { benchFromNothing(b, true) }

func benchFromNothing(b *testing.B, silent bool) {
	b.Helper()
	world, nodes := benchWorld(benchPods, silent)
	began := processor.Time(b)
	for b.Loop() {
		e := merge.New()
		benchFeed(e, world)
		if got := e.Snapshot().CountEdges(api.EdgeAttach); got != nodes {
			b.Fatalf("%d of %d nodes are attached", got, nodes)
		}
		links := 2 * benchPods * benchLeaves
		if silent {
			links = benchPods * benchLeaves // a spine with one port towards the tree says too little of it
		}
		if got := e.Snapshot().CountEdges(api.EdgeLink); got != links {
			b.Fatalf("%d of %d links", got, links)
		}
	}
	b.ReportMetric((processor.Time(b)-began).Seconds()/float64(b.N), "cpu-s/op")
	b.ReportMetric(float64(benchPods*(benchLeaves+2)), "devices")
	b.ReportMetric(float64(benchPods*benchLeaves*benchHosts), "MACs")
}

// One device's new poll, in which a host has moved and another is gone; a spine
// knows every MAC of its pod.
func BenchmarkStitchOnePoll(b *testing.B)       { benchOnePoll(b, false) }
func BenchmarkStitchOnePollSilent(b *testing.B) { benchOnePoll(b, true) }

func benchOnePoll(b *testing.B, silent bool) {
	b.Helper()
	world, _ := benchWorld(benchPods, silent)
	e := merge.New()
	benchFeed(e, world)
	second, longest, used := 1, time.Duration(0), time.Duration(0)
	for b.Loop() {
		second += 60
		poll := benchDevice(second%benchPods, second%(benchLeaves+2), second, silent)
		fdb := poll[len(poll)-5].Put // the part of the forwarding table
		if last := fdb[len(fdb)-1].Stations; len(last.MACs) > 1 {
			last.MACs = last.MACs[second%2:]
		}
		began, cpu := time.Now(), processor.Time(b)
		e.Apply(poll, at(second))
		longest, used = max(longest, time.Since(began)), used+processor.Time(b)-cpu
	}
	b.ReportMetric(float64(longest.Microseconds())/1000, "ms-longest")
	b.ReportMetric(used.Seconds()*1000/float64(b.N), "cpu-ms/op")
}
