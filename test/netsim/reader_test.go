package netsim_test

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gosnmp/gosnmp"

	"github.com/netseam/netseam/test/netsim"
)

// A reader knows of a world what SNMP tells, nothing else.
type reader struct {
	devices map[string]*seen // name -> switch that answered
	silent  []string
}

// seen is what one switch tells.
type seen struct {
	sysName, location, chassis string
	upTime                     uint32
	ifName, ifDescr, ifMAC     map[string]string // ifIndex -> text
	oper                       map[string]int    // ifIndex -> ifOperStatus
	locSubtype                 map[string]int    // local port number -> subtype
	locID, locDescr            map[string]string // local port number -> text
	names                      map[string]string // local port number -> ifName, as found so far
	base                       map[string]string // bridge port -> ifIndex
	remotes                    []row
	addresses                  map[string]netip.Addr // "timeMark.port.index" -> management address
}

// row is a row of lldpRemTable.
type row struct {
	key                     string
	localNum                string
	chassis, portID         string
	portSubtype             int
	descr, sysName, sysDesc string
}

func read(t testing.TB, w *netsim.World) *reader {
	t.Helper()
	r := &reader{devices: map[string]*seen{}}
	for _, s := range w.Switches() {
		addr := netip.MustParseAddrPort(s.Address)
		c := &gosnmp.GoSNMP{
			Target: addr.Addr().String(), Port: addr.Port(), Version: gosnmp.Version2c, Community: s.Community,
			Timeout: time.Second, Retries: 1, MaxRepetitions: 60, Context: t.Context(),
		}
		if err := c.Connect(); err != nil {
			t.Fatal(err)
		}
		got, err := readSwitch(c)
		_ = c.Conn.Close()
		if err != nil {
			r.silent = append(r.silent, s.Name)
			continue
		}
		r.devices[s.Name] = got
	}
	return r
}

// table walks a column: index -> value.
func table(c *gosnmp.GoSNMP, root string) (map[string]any, []string, error) {
	vbs, err := c.BulkWalkAll(root)
	if err != nil {
		return nil, nil, fmt.Errorf("walk %s: %w", root, err)
	}
	out := map[string]any{}
	var order []string
	for _, vb := range vbs {
		index := strings.TrimPrefix(vb.Name, root+".")
		out[index] = vb.Value
		order = append(order, index)
	}
	return out, order, nil
}

func texts(c *gosnmp.GoSNMP, root string) (map[string]string, error) {
	values, _, err := table(c, root)
	out := map[string]string{}
	for k, v := range values {
		switch v := v.(type) {
		case []byte:
			out[k] = string(v)
		default:
			out[k] = fmt.Sprint(v)
		}
	}
	return out, err
}

func ints(c *gosnmp.GoSNMP, root string) (map[string]int, error) {
	values, _, err := table(c, root)
	out := map[string]int{}
	for k, v := range values {
		out[k] = v.(int)
	}
	return out, err
}

const lldp = ".1.0.8802.1.1.2.1"

func readSwitch(c *gosnmp.GoSNMP) (*seen, error) {
	got, err := c.Get([]string{".1.3.6.1.2.1.1.5.0", ".1.3.6.1.2.1.1.6.0", ".1.3.6.1.2.1.17.1.1.0", ".1.3.6.1.2.1.1.3.0"})
	if err != nil {
		return nil, err
	}
	c.Timeout, c.Retries = 5*time.Second, 2 // It is there; now the machine may be slow.
	s := &seen{
		names:    map[string]string{},
		sysName:  string(got.Variables[0].Value.([]byte)),
		location: string(got.Variables[1].Value.([]byte)),
		chassis:  hardware(string(got.Variables[2].Value.([]byte))),
		upTime:   got.Variables[3].Value.(uint32),
	}
	for column, to := range map[string]*map[string]string{
		".1.3.6.1.2.1.31.1.1.1.1": &s.ifName, ".1.3.6.1.2.1.2.2.1.2": &s.ifDescr, ".1.3.6.1.2.1.2.2.1.6": &s.ifMAC,
		lldp + ".3.7.1.3": &s.locID, lldp + ".3.7.1.4": &s.locDescr, ".1.3.6.1.2.1.17.1.4.1.2": &s.base,
	} {
		if *to, err = texts(c, column); err != nil {
			return nil, err
		}
	}
	if s.oper, err = ints(c, ".1.3.6.1.2.1.2.2.1.8"); err != nil {
		return nil, err
	}
	if s.locSubtype, err = ints(c, lldp+".3.7.1.2"); err != nil {
		return nil, err
	}
	return s, s.readRemotes(c)
}

func (s *seen) readRemotes(c *gosnmp.GoSNMP) error {
	columns := map[string]map[string]string{}
	for _, n := range []string{"5", "6", "7", "8", "9", "10"} {
		values, err := texts(c, lldp+".4.1.1."+n)
		if err != nil {
			return err
		}
		columns[n] = values
	}
	_, order, err := table(c, lldp+".4.1.1.5")
	if err != nil {
		return err
	}
	for _, key := range order {
		subtype, err := strconv.Atoi(columns["6"][key])
		if err != nil {
			return fmt.Errorf("row %s: %w", key, err)
		}
		s.remotes = append(s.remotes, row{
			key: key, localNum: strings.Split(key, ".")[1], chassis: hardware(columns["5"][key]), portID: columns["7"][key],
			portSubtype: subtype, descr: columns["8"][key], sysName: columns["9"][key], sysDesc: columns["10"][key],
		})
	}
	s.addresses = map[string]netip.Addr{}
	_, order, err = table(c, lldp+".4.2.1.4")
	if err != nil {
		return err
	}
	for _, key := range order { // timeMark.port.index.1.4.a.b.c.d
		parts := strings.Split(key, ".")
		s.addresses[strings.Join(parts[:3], ".")] = netip.MustParseAddr(strings.Join(parts[5:], "."))
	}
	return nil
}

// local finds the interface of a local port number as a careful reader must:
// by what lldpLocPortTable says of it.
func (s *seen) local(t testing.TB, num string) string {
	t.Helper()
	if name, ok := s.names[num]; ok {
		return name
	}
	id, descr := s.locID[num], s.locDescr[num]
	var found []string
	for index, name := range s.ifName {
		switch s.locSubtype[num] {
		case 3:
			if s.ifMAC[index] == id {
				found = append(found, name)
			}
		case 5:
			if name == id {
				found = append(found, name)
			}
		case 7:
			if s.ifDescr[index] == descr {
				found = append(found, name)
			}
		}
	}
	if len(found) != 1 {
		t.Fatalf("%s: local port %s (subtype %d, id %q, descr %q) is %v", s.sysName, num, s.locSubtype[num], id, descr, found)
	}
	s.names[num] = found[0]
	return found[0]
}

// announced finds the interface that a row's port id means on this switch.
func (s *seen) announced(t testing.TB, r row) string {
	t.Helper()
	for num, id := range s.locID {
		if id == r.portID && s.locSubtype[num] == r.portSubtype {
			return s.local(t, num)
		}
	}
	t.Fatalf("%s has no port with the id %q", s.sysName, r.portID)
	return ""
}

// hardware writes an address of six octets with colons.
func hardware(octets string) string { return net.HardwareAddr(octets).String() }
