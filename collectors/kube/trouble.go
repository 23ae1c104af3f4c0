package kube

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/netseam/netseam/api"
)

// What goes wrong with a stream although the server answers.
var (
	errGarbage    = errors.New("answer cannot be understood")
	errBroken     = errors.New("stream broke off")
	errShort      = errors.New("watch was closed at once")
	errNoBookmark = errors.New("the initial events do not end")
	errNewHistory = errors.New("server has gone back to an earlier version")
	errAnew       = errors.New("has to be read anew")
)

// trouble is what an error means for the scope that it happened in.
type trouble struct {
	// state is what the scope becomes if it was never live, or at once if the
	// trouble is definite: the server has answered, and so it will be.
	state    api.State
	definite bool
	// message is the same for the same trouble: no ports, no times.
	message string
	// relist says that the resource version is of no more use.
	relist bool
	// unanswered says that no answer came at all.
	unanswered bool
	// access says that other credentials or certificates may help.
	access bool
	// renewed says that nothing is wrong but the connection was replaced.
	renewed bool
	// wait is how long the server asks to be left alone.
	wait time.Duration
}

// maxWait bounds what a server may ask for.
const maxWait = 2 * time.Minute

// judge is the one place where errors become states.
func judge(err error) trouble {
	if errors.Is(err, errRenewed) {
		return trouble{renewed: true}
	}
	if errors.Is(err, ErrPluginRefused) {
		return trouble{state: api.StateUnauthorised, definite: true, message: err.Error()}
	}
	call, ok := asCall(err)
	if !ok {
		return trouble{state: api.StateUnreachable, message: short(err.Error()), relist: isAnew(err)}
	}
	t := judgeCall(call)
	t.message = call.verb + " " + call.what + ": " + t.message
	return t
}

func asCall(err error) (*callError, bool) {
	call := new(callError)
	ok := errors.As(err, &call)
	return call, ok
}

func isAnew(err error) bool {
	return errors.Is(err, errAnew) || errors.Is(err, errNewHistory) || errors.Is(err, errGarbage)
}

func judgeCall(call *callError) trouble {
	if call.unanswered {
		return judgeUnanswered(call.err)
	}
	t := trouble{state: api.StateUnreachable}
	var status apierrors.APIStatus
	if !errors.As(call.err, &status) {
		t.message = answerWords(call.err)
		t.relist = isAnew(call.err)
		return t
	}
	t.wait = retryAfter(call.err)
	switch err := call.err; {
	case apierrors.IsUnauthorized(err):
		return trouble{state: api.StateUnauthorised, definite: true, access: true, message: "credentials are refused (401)"}
	case apierrors.IsForbidden(err):
		return trouble{state: api.StateForbidden, definite: true, message: "not permitted (403): " + short(status.Status().Message)}
	case apierrors.IsNotFound(err), apierrors.IsMethodNotSupported(err):
		return trouble{state: api.StateUnsupported, definite: true, relist: true, message: "server does not have this kind"}
	case expired(err):
		t.relist = true
		t.message = "history is gone (410)"
	case apierrors.IsTooManyRequests(err):
		t.message = "server is too busy (429)"
	case apierrors.HasStatusCause(err, "ClientWatchDecoding"):
		t.message = errBroken.Error()
	default:
		s := status.Status()
		t.message = strings.TrimSpace(fmt.Sprintf("server answers %d %s", s.Code, http.StatusText(int(s.Code))))
	}
	return t
}

// expired says that a resource version is too old, or from a future that the
// server does not know.
func expired(err error) bool {
	return apierrors.IsResourceExpired(err) || apierrors.IsGone(err) ||
		apierrors.HasStatusCause(err, metav1.CauseTypeResourceVersionTooLarge)
}

func retryAfter(err error) time.Duration {
	seconds, ok := apierrors.SuggestsClientDelay(err)
	if !ok {
		return 0
	}
	return min(time.Duration(max(0, seconds))*time.Second, maxWait)
}

func judgeUnanswered(err error) trouble {
	t := trouble{state: api.StateUnreachable, unanswered: true, message: stableWords(err)}
	if strings.HasPrefix(err.Error(), "getting credentials") {
		t.state, t.definite, t.access = api.StateUnauthorised, true, true
		t.message = short(err.Error())
	}
	if isCertificate(err) {
		t.access = true
		t.message = "certificate is not accepted: " + t.message
	}
	return t
}

func isCertificate(err error) bool {
	var verify *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	return errors.As(err, &verify) || errors.As(err, &authority)
}

// answerWords names an error in reading an answer. The words of a decoder may
// quote what it was given, so only errors that are known are put in words.
func answerWords(err error) string {
	for _, known := range []error{errBroken, errShort, errNoBookmark, errNewHistory, errAnew, errTooLarge} {
		if errors.Is(err, known) {
			return known.Error()
		}
	}
	if words, ok := networkWords(err); ok {
		return words
	}
	return errGarbage.Error()
}

// stableWords names an error of the network without what differs from one try
// to the next.
func stableWords(err error) string {
	if words, ok := networkWords(err); ok {
		return words
	}
	return short(err.Error())
}

func networkWords(err error) (string, bool) {
	var dns *net.DNSError
	var op *net.OpError
	var timeout net.Error
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused", true
	case errors.Is(err, syscall.ECONNRESET):
		return "connection reset", true
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return "no route to host", true
	case errors.As(err, &dns):
		return "name " + dns.Name + " cannot be resolved", true
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "no answer in time", true
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "connection was closed", true
	case errors.As(err, &op):
		return short(op.Err.Error()), true
	}
	return "", false
}
