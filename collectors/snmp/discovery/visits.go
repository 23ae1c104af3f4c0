package discovery

import (
	"context"
	"net"
	"strconv"

	"github.com/netseam/netseam/collectors/snmp"
)

// Visits asks over SNMP. It is a Prober.
type Visits struct {
	// Visitor asks.
	Visitor *snmp.Visitor
	// Credentials are what the sets of the rules mean, in the same order.
	Credentials []snmp.Credentials
	// Template is how devices are asked: all but name, address and credentials.
	Template snmp.Config
	// Port is where agents listen.
	Port int
	// ARP says to follow address tables, too.
	ARP bool
}

// Poll is how a device is polled that was found; false if its credentials are
// no longer there.
func (v *Visits) Poll(d Device) (snmp.Config, bool) {
	for i, c := range v.Credentials {
		if c.Name == d.Set {
			return v.Device(d, i), true
		}
	}
	return snmp.Config{}, false
}

// Device is how the device at an address is asked, with one set.
func (v *Visits) Device(d Device, set int) snmp.Config {
	cfg := v.Template
	cfg.Name, cfg.Address = d.Name, net.JoinHostPort(d.Address.String(), strconv.Itoa(v.Port))
	cfg.Community, cfg.Credentials = snmp.Secret{}, []snmp.Credentials{v.Credentials[set]}
	return cfg
}

// Identify implements Prober.
func (v *Visits) Identify(ctx context.Context, a Attempt) (snmp.Identity, error) {
	return v.Visitor.Identify(ctx, v.Device(Device{Name: nameOf(a.Address), Address: a.Address}, a.Set))
}

// Explore implements Prober.
func (v *Visits) Explore(ctx context.Context, a Attempt, d Device) ([]snmp.Lead, error) {
	return v.Visitor.Leads(ctx, v.Device(d, a.Set), v.ARP)
}
