package fabric

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
)

const frrUser = "frr"

// runDir holds sockets and configurations: a short path (sockets may not have long ones) that FRR's user can enter.
func (o Options) runDir() string { return "/run/" + o.Prefix + "-fabric" }

func (o Options) deviceDir(device string) string { return filepath.Join(o.runDir(), device) }

// writeConfigs writes every daemon's configuration.
func (o Options) writeConfigs(ctx context.Context) error {
	uid, gid, err := frrIDs()
	if err != nil {
		return err
	}
	if err := os.MkdirAll("/run/lldpd", 0o755); err != nil { // lldpd's empty chroot, shared by all.
		return err
	}
	if err := os.Mkdir(o.runDir(), 0o755); err != nil {
		return err
	}
	for name, text := range scripts() {
		if err := os.WriteFile(filepath.Join(o.runDir(), name), []byte(text), 0o755); err != nil {
			return err
		}
	}
	for _, n := range o.nodeNames() {
		dir := o.deviceDir(n)
		files := map[string]string{"lldpd.conf": o.lldpdConf(n)}
		if len(o.host(n).VIPs) > 0 {
			files["bgpd.conf"] = o.speakerConf(o.host(n))
		}
		if isSwitch(n) {
			files["snmpd.conf"] = o.snmpdConf(n, dir)
			files["frr.conf"] = "agentXSocket " + dir + "/agentx.sock\n" // FRR's SNMP library looks here.
			files["zebra.conf"] = zebraConf(n)
			files["bgpd.conf"] = o.bgpdConf(n)
		}
		if err := writeAll(dir, files); err != nil {
			return err
		}
		if err := os.Chown(dir, uid, gid); err != nil {
			return err
		}
		if err := o.prepareBundle(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

func writeAll(dir string, files map[string]string) error {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func frrIDs() (uid, gid int, err error) {
	u, err := user.Lookup(frrUser)
	if err != nil {
		return 0, 0, err
	}
	if uid, err = strconv.Atoi(u.Uid); err != nil {
		return 0, 0, fmt.Errorf("user %s: %w", frrUser, err)
	}
	if gid, err = strconv.Atoi(u.Gid); err != nil {
		return 0, 0, fmt.Errorf("user %s: %w", frrUser, err)
	}
	return uid, gid, nil
}

// daemonsOf lists what runs on a device, in the order of starting: hosts have lldpd only.
func (o Options) daemonsOf(device, logs string) []*daemon {
	dir := o.deviceDir(device)
	in := func(argv ...string) []string {
		return append([]string{"ip", "netns", "exec", o.namespace(device)}, argv...)
	}
	env := func(name string) []string {
		return []string{"SNMPCONFPATH=" + dir, "SNMP_PERSISTENT_DIR=" + filepath.Join(dir, "snmp-"+name), "MIBS="}
	}
	lldpd := []string{
		"lldpd", "-d", "-i", "-S", describe(device), "-P", "netseam fabric",
		"-C", o.chassisPort(device), "-u", o.lldpdSocket(device), "-O", filepath.Join(dir, "lldpd.conf"),
	}
	agentx := filepath.Join(dir, "agentx.sock")
	frr := func(name string, more ...string) []string {
		return in(append([]string{
			find(name), "-A", "127.0.0.1", "-P", "0", "-i", filepath.Join(dir, name+".lock"),
			"-z", filepath.Join(dir, "zserv.api"), "--vty_socket", dir, "-f", filepath.Join(dir, name+".conf"),
		}, more...)...)
	}
	list := o.ovsDaemons(device)
	if len(o.host(device).VIPs) > 0 {
		list = append(list, &daemon{name: "bgpd", argv: frr("bgpd", "--no_zebra"), ready: filepath.Join(dir, "bgpd.vty")})
	}
	if isSwitch(device) {
		lldpd = append(lldpd, "-x", "-X", agentx)
		list = append(list,
			&daemon{name: "snmpd", argv: in("snmpd", "-f", "-Lo", "-C", "-c", filepath.Join(dir, "snmpd.conf"), "-m", ""), ready: agentx},
			&daemon{name: "zebra", argv: frr("zebra", "-M", "snmp"), ready: filepath.Join(dir, "zserv.api")},
			&daemon{name: "bgpd", argv: frr("bgpd", "-M", "snmp"), ready: filepath.Join(dir, "bgpd.vty")})
		if o.TrapPort != 0 {
			sink := netip.AddrPortFrom(o.managed(1), o.TrapPort).String()
			list = append(list, &daemon{name: "links", argv: in("/bin/sh", filepath.Join(o.runDir(), "links.sh"), sink, Community)})
		}
	}
	list = append(list, &daemon{name: "lldpd", argv: in(lldpd...), ready: o.lldpdSocket(device)})
	for _, d := range list {
		d.device, d.env, d.log = device, env(d.name), filepath.Join(logs, device+"."+d.name+".log")
	}
	return list
}

func (o Options) lldpdSocket(device string) string {
	return filepath.Join(o.deviceDir(device), "lldpd.sock")
}
