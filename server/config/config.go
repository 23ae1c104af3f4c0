// Package config reads netseam's configuration: a YAML file with defaults,
// checked as a whole, every fault with its line, its key and a remedy. It
// holds plain values only and knows none of the packages that use them.
//
// The types in this file are the reference, too: `make generate` writes
// server/docs/configuration.md from the comments and the tags. A field without
// a comment or an example fails a test. A default that depends on other keys
// stands in a tag; the rest come from Default.
package config

import "time"

// Config is everything that can be set. Load and Default fill in what the file
// leaves out, so that no field needs a second look.
type Config struct {
	// Listen is the address that HTTP is served at, as host:port. Where other
	// machines can reach it, netseam wants tokens under auth, and TLS here or
	// in a proxy; otherwise it refuses to start.
	Listen string `yaml:"listen" example:"127.0.0.1:8080"`
	// BehindTLSProxy says that a proxy in front ends TLS. The cookie of a
	// session is then for HTTPS alone, and clients are told apart by what the
	// proxy says of them in X-Forwarded-For.
	BehindTLSProxy bool `yaml:"behind_tls_proxy" example:"true"`
	TLS            TLS  `yaml:"tls"`
	Auth           Auth `yaml:"auth"`
	// Origins are further origins that a browser may come from, as
	// https://host or https://host:port; the one that it asks for is always
	// allowed.
	Origins []string `yaml:"origins" example:"[https://map.example.net]"`
	// MaxClients is how many browsers may hold the live map at once, from 1 to
	// 100000.
	MaxClients int `yaml:"max_clients" example:"500"`
	// Data is the folder of the journal: all that netseam keeps. A relative
	// path begins at the folder of the configuration.
	Data string `yaml:"data" example:"/var/lib/netseam" default:"netseam-data in the working folder"`
	// Retention is how far back the history goes; at least 1h.
	Retention time.Duration `yaml:"retention" example:"14d"`
	SNMP      SNMP          `yaml:"snmp"`
	Discovery Discovery     `yaml:"discovery"`
	Clusters  []Cluster     `yaml:"clusters"`
	Switches  []Switch      `yaml:"switches"`
}

// TLS names the certificate and the key that HTTPS is served with; both or none.
type TLS struct {
	// Cert is a file with the certificate and those that signed it, as PEM.
	Cert string `yaml:"cert" example:"tls/netseam.crt"`
	// Key is a file with the private key to it, as PEM.
	Key string `yaml:"key" example:"tls/netseam.key"`
}

// Configured says whether netseam itself serves HTTPS.
func (t TLS) Configured() bool { return t.Cert != "" && t.Key != "" }

// Auth says who may use the API and the map. Without tokens nobody is asked,
// and netseam serves this machine alone.
type Auth struct {
	Tokens []Token `yaml:"tokens"`
}

// Token is one holder of access: a name for the logs and the hash of the token.
type Token struct {
	// Name is who holds the token: letters, digits, dots, hyphens and
	// underscores.
	Name string `yaml:"name" example:"noc-wall" default:"required"`
	// Hash is "sha256:" and 64 hexadecimal digits, as `netseam token` prints
	// them. The token itself is kept nowhere.
	Hash string `yaml:"hash" example:"sha256:0f343b0931126a20f133d67c2b018a3b5b4a0c3d8a3b1c6d2f4e5a69788796a5" default:"required"`
}

