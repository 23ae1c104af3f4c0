package snmp

import (
	"context"
	"encoding/hex"
	"errors"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/netseam/netseam/api"
)

// Identity is what tells a device from all others, as far as it says so. What
// every such device has is left out.
type Identity struct {
	SysName          string
	ObjectID         string
	ChassisID        string
	ChassisIDSubtype uint8
	EngineID         string // in hex
	BaseMAC          string // of its bridge
	Addresses        []netip.Addr
}

// Lead is what a device says of one that it hears.
type Lead struct {
	Protocol         string
	Name             string
	ChassisID        string
	ChassisIDSubtype uint8
	Capabilities     uint16
	Addresses        []netip.Addr
	// MAC is what an address table has for the address.
	MAC string
}

// ProtocolARP is what a Lead from an address table has.
const ProtocolARP = "arp"

// Visitor asks devices once each: who they are, and whom they hear. It may be
// used by many at a time.
type Visitor struct {
	keys    *keyring
	metrics *Metrics
}

// NewVisitor makes a visitor; metrics may be nil.
func NewVisitor(metrics *Metrics) *Visitor { return &Visitor{keys: newKeyring(), metrics: metrics} }

func engineID() object { return object{"snmpEngineID", "1.3.6.1.6.3.10.2.1.1.0"} }

// visit asks a device to which one set of credentials is known.
func (v *Visitor) visit(ctx context.Context, cfg Config, ask func(*client) error) error {
	cfg = cfg.WithDefaults()
	if err := cfg.Validate(); err != nil {
		return err
	}
	a := newAccess(cfg, v.keys)
	c, err := dial(ctx, cfg, a, mannersFor(cfg), make([]byte, maxDatagram), v.metrics)
	if err != nil {
		return err
	}
	defer c.Close() //nolint:errcheck // A socket that only sent cannot lose anything.
	c.retries = min(c.retries, 1)
	if err := c.enter(ctx, a); err != nil {
		return err
	}
	c.retries = max(0, cfg.Retries)
	return ask(c)
}

// Identify asks a device who it is. The error is for one that does not answer.
func (v *Visitor) Identify(ctx context.Context, cfg Config) (Identity, error) {
	var id Identity
	err := v.visit(ctx, cfg, func(c *client) error {
		var err error
		id, err = identify(ctx, c)
		return err
	})
	return id, err
}

func identify(ctx context.Context, s session) (Identity, error) {
	sys, _, _, err := readSystem(ctx, s)
	if err != nil && hopeless(err) {
		return Identity{}, err
	}
	id := Identity{SysName: sys.Name, ObjectID: sys.ObjectID}
	var t lldpTables
	if _, err := t.introduce(ctx, s); err != nil && hopeless(err) {
		return Identity{}, err
	}
	lldp := decodeLLDP(t)
	if !placeholder(lldp.ChassisID) {
		id.ChassisID, id.ChassisIDSubtype = lldp.ChassisID, lldp.ChassisIDSubtype
	}
	if id.SysName == "" {
		id.SysName = lldp.SysName
	}
	values, err := s.Get(ctx, engineID(), bridgeAddress())
	switch {
	case err != nil && hopeless(err):
		return Identity{}, err
	case err == nil:
		if e := hex.EncodeToString(values[0].bytes()); !placeholder(e) && len(e) >= 2*minEngineID {
			id.EngineID = e
		}
		if m := macOf(values[1].bytes()); !placeholder(m) {
			id.BaseMAC = m
		}
	}
	own, err := readAddresses(ctx, s, known{})
	if err != nil && hopeless(err) {
		return Identity{}, err
	}
	for _, a := range own.(*Addresses).List {
		if text := ownAddress(a.Address.String()); text != "" {
			id.Addresses = append(id.Addresses, a.Address.Unmap())
		}
	}
	slices.SortFunc(id.Addresses, netip.Addr.Compare)
	id.Addresses = slices.Compact(id.Addresses)
	return id, ctx.Err()
}

// Leads asks a device whom it hears, by all neighbour protocols and, if arp
// says so, by its address tables. What could be read comes with an error, too.
func (v *Visitor) Leads(ctx context.Context, cfg Config, arp bool) ([]Lead, error) {
	var out []Lead
	err := v.visit(ctx, cfg, func(c *client) error {
		var err error
		out, err = readLeads(ctx, c, arp)
		return err
	})
	return out, err
}

