package kube

import (
	"hash/maphash"
	"strings"

	"github.com/netseam/netseam/api"
)

// book remembers what was last said of each object of one kind, so that an
// update that changes nothing drawn is not said again: a hash of the key and
// a hash of the claim, 16 bytes without a pointer, instead of the objects.
//
// Two keys with one hash (for a million objects: once in 10^7 clusters) only
// cost a needless repetition: the hash of the claim covers the key.
type book struct {
	seed maphash.Seed
	said map[uint64]uint64 // hash of a claim's key -> hash of the claim
	// parts: hash of an object's key -> the keys of its claims without the
	// prefix that they share, each with a line break at its end; only of
	// objects that say something other than one claim under their own key.
	parts map[uint64]string
}

func newBook() *book {
	return &book{seed: maphash.MakeSeed(), said: map[uint64]uint64{}, parts: map[uint64]string{}}
}

// size is the number of claims that stand.
func (b *book) size() int { return len(b.said) }

// enter takes what an object says now and returns what of it is new, and the
// keys that it no longer says.
func (b *book) enter(r result) (put []api.Claim, drop []string) {
	if r.prefix == "" && len(r.claims) == 1 && r.claims[0].Key == r.key {
		if b.news(&r.claims[0]) {
			return r.claims, nil
		}
		return nil, nil
	}
	object := maphash.String(b.seed, r.key)
	was := b.parts[object]
	if len(r.claims) == 0 && was == "" {
		return nil, b.strike(r.key, nil)
	}
	var keys strings.Builder
	now := make(map[string]struct{}, len(r.claims))
	for i := range r.claims {
		c := &r.claims[i]
		now[c.Key] = struct{}{}
		keys.WriteString(c.Key[len(r.prefix):])
		keys.WriteByte('\n')
		if b.news(c) {
			put = append(put, *c)
		}
	}
	for key := range strings.Lines(was) {
		key = r.prefix + strings.TrimSuffix(key, "\n")
		if _, still := now[key]; !still {
			drop = b.strike(key, drop)
		}
	}
	if keys.Len() == 0 {
		delete(b.parts, object)
	} else {
		b.parts[object] = keys.String()
	}
	return put, drop
}

// news enters one claim and says whether it differs from what was said.
func (b *book) news(c *api.Claim) bool {
	key, sum := maphash.String(b.seed, c.Key), b.hash(c)
	if was, ok := b.said[key]; ok && was == sum {
		return false
	}
	b.said[key] = sum
	return true
}

// strike forgets a claim and appends its key to drop if it had been said.
func (b *book) strike(key string, drop []string) []string {
	h := maphash.String(b.seed, key)
	if _, ok := b.said[h]; !ok {
		return drop
	}
	delete(b.said, h)
	return append(drop, key)
}

// hash covers everything that a claim of this package says.
func (b *book) hash(c *api.Claim) uint64 {
	var h maphash.Hash
	h.SetSeed(b.seed)
	writeText(&h, c.Key)
	if v := c.Vertex; v != nil {
		_ = h.WriteByte(byte(v.Kind))
		_ = h.WriteByte(byte(v.Health))
		for _, text := range []string{v.Parent, v.Controller, v.Name} {
			writeText(&h, text)
		}
		for i := range v.Aliases {
			_ = h.WriteByte(byte(v.Aliases[i].Kind))
			writeText(&h, v.Aliases[i].Scope)
			writeText(&h, v.Aliases[i].Value)
		}
		writeAttrs(&h, v.Attrs)
		for i := range v.Labels {
			writeText(&h, v.Labels[i].Key)
			writeText(&h, v.Labels[i].Value)
		}
	}
	if e := c.Edge; e != nil {
		_ = h.WriteByte(byte(e.Kind))
		_ = h.WriteByte(byte(e.Health))
		_ = h.WriteByte(e.Confidence)
		writeText(&h, e.A)
		writeText(&h, e.B)
		writeAttrs(&h, e.Attrs)
	}
	if n := c.Neighbour; n != nil {
		for _, text := range append([]string{
			n.Protocol, n.Device, n.Port, n.ChassisID, n.PortID, n.PortDescription, n.SysName, n.SysDescription,
		}, n.Addresses...) {
			writeText(&h, text)
		}
		maphash.WriteComparable(&h, [3]uint16{uint16(n.ChassisIDSubtype), uint16(n.PortIDSubtype), n.Capabilities})
	}
	if s := c.Session; s != nil {
		for _, text := range []string{
			s.Protocol, s.Device, s.Port, s.VRF, s.Local, s.Remote, s.State, s.Cluster, s.Host, s.Service, s.LocalID,
		} {
			writeText(&h, text)
		}
		maphash.WriteComparable(&h, [3]uint32{s.LocalAS, s.RemoteAS, uint32(s.Health)})
		maphash.WriteComparable(&h, s.Shared)
	}
	return h.Sum64()
}

func writeAttrs(h *maphash.Hash, attrs []api.KV) {
	_ = h.WriteByte(byte(len(attrs)))
	for i := range attrs {
		writeText(h, attrs[i].Key)
		writeText(h, attrs[i].Value)
	}
}

// has says whether a claim with this key stands.
func (b *book) has(key string) bool {
	_, ok := b.said[maphash.String(b.seed, key)]
	return ok
}
