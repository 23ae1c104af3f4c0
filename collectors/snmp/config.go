package snmp

import (
	"errors"
	"fmt"
	"net"
	"reflect"
	"strings"
	"time"

	"github.com/netseam/netseam/api"
)

// The defaults of a Config, and the shortest interval there may be.
const (
	DefaultInterval = 30 * time.Second
	DefaultTimeout  = time.Second
	DefaultRetries  = 2
	DefaultLockOut  = 10 * time.Minute
	MinInterval     = 100 * time.Millisecond
)

const (
	defaultMaxRows = 50_000
	maxWalkBytes   = 32 << 20
	// maxCommunity is the longest community that gosnmp can encode.
	maxCommunity = 127
)

// Config describes one device.
type Config struct {
	// Name is unique among the devices; the source is "snmp:NAME".
	Name string
	// Address is host:port, or a host, for port 161.
	Address string
	// Community is that of SNMPv2c: short for Credentials with nothing else.
	Community Secret
	// Credentials are tried in this order until the device answers to one set;
	// which one that was is remembered.
	Credentials []Credentials
	// LockOut is for how long a set that the device rejected is not tried
	// again, 10 minutes if 0.
	LockOut time.Duration
	// Site says where the device stands. Empty takes it from its sysLocation.
	Site string
	// Owner is the team that answers for the device; empty when nobody said.
	Owner string
	// VRFs are routing instances that have a context of the agent's, beside those
	// that it tells of; 32 at most.
	VRFs []VRF
	// Interval is how often the system group is read, which also tells whether
	// the device is there and whether it restarted, 30 s if 0.
	Interval time.Duration
	// InterfaceInterval is how often interfaces are read, Interval if 0.
	InterfaceInterval time.Duration
	// LLDPInterval is how often neighbours are read, twice Interval if 0.
	LLDPInterval time.Duration
	// TableInterval is how often forwarding, address and VLAN tables, bundles and
	// the spanning tree are read, ten times Interval if 0.
	TableInterval time.Duration
	// RateInterval is how often the counters of ports are read, ten times Interval
	// if 0.
	RateInterval time.Duration
	// InventoryInterval is how often it is read what a device consists of, and
	// whether it has tables that it did not have, 120 times Interval if 0.
	InventoryInterval time.Duration
	// Timeout is how long the first attempt of a request waits, 1 s if 0; each
	// further one waits half as long again.
	Timeout time.Duration
	// Retries is how many attempts follow the first, 2 if 0, none if negative.
	Retries int
	// MaxRepetitions is how many rows are asked for at first, 10 if 0. It
	// adapts to what the device copes with.
	MaxRepetitions int
	// MaxRows is the most rows that one walk takes, 50,000 if 0.
	MaxRows int
	// RequestsPerSecond is how many requests the device gets in a second at most,
	// those that are sent again included; as many as it answers if 0.
	RequestsPerSecond int
}

// Source is the device's name as a source.
func (c Config) Source() api.SourceID { return api.SourceID("snmp:" + c.Name) }

// WithDefaults fills in what is left empty.
func (c Config) WithDefaults() Config {
	if c.Address != "" {
		if _, _, err := net.SplitHostPort(c.Address); err != nil {
			c.Address = net.JoinHostPort(strings.Trim(c.Address, "[]"), "161")
		}
	}
	if c.Interval == 0 {
		c.Interval = DefaultInterval
	}
	if c.InterfaceInterval == 0 {
		c.InterfaceInterval = c.Interval
	}
	if c.LLDPInterval == 0 {
		c.LLDPInterval = 2 * c.Interval
	}
	if c.TableInterval == 0 {
		c.TableInterval = 10 * c.Interval
	}
	if c.RateInterval == 0 {
		c.RateInterval = 10 * c.Interval
	}
	if c.InventoryInterval == 0 {
		c.InventoryInterval = 120 * c.Interval
	}
	if c.Timeout == 0 {
		c.Timeout = DefaultTimeout
	}
	if c.Retries == 0 {
		c.Retries = DefaultRetries
	}
	if c.LockOut == 0 {
		c.LockOut = DefaultLockOut
	}
	if c.MaxRepetitions == 0 {
		c.MaxRepetitions = firstRepetitions
	}
	if c.MaxRows == 0 {
		c.MaxRows = defaultMaxRows
	}
	return c
}

// Validate says what is wrong with it, all at once. Each error begins with the
// field's name in lower case.
func (c Config) Validate() error {
	c = c.WithDefaults()
	var errs []error
	complain := func(wrong bool, format string, args ...any) {
		if wrong {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	complain(c.Name == "", "name is missing")
	complain(c.Address == "", "address is missing")
	if host, port, err := net.SplitHostPort(c.Address); c.Address != "" {
		complain(err != nil || host == "" || port == "", "address %q is not host:port", c.Address)
	}
	for i, cred := range c.credentials() {
		err := cred.Validate()
		if len(c.Credentials) > 0 {
			complain(err != nil, "credentials %d: %w", i+1, err)
		} else if err != nil {
			errs = append(errs, err)
		}
	}
	seen := map[string]bool{}
	for _, v := range c.VRFs {
		complain(v.Name == "", "vrf without a name")
		complain(seen[v.Name], "vrf %q is there twice", v.Name)
		seen[v.Name] = true
	}
	complain(len(c.VRFs) > maxVRFs, "vrfs are %d, at most %d are possible", len(c.VRFs), maxVRFs)
	complain(len(c.Credentials) > 0 && c.Community.Reveal() != "", "community and credentials are both there; one of them is enough")
	complain(c.LockOut < 0, "lock out %v is negative", c.LockOut)
	complain(c.Interval < MinInterval, "interval %v is shorter than %v", c.Interval, MinInterval)
	complain(c.InterfaceInterval < MinInterval, "interface interval %v is shorter than %v", c.InterfaceInterval, MinInterval)
	complain(c.LLDPInterval < MinInterval, "lldp interval %v is shorter than %v", c.LLDPInterval, MinInterval)
	complain(c.TableInterval < MinInterval, "table interval %v is shorter than %v", c.TableInterval, MinInterval)
	complain(c.RateInterval < MinInterval, "rate interval %v is shorter than %v", c.RateInterval, MinInterval)
	complain(c.InventoryInterval < MinInterval, "inventory interval %v is shorter than %v", c.InventoryInterval, MinInterval)
	complain(c.Timeout < 0, "timeout %v is negative", c.Timeout)
	complain(c.MaxRepetitions < 0, "max repetitions %d is negative", c.MaxRepetitions)
	complain(c.MaxRows < 0, "max rows %d is negative", c.MaxRows)
	complain(c.RequestsPerSecond < 0, "requests per second %d are negative", c.RequestsPerSecond)
	return errors.Join(errs...)
}

// same says whether other describes the same device in the same way.
func (c Config) same(other Config) bool {
	return reflect.DeepEqual(c, other) // Also of what secrets hide.
}

// credentials are the sets to try, at least one.
func (c Config) credentials() []Credentials {
	if len(c.Credentials) > 0 {
		return c.Credentials
	}
	return []Credentials{{Community: c.Community}}
}

// target names the device in errors.
func (c Config) target() string {
	if c.Name == c.Address {
		return c.Name
	}
	return fmt.Sprintf("%s (%s)", c.Name, c.Address)
}
