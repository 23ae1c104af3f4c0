package fabric

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

// frrDir is where Debian's frr keeps its daemons.
const frrDir = "/usr/lib/frr"

// find returns the full name of a program, or the name itself if it is nowhere.
func find(program string) string {
	for _, dir := range append(filepath.SplitList(path), frrDir) {
		full := filepath.Join(dir, program)
		if info, err := os.Stat(full); err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			return full
		}
	}
	if full, err := exec.LookPath(program); err == nil {
		return full
	}
	return program
}

// Missing returns what this machine lacks for a fabric, each with how to get it; none if it can be brought up.
func Missing() []string {
	if runtime.GOOS != "linux" {
		return []string{"Linux"}
	}
	var missing []string
	for _, p := range []struct{ program, pkg string }{
		{"ip", "iproute2"},
		{"bridge", "iproute2"},
		{"lldpd", "lldpd"},
		{"lldpcli", "lldpd"},
		{"snmpd", "snmpd"},
		{"snmptrap", "snmp"},
		{"zebra", "frr"},
		{"bgpd", "frr"},
		{"awk", "mawk"},
	} {
		if !filepath.IsAbs(find(p.program)) {
			missing = append(missing, fmt.Sprintf("%s (apt-get install %s)", p.program, p.pkg))
		}
	}
	if modules, err := filepath.Glob("/usr/lib/*/frr/modules/bgpd_snmp.so"); err != nil || len(modules) == 0 {
		missing = append(missing, "bgpd_snmp.so (apt-get install frr-snmp)")
	}
	if _, err := user.Lookup(frrUser); err != nil {
		missing = append(missing, "user frr (apt-get install frr)")
	}
	if os.Geteuid() != 0 {
		return append(missing, "root")
	}
	return append(missing, missingCapabilities()...)
}

// MissingForBundle returns what this machine lacks, beside that, for a fabric with a bundle.
func MissingForBundle() []string {
	var missing []string
	for _, file := range []string{find("ovsdb-tool"), find("ovsdb-server"), find("ovs-vswitchd"), find("ovs-appctl"), ovsSchema} {
		if _, err := os.Stat(file); err != nil {
			missing = append(missing, filepath.Base(file)+" (apt-get install openvswitch-switch)")
		}
	}
	if _, err := os.Stat("/dev/net/tun"); err != nil {
		missing = append(missing, "/dev/net/tun")
	}
	return missing
}

// missingCapabilities looks at what root may do: in a container it is often less than everything.
func missingCapabilities() []string {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return []string{"/proc"}
	}
	_, rest, _ := strings.Cut(string(status), "CapEff:")
	line, _, _ := strings.Cut(rest, "\n")
	have, err := strconv.ParseUint(strings.TrimSpace(line), 16, 64)
	if err != nil {
		return []string{"/proc/self/status with CapEff"}
	}
	var missing []string
	for _, c := range []struct {
		name string
		bit  uint
	}{{"CAP_NET_ADMIN", 12}, {"CAP_NET_RAW", 13}, {"CAP_SYS_ADMIN", 21}} {
		if have&(1<<c.bit) == 0 {
			missing = append(missing, c.name+" (in a container: --privileged)")
		}
	}
	return missing
}
