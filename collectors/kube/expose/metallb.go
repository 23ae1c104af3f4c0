package expose

import (
	"cmp"
	"strings"
)

// MakerMetalLB is MetalLB, with frr-k8s.
const MakerMetalLB = "MetalLB"

// Tables that say who announces for MetalLB.
const (
	tableL2Statuses  = "servicel2statuses.metallb.io"
	tableBGPStatuses = "servicebgpstatuses.metallb.io"
)

// metallb: a speaker says by a status object that it announces a service. In
// BGP that is what it was told to do; the session says whether it can.
func (q quest) metallb() []finding {
	named := cmp.Or(q.service.Annotations["metallb.io/ip-allocated-from-pool"],
		q.service.Annotations["metallb.universe.tf/ip-allocated-from-pool"])
	pool := q.pool(MakerMetalLB, named)
	var l2, bgp []*Status
	for _, s := range q.statuses[q.service.Name] {
		switch {
		case s.Maker == MakerMetalLB && s.Protocol == "L2":
			l2 = append(l2, s)
		case s.Maker == MakerMetalLB && s.Protocol == "BGP":
			bgp = append(bgp, s)
		}
	}
	if pool == nil && named == "" && len(l2)+len(bgp) == 0 {
		return nil
	}
	var out []finding
	if adverts := q.adverts(MakerMetalLB, "L2", pool); len(adverts)+len(l2) > 0 {
		f := finding{mechanism: "MetalLB L2", class: ClassL2, expected: true}
		f.eligible, f.rule = q.nodes(selectorsOf(adverts), cmp.Or(objectsOf(adverts), "no L2Advertisement is known"))
		for _, s := range l2 {
			f.announcers = append(f.announcers, announcer{node: s.Node, object: s.Object, trust: high()})
		}
		if len(l2) == 0 {
			f.unknown = cmp.Or(q.unread(tableL2Statuses), "no ServiceL2Status names a node")
		}
		out = append(out, f)
	}
	if adverts := q.adverts(MakerMetalLB, "BGP", pool); len(adverts)+len(bgp) > 0 {
		f := finding{mechanism: "MetalLB BGP", class: ClassBGP, expected: true}
		f.eligible, f.rule = q.nodes(selectorsOf(adverts), cmp.Or(objectsOf(adverts), "no BGPAdvertisement is known"))
		for _, s := range bgp {
			q.speaks(&f, s)
		}
		if len(bgp) == 0 {
			f.unknown = cmp.Or(q.unread(tableBGPStatuses), "no ServiceBGPStatus names a node")
		}
		out = append(out, f)
	}
	if len(out) == 0 && pool != nil {
		out = append(out, finding{
			mechanism: "MetalLB", unknown: "handed out by MetalLB and announced by no L2Advertisement or BGPAdvertisement of it",
		})
	}
	return out
}

// speaks adds a node that was told to announce, if its sessions allow that.
func (q quest) speaks(f *finding, s *Status) {
	sessions := q.known.sessions[s.Maker]
	if len(sessions) == 0 {
		f.announcers = append(f.announcers, announcer{node: s.Node, object: s.Object, trust: medium(), peers: s.Peers})
		return
	}
	up, down, _ := sorted(sessions[s.Node])
	switch {
	case len(up) > 0:
		f.announcers = append(f.announcers, announcer{node: s.Node, object: s.Object, trust: high(), peers: up})
	case len(down) > 0:
		f.doubt(s.Node + " has no established session (" + strings.Join(down, ", ") + ")")
	default:
		f.doubt(s.Node + " has no BGP session that is reported")
	}
}

// speaks adds a node whose sessions say that it announces.
func (f *finding) speaks(node string, sessions []*Session) {
	up, _, object := sorted(sessions)
	if len(up) == 0 {
		f.doubt(node + " has no established session")
		return
	}
	f.announcers = append(f.announcers, announcer{node: node, object: object, trust: medium(), peers: up})
}

// sorted parts sessions: the peers of those that are established, with the
// object that says so, and the others in words.
func sorted(sessions []*Session) (up, down []string, object string) {
	for _, s := range sessions {
		if s.isUp() {
			up, object = append(up, s.Peer), s.Object
		} else {
			down = append(down, s.Peer+" "+s.State)
		}
	}
	return up, down, object
}

// doubt adds a reason for which announcers are not known.
func (f *finding) doubt(why string) {
	if f.unknown != "" {
		f.unknown += "; "
	}
	f.unknown += why
}

// unread says why a table is not read, "" if it is.
func (q quest) unread(table string) string {
	if why := q.missing[table]; why != "" {
		return table + ": " + why
	}
	return ""
}