// SNMP holds what applies to every switch that does not say otherwise.
type SNMP struct {
	Credentials `yaml:"own,inline"` // The name is for encoders that want names unique.
	// Sets are sets of credentials that switches name. A switch that names
	// none, and for which there is no community, tries all of them in this
	// order; at most 100.
	Sets []CredentialSet `yaml:"credentials"`
	// LockOut is for how long a set is left alone by a switch that rejected
	// it, so that no account is locked by trying; at least 1s.
	LockOut time.Duration `yaml:"lockout" example:"15m"`
	// Interval is how often a switch is asked who it is, which also tells
	// whether it is there; at least 100ms.
	Interval time.Duration `yaml:"interval" example:"1m"`
	// InterfaceInterval is how often its interfaces are read; at least 100ms.
	InterfaceInterval time.Duration `yaml:"interface_interval" example:"2m" default:"that of interval"`
	// LLDPInterval is how often its neighbours are read; at least 100ms. A
	// change that interfaces show is followed by reading neighbours at once.
	LLDPInterval time.Duration `yaml:"lldp_interval" example:"5m" default:"twice interval; interval itself where that is below 30s"`
	// TableInterval is how often forwarding, address and VLAN tables, bundles
	// and the spanning tree are read; at least 100ms.
	TableInterval time.Duration `yaml:"table_interval" example:"10m" default:"ten times interval"`
	// RateInterval is how often the counters of its ports are read, which say how
	// busy they are; at least 100ms.
	RateInterval time.Duration `yaml:"rate_interval" example:"5m" default:"ten times interval"`
	// InventoryInterval is how often it is read what a switch consists of, and
	// whether it has tables that it did not have; at least 100ms.
	InventoryInterval time.Duration `yaml:"inventory_interval" example:"6h" default:"120 times interval"`
	// Traps is where switches send traps and informs to, HOST:PORT; empty for
	// nowhere. What a trap is about is read at once; the trap itself proves
	// nothing.
	Traps string `yaml:"traps" example:"0.0.0.0:162"`
	// Concurrency is how many requests are under way at once, over all
	// switches; each of them is asked one thing at a time. From 1 to 10000; a
	// place takes a socket and 64 KiB.
	Concurrency int `yaml:"concurrency" example:"128"`
	// RequestsPerSecond is how many requests one switch gets in a second at
	// most, those that are sent again included; from 1 to 100000.
	RequestsPerSecond int `yaml:"requests_per_second" example:"50"`
	// Timeout is how long an answer may take; at least 10ms.
	Timeout time.Duration `yaml:"timeout" example:"5s"`
	// Retries is how often a request is sent again that was not answered; from
	// 0 to 10.
	Retries int `yaml:"retries" example:"1"`
}

// Credentials say which SNMPv2c community to use: literally, from a file or
// from the environment, at most one of the three. Load resolves the latter two
// into Community.
type Credentials struct {
	// Community is the community itself. It then stands in this file; the two
	// other ways keep it out.
	Community Secret `yaml:"community" example:"public"`
	// CommunityFile is a file that holds the community; what ends its last
	// line is not part of it.
	CommunityFile string `yaml:"community_file" example:"secrets/community"`
	// CommunityEnv is the name of an environment variable that holds the
	// community.
	CommunityEnv string `yaml:"community_env" example:"NETSEAM_COMMUNITY"`
}

// CredentialSet is one way to be let in by switches: a community, or a user of
// SNMPv3.
type CredentialSet struct {
	// Name is what switches call the set by.
	Name        string              `yaml:"name" example:"core-v3" default:"required"`
	Credentials `yaml:"own,inline"` // The name is for encoders that want names unique.
	// User is the name of a user of SNMPv3, in place of a community; at most
	// 32 bytes.
	User string `yaml:"user" example:"netseam"`
	// Auth says how the user proves who it is; without it requests are not
	// authenticated (noAuthNoPriv).
	Auth Keyword `yaml:"auth"`
	// Priv says how requests and answers are encrypted; it wants auth, too.
	Priv Keyword `yaml:"priv"`
	// Context is the contextName of SNMPv3.
	Context string `yaml:"context" example:"vrf-mgmt"`
}

// Keyword is a protocol of SNMPv3 and the password for it: literally, from a
// file or from the environment. Load resolves the latter two into Password.
type Keyword struct {
	// Protocol is one of MD5, SHA, SHA-224, SHA-256, SHA-384 and SHA-512 under
	// auth; one of DES, AES-128, AES-192, AES-256, AES-192-C and AES-256-C
	// under priv. Those that end in C make keys as Cisco does.
	Protocol string `yaml:"protocol" example:"SHA-256 or AES-128" default:"required"`
	// Password is the password itself, of 8 bytes or more. It then stands in
	// this file; the two other ways keep it out.
	Password Secret `yaml:"password" example:"correct horse"`
	// PasswordFile is a file that holds the password.
	PasswordFile string `yaml:"password_file" example:"secrets/password"`
	// PasswordEnv is the name of an environment variable that holds the
	// password.
	PasswordEnv string `yaml:"password_env" example:"NETSEAM_AUTH_PASSWORD"`
}

