package fabric

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"time"
)

// A fabric with Options.Bundle has two cables more between leaf1 and leaf2, which Open vSwitch bundles by LACP at both
// ends. The aggregate's interface is that of its bridge; the MIB is made of what ovs-appctl says, see lag.sh.
const (
	// BundleName is the aggregate at both ends.
	BundleName = "po1"

	bundleBase  = 40
	bundlePorts = 2
)

// bundled returns the ports that a switch bundles: swp41 and swp42 of leaf1 and leaf2.
func (o Options) bundled(device string) []string {
	if !o.Bundle || device != "leaf1" && device != "leaf2" {
		return nil
	}
	var ports []string
	for n := range bundlePorts {
		ports = append(ports, swp(bundleBase+n+1))
	}
	return ports
}

// bundlePeer returns the other end of a cable in the bundle.
func bundlePeer(e End) End {
	if e.Device == "leaf1" {
		return End{Device: "leaf2", Port: e.Port}
	}
	return End{Device: "leaf1", Port: e.Port}
}

func ovsDir(deviceDir string) string { return filepath.Join(deviceDir, "ovs") }

// ovsDaemons lists what runs a bundle on a device.
func (o Options) ovsDaemons(device string) []*daemon {
	if o.bundled(device) == nil {
		return nil
	}
	dir := ovsDir(o.deviceDir(device))
	in := func(argv ...string) []string {
		return append([]string{"ip", "netns", "exec", o.namespace(device)}, argv...)
	}
	return []*daemon{
		{
			name: "ovsdb-server", ready: filepath.Join(dir, "db.sock"),
			argv: in("ovsdb-server", filepath.Join(dir, "conf.db"), "--remote=punix:"+filepath.Join(dir, "db.sock"),
				"--unixctl="+filepath.Join(dir, "db.ctl"), "--no-chdir"),
		},
		{
			name: "ovs-vswitchd", ready: filepath.Join(dir, "switch.ctl"),
			argv: in("ovs-vswitchd", "unix:"+filepath.Join(dir, "db.sock"), "--unixctl="+filepath.Join(dir, "switch.ctl"), "--no-chdir"),
		},
	}
}

// makeBundle makes the bridge, and the bundle in it, in a switch that runs.
func (o Options) makeBundle(ctx context.Context, device string) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	db := "--db=unix:" + filepath.Join(ovsDir(o.deviceDir(device)), "db.sock")
	argv := slices.Concat(
		[]string{
			"ovs-vsctl", db, "--timeout=15", "--may-exist", "add-br", BundleName,
			"--", "set", "bridge", BundleName, "datapath_type=netdev", "other_config:hwaddr=\"" + o.mac(device, BundleName) + "\"",
			"--", "--may-exist", "add-bond", BundleName, "bond1",
		},
		o.bundled(device),
		[]string{"lacp=active", "--", "set", "port", "bond1", "other_config:lacp-time=fast"},
	)
	if _, err := output(ctx, "", argv...); err != nil {
		return fmt.Errorf("bundle of %s: %w", device, err)
	}
	return batch(ctx, o.namespace(device),
		"link set "+BundleName+" up", fmt.Sprintf("addr replace 10.11.0.%d/30 dev %s", number(device), BundleName))
}

// prepareBundle makes the database that ovsdb-server serves.
func (o Options) prepareBundle(ctx context.Context, device string) error {
	if o.bundled(device) == nil {
		return nil
	}
	dir := ovsDir(o.deviceDir(device))
	if err := writeAll(dir, nil); err != nil {
		return err
	}
	_, err := output(ctx, "", "ovsdb-tool", "create", filepath.Join(dir, "conf.db"), ovsSchema)
	return err
}

// ovsSchema is where Debian's openvswitch-switch keeps it.
const ovsSchema = "/usr/share/openvswitch/vswitch.ovsschema"
