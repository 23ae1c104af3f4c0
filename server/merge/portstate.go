package merge

import (
	"strings"

	"github.com/netseam/netseam/api"
)

// What a node's port attribute says.
const (
	portKnown       = "known"
	portUnknown     = "unknown"
	portNotExpected = "not expected"
	portLost        = "lost since"
	portDisputed    = "disputed"
)

// addPortState says whether the node's switch port is known, and if not, why.
func (e *Engine) addPortState(v *api.Vertex, t *thing) {
	state, why, scope := portUnknown, "", v.Scopes[0]
	provider, _, _ := strings.Cut(v.Attr(api.AttrProviderID), ":")
	switch {
	case len(t.seen().rows) > 0:
		state = portLost
		for _, row := range rowsInOrder(e, t.seen().rows) {
			h := e.rows[row].held
			if fresh := e.rows[row].lost() == 0; fresh && state != portKnown {
				state, scope = portKnown, h.scope.id
			} else if state != portKnown {
				scope = h.scope.id
			}
		}
		if state == portLost {
			why = "its port went down"
		}
		if e.isContested(t) {
			state, why = portDisputed, "several switch ports hear it"
		}
	case isCloud(provider):
		state, why = portNotExpected, "a cloud machine ("+provider+"): its switches are the provider's"
	case provider == "kind":
		state, why = portNotExpected, "a container of KinD: it stands in its host, and has no port of its own"
	case len(t.seen().unclear) > 0:
		row := rowsInOrder(e, t.seen().unclear)[0]
		why, scope = t.seen().unclear[row], e.rows[row].held.scope.id
	case !e.hasSwitches():
		why = "no switch is configured"
	default:
		why = "no switch reports it by LLDP"
		if s := e.seatings[v.ID]; s != nil && s.why != "" {
			why += "; " + s.why
		}
	}
	v.Attrs = append(v.Attrs, api.Attr{Key: api.AttrPort, Value: state, Scope: scope})
	if why != "" {
		v.Attrs = append(v.Attrs, api.Attr{Key: api.AttrPortWhy, Value: why, Scope: scope})
	}
}

func isCloud(provider string) bool {
	switch provider {
	case "aws", "gce", "azure", "digitalocean", "oci", "ibm", "linode", "hcloud", "alicloud", "scaleway":
		return true
	}
	return false
}

func (e *Engine) hasSwitches() bool {
	for id := range e.sources {
		if id.SourceKind() == "snmp" {
			return true
		}
	}
	return false
}
