package export_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
)

// schema is a node of a YANG tree, as RFC 7951 puts it into JSON: a container
// has members, a list also has a key, a leaf has a check.
type schema struct {
	members map[string]schema
	keys    []string // of a list
	leaf    func(value any) string
}

func isURI(value any) string {
	text, ok := value.(string)
	if u, err := url.Parse(text); !ok || err != nil || u.Scheme == "" || strings.ContainsAny(text, " \"<>\\^`{|}") {
		return "is no URI"
	}
	return ""
}

func isText(value any) string {
	text, ok := value.(string)
	if !ok || !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool {
		return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff
	}) {
		return "is no string of YANG"
	}
	return ""
}

func oneOf(names ...string) func(any) string {
	return func(value any) string {
		for _, name := range names {
			if value == name {
				return ""
			}
		}
		return "is none of " + strings.Join(names, ", ")
	}
}

func isNumber(value any) string {
	if n, ok := value.(float64); !ok || n != float64(int(n)) || n < 0 || n > 65535 {
		return "is no small number"
	}
	return ""
}

func isUint64(value any) string {
	text, ok := value.(string) // RFC 7951, 6.1
	var n uint64
	if _, err := fmt.Sscanf(text, "%d", &n); !ok || err != nil {
		return "is no 64-bit number in a string"
	}
	return ""
}

func isBool(value any) string {
	if _, ok := value.(bool); !ok {
		return "is no boolean"
	}
	return ""
}

func leaves(check func(any) string, names ...string) map[string]schema {
	m := map[string]schema{}
	for _, name := range names {
		m[name] = schema{leaf: check}
	}
	return m
}

// with adds netseam's leaves, of its own module, to those of RFC 8345.
func with(m map[string]schema, more ...map[string]schema) map[string]schema {
	const own = "netseam-topology:"
	m[own+"kind"], m[own+"name"] = schema{leaf: isText}, schema{leaf: isText}
	m[own+"health"] = schema{leaf: oneOf("unknown", "ok", "degraded", "down")}
	m[own+"state"] = schema{leaf: oneOf("unknown", "live", "connecting", "syncing", "stale", "unsupported", "forbidden", "unauthorised", "unreachable")}
	for _, extra := range more {
		maps.Copy(m, extra)
	}
	return m
}

// tree is that of ietf-network and ietf-network-topology (RFC 8345, 4.1 and
// 4.2), with netseam-topology.
func tree() schema {
	const nt, own = "ietf-network-topology:", "netseam-topology:"
	point := schema{keys: []string{"tp-id"}, members: with(leaves(isURI, "tp-id"), map[string]schema{
		"supporting-termination-point": {keys: []string{"network-ref", "node-ref", "tp-ref"}, members: leaves(isURI, "network-ref", "node-ref", "tp-ref")},
	})}
	node := schema{keys: []string{"node-id"}, members: with(leaves(isURI, "node-id"), leaves(isText, own+"container", own+"group"), map[string]schema{
		"supporting-node":        {keys: []string{"network-ref", "node-ref"}, members: leaves(isURI, "network-ref", "node-ref")},
		nt + "termination-point": point,
	})}
	evidence := schema{keys: []string{"number"}, members: leaves(isText, "method", "source", "text", "since")}
	evidence.members["number"] = schema{leaf: isNumber}
	link := schema{keys: []string{"link-id"}, members: with(leaves(isURI, "link-id"), map[string]schema{
		"source":           {members: leaves(isURI, "source-node", "source-tp")},
		"destination":      {members: leaves(isURI, "dest-node", "dest-tp")},
		"supporting-link":  {keys: []string{"network-ref", "link-ref"}, members: leaves(isURI, "network-ref", "link-ref")},
		own + "confidence": {leaf: isNumber}, own + "disputed": {leaf: isBool}, own + "evidence": evidence,
	})}
	network := schema{keys: []string{"network-id"}, members: leaves(isURI, "network-id")}
	network.members["network-types"] = schema{members: map[string]schema{own + "netseam": {members: map[string]schema{}}}}
	network.members["supporting-network"] = schema{keys: []string{"network-ref"}, members: leaves(isURI, "network-ref")}
	network.members["node"], network.members[nt+"link"] = node, link
	network.members[own+"epoch"], network.members[own+"revision"] = schema{leaf: isUint64}, schema{leaf: isUint64}
	network.members[own+"time"] = schema{leaf: isText}
	return schema{members: map[string]schema{"ietf-network:networks": {members: map[string]schema{"network": network}}}}
}

