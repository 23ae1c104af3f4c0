package snmp

import (
	"cmp"
	"context"
	"errors"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/gosnmp/gosnmp"

	"github.com/netseam/netseam/api"
)

// Placeholder, MACFromText and the like open pure functions to the tests.
var (
	Placeholder = placeholder
	MACFromText = macFromText
	CompareOID  = compareOID
	SiteOf      = siteOf
	NextTick    = nextTick
	PhaseOf     = phaseOf
	PlainError  = plainError
	LostTable   = lostTable
)

// Octets, Number and Absent make values.
func Octets(b []byte) Value { return Value{value{kind: kindOctets, octets: b}} }

// Number makes a number.
func Number(n int64) Value { return Value{value{kind: kindNumber, number: n}} }

// Absent is a value that is not there.
func Absent() Value { return Value{} }

// Value is a value for tests.
type Value struct{ v value }

// Text is the value as text.
func (v Value) Text() string { return v.v.str() }

// DecodeChassisID decodes a chassis ID.
func DecodeChassisID(subtype, id Value) (string, uint8) { return decodeID(chassisID, subtype.v, id.v) }

// DecodePortID decodes a port ID.
func DecodePortID(subtype, id Value) (string, uint8) { return decodeID(portID, subtype.v, id.v) }

// Capabilities decodes lldpRemSysCapEnabled.
func Capabilities(v Value) uint16 { return capabilities(v.v) }

// Cell is one object instance.
type Cell struct {
	OID   string
	Value Value
}

func bindingsOf(cells []Cell) []binding {
	out := make([]binding, len(cells))
	for i, c := range cells {
		out[i] = binding{c.OID, c.Value.v}
	}
	return out
}

// DecodeInterfaces decodes cells of both interface tables.
func DecodeInterfaces(cells []Cell) []Interface { return decodeInterfaces(bindingsOf(cells)) }

// DecodeLLDP decodes cells of any of the tables of LLDP-MIB.
func DecodeLLDP(chassisSubtype, chassis Value, cells []Cell) LLDP {
	return DecodeLLDPForm(0, chassisSubtype, chassis, cells)
}

// DecodeLLDPForm decodes cells of any of the tables of one of the MIBs.
func DecodeLLDPForm(form int, chassisSubtype, chassis Value, cells []Cell) LLDP {
	all, forms := bindingsOf(cells), lldpForms()
	return decodeLLDP(lldpTables{
		self: forms[form], form: forms[form],
		chassisSubtype: chassisSubtype.v, chassisID: chassis.v,
		ports: all, neighbours: all, ownAddresses: all, addresses: all,
	})
}

// DecodePortHints decodes cells of mtxrNeighborTable.
func DecodePortHints(cells []Cell) map[uint32]uint32 {
	return decodePortHints(bindingsOf(cells), portHints()[0])
}

// LocateWith is Locate with hints for rows without a local port.
func LocateWith(l *LLDP, interfaces []Interface, hints map[uint32]uint32) {
	l.locate(interfaces, nil, hints)
}

// DecodeBasePorts decodes cells of dot1dBasePortTable.
func DecodeBasePorts(cells []Cell) map[uint32]uint32 { return decodeBasePorts(bindingsOf(cells)) }

// Locate finds the interfaces of local ports.
func Locate(l *LLDP, interfaces []Interface, basePorts map[uint32]uint32) {
	l.locate(interfaces, basePorts, nil)
}

// DecodeDatagram decodes a message as an answer would be. It says whether it
// was understood.
func DecodeDatagram(b []byte) bool {
	packet, err := decodePacket(&gosnmp.GoSNMP{Version: gosnmp.Version2c}, b)
	if err != nil {
		return false
	}
	for _, v := range bindings(packet) {
		_ = v.value.str()
	}
	return true
}

// Walk walks over answers that fetch gives.
func Walk(
	ctx context.Context, root string, rows int, fetch func(after string) ([]string, error),
) ([]string, error) {
	got, err := walk(ctx, root, walkLimits{rows: rows, bytes: 1 << 20},
		func(_ context.Context, after string) ([]binding, error) {
			oids, err := fetch(after)
			out := make([]binding, len(oids))
			for i, oid := range oids {
				out[i] = binding{oid, value{kind: kindNumber}}
				if oid == "end" {
					out[i].value.kind = kindEnd
				}
			}
			return out, err
		})
	oids := make([]string, len(got))
	for i, b := range got {
		oids[i] = b.oid
	}
	return oids, err
}

