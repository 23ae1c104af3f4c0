package kube_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/util/yaml"

	"github.com/netseam/netseam/collectors/kube"
)

// rulesOf are the rules of the roles in files.
func rulesOf(t *testing.T, pattern string) []rbacv1.PolicyRule {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", "deploy", pattern))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %v, %d files", pattern, err, len(files))
	}
	var rules []rbacv1.PolicyRule
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(data), 4096); ; {
			var role rbacv1.ClusterRole
			if err := decoder.Decode(&role); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			rules = append(rules, role.Rules...)
		}
	}
	return rules
}

// The roles that are shipped permit every kind that is read and nothing else:
// no wildcard, no verb but reading, no secrets.
func TestRolesPermitWhatIsReadAndNothingElse(t *testing.T) {
	permitted := map[string]bool{}
	for _, rule := range append(rulesOf(t, "kube/20-rbac.yaml"), rulesOf(t, "rbac/*.yaml")...) {
		for _, verb := range rule.Verbs {
			if !slices.Contains([]string{"get", "list", "watch"}, verb) {
				t.Errorf("verb %s on %v", verb, rule.Resources)
			}
		}
		for _, group := range rule.APIGroups {
			for _, resource := range rule.Resources {
				if strings.Contains(resource+group, "*") || strings.Contains(resource, "/") || resource == "secrets" {
					t.Errorf("%s of %q is permitted", resource, group)
				}
				if resource == "configmaps" && len(rule.ResourceNames) == 0 {
					t.Error("all config maps are permitted")
				}
				if slices.Contains(rule.Verbs, "watch") {
					permitted[resource+"."+group] = true
				}
			}
		}
	}
	for _, name := range kube.KindNames() {
		if !permitted[name] {
			t.Errorf("%s is read and no role permits it", name)
		}
		delete(permitted, name)
	}
	for name := range permitted {
		t.Errorf("%s is permitted and not read", name)
	}
}
