package kubeapi

import (
	"fmt"
	"io"
	"net/http"
	"slices"

	authorizationv1 "k8s.io/api/authorization/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme"
)

const (
	reviewGroup    = "authorization.k8s.io/v1"
	reviewResource = "selfsubjectaccessreviews"
	maxReview      = 1 << 20
)

// serveReview answers what the client may do.
func (s *Server) serveReview(w http.ResponseWriter, r *http.Request) error {
	f, err := negotiate(r.Header.Get("Accept"))
	if err != nil {
		return err
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxReview))
	if err != nil {
		return apierrors.NewBadRequest(fmt.Sprintf("read access review: %v", err))
	}
	obj, gvk, err := scheme.Codecs.UniversalDeserializer().Decode(body, nil, nil)
	if err != nil {
		return apierrors.NewBadRequest(fmt.Sprintf("decode access review: %v", err))
	}
	review, ok := obj.(*authorizationv1.SelfSubjectAccessReview)
	if !ok {
		return apierrors.NewBadRequest(fmt.Sprintf("%s is no SelfSubjectAccessReview of v1", gvk))
	}
	review.Status = s.mayI(review.Spec)
	return f.writeObject(w, http.StatusCreated, *gvk, review)
}

// mayI answers by the permission table: everything that is served may be read,
// but for what a Forbidden fault takes away, and nothing may be written.
func (s *Server) mayI(spec authorizationv1.SelfSubjectAccessReviewSpec) authorizationv1.SubjectAccessReviewStatus {
	no := func(why string) authorizationv1.SubjectAccessReviewStatus {
		return authorizationv1.SubjectAccessReviewStatus{Reason: why}
	}
	if spec.NonResourceAttributes != nil {
		if spec.NonResourceAttributes.Verb != VerbGet {
			return no("only reading is allowed")
		}
		return authorizationv1.SubjectAccessReviewStatus{Allowed: true}
	}
	a := spec.ResourceAttributes
	if a == nil {
		return no("nothing was asked")
	}
	if !slices.Contains([]string{VerbGet, VerbList, VerbWatch}, a.Verb) {
		return no("only reading is allowed")
	}
	all := s.resources()
	i := slices.IndexFunc(all, func(r resource) bool {
		return r.GroupResource() == schema.GroupResource{Group: a.Group, Resource: a.Resource}
	})
	if i < 0 || a.Subresource != "" {
		return no("the server does not serve it")
	}
	if s.faults.would(Forbidden, a.Verb, all[i].called()) {
		return no("taken away")
	}
	return authorizationv1.SubjectAccessReviewStatus{Allowed: true, Reason: "reader"}
}
