package kube

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"reflect"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/go-logr/logr"
	appsv1 "k8s.io/api/apps/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	batchv1 "k8s.io/api/batch/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/transport"
	"k8s.io/client-go/util/connrotation"
	"k8s.io/klog/v2"
)

const (
	// pageLimit is how many objects a page of a list has.
	pageLimit = 500
	// bodyLimit is how large an answer other than a watch may be.
	bodyLimit = 256 << 20

	acceptFull = "application/vnd.kubernetes.protobuf,application/json"
	acceptMeta = "application/vnd.kubernetes.protobuf;as=PartialObjectMetadata%[1]s;g=meta.k8s.io;v=v1," +
		"application/json;as=PartialObjectMetadata%[1]s;g=meta.k8s.io;v=v1"
)

// errRenewed ends what goes on over a client that has been replaced.
var errRenewed = errors.New("connection was renewed")

// client speaks to one API server with one set of credentials. It has a
// connection of its own, so that closing it leaves nothing behind: client-go's
// shared transports live as long as the program.
type client struct {
	config *rest.Config
	rest   *rest.RESTClient
	codecs serializer.CodecFactory
	page   time.Duration
	close  func()
	closed atomic.Bool
}

func newClient(rc *rest.Config, timing Timing) (*client, error) {
	c := &client{config: rc, page: timing.Page, codecs: serializer.NewCodecFactory(newScheme())}
	dialer := connrotation.NewDialer(func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := (&net.Dialer{Timeout: timing.Dial, KeepAlive: 30 * time.Second}).DialContext(ctx, network, address)
		if err == nil && c.closed.Load() {
			return nil, errors.Join(errRenewed, conn.Close())
		}
		return conn, err
	})
	own := rest.CopyConfig(rc)
	own.Dial = dialer.DialContext
	own.QPS = -1 // The server protects itself, and says so with 429.
	own.UserAgent = "netseam"
	own.ContentType = runtime.ContentTypeProtobuf
	own.AcceptContentTypes = acceptFull
	own.NegotiatedSerializer = c.codecs.WithoutConversion()
	own.WarningHandler = rest.NoWarnings{}
	trip, base, err := roundTripper(own, timing)
	if err != nil {
		return nil, err
	}
	c.rest, err = rest.UnversionedRESTClientForConfigAndClient(own, &http.Client{Transport: trip})
	if err != nil {
		return nil, fmt.Errorf("make a client for %s: %w", rc.Host, err)
	}
	c.close = func() {
		c.closed.Store(true)
		dialer.CloseAll()
		base.CloseIdleConnections()
	}
	return c, nil
}

// newScheme knows what is read here and nothing more.
func newScheme() *runtime.Scheme {
	s := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		corev1.AddToScheme, discoveryv1.AddToScheme, authorizationv1.AddToScheme, metav1.AddMetaToScheme,
		appsv1.AddToScheme, batchv1.AddToScheme, networkingv1.AddToScheme, coordinationv1.AddToScheme,
	} {
		if err := add(s); err != nil {
			panic(err) // Two types of one name: these have none.
		}
	}
	addCustom(s)
	return s
}

// roundTripper is rest.HTTPClientFor without the transport cache.
func roundTripper(rc *rest.Config, timing Timing) (http.RoundTripper, *http.Transport, error) {
	tc, err := rc.TransportConfig()
	if err != nil {
		return nil, nil, fmt.Errorf("use credentials for %s: %w", rc.Host, err)
	}
	tlsConfig, err := transport.TLSConfigFor(tc)
	if err != nil {
		return nil, nil, fmt.Errorf("use certificates for %s: %w", rc.Host, err)
	}
	proxy := tc.Proxy
	if proxy == nil {
		proxy = http.ProxyFromEnvironment
	}
	base := &http.Transport{
		Proxy:                 proxy,
		DialContext:           tc.DialHolder.Dial,
		TLSClientConfig:       tlsConfig,
		TLSHandshakeTimeout:   timing.Handshake,
		ResponseHeaderTimeout: timing.Answer,
		IdleConnTimeout:       90 * time.Second,
		MaxIdleConnsPerHost:   25,
		ForceAttemptHTTP2:     true,
		DisableCompression:    tc.DisableCompression,
		HTTP2:                 &http.HTTP2Config{SendPingTimeout: 30 * time.Second, PingTimeout: timing.Answer},
	}
	wrapped, err := transport.HTTPWrappersForConfig(tc, limited{base})
	if err != nil {
		return nil, nil, fmt.Errorf("use credentials for %s: %w", rc.Host, err)
	}
	return noting{wrapped}, base, nil
}

// sameAccess says whether a configuration leads to the same server with the
// same credentials.
func (c *client) sameAccess(rc *rest.Config) bool { return reflect.DeepEqual(c.config, rc) }

// list gets one page of a kind's objects.
func (c *client) list(ctx context.Context, k *kind, limit int, next string, into runtime.Object) error {
	ctx, cancel := context.WithTimeout(ctx, c.page)
	defer cancel()
	req := c.rest.Get().AbsPath(k.path()).Param("limit", strconv.Itoa(limit))
	if next != "" {
		req.Param("continue", next)
	}
	accept(req, k, "List")
	return c.do(ctx, req, "list", k.table(), into)
}

// accept asks for the form in which a kind is read: protobuf wherever there
// is one.
func accept(req *rest.Request, k *kind, list string) {
	switch {
	case k.metadata:
		req.SetHeader("Accept", fmt.Sprintf(acceptMeta, list))
	case k.custom:
		req.SetHeader("Accept", runtime.ContentTypeJSON)
	}
}

