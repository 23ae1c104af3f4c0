package kubelabctl

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

// A Cluster is one running process with one Kubernetes cluster in it.
type Cluster struct {
	name, dir string
	client    kubernetes.Interface
	took      time.Duration
	process   *process
}

// Start runs the binary and returns when pods can be made. The index, 1 to 50, sets the cluster's addresses apart from
// those of others; dir holds its files, and starting again with the same dir gives the same cluster again. The cluster
// runs until Stop, and ends with this process at the latest; ctx bounds only the start.
func Start(ctx context.Context, binary, name string, index int, dir string) (*Cluster, error) {
	c, err := start(ctx, binary, name, index, dir)
	if err != nil {
		return nil, fmt.Errorf("start cluster %s: %w", name, err)
	}
	return c, nil
}

func start(ctx context.Context, binary, name string, index int, dir string) (*Cluster, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	c := &Cluster{name: name, dir: dir}
	p, lines, err := startProcess(ctx, binary, c.LogFile(), "up", "--name", name, "--index", strconv.Itoa(index), "--dir", dir)
	if err != nil {
		return nil, err
	}
	c.process = p
	if err := c.awaitReady(ctx, lines); err != nil {
		return nil, errors.Join(err, p.stop())
	}
	config, err := clientcmd.BuildConfigFromFlags("", c.Kubeconfig())
	if err != nil {
		return nil, errors.Join(err, p.stop())
	}
	config.QPS, config.Burst = 500, 500
	if c.client, err = kubernetes.NewForConfig(config); err != nil {
		return nil, errors.Join(err, p.stop())
	}
	return c, nil
}

func (c *Cluster) awaitReady(ctx context.Context, lines <-chan string) error {
	select {
	case line := <-lines:
		rest, ok := strings.CutPrefix(line, "READY "+c.name+" ")
		seconds, err := strconv.ParseFloat(rest, 64)
		if !ok || err != nil {
			return fmt.Errorf("it said %q, not READY", line)
		}
		c.took = time.Duration(seconds * float64(time.Second))
		return nil
	case <-c.process.ended:
		return fmt.Errorf("it ended: %w\n%s", c.process.reason(), tail(c.LogFile()))
	case <-ctx.Done():
		return fmt.Errorf("it is not ready: %w\n%s", ctx.Err(), tail(c.LogFile()))
	}
}

// Name is the cluster's name, and that of its kubeconfigs' context.
func (c *Cluster) Name() string { return c.name }

// Kubeconfig is the file of a user who may do anything.
func (c *Cluster) Kubeconfig() string { return filepath.Join(c.dir, "admin.kubeconfig") }

// ReaderKubeconfig is the file of a user who may read nodes, namespaces, pods, services, endpoint slices and workloads.
func (c *Cluster) ReaderKubeconfig() string { return filepath.Join(c.dir, "reader.kubeconfig") }

// LogFile is what the components said.
func (c *Cluster) LogFile() string { return filepath.Join(c.dir, "labkube.log") }

// Client is a client that may do anything.
func (c *Cluster) Client() kubernetes.Interface { return c.client }

// PID is the process's id.
func (c *Cluster) PID() int { return c.process.cmd.Process.Pid }

// UpTook is how long the cluster took until pods could be made, by its own clock.
func (c *Cluster) UpTook() time.Duration { return c.took }

// Stop ends the cluster and returns when its process is gone. An error says that it did not end as it should, or that
// it had ended by itself. A second Stop returns what the first did, and one after Kill nothing.
func (c *Cluster) Stop() error {
	if err := c.process.stop(); err != nil {
		return fmt.Errorf("stop cluster %s: %w", c.name, err)
	}
	return nil
}

// Kill ends the process at once, as a power cut would, and returns when it is gone.
func (c *Cluster) Kill() { c.process.kill() }
