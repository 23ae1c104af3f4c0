package kubeapi

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/version"
)

// serveOther answers what is no object of a resource.
func (s *Server) serveOther(w http.ResponseWriter, r *http.Request, c call) error {
	switch {
	case c.resource == reviewResource && c.verb == VerbCreate:
		return s.serveReview(w, r)
	case c.verb != VerbGet:
		return apierrors.NewMethodNotSupported(schema.GroupResource{Resource: r.URL.Path}, c.verb)
	}
	switch c.resource {
	case "/readyz", "/livez", "/healthz":
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		if _, err := io.WriteString(w, "ok"); err != nil {
			return fmt.Errorf("write health: %w", err)
		}
		return nil
	case "/version":
		return s.serveVersion(w)
	case "/api", "/apis":
		return s.serveDiscovery(w, r)
	}
	return notFound(r)
}

func notFound(r *http.Request) error {
	return apierrors.NewGenericServerResponse(http.StatusNotFound, r.Method,
		schema.GroupResource{}, "", "the server could not find the requested resource", 0, true)
}

func (s *Server) serveVersion(w http.ResponseWriter) error {
	numbers := strings.SplitN(strings.TrimPrefix(s.cfg.Version, "v"), ".", 3)
	info := version.Info{Major: numbers[0], GitVersion: s.cfg.Version, GitTreeState: "clean", Platform: "linux/amd64"}
	if len(numbers) > 1 {
		info.Minor = numbers[1]
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(info); err != nil {
		return fmt.Errorf("write version: %w", err)
	}
	return nil
}

// serveDiscovery answers /api, /apis and what stands directly under them.
func (s *Server) serveDiscovery(w http.ResponseWriter, r *http.Request) error {
	f, err := negotiateDiscovery(r.Header.Get("Accept"))
	if err != nil {
		return err
	}
	unversioned := func(kind string) schema.GroupVersionKind { return metav1.Unversioned.WithKind(kind) }
	path := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	switch {
	case len(path) == 1 && path[0] == "api":
		return f.writeObject(w, http.StatusOK, unversioned("APIVersions"), &metav1.APIVersions{
			Versions: []string{"v1"},
			ServerAddressByClientCIDRs: []metav1.ServerAddressByClientCIDR{
				{ClientCIDR: "0.0.0.0/0", ServerAddress: r.Host},
			},
		})
	case len(path) == 1:
		return f.writeObject(w, http.StatusOK, unversioned("APIGroupList"), &metav1.APIGroupList{Groups: s.groups()})
	case path[0] == "api" && len(path) == 2:
		return s.writeResources(w, r, f, schema.GroupVersion{Version: path[1]})
	case len(path) == 3:
		return s.writeResources(w, r, f, schema.GroupVersion{Group: path[1], Version: path[2]})
	}
	for _, g := range s.groups() {
		if len(path) == 2 && g.Name == path[1] {
			return f.writeObject(w, http.StatusOK, unversioned("APIGroup"), &g)
		}
	}
	return notFound(r)
}

// negotiateDiscovery passes over the newer, aggregated documents: a server may
// not have them, and clients then ask for the rest of the plain ones.
func negotiateDiscovery(accept string) (format, error) {
	var plain []string
	for clause := range strings.SplitSeq(accept, ",") {
		if !strings.Contains(clause, "as=") {
			plain = append(plain, clause)
		}
	}
	return negotiate(strings.Join(plain, ","))
}

// groups are the API groups other than the core one, in the order in which the
// resources are served.
func (s *Server) groups() []metav1.APIGroup {
	var out []metav1.APIGroup
	seen := map[string]bool{"": true}
	add := func(gv schema.GroupVersion) {
		v := metav1.GroupVersionForDiscovery{GroupVersion: gv.String(), Version: gv.Version}
		if seen[gv.Group] {
			for i := range out {
				if out[i].Name == gv.Group && !slices.Contains(out[i].Versions, v) {
					out[i].Versions = append(out[i].Versions, v)
				}
			}
			return
		}
		seen[gv.Group] = true
		out = append(out, metav1.APIGroup{Name: gv.Group, Versions: []metav1.GroupVersionForDiscovery{v}, PreferredVersion: v})
	}
	for _, r := range s.resources() {
		add(r.GroupVersion())
	}
	add(schema.GroupVersion{Group: "authorization.k8s.io", Version: "v1"})
	return out
}

func (s *Server) writeResources(w http.ResponseWriter, r *http.Request, f format, gv schema.GroupVersion) error {
	list := metav1.APIResourceList{GroupVersion: gv.String()}
	for _, res := range s.resources() {
		if res.GroupVersion() == gv {
			list.APIResources = append(list.APIResources, metav1.APIResource{
				Name: res.Resource, SingularName: strings.ToLower(res.kind), Namespaced: res.namespaced,
				Kind: res.kind, ShortNames: res.short, Verbs: metav1.Verbs{"get", "list", "watch"},
			})
		}
	}
	if gv.String() == reviewGroup {
		list.APIResources = append(list.APIResources, metav1.APIResource{
			Name: reviewResource, SingularName: "selfsubjectaccessreview", Kind: "SelfSubjectAccessReview",
			Verbs: metav1.Verbs{"create"},
		})
	}
	if len(list.APIResources) == 0 {
		return notFound(r)
	}
	return f.writeObject(w, http.StatusOK, metav1.Unversioned.WithKind("APIResourceList"), &list)
}
