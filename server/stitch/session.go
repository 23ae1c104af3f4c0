package stitch

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/netseam/netseam/api"
)

const (
	confidenceSession  = 90 // the address is one speaker's
	confidenceRouterID = 85
)

// ConcludeSession says with whom a device speaks a routing protocol: with the
// device or node that has the address, else the one that has the identifier.
func ConcludeSession(device api.VertexID, s *api.Session, find Finder) Conclusion {
	if s.Tunnel {
		return concludeTunnel(device, s, find)
	}
	byAddress := others(find(deviceAddressKey(s.Remote)), device)
	if c, ok := speaker(byAddress, s, find, Device, confidenceSession, "address "+s.Remote+" is its own"); ok {
		return c
	}
	nodes := find(nodeAddressKey(s.Remote))
	foreign := slices.ContainsFunc(nodes, func(id uint64) bool { return isForeign(api.VertexID(id), s.VRF, find) })
	nodes = slices.DeleteFunc(nodes, func(id uint64) bool { return isForeign(api.VertexID(id), s.VRF, find) })
	if c, ok := speaker(nodes, s, find, Host, confidenceSession, "address "+s.Remote+" is the node's"); ok {
		return c
	}
	byID := others(find(speakerKey(s.Protocol, s.RemoteID)), device)
	if c, ok := speaker(byID, s, find, Device, confidenceRouterID, "identifier "+s.RemoteID+" is its own"); ok {
		return c
	}
	if foreign {
		return Conclusion{Outcome: Unknown, Why: "address " + s.Remote + " is a node's, whose cluster is proved to be in another VRF than " + s.VRF}
	}
	return Conclusion{Outcome: Unknown, Why: "nobody that is known has the address " + s.Remote}
}

func others(list []uint64, self api.VertexID) []uint64 {
	return slices.DeleteFunc(list, func(id uint64) bool { return id == uint64(self) })
}

// speaker concludes from those who may be meant; false if there is none.
func speaker(list []uint64, s *api.Session, find Finder, what Outcome, sure uint8, why string) (Conclusion, bool) {
	if len(list) > 1 && s.RemoteAS != 0 {
		inAS := slices.DeleteFunc(slices.Clone(list), func(id uint64) bool {
			return !slices.Contains(find(asKey(api.VertexID(id))), uint64(s.RemoteAS))
		})
		if len(inAS) == 1 {
			list, why = inAS, why+", and it alone of those that have it is in AS "+strconv.FormatUint(uint64(s.RemoteAS), 10)
		}
	}
	switch len(list) {
	case 0:
		return Conclusion{}, false
	case 1:
		return Conclusion{
			Outcome: what, Remote: api.VertexID(list[0]), Method: api.MethodRouting, Confidence: sure, Why: why,
		}, true
	}
	return Conclusion{Outcome: Ambiguous, Candidates: vertexIDs(list), Why: fmt.Sprintf("%d have that: %s", len(list), why)}, true
}

// SessionText says a session in words.
func SessionText(s *api.Session) string {
	words := []string{strings.ToUpper(s.Protocol)}
	add := func(before, value string) {
		if value != "" && value != "0" {
			words = append(words, strings.TrimSpace(before+" "+value))
		}
	}
	add("", s.Local)
	if s.Service != "" {
		return strings.Join([]string{strings.ToUpper(s.Protocol), "service", s.Service + ":", s.State}, " ")
	}
	if s.Tunnel {
		add("tunnel to", s.Cluster)
		add("", s.Host)
		add("at", s.Remote)
		add("", s.State)
		return strings.Join(words, " ")
	}
	add("with", s.Remote)
	if s.Remote == "" {
		add("with", s.RemoteID)
	}
	add("AS", strconv.FormatUint(uint64(s.RemoteAS), 10))
	add("area", s.Area)
	add("VRF", s.VRF)
	add("", s.State)
	return strings.Join(words, " ")
}

// speakerEntries are the identities under which a device speaks.
func speakerEntries(v *api.Vertex) []Entry {
	var out []Entry
	for i := range v.Attrs {
		switch a := &v.Attrs[i]; a.Key {
		case api.AttrRouterID:
			out = append(out, Entry{speakerKey(api.SessionOSPF, a.Value), uint64(v.ID)}, Entry{speakerKey(api.SessionBGP, a.Value), uint64(v.ID)})
		case api.AttrSystemID:
			out = append(out, Entry{speakerKey(api.SessionISIS, a.Value), uint64(v.ID)})
		case api.AttrAS:
			if n, err := strconv.ParseUint(a.Value, 10, 32); err == nil {
				out = append(out, Entry{asKey(v.ID), n})
			}
		case api.AttrPrefix:
			if address, _, ok := strings.Cut(a.Value, "/"); ok {
				out = append(out, Entry{deviceAddressKey(address), uint64(v.ID)})
			}
		}
	}
	return out
}

func speakerKey(protocol, id string) string { return "speaks " + protocol + " " + id }
func asKey(device api.VertexID) string      { return "as " + device.String() }
