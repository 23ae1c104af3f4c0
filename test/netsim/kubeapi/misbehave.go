package kubeapi

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// errAnswered says that a fault has given the answer already.
var errAnswered = errors.New("answered by a fault")

// stall applies the faults that come before everything else: they cost time.
func (s *Server) stall(ctx context.Context, c call) error {
	if in := s.faults.take(Latency, c); in != nil {
		timer := time.NewTimer(in.Delay)
		defer timer.Stop()
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait out the latency: %w", ctx.Err())
		case <-timer.C:
		}
	}
	if in := s.faults.take(Hang, c); in != nil {
		select {
		case <-ctx.Done():
		case <-in.gone:
		}
		panic(http.ErrAbortHandler)
	}
	return nil
}

// refuse applies the faults that answer in the place of the server, in the
// order in which a real one would come to them.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, c call) error {
	if s.faults.take(Unauthorized, c) != nil {
		return apierrors.NewUnauthorized("Unauthorized")
	}
	if c.table != nil && s.faults.take(Forbidden, c) != nil {
		return forbidden(c)
	}
	if in := s.faults.take(TooManyRequests, c); in != nil {
		seconds := max(1, int(in.RetryAfter.Round(time.Second)/time.Second))
		return apierrors.NewTooManyRequests("too many requests, please try again later", seconds)
	}
	if s.faults.take(InternalError, c) != nil {
		return apierrors.NewInternalError(errors.New("etcdserver: request timed out"))
	}
	if s.faults.take(Garbage, c) != nil {
		garbage(w, r, c)
		return errAnswered
	}
	return nil
}

func forbidden(c call) error {
	verb := c.verb
	if verb == VerbWatchList {
		verb = VerbWatch
	}
	scope := "at the cluster scope"
	if c.ns != "" {
		scope = fmt.Sprintf("in the namespace %q", c.ns)
	}
	// As a real server words it.
	why := fmt.Sprintf("User %q cannot %s resource %q in API group %q %s", userName, verb, c.table.Resource, c.table.Group, scope)
	return apierrors.NewForbidden(c.table.GroupResource(), c.name, errors.New(why))
}

// garbage answers with noise that is always the same for the same path.
func garbage(w http.ResponseWriter, r *http.Request, c call) {
	mediaType := runtime.ContentTypeJSON
	if f, err := negotiate(r.Header.Get("Accept")); err == nil {
		mediaType = f.contentType(c.verb == VerbWatch || c.verb == VerbWatchList)
	}
	w.Header().Set("Content-Type", mediaType)
	noise := make([]byte, 512)
	source := rand.New(rand.NewPCG(uint64(len(r.URL.Path)), 7))
	for i := range noise {
		noise[i] = byte(source.Uint32())
	}
	// A client that has gone does not miss it.
	_, _ = w.Write(noise)
}

// tooOld is the answer to whoever asks for a version that is no longer known.
func tooOld(asked, oldest uint64) *apierrors.StatusError {
	return apierrors.NewResourceExpired(fmt.Sprintf("too old resource version: %d (%d)", asked, oldest))
}

// tooNew is the answer to whoever asks for a version that is not known yet.
func tooNew(asked, current uint64) *apierrors.StatusError {
	err := apierrors.NewTimeoutError(fmt.Sprintf("Too large resource version: %d, current: %d", asked, current), 1)
	err.ErrStatus.Details.Causes = []metav1.StatusCause{{
		Type: metav1.CauseTypeResourceVersionTooLarge, Message: "Too large resource version",
	}}
	return err
}
