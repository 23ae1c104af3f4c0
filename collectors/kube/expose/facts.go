package expose

import (
	"net/netip"
	"sort"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/netseam/netseam/api"
)

// Fact is one of the types below. Facts are never modified once handed over.
type Fact interface{ fact() }

// Labels are sorted labels that selectors can look at.
type Labels []api.Label

// Lookup implements labels.Labels.
func (l Labels) Lookup(key string) (string, bool) {
	i := sort.Search(len(l), func(i int) bool { return l[i].Key >= key })
	if i < len(l) && l[i].Key == key {
		return l[i].Value, true
	}
	return "", false
}

// Has implements labels.Labels.
func (l Labels) Has(key string) bool { _, ok := l.Lookup(key); return ok }

// Get implements labels.Labels.
func (l Labels) Get(key string) string { v, _ := l.Lookup(key); return v }

// Name is the name of an object in a namespace.
type Name struct{ Namespace, Name string }

func (n Name) String() string { return n.Namespace + "/" + n.Name }

// Service is a Service that is reachable from outside, or wants to be.
type Service struct {
	Name
	// Key is the key of the service's own claim.
	Key string
	// LoadBalancer says that it is of that type; Class is its load balancer class.
	LoadBalancer bool
	Class        string
	// Ingress is what a load balancer wrote into its status, External what
	// somebody wrote into spec.externalIPs.
	Ingress  []Ingress
	External []string
	// Local says that only nodes with a ready endpoint attract its traffic.
	Local bool
	Ports string
	// Annotations are those under which load balancers note what they did.
	Annotations map[string]string
	Labels      Labels
}

// Ingress is an address in a load balancer's status. Address is an IP address
// in canonical form, or a host name.
type Ingress struct {
	Address  string
	Hostname string // beside an IP address: what Antrea names the node by
	Proxy    bool   // ipMode Proxy: the load balancer stands in between
}

// Slice is an EndpointSlice as far as it says where a service's endpoints are.
type Slice struct {
	Service Name
	Nodes   []NodeEndpoints // by node
}

// NodeEndpoints counts the endpoints of a slice on one node, "" for none.
type NodeEndpoints struct {
	Node       string
	Ready, All uint16
}

// Node is a Node.
type Node struct {
	Name     string
	Key      string
	Ready    bool
	Excluded bool // node.kubernetes.io/exclude-from-external-load-balancers
	Provider string
	// ProviderID is the whole of it, of a container that is a node.
	ProviderID string
	Addresses  []string
	Labels     Labels
	// Router says that kube-router has written to it.
	Router bool
	// Network is what the CNI has written to it, such as "flannel".
	Network string
	// Mode says how its pods' packets travel, "vxlan" or "BGP".
	Mode string
}

// Pool is a range of addresses that somebody hands out.
type Pool struct {
	Maker  string // who hands them out: "MetalLB"
	Object string // "IPAddressPool metallb-system/blue"
	Key    string // of its claim
	Name   string
	Ranges []Range
	// Services selects who may have one; nil for everybody.
	Services labels.Selector
	// Nodes selects who may announce one; nil for everybody.
	Nodes labels.Selector
	// Labels are the pool's own, by which adverts find it.
	Labels   Labels
	Disabled bool
	// Used and Free are what the pool's status says; -1 where it does not.
	Used, Free int64
}

// Advert says that some nodes announce the addresses of some services. A zero
// Maker's advert means nothing.
type Advert struct {
	Maker, Protocol string // "Cilium", "L2"
	Object          string
	// Pools and PoolSelectors choose by pool; both empty for all.
	Pools         []string
	PoolSelectors []labels.Selector
	// Ranges chooses by address; empty for all.
	Ranges []Range
	// Services chooses by service; Nodes by node, any of them; empty for all.
	Services []labels.Selector
	Nodes    []labels.Selector
	// LoadBalancer and External say which addresses of a service are meant.
	LoadBalancer, External bool
	// Peers names BGP peers, for people.
	Peers []string
}

// Speakers says which nodes speak a protocol at all, where an advert does not.
type Speakers struct {
	Maker, Object string
	Nodes         labels.Selector
}

