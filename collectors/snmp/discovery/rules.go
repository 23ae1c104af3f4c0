package discovery

import (
	"errors"
	"fmt"
	"net/netip"
	"path"
	"strings"
	"time"

	"github.com/netseam/netseam/api"
)

// Rules say where discovery may go, and how it tries.
type Rules struct {
	// Off says to find nobody. What devices say of others is taken in.
	Off bool
	// Seeds are where it begins; they are asked first, at depth 0.
	Seeds []netip.Addr
	// Allow are the prefixes that it may ask in, Deny those in them that it may
	// not. Nothing is allowed that no prefix allows.
	Allow, Deny []netip.Prefix
	// Refuse are devices that are not to be asked, or not to be kept.
	Refuse []Refusal
	// MaxDepth is how far from a seed it goes, MaxDevices how many it finds.
	MaxDepth, MaxDevices int
	// Sets are the credentials, to be tried in this order.
	Sets []Set
	// Tries is how many attempts there are at one device in one Retry.
	Tries int
	// Retry is when a device that did not answer is asked again; it doubles
	// each time, up to a day.
	Retry time.Duration
	// Pause is what lies at least between two attempts at one device.
	Pause time.Duration
	// LockOut is for how long a set is not tried at a device that rejected it.
	LockOut time.Duration
	// Forget is after how long a found device that does not answer is none.
	Forget time.Duration
	// Rate is how many attempts begin in a second, Concurrency how many are
	// under way.
	Rate        float64
	Concurrency int
	// ARP says to ask also whom only address tables name.
	ARP bool
	// Hosts says to ask also neighbours that say they are no bridge and no
	// router.
	Hosts bool
	// DryRun says to ask nobody but the seeds.
	DryRun bool
}

// Set is one set of credentials, as far as a plan has to know it.
type Set struct {
	Name string
	// User says that it is a user of SNMPv3: to be locked out of.
	User bool
	// Print changes when anything in it does.
	Print string
}

// Refusal is a device that is not wanted: all that is given has to be so.
type Refusal struct {
	Prefix  netip.Prefix // of its address
	Chassis string       // its chassis ID
	Name    string       // its sysName, a pattern with * and ?
	Why     string       // for people
}

// Validate says what is wrong with the rules, all at once.
func (r Rules) Validate() error {
	var errs []error
	complain := func(wrong bool, format string, args ...any) {
		if wrong {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	if r.Off {
		return nil
	}
	complain(len(r.Allow) == 0, "no allowed prefix: name those that devices may be asked in, such as 10.0.0.0/8")
	complain(len(r.Sets) == 0, "no credentials to try")
	for _, seed := range r.Seeds {
		if why := r.forbids(seed.Unmap()); len(r.Allow) > 0 && why != "" {
			errs = append(errs, fmt.Errorf("seed %v: %s", seed, why))
		}
	}
	for _, x := range r.Refuse {
		_, err := path.Match(x.Name, "")
		complain(err != nil, "refused name %q is no pattern of letters, * and ?", x.Name)
		complain(!x.Prefix.IsValid() && x.Chassis == "" && x.Name == "", "a refusal without address, chassis and name")
	}
	complain(r.MaxDepth < 0, "depth %d is negative", r.MaxDepth)
	complain(r.MaxDevices < 1, "at most %d devices: want 1 or more", r.MaxDevices)
	complain(r.Tries < 1, "%d tries: want 1 or more", r.Tries)
	complain(r.Retry <= 0 || r.LockOut <= 0 || r.Forget <= 0, "retry %v, lock out %v and forget %v want to be positive", r.Retry, r.LockOut, r.Forget)
	complain(r.Rate <= 0, "rate %v: want more than 0", r.Rate)
	complain(r.Concurrency < 1, "concurrency %d: want 1 or more", r.Concurrency)
	return errors.Join(errs...)
}

// forbids says why an address is not to be asked, whoever is there; "" if it
// may be.
func (r Rules) forbids(a netip.Addr) string {
	for _, p := range r.Deny {
		if p.Contains(a) {
			return fmt.Sprintf("in the denied prefix %v", p)
		}
	}
	for _, p := range r.Allow {
		// 0.0.0.0/0 is not meant to allow 127.0.0.1: what names no device on a
		// network is allowed by a prefix of its own alone.
		if p.Contains(a) && (!special(a) || special(p.Addr())) {
			return ""
		}
	}
	if special(a) {
		return "no address of a device on a network, but loopback, link-local or multicast"
	}
	return "outside of the allowed prefixes"
}

func special(a netip.Addr) bool {
	return !a.IsGlobalUnicast()
}

// refuses says why a device is not wanted, "" if it is not refused. What is not
// known of it refuses nothing.
func (r Rules) refuses(a netip.Addr, name, chassis string) string {
	for _, x := range r.Refuse {
		switch {
		case x.Prefix.IsValid() && !x.Prefix.Contains(a),
			x.Chassis != "" && plainID(x.Chassis) != plainID(chassis),
			x.Name != "" && !matches(x.Name, name):
			continue
		case x.Why != "":
			return "refused by the rules: " + x.Why
		case x.Name != "":
			return fmt.Sprintf("refused by the rules: its name is like %q", x.Name)
		case x.Chassis != "":
			return "refused by the rules: its chassis ID is " + x.Chassis
		}
		return fmt.Sprintf("refused by the rules: %v", x.Prefix)
	}
	return ""
}

func matches(pattern, name string) bool {
	ok, err := path.Match(strings.ToLower(pattern), strings.ToLower(name))
	return ok && err == nil && name != ""
}

// plainID is a chassis ID without what people write MACs differently by.
func plainID(id string) string {
	return strings.NewReplacer(":", "", "-", "", ".", "").Replace(strings.ToLower(id))
}

// hostOnly says whether a neighbour says that it is neither bridge nor router.
func hostOnly(capabilities uint16) bool {
	return capabilities != 0 && capabilities&(api.CapabilityBridge|api.CapabilityRouter) == 0
}
