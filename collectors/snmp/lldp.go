package snmp

import (
	"context"
	"errors"
	"slices"

	"github.com/netseam/netseam/api"
)

// LLDP is what LLDP-MIB says: of the device itself, and whom it hears.
type LLDP struct {
	ChassisID        string
	ChassisIDSubtype uint8
	SysName          string
	// Addresses are the device's own management addresses.
	Addresses []string
	Ports     []LocalPort
	// Neighbours are the decoded rows of lldpRemTable, one each. Rows that are
	// about the device itself are among them.
	Neighbours []Neighbour
	Counts     Counts
	// indexed says that local port numbers are ifIndexes by definition.
	indexed bool
}

// LocalPort is one row of lldpLocPortTable.
type LocalPort struct {
	Number      uint32
	ID          string
	IDSubtype   uint8
	Description string
	// Name is what people call it: its ID or its description, whichever is one.
	Name string
	// IfIndex is the interface that it is, 0 if that is not known.
	IfIndex uint32
}

// Neighbour is one row of lldpRemTable: whom a port hears.
type Neighbour struct {
	// LocalPortNum and RemIndex are the row's index, without its time mark.
	LocalPortNum uint32
	RemIndex     uint32
	// IfIndex is the interface that the local port number means, 0 if that
	// could not be told. LocalPort is then all that is known of the port.
	IfIndex   uint32
	LocalPort string

	ChassisID        string
	ChassisIDSubtype uint8
	PortID           string
	PortIDSubtype    uint8
	PortDescription  string
	SysName          string
	SysDescription   string
	Capabilities     uint16
	Addresses        []string
	// PVID, VLANs and MTU are what the far port says of itself in extensions,
	// 0 and nil where it says nothing.
	PVID  uint16
	VLANs api.VLANSet
	MTU   uint32
	// Self says that the device hears itself.
	Self bool
	// named says that lldpLocPortTable names the interface, so that it is no
	// guess from a number.
	named bool
}

// Counts are rows of lldpRemTable that became no neighbour (Phantom,
// Malformed, Duplicate), and neighbours of which less can be made than usual
// (Self, Unresolved).
type Counts struct {
	// Phantom rows say nothing: agents that keep a row for every port, and
	// rows that came or went while the table was read.
	Phantom int
	// Malformed rows have an index that cannot be read.
	Malformed int
	// Duplicate rows are the same port and index under an older time mark.
	Duplicate int
	// Self are rows in which the device hears itself.
	Self int
	// Unresolved are rows whose local port is no interface.
	Unresolved int
}

// Columns of lldpLocPortTable, lldpRemTable and the two address tables.
const (
	locPortIDSubtype = 2
	locPortID        = 3
	locPortDesc      = 4

	remChassisIDSubtype = 4
	remChassisID        = 5
	remPortIDSubtype    = 6
	remPortID           = 7
	remPortDesc         = 8
	remSysName          = 9
	remSysDesc          = 10

	manAddrIfSubtype = 3
)

// lldpTables are the raw answers that an LLDP is decoded from.
type lldpTables struct {
	// self and form are the MIBs that the device and its neighbours are told by.
	self, form lldpForm
	// broken says that the walk of the neighbours ended too early.
	broken                             bool
	chassisSubtype, chassisID, sysName value
	ports, neighbours                  []binding
	ownAddresses, addresses            []binding
}

// present says whether the device has the MIB at all.
func (t lldpTables) present() bool {
	return t.chassisSubtype.kind != kindAbsent || t.chassisID.kind != kindAbsent ||
		t.sysName.kind != kindAbsent || len(t.ports) > 0 || len(t.neighbours) > 0
}

// readLLDP reads the MIB. present is false when the device does not have it,
// or no longer: it is asked for at the beginning and again at the end, because
// an agent that loses the MIB half-way answers as if the tables were empty.
// With an error comes what was read before it. Without one the result is shared
// with the last reading, if that had the same interfaces and nothing changed.
func readLLDP(
	ctx context.Context, s session, interfaces []Interface, last *unchanged[LLDP],
) (lldp LLDP, rows int, present bool, err error) {
	t := lldpTables{}
	scalars, err := t.introduce(ctx, s)
	if err != nil {
		return LLDP{}, 0, false, err
	}
	err = t.walk(ctx, s)
	rows = len(t.ports) + len(t.neighbours) + len(t.addresses) + len(t.ownAddresses)
	if err == nil && t.present() {
		err = t.confirm(ctx, s, scalars)
		if errors.Is(err, errVanished) {
			return LLDP{}, rows, false, nil
		}
	}
	if err != nil {
		lldp = decodeLLDP(t)
		lldp.locate(interfaces, nil, nil)
		return lldp, rows, t.present(), err
	}
	var basePorts, hints map[uint32]uint32
	lldp = last.decode(func(f *fingerprint) { f.lldp(t) }, func() (LLDP, bool) {
		l := decodeLLDP(t)
		open := needsBasePorts(l, interfaces) || l.portless()
		if open { // they may change alone
			basePorts, err = readBasePorts(ctx, s)
		}
		if err == nil && l.portless() {
			hints, err = readPortHints(ctx, s)
		}
		l.locate(interfaces, basePorts, hints)
		return l, !open
	})
	return lldp, rows + len(basePorts) + len(hints), t.present(), err
}

