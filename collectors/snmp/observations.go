package snmp

import (
	"cmp"

	"github.com/netseam/netseam/api"
)

// Observations returns what the reading says, as a source would hand it over:
// each table that was read in full as a complete observation, each that was
// read in part as a partial one. The numbers begin at 1, for one incarnation.
func (r *Result) Observations(cfg Config) []api.Observation {
	cfg = cfg.WithDefaults()
	claims := map[string][]api.Claim{
		TableSystem:     translateSystem(identity{cfg: cfg, peer: r.Peer}, r.System),
		TableInterfaces: translateInterfaces(r.Interfaces),
		TableLLDP:       translateLLDP(r.LLDP, r.Interfaces),
	}
	for i, facts := range r.told {
		claims[r.Tables[len(r.Tables)-len(r.told)+i].Table] = facts.claims(r.known)
	}
	var out []api.Observation
	for _, t := range r.Tables {
		scope := scopeID(cfg, t.Table)
		message := ""
		if t.Err != nil {
			message = t.Err.Error()
		}
		kinds := []api.ObservationKind{api.ObserveState}
		if t.Table == TableSystem && t.State != api.StateLive {
			// Without its system group a device still has ports and neighbours.
			kinds = []api.ObservationKind{api.ObservePartial, api.ObserveState}
			claims[TableSystem] = []api.Claim{{Key: keyDevice, Vertex: &api.VertexClaim{
				Kind: api.VertexDevice, Name: cmp.Or(r.LLDP.SysName, cfg.Name),
			}}}
		}
		switch t.State {
		case api.StateLive:
			kinds = []api.ObservationKind{api.ObserveBegin, api.ObservePart, api.ObserveEnd}
		case api.StateSyncing:
			kinds = []api.ObservationKind{api.ObservePartial, api.ObserveState}
		case api.StateUnknown, api.StateConnecting, api.StateStale, api.StateUnsupported, api.StateForbidden,
			api.StateUnauthorised, api.StateUnreachable:
		}
		for i, kind := range kinds {
			o := api.Observation{
				Scope: scope, Incarnation: 1, From: uint64(i + 1), To: uint64(i + 1), Kind: kind, Time: r.Time,
			}
			switch kind {
			case api.ObservePart, api.ObservePartial:
				o.Put = claims[t.Table]
			case api.ObserveState:
				o.State, o.Message = t.State, message
			case api.ObserveBegin, api.ObserveEnd, api.ObserveDelta, api.ObserveSame:
			}
			out = append(out, o)
		}
	}
	return out
}
