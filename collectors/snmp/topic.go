package snmp

import (
	"context"
	"net/netip"
	"strings"
	"time"

	"github.com/netseam/netseam/api"
)

// Facts are what one reading of a topic found: a type of this package for each
// topic, as CDP is *Heard and the forwarding tables are *FDB.
type Facts interface {
	// Rows is how much there is of it.
	Rows() int
	// claims says it in the vocabulary of the hub.
	claims(k known) []api.Claim
}

// topic is a scope beside those on which all else rests (system, interfaces,
// LLDP): tables that are read together and say one kind of thing.
type topic struct {
	table string // the scope's name
	mib   string // for messages
	pace  pace
	// scalar is something that an agent with the MIB answers even where the
	// tables are empty; without one, emptiness cannot be told from absence.
	scalar object
	read   func(ctx context.Context, s session, k known) (Facts, error)
	// needless says that there is nothing to look for; nil that there always is.
	needless func(k known) bool
}

// kind is the table without the VRF.
func (t topic) kind() string {
	kind, _, _ := strings.Cut(t.table, "@")
	return kind
}

// pace says how often a topic is read.
type pace int

const (
	paceNeighbours pace = iota // as often as LLDP
	paceTables                 // FDB, ARP and the like: long tables
	paceInventory              // what people change
	paceRates                  // how busy ports are
)

// interval is how often a device is read at a pace.
func (c Config) interval(p pace) time.Duration {
	switch p {
	case paceNeighbours:
		return c.LLDPInterval
	case paceTables:
		return c.TableInterval
	case paceRates:
		return c.RateInterval
	case paceInventory:
	}
	return c.InventoryInterval
}

// topics are read in this order: a later one may rest on what an earlier one
// found, by way of known.
func topics() []topic {
	return slicesOf(neighbourTopics(), bundleTopics(), bridgeTopics(), networkTopics(), routingTopics(), routeTopics(), defaultTopics(), inventoryTopics(), rateTopics(), vrfTopics())
}

func slicesOf(parts ...[]topic) []topic {
	var out []topic
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

// known is what other scopes of the device have found, by which rows are
// understood.
type known struct {
	interfaces []Interface
	names      map[uint32]portName  // ifIndex -> name
	ifs        map[uint32]Interface // by ifIndex
	ports      map[string]Interface // label -> interface that is a port
	lags       map[uint32]bool      // ifIndexes of aggregates
	basePorts  map[uint32]uint32    // base port -> ifIndex
	addresses  []Address
	meters     *meters        // nil for who looks once
	targets    []netip.Addr   // addresses that clusters expose: routes to them are looked for
	silent     map[uint16]int // contexts that do not answer -> readings to leave them alone
	configured []VRF
	base       map[string]Facts // the default instance's, by table, with which those of VRFs are compared
	round      *contextRound
	maker      string // enterprise number, "" if it is not known
}

func newKnown(interfaces []Interface, objectID string) known {
	k := known{
		interfaces: interfaces, names: namePorts(interfaces),
		ifs: make(map[uint32]Interface, len(interfaces)), ports: make(map[string]Interface, len(interfaces)),
		lags: map[uint32]bool{}, silent: map[uint16]int{}, base: map[string]Facts{}, round: newRound(), maker: enterprise(objectID),
	}
	for _, i := range interfaces {
		k.ifs[i.Index] = i
		if isPort(i) {
			k.ports[i.label()] = i
		}
		if i.Type == typeLAG {
			k.lags[i.Index] = true
		}
	}
	return k
}

// learn takes over what later topics rest on.
func (k *known) learn(facts Facts) {
	switch f := facts.(type) {
	case *Bundles:
		for _, lag := range f.LAGs {
			k.lags[lag.IfIndex] = true
		}
	case *Bridge:
		k.basePorts = f.BasePorts
	case *Addresses:
		k.addresses = f.List
	}
}

// keep remembers what was read of the default instance.
func (k *known) keep(table string, facts Facts) {
	switch table {
	case TableARP, TableBGP, TableRoute, TableDefault:
		k.base[table] = facts
	}
}

// portless says that the device does not tell of interfaces at all.
func (k known) portless() bool { return len(k.interfaces) == 0 }

// label is the name of an interface, "" if there is none with that index.
func (k known) label(ifIndex uint32) string {
	if i, ok := k.ifs[ifIndex]; ok {
		return i.label()
	}
	return ""
}

// port is the interface at which the cable ends, of an interface or of its
// logical unit.
func (k known) port(ifIndex uint32) (Interface, bool) {
	i, ok := k.ifs[ifIndex]
	if ok && !isPort(i) && !k.lags[ifIndex] {
		if whole, ok := k.ports[unitOf(i.label())]; ok {
			return whole, true
		}
	}
	return i, ok
}

// kind is what kind of vertex an interface is: as the scope "if" says, of those
// that it draws.
func (k known) kind(i Interface) api.VertexKind {
	if i.Type == typeLAG || k.lags[i.Index] && !isPort(i) {
		return api.VertexLAG
	}
	return api.VertexPort
}

// portKey is the key of the port that an interface is, and a claim of it under
// a suffix for a port that the scope "if" does not claim. "" if there is no such
// interface.
func (k known) portKey(ifIndex uint32, suffix string) (key string, claim *api.Claim) {
	i, ok := k.port(ifIndex)
	if !ok {
		return "", nil
	}
	name := k.names[i.Index]
	if !isPort(i) {
		vertex := portClaim(i, name)
		vertex.Kind = k.kind(i)
		claim = &api.Claim{Key: name.key + suffix, Vertex: vertex}
	}
	return name.key, claim
}

// about is a claim of attributes of a port; false for an interface that is none,
// or if there is nothing to say.
func (k known) about(ifIndex uint32, suffix string, says []api.KV) (api.Claim, bool) {
	i, ok := k.port(ifIndex)
	if !ok || len(says) == 0 || !isPort(i) && !k.lags[i.Index] {
		return api.Claim{}, false
	}
	return api.Claim{Key: k.names[i.Index].key + suffix, Vertex: &api.VertexClaim{
		Kind: k.kind(i), Parent: keyDevice, Attrs: says,
	}}, true
}

// deviceSays is a claim of attributes of the device.
func deviceSays(suffix string, says []api.KV) api.Claim {
	return api.Claim{Key: keyDevice + suffix, Vertex: &api.VertexClaim{Kind: api.VertexDevice, Attrs: says}}
}