// Discovery finds switches that are not listed: from its seeds, and from the
// switches that are, by what devices say of their neighbours. What it finds is
// read as if it were listed. It is off unless it is enabled.
type Discovery struct {
	// Enabled turns it on.
	Enabled bool `yaml:"enabled" example:"true"`
	// DryRun asks nobody but the seeds, and shows who would be asked.
	DryRun bool `yaml:"dry_run" example:"true"`
	// Seeds are the addresses that it begins at; they lie within allow. They
	// may be left out where there are switches.
	Seeds Names `yaml:"seeds" example:"[10.0.0.1]"`
	// Allow are the prefixes within which devices may be asked; nothing else
	// ever is. Whoever answers in them is sent credentials.
	Allow Names `yaml:"allow" example:"[10.0.0.0/16]" default:"required where it is enabled"`
	// Deny are prefixes within those that are not asked after all.
	Deny Names `yaml:"deny" example:"[10.0.99.0/24]"`
	// Refuse are devices that are not wanted: those are not asked of which it
	// is known before, and the others are not kept.
	Refuse []Refusal `yaml:"refuse"`
	// MaxDepth is how many hops from a seed it goes; from 0 to 100.
	MaxDepth int `yaml:"max_depth" example:"3"`
	// MaxDevices is how many devices it finds at most; from 1 to 10000.
	MaxDevices int `yaml:"max_devices" example:"2000"`
	// Sets are names of credentials under snmp, one or a list, to be tried in
	// this order; but first what that device took which told of the one that
	// is tried.
	Sets Names `yaml:"credentials" example:"[core-v3, old]" default:"the community under snmp, else all of its sets"`
	// Tries is how many attempts there are at one device, whatever addresses it
	// has, within the time of retry; from 1 to 100.
	Tries int `yaml:"tries" example:"2"`
	// Retry is when a device that did not answer is asked again; it doubles
	// each time, up to a day. At least 1m.
	Retry time.Duration `yaml:"retry" example:"6h"`
	// Pause is what lies at least between two attempts at one device; at least
	// 100ms.
	Pause time.Duration `yaml:"pause" example:"30s"`
	// LockOut is for how long a set is not tried again at a device that
	// rejected it, also over restarts; a set that is written otherwise is
	// another one. At least 1h.
	LockOut time.Duration `yaml:"lockout" example:"90d"`
	// Forget is after how long a device that was found and does not answer any
	// more is none; at least 1h.
	Forget time.Duration `yaml:"forget" example:"30d"`
	// Rate is how many attempts begin in a second; from 1 to 1000.
	Rate int `yaml:"rate" example:"2"`
	// Concurrency is how many attempts are under way at once; from 1 to 1000.
	Concurrency int `yaml:"concurrency" example:"4"`
	// ARP says to ask also whom only address tables name: all that has an
	// address on a network, printers and phones included.
	ARP bool `yaml:"arp" example:"true"`
	// Hosts says to ask also neighbours that say they are neither bridge nor
	// router.
	Hosts bool `yaml:"hosts" example:"true"`
	// Port is where agents listen; from 1 to 65535.
	Port int `yaml:"port" example:"1161"`
}

// Refusal is a device that discovery is to leave alone; of address, chassis and
// name, all that are given have to be its own.
type Refusal struct {
	// Address is its address, or a prefix with it.
	Address string `yaml:"address" example:"10.0.0.7"`
	// Chassis is its LLDP chassis ID; a MAC address in any form.
	Chassis string `yaml:"chassis" example:"02:1c:73:00:01:00"`
	// Name is its sysName, or a pattern with * and ?.
	Name string `yaml:"name" example:"fw-*"`
	// Why is shown where it is refused.
	Why string `yaml:"why" example:"its agent hangs when asked"`
}

// Names are one name or a list of them.
type Names []string

// Cluster is one Kubernetes cluster.
type Cluster struct {
	// Name is what the cluster is called on the map: letters, digits, dots,
	// hyphens and underscores. The source is then kube:NAME.
	Name string `yaml:"name" example:"east" default:"required"`
	// Kubeconfig is the file that says how to reach the cluster; required
	// unless in_cluster is true.
	Kubeconfig string `yaml:"kubeconfig" example:"~/.kube/config"`
	// Context is the context in that file.
	Context string `yaml:"context" example:"admin@east" default:"the file's current one"`
	// InCluster says to use the service account of the pod that netseam runs
	// in, instead of a kubeconfig.
	InCluster bool `yaml:"in_cluster" example:"true"`
	// Owner is the team that answers for the cluster, as the map calls it at the
	// seam.
	Owner string `yaml:"owner" example:"platform team" default:"unknown"`
	// AllowExec are the credential programs that the kubeconfig may start, by
	// the exact name or path that stands in it. A kubeconfig is code: without
	// this netseam starts nothing.
	AllowExec []string `yaml:"allow_exec" example:"[aws-iam-authenticator]"`
}

