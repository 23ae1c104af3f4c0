package fabric

import (
	_ "embed" // For the scripts.
	"fmt"
	"path/filepath"
	"strings"
)

// passScript answers snmpd over pass_persist what another script prints.
//
//go:embed pass.sh
var passScript string

// bridgeScript prints BRIDGE-MIB, which net-snmp has not.
//
//go:embed bridge.sh
var bridgeScript string

// lagScript prints IEEE8023-LAG-MIB of Open vSwitch.
//
//go:embed lag.sh
var lagScript string

// linkScript sends traps of ports.
//
//go:embed links.sh
var linkScript string

// scripts are what lies in the run directory for the daemons, by name.
func scripts() map[string]string {
	return map[string]string{"pass.sh": passScript, "bridge.sh": bridgeScript, "lag.sh": lagScript, "links.sh": linkScript}
}

// describe is the device's description; the default would be this machine's kernel.
func describe(device string) string { return "netseam fabric " + device }

// snmpdConf: readers see a switch, and nothing of the machine it runs on (HOST-RESOURCES, UCD).
func (o Options) snmpdConf(device, dir string) string {
	return fmt.Sprintf(`agentAddress udp:161
sysName %[1]s
sysLocation lab
sysContact nobody
sysDescr %[2]s
sysObjectID 1.3.6.1.4.1.8072.3.2.10
sysServices 6
view switch included .1
view switch excluded .1.3.6.1.2.1.25
view switch excluded .1.3.6.1.4.1.2021
view switch excluded .1.3.6.1.4.1.8072
rocommunity %[3]s default -V switch
rwcommunity %[4]s %[5]s .1.3.6.1.4.1.8072.1.5
createUser %[6]s SHA-256 "%[7]s" AES "%[8]s"
rouser %[6]s priv -V switch
dontLogTCPWrappersConnects yes
master agentx
agentXSocket %[9]s/agentx.sock
agentXPerms 0777 0755
pass_persist .1.3.6.1.2.1.17 /bin/sh %[10]s/pass.sh %[10]s/bridge.sh %[11]s
`, device, describe(device), Community, driverCommunity, o.managed(1), V3User, V3AuthPassword, V3PrivPassword,
		dir, o.runDir(), bridgeName) + o.bundleConf(device, dir) + o.trapConf()
}

// bundleConf answers IEEE8023-LAG-MIB.
func (o Options) bundleConf(device, dir string) string {
	if o.bundled(device) == nil {
		return ""
	}
	return fmt.Sprintf("pass_persist .1.2.840.10006.300.43 /bin/sh %[1]s/pass.sh %[1]s/lag.sh %[2]s %[3]s\n",
		o.runDir(), filepath.Join(ovsDir(dir), "switch.ctl"), BundleName)
}

// trapConf passes on the traps of lldpd and bgpd. Those of links come from links.sh.
func (o Options) trapConf() string {
	if o.TrapPort == 0 {
		return ""
	}
	return fmt.Sprintf("trap2sink %s:%d %s\n", o.managed(1), o.TrapPort, Community)
}

func (o Options) lldpdConf(device string) string {
	pattern, address := "swp*", o.managed(0).String()
	if !isSwitch(device) {
		pattern, address = "ens*", "10.10.0.0"
	}
	octets := strings.Split(address, ".")
	conf := fmt.Sprintf(`configure system hostname %s
configure system interface pattern %s
configure system ip management pattern %s.*
configure lldp tx-interval 1
configure lldp tx-hold 4
`, device, pattern, strings.Join(octets[:2], "."))
	if o.namesPorts(device) {
		conf += "configure lldp portidsubtype ifname\n"
	}
	return conf
}

func zebraConf(device string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "hostname %s\nlog stdout warnings\nagentx\n", device)
	for _, p := range fabricPorts(device) {
		fmt.Fprintf(&b, "interface %s\n ipv6 nd ra-interval 2\n no ipv6 nd suppress-ra\n", p)
	}
	return b.String()
}

func (o Options) bgpdConf(device string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "hostname %s\nlog stdout warnings\nagentx\n", device)
	fmt.Fprintf(&b, "router bgp %d\n bgp router-id 10.255.0.%d\n", asNumber(device), switchNumber(device))
	b.WriteString(" no bgp ebgp-requires-policy\n bgp bestpath as-path multipath-relax\n timers bgp 3 9\n")
	for _, p := range fabricPorts(device) {
		fmt.Fprintf(&b, " neighbor %[1]s interface remote-as external\n neighbor %[1]s timers connect 1\n", p)
	}
	for _, h := range o.Hosts {
		if n := h.NICs[0]; len(h.VIPs) > 0 && n.Leaf == device {
			fmt.Fprintf(&b, " neighbor %[1]s remote-as %[2]d\n neighbor %[1]s timers connect 1\n", n.Address.Addr(), o.speakerAS(h))
		}
	}
	fmt.Fprintf(&b, " address-family ipv4 unicast\n  network 10.255.0.%d/32\n", switchNumber(device))
	if strings.HasPrefix(device, "leaf") {
		fmt.Fprintf(&b, "  network 10.10.%d.0/24\n", number(device))
	}
	b.WriteString(" exit-address-family\n")
	return b.String()
}

// speakerConf lets a host announce its VIPs.
func (o Options) speakerConf(h Host) string {
	n := h.NICs[0]
	leaf := n.Address.Masked().Addr().Next()
	var b strings.Builder
	fmt.Fprintf(&b, "hostname %s\nlog stdout warnings\nrouter bgp %d\n bgp router-id %s\n", h.Name, o.speakerAS(h), n.Address.Addr())
	b.WriteString(" no bgp ebgp-requires-policy\n no bgp network import-check\n timers bgp 3 9\n")
	fmt.Fprintf(&b, " neighbor %[1]s remote-as %[2]d\n neighbor %[1]s timers connect 1\n address-family ipv4 unicast\n", leaf, asNumber(n.Leaf))
	for _, vip := range h.VIPs {
		fmt.Fprintf(&b, "  network %s/32\n", vip)
	}
	b.WriteString(" exit-address-family\n")
	return b.String()
}
