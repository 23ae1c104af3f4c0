package snmp

import (
	"strconv"

	"github.com/netseam/netseam/api"
)

// finder finds interfaces by what LLDP calls them.
//
// lldpRemLocalPortNum is by its definition neither an ifIndex nor a port of
// the bridge, though often one of the two. So the port is first looked up in
// lldpLocPortTable and found by its names; only numbers that names leave open
// are taken as numbers, in the way that holds for the ports found by name.
type finder struct {
	byIndex   map[uint32]*Interface
	byName    map[string][]*Interface
	byDescr   map[string][]*Interface
	byAlias   map[string][]*Interface
	byMAC     map[string][]*Interface
	basePorts map[uint32]uint32 // base port -> ifIndex
}

func newFinder(interfaces []Interface, basePorts map[uint32]uint32) *finder {
	f := &finder{
		byIndex: make(map[uint32]*Interface, len(interfaces)),
		byName:  make(map[string][]*Interface, len(interfaces)),
		byDescr: make(map[string][]*Interface, len(interfaces)),
		byAlias: make(map[string][]*Interface), byMAC: make(map[string][]*Interface, len(interfaces)),
		basePorts: basePorts,
	}
	add := func(m map[string][]*Interface, key string, i *Interface) {
		if key != "" {
			m[key] = append(m[key], i)
		}
	}
	for n := range interfaces {
		i := &interfaces[n]
		f.byIndex[i.Index] = i
		add(f.byName, i.Name, i)
		add(f.byDescr, i.Descr, i)
		add(f.byAlias, i.Alias, i)
		if !placeholder(i.MAC) {
			add(f.byMAC, i.MAC, i)
		}
	}
	return f
}

// only returns the one interface of several candidates: the only one, or the
// only one that is like a port, or the one with the number as its index.
func only(candidates []*Interface, number uint32) *Interface {
	if len(candidates) == 1 {
		return candidates[0]
	}
	var found *Interface
	several := false
	for _, c := range candidates {
		if c.Index == number {
			return c
		}
		if portLike(c.Type) {
			several = several || found != nil
			found = c
		}
	}
	if several {
		return nil
	}
	return found
}

// byText finds an interface by one of its names.
func (f *finder) byText(text string, number uint32) *Interface {
	for _, names := range []map[string][]*Interface{f.byName, f.byDescr, f.byAlias} {
		if i := only(names[text], number); i != nil {
			return i
		}
	}
	return nil
}

// named finds the interface that a row of lldpLocPortTable names: by its ID as
// the subtype says, else by its description.
func (f *finder) named(p LocalPort) *Interface {
	var found *Interface
	switch p.IDSubtype {
	case api.PortMAC:
		found = only(f.byMAC[p.ID], p.Number)
	case api.PortInterfaceAlias:
		if found = only(f.byAlias[p.ID], p.Number); found == nil {
			found = f.byText(p.ID, p.Number)
		}
	default:
		found = f.byText(p.ID, p.Number)
	}
	if found == nil {
		found = f.byText(p.Description, p.Number)
	}
	if n, err := strconv.ParseUint(p.ID, 10, 32); found == nil && err == nil &&
		p.IDSubtype == api.PortLocal && uint32(n) != p.Number {
		found = f.port(uint32(n)) // A number of its own is most often an ifIndex.
	}
	return found
}

// numbering is what local port numbers are on a device.
type numbering struct{ index, base int }

// learn counts for the ports that were found by name how often their number is
// their ifIndex, and how often it is their port of the bridge.
func (f *finder) learn(ports []LocalPort) numbering {
	var n numbering
	for _, p := range ports {
		if p.IfIndex == 0 {
			continue
		}
		if p.IfIndex == p.Number {
			n.index++
		}
		if f.basePorts[p.Number] == p.IfIndex {
			n.base++
		}
	}
	return n
}

// numbered finds an interface by a local port number alone.
func (f *finder) numbered(number uint32, n numbering) *Interface {
	base, index := f.port(f.basePorts[number]), f.port(number)
	if base == nil || (index != nil && n.index > n.base) {
		return index
	}
	return base
}

// port returns the interface with an index if a cable can end at it, or at
// what it is a logical unit of.
func (f *finder) port(ifIndex uint32) *Interface {
	i := f.byIndex[ifIndex]
	if i == nil {
		return nil
	}
	if isPort(*i) || i.Type == typeOther || i.Type == typePropVirtual {
		return i
	}
	return nil
}

// needsBasePorts says whether the numbers of some neighbours' local ports are
// left open by names, so that the bridge's ports are worth reading.
func needsBasePorts(l LLDP, interfaces []Interface) bool {
	f := newFinder(interfaces, nil)
	named := make(map[uint32]bool, len(l.Ports))
	for _, p := range l.Ports {
		named[p.Number] = f.named(p) != nil
	}
	for _, n := range l.Neighbours {
		if n.LocalPortNum != 0 && !named[n.LocalPortNum] {
			return true
		}
	}
	return false
}

// locate finds the interfaces of local ports and neighbours. basePorts and
// hints are what tells the ports that names leave open; the latter, by row,
// those that the agent gives no number for.
func (l *LLDP) locate(interfaces []Interface, basePorts, hints map[uint32]uint32) {
	f := newFinder(interfaces, basePorts)
	ports := make(map[uint32]*LocalPort, len(l.Ports))
	for i := range l.Ports {
		p := &l.Ports[i]
		ports[p.Number] = p
		if found := f.named(*p); found != nil {
			p.IfIndex = found.Index
		}
	}
	numbers := f.learn(l.Ports)
	l.Counts.Unresolved = 0
	for i := range l.Neighbours {
		n := &l.Neighbours[i]
		p := ports[n.LocalPortNum]
		n.IfIndex = 0
		if p != nil {
			n.IfIndex = p.IfIndex
			n.named = p.IfIndex != 0
		}
		if n.LocalPortNum == 0 && f.byIndex[hints[n.RemIndex]] != nil {
			n.IfIndex = hints[n.RemIndex]
		}
		if l.indexed && f.byIndex[n.LocalPortNum] != nil {
			n.IfIndex, n.named = n.LocalPortNum, true
		}
		if n.IfIndex == 0 && n.LocalPortNum != 0 {
			if found := f.numbered(n.LocalPortNum, numbers); found != nil {
				n.IfIndex = found.Index
			}
		}
		if found := f.byIndex[n.IfIndex]; found != nil {
			n.LocalPort = found.label()
			continue
		}
		l.Counts.Unresolved++
		n.LocalPort = localPortText(p, n.LocalPortNum)
	}
}

// localPortText is what to call a local port that is no known interface.
func localPortText(p *LocalPort, number uint32) string {
	if p != nil && p.Name != "" {
		return p.Name
	}
	return strconv.FormatUint(uint64(number), 10)
}
