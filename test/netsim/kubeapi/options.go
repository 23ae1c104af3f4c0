package kubeapi

import (
	"fmt"
	"net/http"
	"strconv"

	"google.golang.org/protobuf/encoding/protowire"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/internalversion"
	"k8s.io/apimachinery/pkg/apis/meta/internalversion/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme"
)

// options are what a list or a watch asks for.
type options struct {
	internalversion.ListOptions

	filter filter
	// version is the resource version asked for, 0 when it is "0" or none.
	version uint64
}

// options reads and checks the query of a list or watch.
func (s *Server) options(r *http.Request, c call) (options, error) {
	var asked metav1.ListOptions
	var o options
	err := scheme.ParameterCodec.DecodeParameters(r.URL.Query(), schema.GroupVersion{Version: "v1"}, &asked)
	if err != nil {
		return o, apierrors.NewBadRequest(err.Error())
	}
	if err := internalversion.Convert_v1_ListOptions_To_internalversion_ListOptions(&asked, &o.ListOptions, nil); err != nil {
		return o, apierrors.NewBadRequest(err.Error())
	}
	watchList := c.verb != VerbWatchList || s.faults.take(NoWatchList, c) == nil
	if errs := validation.ValidateListOptions(&o.ListOptions, watchList); len(errs) > 0 {
		return o, apierrors.NewInvalid(schema.GroupKind{Group: metav1.GroupName, Kind: "ListOptions"}, "", errs)
	}
	if o.ResourceVersion != "" {
		if o.version, err = strconv.ParseUint(o.ResourceVersion, 10, 64); err != nil {
			return o, apierrors.NewBadRequest(fmt.Sprintf("invalid resource version %q", o.ResourceVersion))
		}
	}
	o.filter, err = newFilter(c, o.LabelSelector, o.FieldSelector)
	return o, err
}

// filter is what selects objects.
type filter struct {
	ns     string
	labels labels.Selector
	fields fields.Selector
	// paths are the fields, other than name and namespace, that the selector
	// names, and where each stands in an encoded object.
	paths map[string][]protowire.Number
}

// selectable are the fields, other than name and namespace, that a resource
// can be selected by.
func selectable(name string) map[string][]protowire.Number {
	if name != "pods" {
		return nil
	}
	const spec, status = 2, 3
	return map[string][]protowire.Number{
		"spec.nodeName": {spec, 10},
		"status.phase":  {status, 1},
	}
}

func newFilter(c call, byLabel labels.Selector, byField fields.Selector) (filter, error) {
	f := filter{ns: c.ns, labels: byLabel, fields: byField, paths: map[string][]protowire.Number{}}
	if f.labels == nil {
		f.labels = labels.Everything()
	}
	if f.fields == nil {
		f.fields = fields.Everything()
	}
	known := selectable(c.table.Resource)
	for _, want := range f.fields.Requirements() {
		if want.Field == "metadata.name" || want.Field == "metadata.namespace" {
			continue
		}
		path, ok := known[want.Field]
		if !ok {
			return f, apierrors.NewBadRequest(fmt.Sprintf("field label not supported: %s", want.Field))
		}
		f.paths[want.Field] = path
	}
	if c.name != "" {
		f.fields = fields.AndSelectors(f.fields, fields.OneTermEqualSelector("metadata.name", c.name))
	}
	return f, nil
}

// everything says that, within the namespace, nothing is left out.
func (f filter) everything() bool {
	return f.labels.Empty() && f.fields.Empty()
}

func (f filter) matches(e *entry) (bool, error) {
	if f.ns != "" && f.ns != e.ns {
		return false, nil
	}
	if !f.fields.Empty() {
		set := fields.Set{"metadata.name": e.name, "metadata.namespace": e.ns}
		for name, path := range f.paths {
			set[name] = stringAt(e.raw, path...)
		}
		if !f.fields.Matches(set) {
			return false, nil
		}
	}
	if f.labels.Empty() {
		return true, nil
	}
	meta, err := metaOf(e.raw)
	if err != nil {
		return false, err
	}
	return f.labels.Matches(labels.Set(meta.Labels)), nil
}
