package fabric

import (
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const (
	spineCount = 2
	leafCount  = 3
	hostPorts  = 6  // swp1…swp6 of every leaf.
	uplinkBase = 50 // leafN's swp51 goes to spine1, swp52 to spine2.

	// Community is what every switch answers SNMP v2c reads to.
	Community = "public"
	// V3User may read every switch over SNMPv3 authPriv (SHA-256, AES).
	V3User = "netseam"
	// V3AuthPassword and V3PrivPassword are V3User's. They protect nothing but a lab.
	V3AuthPassword = "authpass-12345"
	// V3PrivPassword see V3AuthPassword.
	V3PrivPassword = "privpass-12345"

	// driverCommunity may set the agents' cache time, and only from the root namespace's leg.
	driverCommunity = "fabric-driver"

	bridgeName = "br10"
	mgmtPort   = "mgmt0"
)

// Options say which network to build. The zero value is a whole one.
type Options struct {
	// Prefix begins the name of every namespace; two fabrics at once need two. Default "nsf".
	// What an earlier, killed run left under the same prefix is removed.
	Prefix string
	// Management is the management LAN, an IPv4 /24; two fabrics at once need two. Default 10.199.0.0/24.
	// The root namespace gets .1 of it.
	Management netip.Prefix
	// Hosts default to DefaultHosts().
	Hosts []Host
	// TrapPort is the port of the root namespace's leg to which switches send traps when a port gets or loses its
	// carrier; 0 for none.
	TrapPort uint16
	// Bundle adds two cables between leaf1 and leaf2, bundled by LACP. It needs MissingForBundle to be empty.
	Bundle bool
	// Logger hears what is worth knowing. Default: nobody.
	Logger *slog.Logger
}

// A Host is a namespace with NICs cabled to leaves and an lldpd that announces Name.
type Host struct {
	Name string
	NICs []NIC
	// IfnamePortID makes lldpd announce ports by name; otherwise it does what it does by default, which is the MAC.
	IfnamePortID bool
	// VIPs are announced by BGP to the leaf of the first NIC, as a load balancer's speaker on a node does: by FRR's bgpd,
	// which the host has only then.
	VIPs []netip.Addr
}

// A NIC is a host's interface and where its cable goes at first.
type NIC struct {
	Name, Leaf, Port string
	Address          netip.Prefix
}

// DefaultHosts returns three hosts of the clusters alpha and beta each, spread over the leaves; alpha-n1 has two cables.
func DefaultHosts() []Host {
	nic := func(name, leaf, port, address string) NIC {
		return NIC{Name: name, Leaf: leaf, Port: port, Address: netip.MustParsePrefix(address)}
	}
	return []Host{
		{Name: "alpha-n1", NICs: []NIC{nic("ens1", "leaf1", "swp1", "10.10.1.11/24"), nic("ens2", "leaf2", "swp1", "10.10.2.11/24")}},
		{Name: "alpha-n2", NICs: []NIC{nic("ens1", "leaf2", "swp2", "10.10.2.12/24")}, IfnamePortID: true},
		{Name: "alpha-n3", NICs: []NIC{nic("ens1", "leaf3", "swp1", "10.10.3.13/24")}},
		{Name: "beta-n1", NICs: []NIC{nic("ens1", "leaf1", "swp2", "10.10.1.21/24")}, IfnamePortID: true},
		{Name: "beta-n2", NICs: []NIC{nic("ens1", "leaf2", "swp3", "10.10.2.22/24")}},
		{Name: "beta-n3", NICs: []NIC{nic("ens1", "leaf3", "swp2", "10.10.3.23/24")}, IfnamePortID: true},
	}
}

func (o Options) withDefaults() Options {
	if o.Prefix == "" {
		o.Prefix = "nsf"
	}
	if !o.Management.IsValid() {
		o.Management = netip.MustParsePrefix("10.199.0.0/24")
	}
	if o.Hosts == nil {
		o.Hosts = DefaultHosts()
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

func (o Options) check() error {
	var errs []error
	if !regexp.MustCompile(`^[a-z][a-z0-9]{1,7}$`).MatchString(o.Prefix) {
		errs = append(errs, fmt.Errorf("prefix %q: must be two to eight lower-case letters and digits", o.Prefix))
	}
	if !o.Management.Addr().Is4() || o.Management.Bits() != 24 || o.Management.Masked() != o.Management {
		errs = append(errs, fmt.Errorf("management LAN %s: must be an IPv4 /24", o.Management))
	}
	cables := map[End]string{} // leaf port -> who is plugged in
	names := map[string]bool{}
	for _, h := range o.Hosts {
		if names[h.Name] {
			errs = append(errs, fmt.Errorf("host %s: there are two", h.Name))
		}
		names[h.Name] = true
		errs = append(errs, h.check(cables))
	}
	return errors.Join(errs...)
}

func (h Host) check(cables map[End]string) error {
	if !regexp.MustCompile(`^[a-z][a-z0-9-]{0,40}$`).MatchString(h.Name) || isSwitch(h.Name) || h.Name == mgmtName || h.Name == patchName {
		return fmt.Errorf("host %q: not a name a host can have here", h.Name)
	}
	if len(h.NICs) == 0 {
		return fmt.Errorf("host %s: has no NIC", h.Name)
	}
	nics := map[string]bool{}
	for _, n := range h.NICs {
		if !regexp.MustCompile(`^ens[0-9]{1,3}$`).MatchString(n.Name) || nics[n.Name] {
			return fmt.Errorf("host %s: NIC %q: must be ens and a number, each once", h.Name, n.Name)
		}
		nics[n.Name] = true
		if err := checkHostPort(n.Leaf, n.Port); err != nil {
			return fmt.Errorf("host %s: NIC %s: %w", h.Name, n.Name, err)
		}
		at := End{Device: n.Leaf, Port: n.Port}
		if other, taken := cables[at]; taken {
			return fmt.Errorf("host %s: NIC %s: %s %s has %s plugged in", h.Name, n.Name, n.Leaf, n.Port, other)
		}
		cables[at] = h.Name + " " + n.Name
		if !n.Address.Addr().Is4() {
			return fmt.Errorf("host %s: NIC %s: %s is not an IPv4 address with its prefix length", h.Name, n.Name, n.Address)
		}
	}
	for _, vip := range h.VIPs {
		if !vip.Is4() {
			return fmt.Errorf("host %s: VIP %s: not an IPv4 address", h.Name, vip)
		}
	}
	return nil
}

func checkHostPort(leaf, port string) error {
	if !isSwitch(leaf) || !strings.HasPrefix(leaf, "leaf") {
		return fmt.Errorf("no leaf %q", leaf)
	}
	for n := range hostPorts {
		if port == swp(n+1) {
			return nil
		}
	}
	return fmt.Errorf("%s has no host port %q (it has swp1 to swp%d)", leaf, port, hostPorts)
}

func swp(n int) string { return "swp" + strconv.Itoa(n) }

// number returns the digits at the end of a name: 2 for leaf2, 51 for swp51, 0 for none.
func number(name string) int {
	n, err := strconv.Atoi(name[len(strings.TrimRight(name, "0123456789")):])
	if err != nil {
		return 0
	}
	return n
}

func switchNames() []string {
	var names []string
	for n := range spineCount {
		names = append(names, fmt.Sprintf("spine%d", n+1))
	}
	for n := range leafCount {
		names = append(names, fmt.Sprintf("leaf%d", n+1))
	}
	return names
}

func isSwitch(name string) bool {
	return slices.Contains(switchNames(), name)
}