func readLeads(ctx context.Context, s session, arp bool) ([]Lead, error) {
	var errs []error
	lldp, _, _, err := readLLDP(ctx, s, nil, nil)
	out := lldp.leads()
	errs = append(errs, err)
	topics := neighbourTopics()
	if arp {
		topics = append(topics, networkTopics()...)
	}
	k := newKnown(nil, "")
	for _, t := range topics {
		if err := errs[len(errs)-1]; err != nil && hopeless(err) || ctx.Err() != nil {
			break
		}
		facts, err := t.read(ctx, s, k)
		errs = append(errs, err)
		k.learn(facts)
		out = append(out, LeadsOf(facts)...)
	}
	return out, errors.Join(errs...)
}

// Leads are whom the reading says that the device hears, address tables
// included.
func (r *Result) Leads() []Lead {
	out := r.LLDP.leads()
	for _, facts := range r.Facts {
		out = append(out, LeadsOf(facts)...)
	}
	return out
}

func (l LLDP) leads() []Lead {
	var out []Lead
	for _, n := range l.Neighbours {
		if !n.Self {
			out = append(out, n.lead(api.ProtocolLLDP))
		}
	}
	return out
}

// LeadsOf are whom facts say that the device hears, none if they are of another
// sort.
func LeadsOf(facts Facts) []Lead {
	var out []Lead
	switch f := facts.(type) {
	case *Heard:
		for _, n := range f.Neighbours {
			out = append(out, n.lead(f.Protocol))
		}
	case *AddressTable:
		if f.VRF != "" {
			break // An address of another instance is not to be reached, or is somebody else's.
		}
		for _, a := range f.List {
			out = append(out, Lead{Protocol: ProtocolARP, Addresses: []netip.Addr{a.Address}, MAC: a.MAC.String()})
		}
	}
	return out
}

func (n Neighbour) lead(protocol string) Lead {
	return newLead(protocol, n.SysName, n.ChassisID, n.ChassisIDSubtype, n.Capabilities, n.Addresses)
}

// LeadsIn are whom a claim says that a device hears.
func LeadsIn(c api.Claim) []Lead {
	switch {
	case c.Neighbour != nil:
		n := c.Neighbour
		return []Lead{newLead(n.Protocol, n.SysName, n.ChassisID, n.ChassisIDSubtype, n.Capabilities, n.Addresses)}
	case c.Bindings != nil && c.Bindings.VRF == "":
		out := make([]Lead, 0, len(c.Bindings.Rows))
		for _, row := range c.Bindings.Rows {
			out = append(out, Lead{Protocol: ProtocolARP, Addresses: []netip.Addr{row.Address.Unmap()}, MAC: row.MAC.String()})
		}
		return out
	}
	return nil
}

func newLead(protocol, name, chassis string, subtype uint8, capabilities uint16, addresses []string) Lead {
	l := Lead{Protocol: protocol, Name: name, Capabilities: capabilities}
	if !placeholder(chassis) {
		l.ChassisID, l.ChassisIDSubtype = chassis, subtype
	}
	for _, text := range addresses {
		if a, err := netip.ParseAddr(text); err == nil && !a.IsUnspecified() {
			l.Addresses = append(l.Addresses, a.Unmap().WithZone(""))
		}
	}
	slices.SortStableFunc(l.Addresses, func(a, b netip.Addr) int { return a.BitLen() - b.BitLen() }) // IPv4 first
	return l
}

// Rejected says whether an error means that a device refuses the credentials:
// by an engine's word, or by silence to all but the engine's discovery.
func Rejected(err error) bool { return rejected(err) || errors.Is(err, ErrPrivacy) }

// WrongPassword says whether an error means that a device knows the user, and
// that a password or protocol is not the right one.
func WrongPassword(err error) bool {
	return errors.Is(err, ErrDigest) || errors.Is(err, ErrDecryption) || errors.Is(err, ErrPrivacy)
}

// ReasonOf is the part of an error that says why a device could not be read.
func ReasonOf(err error) string { return reasonOf(err) }

// IdentityIn adds to an identity what a claim says of the device itself, and
// says whether that is anything.
func IdentityIn(c api.Claim, id *Identity) bool {
	if c.Vertex == nil || c.Vertex.Kind != api.VertexDevice {
		return false
	}
	says := false
	for _, a := range c.Vertex.Aliases {
		switch a.Kind { //nolint:exhaustive // The others say nothing that a visitor asks for.
		case api.AliasSysName:
			id.SysName, says = a.Value, true
		case api.AliasChassis:
			subtype, value, ok := strings.Cut(a.Value, ":")
			if n, err := strconv.ParseUint(subtype, 10, 8); ok && err == nil {
				id.ChassisID, id.ChassisIDSubtype, says = value, uint8(n), true
			}
		}
	}
	for _, kv := range c.Vertex.Attrs {
		if a, err := netip.ParseAddr(kv.Value); kv.Key == api.AttrAddress && err == nil {
			id.Addresses, says = append(id.Addresses, a), true
		}
	}
	return says
}
