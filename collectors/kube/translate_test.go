package kube_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/kube"
	"github.com/netseam/netseam/collectors/kube/expose"
	"github.com/netseam/netseam/server/stitch"
)

var update = flag.Bool("update", false, "rewrite what is expected in testdata")

const testUID = "uid-of-the-cluster"

// documents reads the objects of testdata/RESOURCE.yaml.
func documents(tb testing.TB, resource string) (*kube.Reading, []runtime.Object) {
	tb.Helper()
	reading, err := kube.NewReading(resource, testUID)
	if err != nil {
		tb.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join("testdata", resource+".yaml"))
	if err != nil {
		tb.Fatal(err)
	}
	var objects []runtime.Object
	for decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(data), 4096); ; {
		o := newObject(tb, reading)
		if err := decoder.Decode(o); errors.Is(err, io.EOF) {
			return reading, objects
		} else if err != nil {
			tb.Fatal(err)
		}
		objects = append(objects, o)
	}
}

// newObject makes an object of the kind's type.
func newObject(tb testing.TB, r *kube.Reading) runtime.Object {
	tb.Helper()
	items := reflect.ValueOf(r.NewList()).Elem().FieldByName("Items")
	o, ok := reflect.TypeAssert[runtime.Object](reflect.New(items.Type().Elem()))
	if !ok {
		tb.Fatal("items are no objects")
	}
	return o
}

// Each kind has a file of objects and one of what they say.
func TestTranslations(t *testing.T) {
	for _, resource := range allTables() {
		t.Run(resource, func(t *testing.T) {
			got := said(t, resource)
			if strings.Contains(got, "do-not-say") {
				t.Error("something was said that must not be")
			}
			golden := filepath.Join("testdata", resource+".txt")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("said otherwise than expected (-want +got):\n%s", diff)
			}
		})
	}
}

// said is what the objects of a kind say, in words.
func said(t *testing.T, resource string) string {
	t.Helper()
	reading, objects := documents(t, resource)
	reading.Owner("shop", "known-1", "workload/Deployment/shop/known")
	var text strings.Builder
	for _, o := range objects {
		claims, skipped, err := reading.Translate(o)
		if err != nil {
			t.Fatal(err)
		}
		m, ok := o.(metav1.Object)
		if !ok {
			t.Fatalf("%T has no metadata", o)
		}
		fmt.Fprintf(&text, "# %s\n", m.GetName())
		for i := range claims {
			writeClaim(&text, &claims[i])
		}
		for _, f := range reading.Facts(o) {
			writeFact(&text, f)
		}
		if skipped > 0 {
			fmt.Fprintf(&text, "skipped %d\n", skipped)
		}
	}
	return text.String()
}

// writeClaim writes a claim for people.
func writeClaim(w io.Writer, c *api.Claim) {
	fmt.Fprintf(w, "%s\n", c.Key)
	if e := c.Edge; e != nil {
		fmt.Fprintf(w, "  %s %s -> %s, %s\n", e.Kind, e.A, e.B, e.Health)
		writeAttrs(w, e.Attrs)
	}
	if s := c.Session; s != nil {
		fmt.Fprintf(w, "  session of %s: %s, %s\n", s.Device, stitch.SessionText(s), s.Health)
	}
	if n := c.Neighbour; n != nil {
		fmt.Fprintf(w, "  %s on %s hears %+v\n", n.Device, n.Port, *n)
	}
	if v := c.Vertex; v != nil {
		fmt.Fprintf(w, "  %s %q in %s", v.Kind, v.Name, v.Parent)
		if v.Controller != "" {
			fmt.Fprintf(w, ", of %s", v.Controller)
		}
		fmt.Fprintf(w, ", %s\n", v.Health)
		for _, a := range v.Aliases {
			fmt.Fprintf(w, "  alias %d strength %d: %s %s\n", a.Kind, a.Strength, a.Scope, a.Value)
		}
		writeAttrs(w, v.Attrs)
		for _, l := range v.Labels {
			fmt.Fprintf(w, "  label %s=%s\n", l.Key, l.Value)
		}
	}
}

// writeFact writes a fact for people, without what it leaves empty.
func writeFact(w io.Writer, f expose.Fact) {
	v := reflect.ValueOf(f).Elem()
	fmt.Fprintf(w, "fact %s\n", v.Type().Name())
	for i := range v.NumField() {
		field := v.Field(i)
		if field.IsZero() || v.Type().Field(i).Name == "Claim" {
			continue
		}
		if field.Kind() == reflect.Slice && field.Len() > 0 && field.Index(0).Kind() == reflect.Interface {
			for j := range field.Len() {
				fmt.Fprintf(w, "  %s: %v\n", v.Type().Field(i).Name, field.Index(j).Interface())
			}
			continue
		}
		fmt.Fprintf(w, "  %s: %v\n", v.Type().Field(i).Name, field.Interface())
	}
}

// allTables are those of every kind that is read.
func allTables() []string {
	extra, _ := kube.ExtraTables()
	return append(kindTables(), extra...)
}