// check returns what breaks the tree.
func (s schema) check(at string, value any) (wrong []string) {
	if s.leaf != nil {
		if why := s.leaf(value); why != "" {
			return []string{fmt.Sprintf("%s: %v %s", at, value, why)}
		}
		return nil
	}
	if s.keys != nil {
		list, ok := value.([]any)
		if !ok {
			return []string{at + ": no list"}
		}
		seen := map[string]bool{}
		for _, entry := range list {
			fields, _ := entry.(map[string]any)
			key := ""
			for _, name := range s.keys {
				if fields[name] == nil {
					wrong = append(wrong, fmt.Sprintf("%s: an entry without its key %s", at, name))
				}
				key += fmt.Sprintf("[%v]", fields[name])
			}
			if seen[key] {
				wrong = append(wrong, at+": twice "+key)
			}
			seen[key] = true
			wrong = append(wrong, schema{members: s.members}.check(at+key, entry)...)
		}
		return wrong
	}
	fields, ok := value.(map[string]any)
	if !ok {
		return []string{at + ": no object"}
	}
	for name, field := range fields {
		member, ok := s.members[name]
		if !ok {
			wrong = append(wrong, at+": unknown member "+name)
			continue
		}
		wrong = append(wrong, member.check(at+"/"+name, field)...)
	}
	return wrong
}

// network is what the references of an instance are checked with. The models
// would let them dangle (require-instance false); netseam's do not.
type network struct {
	ID       string `json:"network-id"`
	Networks []struct {
		Ref string `json:"network-ref"`
	} `json:"supporting-network"`
	Nodes []struct {
		ID string     `json:"node-id"`
		On []nodeRef  `json:"supporting-node"`
		TP []endPoint `json:"ietf-network-topology:termination-point"`
	} `json:"node"`
	Links []struct {
		ID     string `json:"link-id"`
		Kind   string `json:"netseam-topology:kind"`
		Source struct {
			Node string `json:"source-node"`
			TP   string `json:"source-tp"`
		} `json:"source"`
		Dest struct {
			Node string `json:"dest-node"`
			TP   string `json:"dest-tp"`
		} `json:"destination"`
	} `json:"ietf-network-topology:link"`
}

type nodeRef struct {
	Network string `json:"network-ref"`
	Node    string `json:"node-ref"`
	TP      string `json:"tp-ref"`
}

type endPoint struct {
	ID string    `json:"tp-id"`
	On []nodeRef `json:"supporting-termination-point"`
}

// checkIETF checks an instance against the tree and resolves every reference.
func checkIETF(t rapid.TB, text []byte) []network {
	t.Helper()
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	for _, wrong := range tree().check("", value) {
		t.Errorf("%s", wrong)
	}
	var got struct {
		Networks struct {
			Network []network `json:"network"`
		} `json:"ietf-network:networks"`
	}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	there := map[nodeRef]bool{}
	for _, n := range got.Networks.Network {
		there[nodeRef{Network: n.ID}] = true
		for _, node := range n.Nodes {
			there[nodeRef{n.ID, node.ID, ""}] = true
			for _, tp := range node.TP {
				there[nodeRef{n.ID, node.ID, tp.ID}] = true
			}
		}
	}
	for _, n := range got.Networks.Network {
		below := map[string]bool{}
		for _, on := range n.Networks {
			below[on.Ref] = there[nodeRef{Network: on.Ref}] && on.Ref != n.ID
		}
		for _, node := range n.Nodes {
			for _, on := range node.On {
				if !below[on.Network] || !there[on] {
					t.Errorf("%s %s: stands on %+v, which is not there", n.ID, node.ID, on)
				}
			}
			for _, tp := range node.TP {
				for _, on := range tp.On {
					if !below[on.Network] || !there[on] {
						t.Errorf("%s %s %s: stands on %+v, which is not there", n.ID, node.ID, tp.ID, on)
					}
				}
			}
		}
		for _, l := range n.Links {
			if !there[nodeRef{n.ID, l.Source.Node, l.Source.TP}] || !there[nodeRef{n.ID, l.Dest.Node, l.Dest.TP}] {
				t.Errorf("%s %s: an end is not there: %+v", n.ID, l.ID, l)
			}
		}
	}
	return got.Networks.Network
}