// Repetitions opens the adaption to tests.
type Repetitions struct{ r *repetitions }

// NewRepetitions begins with a number.
func NewRepetitions(n int) Repetitions { return Repetitions{newRepetitions(n)} }

// Now is the number to ask for.
func (r Repetitions) Now() int { return r.r.now }

// Succeed notes a good answer.
func (r Repetitions) Succeed() { r.r.succeed() }

// Fail notes a bad one.
func (r Repetitions) Fail(n int, sure bool) { r.r.fail(n, sure) }

// TranslateSystem makes claims of a system group.
func TranslateSystem(cfg Config, peer string, sys System) []api.Claim {
	return translateSystem(identity{cfg.WithDefaults(), peer}, sys)
}

// TranslateInterfaces makes claims of interfaces.
func TranslateInterfaces(i []Interface) []api.Claim { return translateInterfaces(i) }

// TranslateLLDP makes claims of LLDP.
func TranslateLLDP(l LLDP, i []Interface) []api.Claim { return translateLLDP(l, i) }

// FillIn completes a broken reading.
func FillIn(reading, known []Interface, nameless bool) []Interface {
	return fillIn(reading, known, nameless)
}

// Budget opens the budget to tests.
type Budget struct{ b *budget }

// NewBudget makes a budget.
func NewBudget(n int) Budget { return Budget{newBudget(n)} }

// Acquire takes a place.
func (b Budget) Acquire(ctx context.Context, probe bool) (func(), error) {
	_, release, err := b.b.acquire(ctx, probe)
	return release, err
}

// WentBack says whether an agent restarted.
func WentBack(before, after time.Duration) bool { return wentBack(before, after) }

// Keys are the keys of a password, before and after it belongs to an engine.
func Keys(p AuthProtocol, password, engineID string) (master, local []byte) {
	master = p.master([]byte(password))
	return master, p.localise(master, engineID)
}

// DecoderV3 decodes messages as answers to a user would be, with keys for an
// engine of the name "engine".
func DecoderV3(cred Credentials) func(id uint32, b []byte) error {
	u := newUSM(cred, newKeyring())
	u.adopt(usmHeader{engineID: "engine"})
	return func(id uint32, b []byte) error {
		packet, err := u.decode(id, b)
		if packet != nil {
			_ = bindings(packet)
		}
		return err
	}
}

// BackOff is how much longer than its interval a dead device is left alone.
func BackOff(interval time.Duration, failures int) time.Duration { return backOff(interval, failures) }

// Remembering decodes cells of the interfaces' tables as a poller does that
// remembers the last reading, and says whether it had to.
func Remembering() func(cells []Cell) (decoded bool, interfaces []Interface) {
	var last unchanged[[]Interface]
	return func(cells []Cell) (decoded bool, interfaces []Interface) {
		all := bindingsOf(cells)
		interfaces = last.decode(func(f *fingerprint) { f.bindings(all) }, func() ([]Interface, bool) {
			decoded = true
			return decodeInterfaces(all), true
		})
		return decoded, interfaces
	}
}

// Agent answers with cells: a device for one topic. Contexts are by what is
// before and behind the community.
type Agent struct {
	Cells    []Cell
	Contexts map[string][]Cell
	// Else is what all other contexts answer with, nil for silence.
	Else []Cell
	// Targets are addresses to which routes are looked for.
	Targets []netip.Addr
	// ObjectID is sysObjectID, one of many devices if empty.
	ObjectID string
	// Fail are subtrees that are answered with an error.
	Fail map[string]error
}

type cellSession struct {
	agent Agent
	cells []Cell
	err   error
}

func (s cellSession) Get(_ context.Context, objects ...object) ([]value, error) {
	out := make([]value, len(objects))
	for i, o := range objects {
		for _, c := range s.cells {
			if c.OID == o.oid {
				out[i] = c.Value.v
			}
		}
	}
	return out, s.err
}

func (s cellSession) Next(_ context.Context, objects ...object) ([]binding, error) {
	out := make([]binding, len(objects))
	for i, o := range objects {
		for subtree, err := range s.agent.Fail {
			if strings.HasPrefix(o.oid+".", subtree+".") {
				return nil, err
			}
		}
		out[i].value.kind = kindEnd
		for _, c := range s.cells {
			if compareOID(c.OID, o.oid) > 0 && (out[i].oid == "" || compareOID(c.OID, out[i].oid) < 0) {
				out[i] = binding{c.OID, c.Value.v}
			}
		}
	}
	return out, s.err
}

