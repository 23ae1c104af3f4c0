package kube

import (
	"net"
	"net/netip"
	"slices"
	"strings"

	"github.com/netseam/netseam/api"
)

// What a node's own agent hears. It joins NIC and switch port from the node's
// side, also where the switch hears nothing of the node: nmstate only listens.

// heard is one neighbour.
type heard struct{ api.Neighbour }

// heardBy reads a list of TLVs as nmstate writes them: each with the number of
// its type and what that means in words. What is not there is not said.
func heardBy(tlvs []map[string]any) heard {
	h := heard{api.Neighbour{Protocol: api.ProtocolLLDP}}
	for _, tlv := range tlvs {
		for key, value := range tlv {
			text, _ := value.(string)
			text = strings.TrimSpace(text)
			switch key {
			case "chassis-id":
				h.ChassisID = text
			case "chassis-id-type":
				h.ChassisIDSubtype = small(value)
			case "port-id":
				h.PortID = text
			case "port-id-type":
				h.PortIDSubtype = small(value)
			case "port-description":
				h.PortDescription = text
			case "system-name":
				h.SysName = text
			case "system-description":
				h.SysDescription = short(text)
			case "system-capabilities":
				h.Capabilities = capabilities(value)
			case "management-addresses":
				h.Addresses = managed(value)
			}
		}
	}
	h.ChassisID, h.ChassisIDSubtype = identifier(h.ChassisID, h.ChassisIDSubtype, api.ChassisMAC, api.ChassisNetworkAddress, api.ChassisLocal)
	h.PortID, h.PortIDSubtype = identifier(h.PortID, h.PortIDSubtype, api.PortMAC, api.PortNetworkAddress, api.PortInterfaceName)
	return h
}

// small is a subtype; decoders make numbers of either sort.
func small(value any) uint8 {
	switch n := value.(type) {
	case float64:
		if n >= 0 && n < 256 {
			return uint8(n)
		}
	case int64:
		if n >= 0 && n < 256 {
			return uint8(n)
		}
	}
	return 0
}

// identifier writes an ID as all sightings do. Without a subtype it is what it
// looks like.
func identifier(id string, subtype, mac, ip, other uint8) (string, uint8) {
	if id == "" {
		return "", 0
	}
	hardware, err := net.ParseMAC(id)
	isMAC := err == nil && len(hardware) == 6
	if subtype == 0 {
		subtype = other
		if isMAC {
			subtype = mac
		}
	}
	switch {
	case subtype == mac && isMAC:
		return hardware.String(), subtype
	case subtype == ip:
		if a, err := netip.ParseAddr(id); err == nil {
			return a.Unmap().String(), subtype
		}
	}
	return id, subtype
}

// capabilities are those that are named.
func capabilities(value any) (bits uint16) {
	names, _ := value.([]any)
	for _, name := range names {
		text, _ := name.(string)
		switch text = strings.ToLower(text); {
		case strings.Contains(text, "bridge"):
			bits |= api.CapabilityBridge
		case strings.Contains(text, "router"):
			bits |= api.CapabilityRouter
		case strings.Contains(text, "repeater"):
			bits |= api.CapabilityRepeater
		case strings.Contains(text, "access point"):
			bits |= api.CapabilityAccessPoint
		case strings.Contains(text, "station"):
			bits |= api.CapabilityStation
		}
	}
	return bits
}

// managed are the management addresses that are IP addresses.
func managed(value any) []string {
	list, _ := value.([]any)
	var out []string
	for _, one := range list {
		m, _ := one.(map[string]any)
		text, _ := m["address"].(string)
		if a := address(text); a != "" && !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	return out
}

// isOwn says that nothing is named, or that the node hears itself: some
// versions do, where another agent sends from the node.
func (h *heard) isOwn(own map[string]bool) bool {
	return own[h.ChassisID] || own[h.PortID] || h.ChassisID+h.SysName == ""
}

// rows are the sightings of a NIC's neighbours, each under the NIC's key.
func (n *nmstateInterface) rows(node string, own map[string]bool) []api.Claim {
	var out []api.Claim
	for _, tlvs := range n.LLDP.Neighbors {
		h := heardBy(tlvs)
		key := nicKey(node, n.Name) + ">lldp>" + h.ChassisID + ">" + h.PortID
		if h.isOwn(own) || strings.ContainsAny(key, "\n#") {
			continue
		}
		h.Device, h.Port = "node/"+node, nicKey(node, n.Name)
		out = append(out, api.Claim{Key: key, Neighbour: &h.Neighbour})
	}
	return out
}