func TestIETFNetworksAreValid(t *testing.T) {
	networks := checkIETF(t, write(t, world(t), "ietf-network", ""))
	var got []string
	for _, n := range networks {
		points := 0
		for _, node := range n.Nodes {
			points += len(node.TP)
		}
		got = append(got, fmt.Sprintf("%s: %d nodes, %d points, %d links", n.ID, len(n.Nodes), points, len(n.Links)))
	}
	want := []string{
		"netseam:physical: 4 nodes, 5 points, 4 links", "netseam:node: 2 nodes, 1 points, 0 links",
		"netseam:pod: 2 nodes, 0 points, 0 links", "netseam:service: 3 nodes, 0 points, 1 links",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Every link that goes both ways is there in both directions.
func TestLinksComeInPairs(t *testing.T) {
	physical := checkIETF(t, write(t, world(t), "ietf-network", ""))[0]
	for i := 0; i+1 < len(physical.Links); i += 2 {
		ab, ba := physical.Links[i], physical.Links[i+1]
		if ab.Source.Node != ba.Dest.Node || ab.Source.TP != ba.Dest.TP || ab.Dest.Node != ba.Source.Node || ab.Dest.TP != ba.Source.TP || ab.ID == ba.ID {
			t.Errorf("%+v and %+v are no pair", ab, ba)
		}
	}
}

// The check itself finds what is wrong, or the tests above prove nothing.
func TestTheTreeRefuses(t *testing.T) {
	good := write(t, world(t), "ietf-network", "")
	for from, to := range map[string]string{
		`"node-id":"netseam:v10"`:                   `"node-id":"leaf one"`,
		`"link-id":"netseam:e1:ba"`:                 `"link-id":"netseam:e1:ab"`,
		`"source-node"`:                             `"ietf-network-topology:source-node"`,
		`"ietf-network-topology:termination-point"`: `"termination-point"`,
		`"tp-id":"netseam:v11",`:                    ``,
		`"netseam-topology:health":"down"`:          `"netseam-topology:health":"broken"`,
		`"netseam-topology:epoch":"3"`:              `"netseam-topology:epoch":3`,
	} {
		bad := bytes.Replace(good, []byte(from), []byte(to), 1)
		if bytes.Equal(bad, good) {
			t.Fatalf("%s is not in it", from)
		}
		var value any
		if err := json.Unmarshal(bad, &value); err != nil {
			t.Fatal(err)
		}
		if len(tree().check("", value)) == 0 {
			t.Errorf("%s instead of %s is accepted", to, from)
		}
	}
}

// Whatever the graph is like, even an unsound one, the networks are valid and
// the texts are read back.
func TestAnyGraphGivesValidExports(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := api.Change{Vertices: map[api.VertexID]*api.Vertex{}, Edges: map[api.EdgeID]*api.Edge{}}
		id := rapid.Uint64Range(1, 12)
		for range rapid.IntRange(0, 12).Draw(t, "vertices") {
			v := &api.Vertex{
				ID: api.VertexID(id.Draw(t, "id")), Kind: rapid.SampledFrom(api.VertexKinds()).Draw(t, "kind"),
				Name: string(rapid.SliceOfN(rapid.Byte(), 0, 6).Draw(t, "name")), Controller: api.VertexID(rapid.Uint64Range(0, 12).Draw(t, "controller")),
			}
			v.Parent = api.VertexID(rapid.Uint64Range(0, uint64(v.ID)-1).Draw(t, "parent"))
			c.Vertices[v.ID] = v
		}
		for i := range rapid.IntRange(0, 12).Draw(t, "edges") {
			c.Edges[api.EdgeID(i+1)] = &api.Edge{
				ID: api.EdgeID(i + 1), Kind: rapid.SampledFrom(api.EdgeKinds()).Draw(t, "kind"),
				A: api.VertexID(id.Draw(t, "a")), B: api.VertexID(id.Draw(t, "b")),
			}
		}
		s := (&graph.Snapshot{}).Apply(c, 1, 1, moment())
		checkIETF(t, write(t, s, "ietf-network", ""))
		if text := write(t, s, "json", ""); !json.Valid(text) {
			t.Fatalf("no JSON: %s", text)
		}
		for line := range strings.SplitSeq(string(write(t, s, "dot", "")), "\n") {
			if n := strings.Count(strings.ReplaceAll(strings.ReplaceAll(line, `\\`, ""), `\"`, ""), `"`); n%2 != 0 {
				t.Fatalf("an open string in %q", line)
			}
		}
	})
}