func writeAttrs(w io.Writer, attrs []api.KV) {
	for _, a := range attrs {
		fmt.Fprintf(w, "  %s: %s\n", a.Key, a.Value)
	}
}

func TestForeignObjectsAreRefused(t *testing.T) {
	reading, err := kube.NewReading("pods", testUID)
	if err != nil {
		t.Fatal(err)
	}
	for name, o := range map[string]runtime.Object{
		"another kind": &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "n"}},
		"no name":      &corev1.Pod{},
	} {
		if _, _, err := reading.Translate(o); err == nil {
			t.Errorf("%s was translated", name)
		}
	}
}

func TestReasonsAreCutBetweenRunes(t *testing.T) {
	for text, want := range map[string]string{
		"":                            "",
		" short \n second line":       "short",
		strings.Repeat("x", 160):      strings.Repeat("x", 160),
		strings.Repeat("x", 161):      strings.Repeat("x", 160) + "…",
		strings.Repeat("ä", 100):      strings.Repeat("ä", 80) + "…",
		"x" + strings.Repeat("ä", 99): "x" + strings.Repeat("ä", 79) + "…",
		"bad \xff byte":               "bad ? byte",
	} {
		if got := kube.Short(text); got != want {
			t.Errorf("short of %q is %q, want %q", text, got, want)
		}
	}
}

// unmarshaler is what every built-in object can do.
type unmarshaler interface {
	runtime.Object
	Unmarshal(data []byte) error
	Marshal() ([]byte, error)
}

// FuzzTranslate decodes bytes as an object of one of the kinds, as protobuf
// or as JSON, and translates it, again, and its deletion.
func FuzzTranslate(f *testing.F) {
	_, custom := kube.ExtraTables()
	for n, resource := range allTables() {
		_, objects := documents(f, resource)
		for _, o := range objects {
			protobuf, text := encodings(f, o, custom[resource])
			if !custom[resource] {
				f.Add(uint8(n), false, protobuf)
			}
			f.Add(uint8(n), true, text)
		}
	}
	f.Fuzz(func(t *testing.T, n uint8, isJSON bool, data []byte) {
		reading, err := kube.NewReading(allTables()[int(n)%len(allTables())], testUID)
		if err != nil {
			t.Fatal(err)
		}
		o := newObject(t, reading)
		if u, ok := o.(unmarshaler); ok && !isJSON {
			err = u.Unmarshal(data)
		} else {
			err = yaml.NewYAMLOrJSONDecoder(bytes.NewReader(data), 64).Decode(o)
		}
		if err == nil {
			checkReading(t, reading, o)
		}
	})
}

// encodings are an object as protobuf and as JSON.
func encodings(tb testing.TB, o runtime.Object, custom bool) (protobuf, text []byte) {
	tb.Helper()
	var err error
	if !custom {
		u, ok := o.(unmarshaler)
		if !ok {
			tb.Fatalf("%T is no protobuf message", o)
		}
		if protobuf, err = u.Marshal(); err != nil {
			tb.Fatal(err)
		}
	}
	text, err = json.Marshal(o)
	if err != nil {
		tb.Fatal(err)
	}
	return protobuf, text
}

func checkReading(t *testing.T, reading *kube.Reading, o runtime.Object) {
	t.Helper()
	put, drop, err := reading.Enter(o, false)
	if err != nil {
		return
	}
	if len(drop) > 0 || len(put) != reading.Size() {
		t.Errorf("put %d claims, dropped %v, the book has %d", len(put), drop, reading.Size())
	}
	var keys []string
	for i := range put {
		keys = append(keys, put[i].Key)
		checkClaim(t, &put[i])
	}
	if again, drop, _ := reading.Enter(o, false); len(again)+len(drop) > 0 {
		t.Errorf("the same object again put %d claims and dropped %v", len(again), drop)
	}
	put, drop, _ = reading.Enter(o, true)
	slices.Sort(keys)
	slices.Sort(drop)
	if len(put) > 0 || !slices.Equal(keys, drop) || reading.Size() != 0 {
		t.Errorf("deletion of %q put %d claims and dropped %q", keys, len(put), drop)
	}
}

func checkClaim(t *testing.T, c *api.Claim) {
	t.Helper()
	things := 0
	for _, is := range []bool{c.Vertex != nil, c.Edge != nil, c.Session != nil, c.Neighbour != nil} {
		things += map[bool]int{true: 1}[is]
	}
	if c.Key == "" || things != 1 {
		t.Errorf("claim %+v is not exactly one thing under a key", c)
	}
	if v := c.Vertex; v != nil && (v.Parent == "" || len(v.Aliases) != 1 || v.Health > api.HealthDown) {
		t.Errorf("vertex %+v has no parent, alias or health", v)
	}
	if text := fmt.Sprintf("%+v %+v %+v", c, c.Vertex, c.Edge); !utf8.ValidString(text) {
		t.Errorf("claim %q is no UTF-8", text)
	}
}