func (s cellSession) Walk(_ context.Context, root object) ([]binding, error) {
	var out []binding
	for _, c := range s.cells {
		if strings.HasPrefix(c.OID, root.oid+".") {
			out = append(out, binding{c.OID, c.Value.v})
		}
	}
	for subtree, err := range s.agent.Fail {
		if strings.HasPrefix(root.oid+".", subtree+".") {
			return out, err
		}
	}
	return out, s.err
}

func (s cellSession) Within(at inContext) session {
	cells, ok := s.agent.Contexts[at.before+at.behind]
	within := cellSession{agent: s.agent, cells: cells}
	switch {
	case !ok && s.agent.Else != nil:
		within.cells = s.agent.Else
	case !ok:
		within.err = ErrNoAnswer
	}
	return within
}

func (cellSession) Close() error { return nil }

// ReadTopics reads all topics of a device and what they claim, by table. Those
// that it does not have are left out.
func ReadTopics(ctx context.Context, interfaces []Interface, a Agent) (map[string]Facts, map[string][]api.Claim, error) {
	k := newKnown(interfaces, cmp.Or(a.ObjectID, "1.3.6.1.4.1.9.1.1"))
	facts, claims := map[string]Facts{}, map[string][]api.Claim{}
	k.targets = a.Targets
	for list := topics(); len(list) > 0; list = list[1:] {
		t := list[0]
		if t.needless != nil && t.needless(k) {
			continue
		}
		f, present, err := t.look(ctx, cellSession{agent: a, cells: a.Cells}, k)
		if err != nil {
			return facts, claims, err
		}
		k.keep(t.table, f)
		if v, ok := f.(*VRFs); ok {
			for _, x := range v.List {
				list = append(list, x.topics()...)
			}
		}
		if present {
			k.learn(f)
			facts[t.table], claims[t.table] = f, f.claims(k)
		}
	}
	return facts, claims, nil
}

// OID makes an object identifier.
func OID(text string) Value { return Value{value{kind: kindOID, text: text}} }

// TopicColumns are the columns that the topics read, as identifiers.
func TopicColumns() []string {
	var sources []source
	for _, f := range heardForms() {
		sources = append(sources, f.source())
	}
	for _, t := range fdbTables() {
		sources = append(sources, t.source)
	}
	for _, t := range fidTables() {
		sources = append(sources, t.source)
	}
	for _, t := range vlanTables() {
		sources = append(sources, t.source)
	}
	for _, t := range arpTables() {
		sources = append(sources, t.source)
	}
	for _, t := range bgpTables() {
		sources = append(sources, t.source)
	}
	sources = append(sources, pvidTables()...)
	sources = append(sources, groupTables()...)
	for _, f := range isisForms() {
		sources = append(sources, f.adjacencies, f.circuits, f.addresses)
	}
	sources = append(sources, memberTable(), taggingTable(), accessTable(), trunkTable(), stpPorts(), aggTable(), aggPortTable(),
		stackTable(), addrTable(), addressTable(), addr6Table(), ospfNeighbours(), ospfInterfaces(), physicalTable(), aliasTable(),
		mtuTable(), duplexTable(), contextNames()[0].vlans, vrfForms()[0].source, vrfForms()[1].source, source{"", basePortEntry, []int{dot1dBasePortIfIndex}})
	var out []string
	for _, s := range sources {
		for _, c := range s.columns {
			out = append(out, object{s.name, s.entry}.column("", c).oid)
		}
	}
	return out
}

// Extend adds what neighbours say in extensions.
func Extend(l LLDP, cells []Cell) LLDP { return l.with(decodeLLDPExtensions(bindingsOf(cells))) }

// DecodeNotification is what a trap with a community says has happened.
func DecodeNotification(b []byte) string {
	n, _, err := decodeNotification(b)
	if err != nil {
		return ""
	}
	_, _, _ = linkIn(n)
	_, _ = meaning(n.kind)
	return n.kind
}

