package kube

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/netseam/netseam/api"
)

type nmstateStatus struct {
	CurrentState struct {
		Interfaces []nmstateInterface `json:"interfaces"`
	} `json:"currentState"`
}

type nmstateInterface struct {
	Name         string `json:"name"`
	Type         string `json:"type"`
	State        string `json:"state"`
	MAC          string `json:"mac-address"`
	PermanentMAC string `json:"permanent-mac-address"`
	MTU          int    `json:"mtu"`
	Ethernet     struct {
		Speed int64 `json:"speed"`
	} `json:"ethernet"`
	Bond struct {
		Mode string   `json:"mode"`
		Port []string `json:"port"`
	} `json:"link-aggregation"`
	VLAN struct {
		Base string `json:"base-iface"`
		ID   int    `json:"id"`
	} `json:"vlan"`
	IPv4 nmstateAddresses `json:"ipv4"`
	IPv6 nmstateAddresses `json:"ipv6"`
	LLDP struct {
		Enabled   bool               `json:"enabled"`
		Neighbors [][]map[string]any `json:"neighbors"`
	} `json:"lldp"`
}

type nmstateAddresses struct {
	Address []struct {
		IP string `json:"ip"`
	} `json:"address"`
}

// attrBond and others are what is said of a node's NICs.
const (
	attrBondMode = "bond_mode"
	attrBase     = "base"          // of a VLAN interface: the one that it stands on
	attrMTU      = "mtu"           // bytes
	attrPermMAC  = "permanent_mac" // where a bond gave it another
	attrHears    = "lldp_hears"    // what the host itself hears on it
	attrPCI      = "pci"           // PCI address
	attrVFs      = "virtual_functions"
	attrDriver   = "driver"
)

// nmstate says the NICs of the node of its name: physical ones, bonds and
// VLANs, and which are parts of a bond. What containers and overlays make is
// left out.
func (t *translator) nmstate(o *custom[none, nmstateStatus]) result {
	r := result{key: "nns/" + o.Name, prefix: "nic/" + o.Name + "/"}
	own, bonded := map[string]bool{}, map[string]bool{}
	for i := range o.Status.CurrentState.Interfaces {
		n := &o.Status.CurrentState.Interfaces[i]
		own[strings.ToLower(n.MAC)], own[strings.ToLower(n.PermanentMAC)] = true, true
		for _, port := range n.Bond.Port {
			bonded[port] = true
		}
	}
	delete(own, "")
	for i := range o.Status.CurrentState.Interfaces {
		n := &o.Status.CurrentState.Interfaces[i]
		if n.Name == "" || strings.ContainsAny(n.Name, "\n#>") || !isNIC(n.Type) {
			r.skipped++
			continue
		}
		key := nicKey(o.Name, n.Name)
		r.claims = append(r.claims, api.Claim{Key: key, Vertex: t.nic(o.Name, n.Name, n.health(bonded[n.Name]), n.attrs(own))})
		for _, port := range n.Bond.Port {
			r.claims = append(r.claims, api.Claim{
				Key:  key + ">member>" + port,
				Edge: &api.EdgeClaim{Kind: api.EdgeMember, A: nicKey(o.Name, port), B: key, Health: api.HealthUnknown},
			})
		}
		r.add(n.rows(o.Name, own))
	}
	return r
}

func isNIC(kind string) bool {
	switch kind {
	case "ethernet", "bond", "vlan", "infiniband", "team":
		return true
	}
	return false
}

func nicKey(node, name string) string { return "nic/" + node + "/" + name }

// nic is the claim of a NIC. It has the same alias as one that a switch hears.
func (t *translator) nic(node, name string, health api.Health, a attrs) *api.VertexClaim {
	return &api.VertexClaim{
		Kind: api.VertexNIC, Name: name, Parent: t.words.share("node/" + node), Health: health, Attrs: a,
		Aliases: []api.Alias{{Kind: api.AliasNIC, Strength: api.Strong, Value: name}},
	}
}

// health: one that is down is a fault where it should carry something; an
// empty one is none.
func (n *nmstateInterface) health(bonded bool) api.Health {
	switch {
	case n.State == "up":
		return api.HealthOK
	case n.State == "down" && (bonded || n.Type != "ethernet"):
		return api.HealthDown
	}
	return api.HealthUnknown
}

