package kubelabctl

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/tools/clientcmd"
)

// A Kind is a custom resource. Its definition takes any spec and status: what a test writes into them is the test's
// business, and how they travel is the real server's.
type Kind struct {
	Group, Version, Resource, Name string
	Namespaced                     bool
}

const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"

// Define makes CustomResourceDefinitions and returns when their objects can be made.
func (c *Cluster) Define(ctx context.Context, kinds ...Kind) error {
	for _, k := range kinds {
		scope := "Cluster"
		if k.Namespaced {
			scope = "Namespaced"
		}
		object := map[string]any{"type": "object", "x-kubernetes-preserve-unknown-fields": true}
		body, err := json.Marshal(map[string]any{
			"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
			"metadata": map[string]any{
				"name": k.Resource + "." + k.Group,
				// The server wants to see one on groups of Kubernetes' own; it does not look at what it says.
				"annotations": map[string]any{"api-approved.kubernetes.io": "unapproved, for tests"},
			},
			"spec": map[string]any{
				"group": k.Group, "scope": scope,
				"names": map[string]any{
					"plural": k.Resource, "singular": strings.ToLower(k.Name), "kind": k.Name, "listKind": k.Name + "List",
				},
				"versions": []any{map[string]any{
					"name": k.Version, "served": true, "storage": true,
					"schema": map[string]any{"openAPIV3Schema": object},
				}},
			},
		})
		if err == nil {
			err = c.client.Discovery().RESTClient().Post().AbsPath(definitions).Body(body).Do(ctx).Error()
		}
		if err != nil {
			return fmt.Errorf("define %s of %s: %w", k.Resource, k.Group, err)
		}
	}
	for _, k := range kinds {
		err := poll(ctx, func() (bool, error) {
			path := "/apis/" + k.Group + "/" + k.Version + "/" + k.Resource
			err := c.client.Discovery().RESTClient().Get().AbsPath(path).Do(ctx).Error()
			if apierrors.IsNotFound(err) {
				return false, nil
			}
			return err == nil, err
		})
		if err != nil {
			return fmt.Errorf("wait for %s of %s: %w", k.Resource, k.Group, err)
		}
	}
	return nil
}

// Undefine deletes a CustomResourceDefinition with all objects of it.
func (c *Cluster) Undefine(ctx context.Context, k Kind) error {
	path := definitions + "/" + k.Resource + "." + k.Group
	if err := c.client.Discovery().RESTClient().Delete().AbsPath(path).Do(ctx).Error(); err != nil {
		return fmt.Errorf("delete the definition of %s: %w", k.Resource, err)
	}
	return nil
}

// Put makes an object of a custom kind from YAML without its kind, or brings the one of its name to it.
func (c *Cluster) Put(ctx context.Context, k Kind, text string) error {
	object := &unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte(text), &object.Object); err != nil {
		return fmt.Errorf("object of %s: %w", k.Name, err)
	}
	object.SetAPIVersion(k.Group + "/" + k.Version)
	object.SetKind(k.Name)
	at, err := c.objects(k, object.GetNamespace())
	if err != nil {
		return err
	}
	_, err = at.Apply(ctx, object.GetName(), object, metav1.ApplyOptions{FieldManager: "test", Force: true})
	if err != nil {
		return fmt.Errorf("put %s %s: %w", k.Name, object.GetName(), err)
	}
	return nil
}

func (c *Cluster) objects(k Kind, namespace string) (dynamic.ResourceInterface, error) {
	config, err := clientcmd.BuildConfigFromFlags("", c.Kubeconfig())
	if err != nil {
		return nil, fmt.Errorf("read the kubeconfig: %w", err)
	}
	config.QPS, config.Burst = 500, 500
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, fmt.Errorf("make a client: %w", err)
	}
	resource := client.Resource(schema.GroupVersionResource{Group: k.Group, Version: k.Version, Resource: k.Resource})
	if k.Namespaced {
		return resource.Namespace(namespace), nil
	}
	return resource, nil
}