// ReadAgain reads interfaces and neighbours of a device some times over one
// association, as its poller does. Without remembering, each reading is decoded.
func ReadAgain(ctx context.Context, cfg Config, times int, remember bool) error {
	cfg = cfg.WithDefaults()
	a := newAccess(cfg, newKeyring())
	c, err := dial(ctx, cfg, a, mannersFor(cfg), make([]byte, maxDatagram), nil)
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.enter(ctx, a); err != nil {
		return err
	}
	var interfaces *unchanged[[]Interface]
	var neighbours *unchanged[LLDP]
	if remember {
		interfaces, neighbours = new(unchanged[[]Interface]), new(unchanged[LLDP])
	}
	var lastInterfaces []Interface
	var lastLLDP LLDP
	for i := range times {
		nowInterfaces, err := readInterfaces(ctx, c, interfaces)
		if err != nil {
			return err
		}
		nowLLDP, _, _, err := readLLDP(ctx, c, nowInterfaces, neighbours)
		if err != nil {
			return err
		}
		if i > 0 && (!slices.Equal(lastInterfaces, nowInterfaces) || !reflect.DeepEqual(lastLLDP, nowLLDP)) {
			return errors.New("the device changed")
		}
		lastInterfaces, lastLLDP = nowInterfaces, nowLLDP
	}
	return nil
}

// askSession answers what follows an identifier, and nothing else.
type askSession struct {
	session

	ask func(ctx context.Context, oids []string) ([]Cell, error)
}

func (s askSession) Next(ctx context.Context, objects ...object) ([]binding, error) {
	oids := make([]string, len(objects))
	for i, o := range objects {
		oids[i] = o.oid
	}
	cells, err := s.ask(ctx, oids)
	return bindingsOf(cells), err
}

// FindRoutes looks for routes in the first table.
func FindRoutes(ctx context.Context, ask func(context.Context, []string) ([]Cell, error), targets []netip.Addr) ([]RouteRow, error) {
	rows, _, err := forwardingTables()[0].find(ctx, askSession{ask: ask}, targets, maxTargets)
	return rows, err
}

// ReadRouteIndex reads an index of each table of routes.
func ReadRouteIndex(index []uint32) (out []netip.Prefix) {
	for _, t := range append(forwardingTables(), pathTables()...) {
		p, _ := t.read(index)
		out = append(out, p)
	}
	return out
}

// UtilisationStep is the step of a utilisation after another.
func UtilisationStep(was int, percent float64) int { return utilisationSteps().at(was, percent) }

// IndexText reads text that is an index.
func IndexText(index []uint32) string { return indexText(index) }

// Receiver is the engine to which informs are sent.
type Receiver = receiver

// NewReceiver makes one.
func NewReceiver(place string, now time.Time) *Receiver { return newReceiver(place, now) }

// Clock is how often it started and since when it runs.
func (r *receiver) Clock() (boots, seconds uint32) { return r.boots, r.now() }

// InWindow says whether a message with such a clock is of now.
func (r *receiver) InWindow(boots, seconds uint32) bool {
	return r.inWindow(usmHeader{boots: boots, time: seconds})
}

// Probe is the message that asks which engine is there.
func Probe() []byte {
	b, err := new(usm).encode(1, request{discovery: true})
	if err != nil {
		panic(err)
	}
	return b
}

// fuzzed is the user whose informs are taken.
func fuzzed(r *receiver, cred Credentials) *usm {
	return (&usm{cred: cred, keys: newKeyring()}).toward(r)
}

func fuzzedUsers() []Credentials {
	return []Credentials{
		{User: "open"},
		{User: "signed", Auth: MD5, AuthPassword: NewSecret("12345678")},
		{User: "sealed", Auth: SHA256, AuthPassword: NewSecret("12345678"), Priv: AES128, PrivPassword: NewSecret("12345678")},
	}
}

// Informs are one of each of those users.
func Informs(r *Receiver) (out [][]byte) {
	for _, cred := range fuzzedUsers() {
		u := fuzzed(r, cred)
		u.engine.set(r.boots, r.now(), true)
		b, err := u.seal(gosnmp.SnmpPacket{
			MsgID: 5, RequestID: 5, PDUType: gosnmp.InformRequest, MsgFlags: cred.level() | gosnmp.Reportable, ContextEngineID: r.id,
			Variables: []gosnmp.SnmpPDU{{Name: "." + trapOID, Type: gosnmp.ObjectIdentifier, Value: "." + genericTraps + "3"}},
		})
		if err != nil {
			panic(err)
		}
		out = append(out, b)
	}
	return out
}

// TakeInform reads an inform as any of those users, or introduces the engine.
func TakeInform(r *Receiver, b []byte) (kind string, answer []byte) {
	for _, cred := range fuzzedUsers() {
		u := &usm{cred: cred, keys: newKeyring()}
		if n, err := u.inform(b, r); err == nil || n.answer != nil {
			return n.kind, n.answer
		}
	}
	answer, _ = r.introduce(b)
	return "", answer
}
