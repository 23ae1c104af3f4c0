package netsim

import (
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/netseam/netseam/test/netsim/kubeapi"
)

// nicKind is nmstate's.
func nicKind() kubeapi.Kind {
	return kubeapi.Kind{Group: "nmstate.io", Version: "v1beta1", Resource: "nodenetworkstates", Kind: "NodeNetworkState"}
}

// saysNICs says whether the cluster's API has the node's NICs: nmstate does not
// run on the control plane.
func (n *node) saysNICs() bool { return n.cluster.hasNMState && !n.control }

// saysMAC says whether the cluster's API has the MAC by which switches know the
// node: from nmstate, or on the Node itself.
func (n *node) saysMAC() bool {
	onNode := n.cluster.network == NetworkAntrea || n.cluster.network == NetworkOVN
	return n.saysNICs() || onNode && n.speaker() == n.nics[0]
}

// state makes the node's NodeNetworkState: its NICs with their MACs. A bond
// gives its first NIC's MAC to all of them.
func (n *node) state() *unstructured.Unstructured {
	var interfaces []any
	var ports []any
	for _, k := range n.nics {
		i := map[string]any{
			"name": k.name, "type": "ethernet", "state": "up", "mtu": int64(9000), "mac-address": k.mac.String(),
			"permanent-mac-address": k.mac.String(), "lldp": map[string]any{"enabled": false},
		}
		if n.bonded {
			i["mac-address"] = n.nics[0].mac.String()
			ports = append(ports, k.name)
		}
		interfaces = append(interfaces, i)
	}
	if n.bonded {
		interfaces = append(interfaces, map[string]any{
			"name": "bond0", "type": "bond", "state": "up", "mtu": int64(9000), "mac-address": n.nics[0].mac.String(),
			"link-aggregation": map[string]any{"mode": "802.3ad", "port": ports},
		})
	}
	return custom("nmstate.io/v1beta1", "NodeNetworkState", "", n.name, map[string]any{
		"status": map[string]any{"currentState": map[string]any{"interfaces": interfaces}},
	})
}