// introduce reads what the device says of itself, by the first MIB in which it
// says anything.
func (t *lldpTables) introduce(ctx context.Context, s session) ([]value, error) {
	var first []value
	for _, form := range lldpForms() {
		if form.local == "" {
			continue
		}
		scalars, err := s.Get(ctx, form.scalars()...)
		if err != nil {
			return nil, err
		}
		t.self, t.chassisSubtype, t.chassisID, t.sysName = form, scalars[1], scalars[2], scalars[3]
		if t.present() {
			return scalars, nil
		}
		if first == nil {
			first = scalars
		}
	}
	t.self = lldpForms()[0]
	return first, nil
}

// walk reads the tables. The addresses are only worth reading with rows.
func (t *lldpTables) walk(ctx context.Context, s session) error {
	var errs []error
	into := func(dst *[]binding, o object) (whole bool) {
		if len(errs) > 0 && (hopeless(errs[len(errs)-1]) || ctx.Err() != nil) {
			return false
		}
		got, err := s.Walk(ctx, o)
		*dst = got
		if err != nil {
			errs = append(errs, err)
		}
		return err == nil
	}
	for _, form := range lldpForms() {
		var got []binding
		t.broken = !into(&got, object{"lldpRemTable of " + form.mib, form.neighbours})
		if len(got) > 0 || t.broken || t.form.mib == "" {
			t.form, t.neighbours = form, got
		}
		if len(got) > 0 || t.broken {
			break
		}
	}
	into(&t.ports, object{"lldpLocPortTable", t.form.ports})
	if len(t.neighbours) > 0 {
		into(&t.addresses, object{"lldpRemManAddrTable", t.form.addresses}.column("lldpRemManAddrIfSubtype", manAddrIfSubtype))
	}
	if t.present() && t.self.own != "" {
		into(&t.ownAddresses, object{"lldpLocManAddrTable", t.self.own}.column("lldpLocManAddrIfSubtype", manAddrIfSubtype))
	}
	return errors.Join(errs...)
}

// errVanished is a MIB that was there when the reading began.
var errVanished = errors.New("the table went away during the walk")

// confirm looks whether the agent is still the one that was asked at first.
func (t *lldpTables) confirm(ctx context.Context, s session, before []value) error {
	after, err := s.Get(ctx, t.self.scalars()...)
	if err != nil {
		return err
	}
	for i := 1; i < len(after); i++ {
		if before[i].kind != kindAbsent && after[i].kind == kindAbsent {
			return errVanished
		}
	}
	if wentBack(decodeUpTime(before[0]), decodeUpTime(after[0])) {
		return ErrRestarted
	}
	return nil
}

// decodeLLDP decodes the tables. Which interface a local port is, is left open.
func decodeLLDP(t lldpTables) LLDP {
	var out LLDP
	out.ChassisID, out.ChassisIDSubtype = decodeID(chassisID, t.chassisSubtype, t.chassisID)
	out.SysName = t.sysName.str()
	out.indexed = t.form.indexed
	out.Ports = decodeLocalPorts(t.ports, t.form.ports)
	out.Addresses = decodeOwnAddresses(t.ownAddresses, t.self.own)
	out.decodeNeighbours(t)
	for i := range out.Neighbours {
		n := &out.Neighbours[i]
		n.Self = out.isSelf(*n)
		if n.Self {
			out.Counts.Self++
		}
	}
	return out
}

// keepNamed leaves the neighbours whose ports are no guess: all that is to be
// told of a reading that broke off.
func (l *LLDP) keepNamed() {
	l.Neighbours = slices.DeleteFunc(l.Neighbours, func(n Neighbour) bool { return !n.named })
}

// isSelf says whether a row is about the device itself. A chassis ID that two
// devices share, as members of a pair do, tells the names apart.
func (l LLDP) isSelf(n Neighbour) bool {
	return n.ChassisID == l.ChassisID && n.ChassisIDSubtype == l.ChassisIDSubtype &&
		!placeholder(l.ChassisID) &&
		(n.SysName == "" || l.SysName == "" || n.SysName == l.SysName)
}
