package kube

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/netseam/netseam/api"
)

// makeValid replaces what is no UTF-8. The decoders of protobuf let it
// through, and neither the journal nor a browser could hold it. Nothing is
// allocated for a claim that is as it should be.
func makeValid(c *api.Claim) {
	fix(&c.Key)
	if v := c.Vertex; v != nil {
		fix(&v.Parent)
		fix(&v.Controller)
		fix(&v.Name)
		for i := range v.Aliases {
			fix(&v.Aliases[i].Value)
		}
		fixAttrs(v.Attrs)
		if labels := validLabels(v.Labels); labels != nil {
			v.Labels = labels
		}
	}
	if e := c.Edge; e != nil {
		fix(&e.A)
		fix(&e.B)
		// The attributes are our own words, and shared.
	}
	if n := c.Neighbour; n != nil {
		for _, text := range []*string{&n.Port, &n.ChassisID, &n.PortID, &n.PortDescription, &n.SysName, &n.SysDescription} {
			fix(text)
		}
	}
	if s := c.Session; s != nil {
		for _, text := range []*string{&s.Protocol, &s.Device, &s.VRF, &s.State, &s.Cluster, &s.Host} {
			fix(text)
		}
	}
}

// fix writes only where it must: what was handed over once is read by others.
func fix(s *string) {
	if !utf8.ValidString(*s) {
		*s = strings.ToValidUTF8(*s, "\uFFFD")
	}
}

func fixAttrs(attrs []api.KV) {
	for i := range attrs {
		fix(&attrs[i].Value)
	}
}

// validLabels returns a copy of the labels if they need a change, as they are
// shared; else nil.
func validLabels(labels []api.Label) []api.Label {
	if !slices.ContainsFunc(labels, func(l api.Label) bool { return !utf8.ValidString(l.Key) || !utf8.ValidString(l.Value) }) {
		return nil
	}
	labels = slices.Clone(labels)
	for i := range labels {
		fix(&labels[i].Key)
		fix(&labels[i].Value)
	}
	return labels
}