// Switch is one device that is read over SNMP.
type Switch struct {
	// Name is what the source is called: snmp:NAME. The map shows the name
	// that the device itself gives.
	Name string `yaml:"name" example:"leaf1" default:"required"`
	// Address is the management address, as host or host:port; the port is 161
	// where it is left out.
	Address     string              `yaml:"address" example:"192.0.2.11" default:"required"`
	Credentials `yaml:"own,inline"` // The name is for encoders that want names unique.
	// Sets are names of credentials under snmp, one or a list, to be tried in
	// this order.
	Sets Names `yaml:"credentials" example:"[core-v3, old]" default:"the community under snmp, else all of its sets"`
	// Site is where the device stands.
	Site string `yaml:"site" example:"berlin" default:"what its sysLocation says"`
	// Owner is the team that answers for the device, as the map calls it at the
	// seam.
	Owner string `yaml:"owner" example:"network team" default:"what its sysContact says"`
	// VRFs are routing instances whose address tables and BGP sessions the switch
	// tells in a context of their own, beside those that it names itself; at most
	// 32.
	VRFs []VRF `yaml:"vrfs"`
	// Interval is how often it is asked who it is.
	Interval time.Duration `yaml:"interval" example:"10s" default:"that of snmp.interval"`
	// InterfaceInterval is how often its interfaces are read.
	InterfaceInterval time.Duration `yaml:"interface_interval" example:"1m" default:"that of snmp.interface_interval"`
	// LLDPInterval is how often its neighbours are read.
	LLDPInterval time.Duration `yaml:"lldp_interval" example:"2m" default:"that of snmp.lldp_interval"`
	// TableInterval is how often its long tables are read.
	TableInterval time.Duration `yaml:"table_interval" example:"15m" default:"that of snmp.table_interval"`
	// RateInterval is how often the counters of its ports are read.
	RateInterval time.Duration `yaml:"rate_interval" example:"2m" default:"that of snmp.rate_interval"`
	// InventoryInterval is how often it is read what it consists of.
	InventoryInterval time.Duration `yaml:"inventory_interval" example:"24h" default:"that of snmp.inventory_interval"`
	// Timeout is how long an answer of it may take.
	Timeout time.Duration `yaml:"timeout" example:"5s" default:"that of snmp.timeout"`
	// Retries is how often a request to it is sent again.
	Retries int `yaml:"retries" example:"1" default:"that of snmp.retries"`
	// RequestsPerSecond is how many requests it gets in a second at most.
	RequestsPerSecond int `yaml:"requests_per_second" example:"20" default:"that of snmp.requests_per_second"`
}

// VRF is a routing instance of a switch.
type VRF struct {
	// Name is what the map calls it.
	Name string `yaml:"name" example:"tenant-a" default:"required"`
	// Context is the contextName of SNMPv3; with a community the switch is asked
	// with CONTEXT@COMMUNITY. At most 64 printable characters without "@" and
	// spaces.
	Context string `yaml:"context" example:"tenant-a-ctx" default:"the name"`
}

// Default returns the configuration of an empty file: no sources, on loopback.
func Default() Config {
	return Config{
		Listen:     "127.0.0.1:8080",
		MaxClients: 2000,
		Data:       "netseam-data",
		Retention:  30 * 24 * time.Hour,
		SNMP: SNMP{
			LockOut:           10 * time.Minute,
			Interval:          30 * time.Second,
			Concurrency:       256,
			RequestsPerSecond: 200,
			Timeout:           2 * time.Second,
			Retries:           2,
		},
		Discovery: Discovery{
			MaxDepth:    8,
			MaxDevices:  500,
			Tries:       3,
			Retry:       time.Hour,
			Pause:       5 * time.Second,
			LockOut:     30 * 24 * time.Hour,
			Forget:      7 * 24 * time.Hour,
			Rate:        10,
			Concurrency: 8,
			Port:        161,
		},
	}
}