// Status is an object that says that a node announces a service.
type Status struct {
	Maker, Protocol string
	Object          string
	Service         Name
	Node            string
	Peers           []string
}

// Lease is a Lease as far as it says who has what.
type Lease struct {
	Name
	Holder   string
	Acquired time.Time
	// Expired says that it was not renewed for its duration, by our own clock.
	Expired bool
}

// Agent is a workload or pod that is known by its name or label: a part of the
// network's machinery.
type Agent struct {
	Maker     string // "kube-vip"
	Namespace string
	Node      string // of a pod
	Mode      string // "ARP", "BGP": as it was started
}

// Front is an Ingress or a Gateway: what stands in front of services at layer 7.
type Front struct {
	Key       string // of its own claim
	Kind      string // "Ingress", "Gateway"
	Name      Name
	Class     string
	Addresses []string
}

func (*Service) fact()  {}
func (*Slice) fact()    {}
func (*Node) fact()     {}
func (*Pool) fact()     {}
func (*Advert) fact()   {}
func (*Speakers) fact() {}
func (*Status) fact()   {}
func (*Lease) fact()    {}
func (*Agent) fact()    {}
func (*Front) fact()    {}

// Range is a range of addresses with both ends in it.
type Range struct{ From, To netip.Addr }

// ParseRange reads "192.0.2.0/28", "192.0.2.1-192.0.2.9" or one address.
func ParseRange(text string) (Range, bool) {
	text = strings.TrimSpace(text)
	if from, to, ok := strings.Cut(text, "-"); ok {
		return MakeRange(from, to)
	}
	if p, err := netip.ParsePrefix(text); err == nil {
		p = p.Masked()
		return Range{p.Addr(), lastOf(p)}, true
	}
	return MakeRange(text, text)
}

// MakeRange is the range between two addresses.
func MakeRange(from, to string) (Range, bool) {
	a, errA := netip.ParseAddr(strings.TrimSpace(from))
	b, errB := netip.ParseAddr(strings.TrimSpace(to))
	a, b = a.Unmap().WithZone(""), b.Unmap().WithZone("")
	if errA != nil || errB != nil || a.Is4() != b.Is4() || b.Less(a) {
		return Range{}, false
	}
	return Range{a, b}, true
}

func lastOf(p netip.Prefix) netip.Addr {
	b := p.Addr().AsSlice()
	for bit := p.Bits(); bit < len(b)*8; bit++ {
		b[bit/8] |= 1 << (7 - bit%8)
	}
	last, _ := netip.AddrFromSlice(b)
	return last
}

// Contains says whether an address is in the range.
func (r Range) Contains(a netip.Addr) bool {
	return a.IsValid() && a.Is4() == r.From.Is4() && !a.Less(r.From) && !r.To.Less(a)
}

// Overlaps says whether two ranges share an address.
func (r Range) Overlaps(o Range) bool {
	return r.From.Is4() == o.From.Is4() && !r.To.Less(o.From) && !o.To.Less(r.From)
}

// Size is how many addresses the range has, and false when these are more than
// anybody counts.
func (r Range) Size() (int64, bool) {
	a, b := r.From.As16(), r.To.As16()
	var high, low uint64
	borrow := uint64(0)
	x := func(v [16]byte, at int) (n uint64) {
		for i := range 8 {
			n = n<<8 | uint64(v[at+i])
		}
		return n
	}
	low = x(b, 8) - x(a, 8)
	if x(b, 8) < x(a, 8) {
		borrow = 1
	}
	high = x(b, 0) - x(a, 0) - borrow
	if high != 0 || low >= 1<<32 {
		return 0, false
	}
	return int64(low) + 1, true
}

func (r Range) String() string {
	if r.From == r.To {
		return r.From.String()
	}
	return r.From.String() + "-" + r.To.String()
}

// Taken is an address of the service network that is in use.
type Taken struct{ Address netip.Addr }

// Setting is something that is said of the whole cluster's network, such as
// "kube_proxy_mode" "ipvs".
type Setting struct{ Key, Value, Object string }

func (*Taken) fact()   {}
func (*Setting) fact() {}