// watch opens a watch. With an empty version the watch begins with all that
// is there.
func (c *client) watch(ctx context.Context, k *kind, version string, lasts time.Duration) (*stream, error) {
	req := c.rest.Get().AbsPath(k.path()).MaxRetries(0).
		Param("watch", "true").
		Param("allowWatchBookmarks", "true").
		Param("timeoutSeconds", strconv.Itoa(int(lasts.Seconds())))
	if version == "" {
		req.Param("sendInitialEvents", "true").
			Param("resourceVersionMatch", string(metav1.ResourceVersionMatchNotOlderThan))
	} else {
		req.Param("resourceVersion", version)
	}
	accept(req, k, "")
	ctx, note := withNote(ctx)
	w, err := req.Watch(ctx)
	if err == nil && note.err != nil {
		// client-go makes an empty watch of a timeout.
		err = note.err
		w.Stop()
	}
	if err != nil {
		return nil, c.explain("watch", k.table(), err, note)
	}
	return &stream{Interface: w, note: note}, nil
}

// stream is a watch that is open.
type stream struct {
	watch.Interface

	note *note
}

// broke is the network's error that ended the stream, nil when it was not the
// network. It may be asked once the stream has ended.
func (s *stream) broke() error { return s.note.broke }

// finish ends the watch and waits until nothing of it runs any more.
func (s *stream) finish() {
	s.Stop()
	for range s.ResultChan() {
		// Its sender closes it.
		continue
	}
}

// get reads one object.
func (c *client) get(ctx context.Context, path, what string, into runtime.Object) error {
	return c.do(ctx, c.rest.Get().AbsPath(path), "get", what, into)
}

// raw reads what is no object.
func (c *client) raw(ctx context.Context, path string) ([]byte, error) {
	ctx, note := withNote(ctx)
	data, err := c.rest.Get().AbsPath(path).MaxRetries(0).SetHeader("Accept", "application/json").DoRaw(ctx)
	if err != nil {
		return nil, c.explain("get", path, err, note)
	}
	return data, nil
}

// may asks the server whether these credentials may do something.
func (c *client) may(ctx context.Context, attributes *authorizationv1.ResourceAttributes) (*authorizationv1.SubjectAccessReviewStatus, error) {
	review := &authorizationv1.SelfSubjectAccessReview{
		Spec: authorizationv1.SelfSubjectAccessReviewSpec{ResourceAttributes: attributes},
	}
	answer := &authorizationv1.SelfSubjectAccessReview{}
	req := c.rest.Post().AbsPath("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews").
		SetHeader("Content-Type", runtime.ContentTypeJSON)
	body, err := runtime.Encode(c.codecs.LegacyCodec(authorizationv1.SchemeGroupVersion), review)
	if err != nil {
		return nil, fmt.Errorf("encode an access review: %w", err)
	}
	if err := c.do(ctx, req.Body(body), "create", "selfsubjectaccessreviews", answer); err != nil {
		return nil, err
	}
	return &answer.Status, nil
}

func (c *client) do(ctx context.Context, req *rest.Request, verb, what string, into runtime.Object) error {
	ctx, note := withNote(ctx)
	if err := req.MaxRetries(0).Do(ctx).Into(into); err != nil {
		return c.explain(verb, what, err, note)
	}
	return nil
}

// callError is a call that went wrong.
type callError struct {
	verb, what string
	err        error
	// unanswered says that no answer came at all.
	unanswered bool
}

func (e *callError) Error() string { return e.verb + " " + e.what + ": " + e.err.Error() }

func (e *callError) Unwrap() error { return e.err }

// explain tells errors of the way from those that the server answered.
func (c *client) explain(verb, what string, err error, note *note) error {
	switch {
	case c.closed.Load():
		return errRenewed
	case note.err != nil:
		return &callError{verb: verb, what: what, err: note.err, unanswered: true}
	}
	return &callError{verb: verb, what: what, err: err}
}

// note is where the transport writes down why a request got no answer, which
// client-go's errors tell only in words.
type note struct {
	err error
	// broke is why the body of the answer could not be read to its end.
	broke error
}

type noteKey struct{}

// withNote prepares a context for one request. What client-go has to say comes
// back as errors; its log would say it a second time.
func withNote(ctx context.Context) (context.Context, *note) {
	n := new(note)
	return klog.NewContext(context.WithValue(ctx, noteKey{}, n), logr.Discard()), n
}

// noting writes errors into the request's note.
type noting struct{ next http.RoundTripper }

func (t noting) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := t.next.RoundTrip(req)
	if n, ok := req.Context().Value(noteKey{}).(*note); ok {
		n.err = err
	}
	return resp, err
}

// errTooLarge says that an answer was cut off.
var errTooLarge = errors.New("answer is larger than 256 MiB")

// limited bounds the bodies of answers. A watch has no end, and each of its
// events is bounded by the decoder; there it notes why reading ended.
type limited struct{ next http.RoundTripper }

func (t limited) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := t.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	if req.URL.Query().Get("watch") == "" {
		resp.Body = &limitedBody{ReadCloser: resp.Body, left: bodyLimit}
	} else if n, ok := req.Context().Value(noteKey{}).(*note); ok {
		resp.Body = &notedBody{ReadCloser: resp.Body, note: n}
	}
	return resp, nil
}

type notedBody struct {
	io.ReadCloser

	note *note
}

func (b *notedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		b.note.broke = err
	}
	return n, err
}

type limitedBody struct {
	io.ReadCloser

	left int64
}

func (b *limitedBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLarge
	}
	n, err := b.ReadCloser.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}
