package kubeapi

import (
	"context"
	"crypto/subtle"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme"
)

// userName is who the bearer of the token is.
const userName = "system:serviceaccount:netseam:netseam"

// call is a request as the server understands it.
type call struct {
	verb string
	// resource is what it is counted under.
	resource string
	// table is nil for what is no resource that the server serves.
	table    *table
	ns, name string
	// group and version are given for discovery and for what is posted.
	group schema.GroupVersion
	// public is what even those without a token may read.
	public bool
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	c := s.parse(r)
	rec := &recorder{ResponseWriter: w, meter: &s.meter}
	rec.request = s.meter.begin(Request{
		Time: s.cfg.Now(), Verb: c.verb, Resource: c.resource, Namespace: c.ns, Name: c.name,
		Query: r.URL.RawQuery, Accept: r.Header.Get("Accept"),
	})
	err := s.answer(rec, r, c)
	if err == nil || errors.Is(err, errAnswered) || errors.Is(err, context.Canceled) {
		return
	}
	if rec.code == 0 {
		err = writeError(rec, r, err)
	}
	if err != nil && r.Context().Err() == nil {
		s.cfg.Logger.WarnContext(r.Context(), "request failed",
			slog.String("verb", c.verb), slog.String("resource", c.resource), slog.Any("error", err))
	}
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request, c call) error {
	if err := s.stall(r.Context(), c); err != nil {
		return err
	}
	if !c.public {
		if err := s.authenticate(r); err != nil {
			return err
		}
	}
	if err := s.refuse(w, r, c); err != nil {
		return err
	}
	switch {
	case c.table == nil:
		return s.serveOther(w, r, c)
	case c.ns != "" && !c.table.namespaced, c.name != "" && c.ns == "" && c.table.namespaced:
		return apierrors.NewNotFound(c.table.GroupResource(), c.name)
	}
	switch c.verb {
	case VerbGet:
		return s.serveGet(w, r, c)
	case VerbList:
		return s.serveList(w, r, c)
	case VerbWatch, VerbWatchList:
		return s.serveWatch(w, r, c)
	default:
		return apierrors.NewMethodNotSupported(c.table.GroupResource(), c.verb)
	}
}

func (s *Server) authenticate(r *http.Request) error {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok || subtle.ConstantTimeCompare([]byte(token), []byte(s.Token())) != 1 {
		return apierrors.NewUnauthorized("Unauthorized")
	}
	return nil
}

// parse finds out what a request is for. It never fails: what it does not
// understand is a call for nothing, which is answered with 404.
func (s *Server) parse(r *http.Request) call {
	c := call{verb: verbOf(r.Method), resource: "other"}
	path := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	switch {
	case path[0] == "api" && len(path) > 2:
		c.group, path = schema.GroupVersion{Version: path[1]}, path[2:]
	case path[0] == "apis" && len(path) > 3:
		c.group, path = schema.GroupVersion{Group: path[1], Version: path[2]}, path[3:]
	default:
		switch path[0] {
		case "api", "apis", "version", "readyz", "livez", "healthz":
			c.resource = "/" + path[0]
			c.public = path[0] != "api" && path[0] != "apis"
		}
		return c
	}
	if path[0] == "namespaces" && len(path) > 2 {
		c.ns, path = path[1], path[2:]
	}
	if len(path) > 2 {
		return c
	}
	if c.group.String() == reviewGroup && path[0] == reviewResource {
		c.resource = path[0]
	}
	s.mu.Lock()
	c.table = s.tables[c.group.WithResource(path[0])]
	s.mu.Unlock()
	if c.table == nil {
		return c
	}
	c.resource = c.table.called()
	if len(path) == 2 {
		c.name = path[1]
	}
	if c.verb == VerbGet {
		c.verb = readVerb(r, c.name)
	}
	return c
}

func verbOf(method string) string {
	switch method {
	case http.MethodPost:
		return VerbCreate
	case http.MethodPut:
		return VerbUpdate
	case http.MethodPatch:
		return VerbPatch
	case http.MethodDelete:
		return VerbDelete
	default:
		return VerbGet
	}
}

// readVerb tells the ways of reading apart. Options that cannot be understood
// are refused later, by whoever serves them.
func readVerb(r *http.Request, name string) string {
	var opts metav1.ListOptions
	err := scheme.ParameterCodec.DecodeParameters(r.URL.Query(), schema.GroupVersion{Version: "v1"}, &opts)
	switch {
	case err == nil && opts.Watch && opts.SendInitialEvents != nil && *opts.SendInitialEvents:
		return VerbWatchList
	case err == nil && opts.Watch:
		return VerbWatch
	case name != "":
		return VerbGet
	default:
		return VerbList
	}
}
