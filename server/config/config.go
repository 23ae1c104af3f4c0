// Package config reads netseam's configuration: a YAML file with defaults,
// checked as a whole, every fault with its line, its key and a remedy. It
// holds plain values only and knows none of the packages that use them.
package config

import "time"

// Config is everything that can be set. Load and Default fill in what the file
// leaves out, so that no field needs a second look.
type Config struct {
	// Listen is the address that HTTP is served at, "host:port".
	Listen string `yaml:"listen"`
	// BehindTLSProxy says that a proxy in front ends TLS.
	BehindTLSProxy bool `yaml:"behind_tls_proxy"`
	TLS            TLS  `yaml:"tls"`
	Auth           Auth `yaml:"auth"`
	// Origins are further origins that a browser may come from, as
	// "https://host[:port]"; the one that it asks for is always allowed.
	Origins []string `yaml:"origins"`
	// MaxClients is how many browsers may hold the stream at once.
	MaxClients int `yaml:"max_clients"`
	// Data is the folder of the store.
	Data string `yaml:"data"`
	// Retention is how far back the history goes.
	Retention time.Duration `yaml:"retention"`
	SNMP      SNMP          `yaml:"snmp"`
	Clusters  []Cluster     `yaml:"clusters"`
	Switches  []Switch      `yaml:"switches"`
}

// TLS names the certificate and the key that HTTPS is served with; both or none.
type TLS struct {
	Cert string `yaml:"cert"`
	Key  string `yaml:"key"`
}

// Configured says whether netseam itself serves HTTPS.
func (t TLS) Configured() bool { return t.Cert != "" && t.Key != "" }

// Auth says who may use the API.
type Auth struct {
	Tokens []Token `yaml:"tokens"`
}

// Token is one holder of access: a name for the logs and the hash of the token.
type Token struct {
	Name string `yaml:"name"`
	// Hash is "sha256:" and 64 hexadecimal digits.
	Hash string `yaml:"hash"`
}

// SNMP holds what applies to every switch that does not say otherwise.
type SNMP struct {
	Credentials `yaml:"own,inline"` // The name is for encoders that want names unique.
	// Sets are credentials that switches name. A switch that names none, and
	// for which there is no community, tries all of them in this order.
	Sets []CredentialSet `yaml:"credentials"`
	// LockOut is for how long a set is left alone by a switch that rejected it.
	LockOut time.Duration `yaml:"lockout"`
	// Interval is how often a switch is asked who it is, which also tells
	// whether it is there.
	Interval time.Duration `yaml:"interval"`
	// InterfaceInterval is how often its interfaces are read; 0 for Interval.
	InterfaceInterval time.Duration `yaml:"interface_interval"`
	// LLDPInterval is how often its neighbours are read; 0 for what goes with
	// Interval: the same below 30 s, else twice as long.
	LLDPInterval time.Duration `yaml:"lldp_interval"`
	// Concurrency is how many requests are under way at once, over all switches.
	Concurrency int `yaml:"concurrency"`
	// Timeout is how long an answer may take; Retries, how often a request is
	// sent again.
	Timeout time.Duration `yaml:"timeout"`
	Retries int           `yaml:"retries"`
}

// Credentials say which SNMPv2c community to use: literally, from a file or
// from the environment, at most one of the three. Load resolves the latter two
// into Community.
type Credentials struct {
	Community     Secret `yaml:"community"`
	CommunityFile string `yaml:"community_file"`
	CommunityEnv  string `yaml:"community_env"`
}

// CredentialSet is one way to be let in by switches: a community, or a user of
// SNMPv3.
type CredentialSet struct {
	Name        string              `yaml:"name"`
	Credentials `yaml:"own,inline"` // The name is for encoders that want names unique.
	User        string              `yaml:"user"`
	Auth        Keyword             `yaml:"auth"`
	Priv        Keyword             `yaml:"priv"`
	// Context is SNMPv3's contextName.
	Context string `yaml:"context"`
}

// Keyword is a protocol of SNMPv3 and the password for it: literally, from a
// file or from the environment. Load resolves the latter two into Password.
type Keyword struct {
	Protocol     string `yaml:"protocol"`
	Password     Secret `yaml:"password"`
	PasswordFile string `yaml:"password_file"`
	PasswordEnv  string `yaml:"password_env"`
}

// Names are one name or a list of them.
type Names []string

// Cluster is one Kubernetes cluster.
type Cluster struct {
	Name string `yaml:"name"`
	// Kubeconfig is a file, and Context the context in it, or its current one
	// where Context is empty.
	Kubeconfig string `yaml:"kubeconfig"`
	Context    string `yaml:"context"`
	// InCluster says to use the service account of the pod that netseam runs in.
	InCluster bool `yaml:"in_cluster"`
	// AllowExec are the credential programs that the kubeconfig may start, by
	// the exact name or path that stands in it. A kubeconfig is code.
	AllowExec []string `yaml:"allow_exec"`
}

// Switch is one device that is read over SNMP.
type Switch struct {
	Name string `yaml:"name"`
	// Address is "host:port"; Load adds port 161.
	Address     string              `yaml:"address"`
	Credentials `yaml:"own,inline"` // The name is for encoders that want names unique.
	// Sets are names of credentials under snmp, to be tried in this order.
	Sets Names `yaml:"credentials"`
	// Site is where the device stands; empty to take sysLocation's word.
	Site              string        `yaml:"site"`
	Interval          time.Duration `yaml:"interval"`
	InterfaceInterval time.Duration `yaml:"interface_interval"`
	LLDPInterval      time.Duration `yaml:"lldp_interval"`
	Timeout           time.Duration `yaml:"timeout"`
	Retries           int           `yaml:"retries"`
}

// Default returns the configuration of an empty file: no sources, on loopback.
func Default() Config {
	return Config{
		Listen:     "127.0.0.1:8080",
		MaxClients: 2000,
		Data:       "netseam-data",
		Retention:  30 * 24 * time.Hour,
		SNMP: SNMP{
			LockOut:     10 * time.Minute,
			Interval:    30 * time.Second,
			Concurrency: 64,
			Timeout:     2 * time.Second,
			Retries:     2,
		},
	}
}
