package cluster

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/spf13/pflag"
	cliflag "k8s.io/component-base/cli/flag"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	apioptions "k8s.io/kubernetes/cmd/kube-apiserver/app/options"
	kcm "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	kcmoptions "k8s.io/kubernetes/cmd/kube-controller-manager/app/options"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	scheduleroptions "k8s.io/kubernetes/cmd/kube-scheduler/app/options"
)

// The released commands cannot share a process: each installs a signal handler that panics when installed twice.
// So these go through the functions that the commands call, with the same flags.

func parse(sets cliflag.NamedFlagSets, args []string) error {
	all := pflag.NewFlagSet("kubelab", pflag.ContinueOnError)
	for _, set := range sets.FlagSets {
		all.AddFlagSet(set)
	}
	return all.Parse(args)
}

func runAPIServer(ctx context.Context, listener net.Listener, args []string) error {
	options := apioptions.NewServerRunOptions()
	if err := parse(options.Flags(), args); err != nil {
		return err
	}
	options.SecureServing.Listener = listener
	if err := options.GenericServerRunOptions.ComponentGlobalsRegistry.Set(); err != nil {
		return err
	}
	completed, err := options.Complete(ctx)
	if err != nil {
		return err
	}
	if err := errors.Join(completed.Validate()...); err != nil {
		return err
	}
	return apiserver.Run(ctx, completed)
}

func runControllerManager(ctx context.Context, args []string) error {
	options, err := kcmoptions.NewKubeControllerManagerOptions()
	if err != nil {
		return err
	}
	known, off, aliases := kcm.KnownControllers(), kcm.ControllersDisabledByDefault(), kcm.ControllerAliases()
	sets := options.Flags(known, off, aliases)
	if err := parse(sets, args); err != nil {
		return err
	}
	options.ParsedFlags = &sets
	config, err := options.Config(ctx, known, off, aliases)
	if err != nil {
		return err
	}
	return kcm.Run(ctx, config.Complete())
}

func runScheduler(ctx context.Context, args []string) error {
	options := scheduleroptions.NewOptions()
	if err := parse(*options.Flags, args); err != nil {
		return err
	}
	config, sched, err := scheduler.Setup(ctx, options)
	if err != nil {
		return err
	}
	err = scheduler.Run(ctx, config, sched)
	if ctx.Err() != nil {
		return nil // Run ends with an error even when it was asked to.
	}
	return err
}

func apiServerFlags(c Config, k keys, etcd string, port int) []string {
	return []string{
		"--etcd-servers=" + etcd,
		"--bind-address=127.0.0.1",
		fmt.Sprintf("--secure-port=%d", port),
		"--advertise-address=" + c.AdvertiseAddress.String(),
		"--service-cluster-ip-range=" + c.ServiceCIDR.String(),
		"--authorization-mode=Node,RBAC",
		"--client-ca-file=" + k.file("ca.crt"),
		"--tls-cert-file=" + k.file("apiserver.crt"),
		"--tls-private-key-file=" + k.file("apiserver.key"),
		"--token-auth-file=" + k.file("tokens.csv"),
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-key-file=" + k.file("sa.pub"),
		"--service-account-signing-key-file=" + k.file("sa.key"),
		"--requestheader-client-ca-file=" + k.file("ca.crt"),
		"--requestheader-allowed-names=front-proxy-client",
		"--requestheader-username-headers=X-Remote-User",
		"--allow-privileged=true",
		"--max-requests-inflight=2000",
		"--max-mutating-requests-inflight=1000",
		// A lost node keeps its pods for a day.
		"--default-not-ready-toleration-seconds=86400",
		"--default-unreachable-toleration-seconds=86400",
		// A stop ends the watches instead of waiting for them.
		"--shutdown-send-retry-after=true",
		"--shutdown-watch-termination-grace-period=1s",
	}
}

func controllerManagerFlags(c Config, k keys) []string {
	return []string{
		"--kubeconfig=" + c.path("kcm.kubeconfig"),
		"--secure-port=0",
		"--leader-elect=false",
		"--use-service-account-credentials=true",
		"--service-account-private-key-file=" + k.file("sa.key"),
		"--root-ca-file=" + k.file("ca.crt"),
		"--cluster-signing-cert-file=" + k.file("ca.crt"),
		"--cluster-signing-key-file=" + k.file("ca.key"),
		"--allocate-node-cidrs=true",
		"--cluster-cidr=" + c.PodCIDR.String(),
		"--node-cidr-mask-size=24",
		"--service-cluster-ip-range=" + c.ServiceCIDR.String(),
		"--node-monitor-period=500ms",
		"--node-monitor-grace-period=" + c.NodeGrace.String(),
		"--kube-api-qps=500",
		"--kube-api-burst=500",
	}
}

func schedulerFlags(c Config) []string {
	return []string{
		"--kubeconfig=" + c.path("scheduler.kubeconfig"),
		"--secure-port=0",
		"--leader-elect=false",
		"--kube-api-qps=500",
		"--kube-api-burst=500",
	}
}
