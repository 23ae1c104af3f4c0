package kubeapi

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/munnerz/goautoneg"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme"
)

// format is how a client wants to be answered.
type format struct {
	info runtime.SerializerInfo
	// partial leaves everything but the metadata out.
	partial bool
}

func (f format) protobuf() bool {
	return f.info.MediaType == runtime.ContentTypeProtobuf
}

func (f format) contentType(watch bool) string {
	if watch && f.protobuf() {
		return f.info.MediaType + ";stream=watch"
	}
	return f.info.MediaType
}

// negotiateFor is negotiate for the objects of a resource: custom ones have no
// protobuf but that of their metadata.
func negotiateFor(r resource, accept string) (format, error) {
	if !r.custom {
		return negotiate(accept)
	}
	var possible []string
	for clause := range strings.SplitSeq(accept, ",") {
		if !strings.Contains(clause, runtime.ContentTypeProtobuf) || strings.Contains(clause, "as=") {
			possible = append(possible, clause)
		}
	}
	if accept != "" && len(possible) == 0 {
		return format{}, notAcceptable(accept)
	}
	return negotiate(strings.Join(possible, ","))
}

// negotiate takes the first of the accepted types that the server can write.
func negotiate(accept string) (format, error) {
	if accept == "" {
		accept = runtime.ContentTypeJSON
	}
	for _, clause := range goautoneg.ParseAccept(accept) {
		mediaType := clause.Type + "/" + clause.SubType
		if clause.SubType == "*" && (clause.Type == "*" || clause.Type == "application") {
			mediaType = runtime.ContentTypeJSON
		}
		partial, ok := partialOf(clause.Params)
		if !ok {
			continue
		}
		if mediaType != runtime.ContentTypeJSON && mediaType != runtime.ContentTypeProtobuf {
			continue
		}
		if info, ok := runtime.SerializerInfoForMediaType(scheme.Codecs.SupportedMediaTypes(), mediaType); ok {
			return format{info: info, partial: partial}, nil
		}
	}
	return format{}, notAcceptable(accept)
}

func notAcceptable(accept string) error {
	return &apierrors.StatusError{ErrStatus: metav1.Status{
		Status: metav1.StatusFailure, Code: http.StatusNotAcceptable, Reason: metav1.StatusReasonNotAcceptable,
		Message: fmt.Sprintf("none of the accepted media types can be served: %q", accept),
	}}
}

// partialOf reads the parameters that ask for another kind; there is one that
// the server can make.
func partialOf(params map[string]string) (partial, ok bool) {
	switch params["as"] {
	case "":
		return false, true
	case "PartialObjectMetadata", "PartialObjectMetadataList":
		return true, params["g"] == metav1.GroupName && params["v"] == "v1"
	default:
		return false, false
	}
}

// writeObject answers with an object whose kind is known.
func (f format) writeObject(w http.ResponseWriter, code int, gvk schema.GroupVersionKind, obj runtime.Object) error {
	obj.GetObjectKind().SetGroupVersionKind(gvk)
	var body bytes.Buffer
	if err := f.info.Serializer.Encode(obj, &body); err != nil {
		return fmt.Errorf("encode %s: %w", gvk.Kind, err)
	}
	return f.writeBody(w, code, body.Bytes())
}

func (f format) writeBody(w http.ResponseWriter, code int, body []byte) error {
	w.Header().Set("Content-Type", f.info.MediaType)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(code)
	if _, err := w.Write(body); err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	return nil
}

// statusOf is the object that tells a client about an error.
func statusOf(err error) *metav1.Status {
	var known apierrors.APIStatus
	if !errors.As(err, &known) {
		known = apierrors.NewInternalError(err)
	}
	status := known.Status()
	status.SetGroupVersionKind(metav1.Unversioned.WithKind("Status"))
	return &status
}

// writeError answers with a Status, in JSON where nothing better is accepted.
func writeError(w http.ResponseWriter, r *http.Request, err error) error {
	f, negotiateErr := negotiate(r.Header.Get("Accept"))
	if negotiateErr != nil {
		if f, err = negotiate(runtime.ContentTypeJSON); err != nil {
			return err
		}
		err = negotiateErr
	}
	status := statusOf(err)
	if status.Details != nil && status.Details.RetryAfterSeconds > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(status.Details.RetryAfterSeconds)))
	}
	return f.writeObject(w, int(status.Code), metav1.Unversioned.WithKind("Status"), status)
}
