package cluster

import (
	"context"
	"fmt"

	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// allowReader lets the reader's token read what a map of the cluster needs, and no more: no secrets, no config maps.
func allowReader(ctx context.Context, client kubernetes.Interface) error {
	verbs := []string{"get", "list", "watch"}
	meta := metav1.ObjectMeta{Name: readerUser}
	role := &rbacv1.ClusterRole{ObjectMeta: meta, Rules: []rbacv1.PolicyRule{
		{Verbs: verbs, APIGroups: []string{""}, Resources: []string{"nodes", "namespaces", "pods", "services"}},
		{Verbs: verbs, APIGroups: []string{"discovery.k8s.io"}, Resources: []string{"endpointslices"}},
		{
			Verbs: verbs, APIGroups: []string{"apps"},
			Resources: []string{"deployments", "replicasets", "statefulsets", "daemonsets"},
		},
		{Verbs: verbs, APIGroups: []string{"batch"}, Resources: []string{"jobs", "cronjobs"}},
	}}
	if _, err := client.RbacV1().ClusterRoles().Create(ctx, role, metav1.CreateOptions{}); unexpected(err) {
		return fmt.Errorf("reader's role: %w", err)
	}
	binding := &rbacv1.ClusterRoleBinding{
		ObjectMeta: meta,
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: readerUser},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: readerUser}},
	}
	if _, err := client.RbacV1().ClusterRoleBindings().Create(ctx, binding, metav1.CreateOptions{}); unexpected(err) {
		return fmt.Errorf("reader's binding: %w", err)
	}
	return nil
}

// unexpected says whether making an object went wrong; that an earlier run of the cluster made it is right.
func unexpected(err error) bool { return err != nil && !apierrors.IsAlreadyExists(err) }
