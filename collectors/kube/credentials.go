package kube

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// ErrPluginRefused says that a kubeconfig wants a program or a plugin run to
// get credentials, and nobody has allowed that.
var ErrPluginRefused = errors.New("credential plugin refused")

// restConfig reads how to reach the cluster. It opens files and no connection.
func restConfig(cfg Config) (*rest.Config, error) {
	if cfg.InCluster {
		rc, err := rest.InClusterConfig()
		if err != nil {
			return nil, fmt.Errorf("read in-cluster credentials: %w", err)
		}
		return rc, nil
	}
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	rules.ExplicitPath = cfg.Kubeconfig
	// Warnings about files that are not there would go to client-go's log; an
	// empty result is an error below.
	rules.WarnIfAllMissing = false
	loader := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules,
		&clientcmd.ConfigOverrides{CurrentContext: cfg.Context})
	raw, err := loader.RawConfig()
	if err != nil {
		return nil, fmt.Errorf("read kubeconfig: %w", err)
	}
	user, err := userOf(&raw, cfg)
	if err != nil {
		return nil, err
	}
	if err := permitted(user, cfg); err != nil {
		return nil, err
	}
	rc, err := loader.ClientConfig()
	if err != nil {
		return nil, fmt.Errorf("read kubeconfig %s: %w", cfg.Kubeconfig, err)
	}
	if rc.ExecProvider != nil {
		// There is nobody to answer a plugin's questions.
		rc.ExecProvider.InteractiveMode = clientcmdapi.NeverExecInteractiveMode
		rc.ExecProvider.StdinUnavailable = true
	}
	return rc, nil
}

// userOf is the user of the context, nil when the context names none.
func userOf(raw *clientcmdapi.Config, cfg Config) (*clientcmdapi.AuthInfo, error) {
	name := cfg.Context
	if name == "" {
		name = raw.CurrentContext
	}
	context, ok := raw.Contexts[name]
	if !ok {
		there := slices.Sorted(maps.Keys(raw.Contexts))
		return nil, fmt.Errorf("kubeconfig %s has no context %q; there are: %s", cfg.Kubeconfig, name, strings.Join(there, ", "))
	}
	return raw.AuthInfos[context.AuthInfo], nil
}

// permitted refuses what would run code that the operator has not allowed.
func permitted(user *clientcmdapi.AuthInfo, cfg Config) error {
	switch {
	case user == nil:
		return nil
	case user.AuthProvider != nil:
		return fmt.Errorf("kubeconfig %s wants auth provider %q: these are not supported, use a token, "+
			"a certificate or an allowed exec plugin: %w", cfg.Kubeconfig, user.AuthProvider.Name, ErrPluginRefused)
	case user.Exec != nil && !slices.Contains(cfg.AllowExec, user.Exec.Command):
		return fmt.Errorf("kubeconfig %s wants to run %q for credentials: add it to allow_exec of cluster %q "+
			"if you trust it: %w", cfg.Kubeconfig, user.Exec.Command, cfg.Name, ErrPluginRefused)
	}
	return nil
}
