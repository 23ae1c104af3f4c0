package kubelabctl

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

const (
	// KubeletLabel is on the nodes that have a kubelet, which is KWOK's part to play; without it a node is silent.
	KubeletLabel = "lab"
	// UnreadyLabel is on the pods whose readiness probe fails.
	UnreadyLabel = "netseam.lab/unready"
	// CrashLoopLabel is on the pods whose containers end again and again.
	CrashLoopLabel = "netseam.lab/crashloop"

	set = "true"
)

// A Node is what a test says of a node; Kubernetes and KWOK add the rest.
type Node struct {
	Name        string
	InternalIPs []string
	ExternalIPs []string
	Labels      map[string]string // Beside those that every node has.
	PodCIDRs    []string          // Within the cluster's; none means that Kubernetes chooses.
}

// CreateNodes makes nodes that have a kubelet.
func (c *Cluster) CreateNodes(ctx context.Context, nodes ...Node) error {
	for _, n := range nodes {
		if _, err := c.client.CoreV1().Nodes().Create(ctx, n.object(), metav1.CreateOptions{}); err != nil {
			return fmt.Errorf("create node %s: %w", n.Name, err)
		}
	}
	return nil
}

func (n Node) object() *corev1.Node {
	labels := map[string]string{
		corev1.LabelHostname:   n.Name,
		corev1.LabelOSStable:   "linux",
		corev1.LabelArchStable: "amd64",
		KubeletLabel:           set,
	}
	maps.Copy(labels, n.Labels)
	addresses := []corev1.NodeAddress{{Type: corev1.NodeHostName, Address: n.Name}}
	for _, ip := range n.InternalIPs {
		addresses = append(addresses, corev1.NodeAddress{Type: corev1.NodeInternalIP, Address: ip})
	}
	for _, ip := range n.ExternalIPs {
		addresses = append(addresses, corev1.NodeAddress{Type: corev1.NodeExternalIP, Address: ip})
	}
	room := corev1.ResourceList{
		corev1.ResourceCPU:    resource.MustParse("16"),
		corev1.ResourceMemory: resource.MustParse("64Gi"),
		corev1.ResourcePods:   resource.MustParse("250"),
	}
	node := &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: n.Name, Labels: labels},
		Spec:       corev1.NodeSpec{PodCIDRs: n.PodCIDRs},
		Status:     corev1.NodeStatus{Addresses: addresses, Capacity: room, Allocatable: room},
	}
	if len(n.PodCIDRs) > 0 {
		node.Spec.PodCIDR = n.PodCIDRs[0]
	}
	return node
}

// LoseNode silences a node's kubelet. After the grace period the node is Unknown and its endpoints are not ready;
// WaitNodeStatus waits for that.
func (c *Cluster) LoseNode(ctx context.Context, name string) error {
	if err := c.labelNode(ctx, name, nil); err != nil {
		return fmt.Errorf("lose node %s: %w", name, err)
	}
	return nil
}

// ReturnNode gives a lost node its kubelet back.
func (c *Cluster) ReturnNode(ctx context.Context, name string) error {
	if err := c.labelNode(ctx, name, set); err != nil {
		return fmt.Errorf("return node %s: %w", name, err)
	}
	return nil
}

func (c *Cluster) labelNode(ctx context.Context, name string, value any) error {
	patch, err := labelPatch(KubeletLabel, value)
	if err != nil {
		return err
	}
	_, err = c.client.CoreV1().Nodes().Patch(ctx, name, types.MergePatchType, patch, metav1.PatchOptions{})
	return err
}

// labelPatch sets a label, or takes it away when the value is nil.
func labelPatch(label string, value any) ([]byte, error) {
	return json.Marshal(map[string]any{"metadata": map[string]any{"labels": map[string]any{label: value}}})
}

// WaitNodesReady waits until each of the nodes is Ready and has its pods' network.
func (c *Cluster) WaitNodesReady(ctx context.Context, names ...string) error {
	for _, name := range names {
		err := c.waitNode(ctx, name, func(n *corev1.Node) bool {
			return nodeStatus(n) == corev1.ConditionTrue && n.Spec.PodCIDR != "" && len(n.Spec.Taints) == 0
		})
		if err != nil {
			return fmt.Errorf("wait for node %s to be ready: %w", name, err)
		}
	}
	return nil
}

// WaitNodeStatus waits until the node's condition Ready has the status.
func (c *Cluster) WaitNodeStatus(ctx context.Context, name string, status corev1.ConditionStatus) error {
	err := c.waitNode(ctx, name, func(n *corev1.Node) bool { return nodeStatus(n) == status })
	if err != nil {
		return fmt.Errorf("wait for node %s to have Ready %s: %w", name, status, err)
	}
	return nil
}

func (c *Cluster) waitNode(ctx context.Context, name string, done func(*corev1.Node) bool) error {
	return poll(ctx, func() (bool, error) {
		node, err := c.client.CoreV1().Nodes().Get(ctx, name, metav1.GetOptions{})
		return err == nil && done(node), err
	})
}

func nodeStatus(n *corev1.Node) corev1.ConditionStatus {
	for _, condition := range n.Status.Conditions {
		if condition.Type == corev1.NodeReady {
			return condition.Status
		}
	}
	return ""
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