func (n *nmstateInterface) attrs(own map[string]bool) attrs {
	var a attrs
	for _, addr := range slices.Concat(n.IPv4.Address, n.IPv6.Address) {
		if ip := address(addr.IP); ip != "" && !strings.HasPrefix(ip, "fe80:") {
			a.add(api.AttrAddress, ip)
		}
	}
	a.add(attrBase, n.VLAN.Base)
	a.add(attrBondMode, n.Bond.Mode)
	a.add("if_type", n.Type)
	for _, neighbour := range n.LLDP.Neighbors {
		if heard := heardBy(neighbour); !heard.isOwn(own) {
			a.add(attrHears, short(fmt.Sprintf("%s port %s (chassis %s)", cmp.Or(heard.SysName, heard.ChassisID), heard.PortID, heard.ChassisID)))
		}
	}
	a.add(api.AttrMAC, strings.ToLower(n.MAC))
	if n.MTU > 0 && n.MTU < 1<<20 {
		a.add(attrMTU, strconv.Itoa(n.MTU))
	}
	if perm := strings.ToLower(n.PermanentMAC); perm != strings.ToLower(n.MAC) {
		a.add(attrPermMAC, perm)
	}
	if n.Ethernet.Speed > 0 {
		a.add(api.AttrSpeed, strconv.FormatInt(n.Ethernet.Speed*1_000_000, 10))
	}
	if n.VLAN.ID > 0 {
		a.add(attrVLAN, strconv.Itoa(n.VLAN.ID))
	}
	return a
}

type hardwareSpec struct {
	Hardware struct {
		NICs []struct {
			Name      string `json:"name"`
			MAC       string `json:"mac"`
			IP        string `json:"ip"`
			SpeedGbps int64  `json:"speedGbps"`
			PXE       bool   `json:"pxe"`
			LLDP      *struct {
				SwitchID   string `json:"switchID"`
				PortID     string `json:"portID"`
				SystemName string `json:"switchSystemName"`
			} `json:"lldp"`
		} `json:"nics"`
		Hostname string `json:"hostname"`
	} `json:"hardware"`
}

// metal3 is what a machine's inspection found, long ago perhaps: it says so.
// The machine is the node that has its host name.
func (t *translator) metal3(o *custom[hardwareSpec, none]) result {
	node := o.Spec.Hardware.Hostname
	r := result{key: "hardware/" + o.Namespace + "/" + o.Name, prefix: "node/"}
	if node == "" || strings.ContainsAny(node, "\n#>/") {
		return r
	}
	var a attrs
	for _, n := range o.Spec.Hardware.NICs {
		words := fmt.Sprintf("%s %s %d Gbit/s", n.Name, strings.ToLower(n.MAC), n.SpeedGbps)
		if n.LLDP != nil {
			words += fmt.Sprintf(", heard %s port %s (chassis %s)", cmp.Or(n.LLDP.SystemName, n.LLDP.SwitchID), n.LLDP.PortID, n.LLDP.SwitchID)
		}
		a.add("inspected_nic", short(words))
	}
	if len(a) > 0 {
		r.claims = []api.Claim{{Key: "node/" + node + "#metal3", Vertex: t.nodeMore(node, a)}}
	}
	return r
}

type sriovStatus struct {
	Interfaces []struct {
		Name        string `json:"name"`
		MAC         string `json:"mac"`
		PCIAddress  string `json:"pciAddress"`
		Driver      string `json:"driver"`
		ESwitchMode string `json:"eSwitchMode"`
		TotalVFs    int    `json:"totalvfs"`
		VFs         []struct {
			VFID int    `json:"vfID"`
			MAC  string `json:"mac"`
			VLAN int    `json:"Vlan"`
		} `json:"Vfs"`
	} `json:"interfaces"`
}

// sriov says more of the NICs of the node of its name.
func (t *translator) sriov(o *custom[none, sriovStatus]) result {
	r := result{key: "sriov/" + o.Name, prefix: "nic/" + o.Name + "/"}
	for _, n := range o.Status.Interfaces {
		if n.Name == "" || strings.ContainsAny(n.Name, "\n#>") {
			r.skipped++
			continue
		}
		var a attrs
		a.add(attrDriver, n.Driver)
		a.add(api.AttrMAC, strings.ToLower(n.MAC))
		a.add(attrPCI, n.PCIAddress)
		if n.TotalVFs > 0 {
			a.add(attrVFs, fmt.Sprintf("%d of %d", len(n.VFs), n.TotalVFs))
		}
		r.claims = append(r.claims, api.Claim{
			Key: nicKey(o.Name, n.Name) + "#sriov", Vertex: t.nic(o.Name, n.Name, api.HealthUnknown, a),
		})
	}
	return r
}
