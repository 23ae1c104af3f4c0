package cluster

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"go.etcd.io/etcd/server/v3/embed"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

// How long each part may take to stop; together below the ten seconds after which main gives up.
const (
	stopWorkers   = 2 * time.Second
	stopAPIServer = 4 * time.Second
	stopEtcd      = 2 * time.Second
)

// Run runs the cluster until ctx ends or a component fails. It calls ready once, when the API server answers, the
// reader's permissions stand, and pods can be made in the namespace default. A cluster that was ready has stopped when
// Run returns; of one that was not, parts may run on until the process ends, because a Kubernetes API server that is
// asked to stop while it starts ends the process or hangs.
func Run(ctx context.Context, c Config, ready func()) error {
	c, err := c.withDefaults()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return fmt.Errorf("cluster %s: %w", c.Name, err)
	}
	k, err := makeKeys(c)
	if err != nil {
		return err
	}
	listener, port, err := listen(ctx, c)
	if err != nil {
		return err
	}
	if err := writeKubeconfigs(c, k, port); err != nil {
		return errors.Join(err, listener.Close())
	}
	etcd, etcdURL, err := startEtcd(ctx, c)
	if err != nil {
		return errors.Join(verdict(ctx, ctx, err), listener.Close())
	}
	attended, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	// The API server ends before its database and after its clients, so each has its own stop.
	outlive := context.WithoutCancel(ctx)
	api, apiCtx := newGroup(outlive, fail)
	workers, workersCtx := newGroup(outlive, fail)
	api.start("etcd", func() error {
		select {
		case err := <-etcd.Err():
			return err
		case <-apiCtx.Done():
			return nil // It is closed when the API server has ended.
		}
	})
	api.start("kube-apiserver", func() error {
		return runAPIServer(apiCtx, listener, apiServerFlags(c, k, etcdURL, port))
	})
	err = bringUp(attended, c, func() {
		workers.start("kube-controller-manager", func() error {
			return runControllerManager(workersCtx, controllerManagerFlags(c, k))
		})
		workers.start("kube-scheduler", func() error { return runScheduler(workersCtx, schedulerFlags(c)) })
		workers.start("kwok", func() error { return runKWOK(workersCtx, c) })
	})
	if err != nil {
		return verdict(ctx, attended, err)
	}
	ready()
	<-attended.Done()
	return errors.Join(verdict(ctx, attended, nil), stop(workers, api, etcd))
}

// verdict says why the cluster ends.
func verdict(asked, attended context.Context, err error) error {
	switch {
	case asked.Err() != nil:
		return nil // Asked to, perhaps on the way up.
	case attended.Err() != nil:
		return context.Cause(attended) // A component's failure explains every error that followed.
	default:
		return err
	}
}

func stop(workers, api *group, etcd *embed.Etcd) error {
	var errs []error
	if err := workers.stop(stopWorkers); err != nil {
		errs = append(errs, fmt.Errorf("stop the controllers: %w", err))
	}
	if err := api.stop(stopAPIServer); err != nil {
		errs = append(errs, fmt.Errorf("stop the API server: %w", err))
	}
	if err := within(stopEtcd, etcd.Close); err != nil {
		errs = append(errs, fmt.Errorf("stop etcd: %w", err))
	}
	return errors.Join(errs...)
}

// bringUp waits for the API server, starts what needs it, and waits until pods can be made.
func bringUp(ctx context.Context, c Config, startWorkers func()) error {
	config, err := clientcmd.BuildConfigFromFlags("", c.AdminKubeconfig())
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	if err := poll(ctx, func() (bool, error) {
		// It is not there yet, or not ready yet: what is wrong for good, the API server itself ends with.
		_, err := client.Discovery().RESTClient().Get().AbsPath("/readyz").DoRaw(ctx)
		return err == nil, nil
	}); err != nil {
		return fmt.Errorf("wait for the API server: %w", err)
	}
	if err := allowReader(ctx, client); err != nil {
		return err
	}
	startWorkers()
	if err := poll(ctx, func() (bool, error) {
		_, err := client.CoreV1().ServiceAccounts(metav1.NamespaceDefault).Get(ctx, "default", metav1.GetOptions{})
		if apierrors.IsNotFound(err) {
			return false, nil
		}
		return err == nil, err
	}); err != nil {
		return fmt.Errorf("wait for the service account default: %w", err)
	}
	return nil
}

// listen takes the API server's port: the one that was asked for, that of the last run, or any.
func listen(ctx context.Context, c Config) (net.Listener, int, error) {
	port := c.Port
	file := c.path("port")
	if port == 0 {
		text, err := os.ReadFile(file)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, 0, fmt.Errorf("last port: %w", err)
		}
		if err == nil {
			if port, err = strconv.Atoi(strings.TrimSpace(string(text))); err != nil {
				return nil, 0, fmt.Errorf("last port: %s: %w", file, err)
			}
		}
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp4", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return nil, 0, fmt.Errorf("API server's port: %w", err)
	}
	address, ok := listener.Addr().(*net.TCPAddr)
	if !ok {
		return nil, 0, errors.Join(fmt.Errorf("API server's port: %s is no TCP address", listener.Addr()), listener.Close())
	}
	if err := os.WriteFile(file, []byte(strconv.Itoa(address.Port)+"\n"), 0o600); err != nil {
		return nil, 0, errors.Join(fmt.Errorf("last port: %w", err), listener.Close())
	}
	return listener, address.Port, nil
}

func poll(ctx context.Context, done func() (bool, error)) error {
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	for {
		ok, err := done()
		if ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
	}
}
