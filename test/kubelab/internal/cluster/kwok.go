package cluster

import (
	"context"
	"embed"
	"fmt"
	"os"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/utils/clock"
	"sigs.k8s.io/kwok/kustomize/stage/node/fast"
	"sigs.k8s.io/kwok/kustomize/stage/node/heartbeat-with-lease"
	podfast "sigs.k8s.io/kwok/kustomize/stage/pod/fast"
	"sigs.k8s.io/kwok/pkg/apis/internalversion"
	kwokconfig "sigs.k8s.io/kwok/pkg/config"
	"sigs.k8s.io/kwok/pkg/kwok/controllers"
	kwoklog "sigs.k8s.io/kwok/pkg/log"
	"sigs.k8s.io/kwok/pkg/utils/client"
)

// NodeSelector is the label by which KWOK knows its nodes: with it a node has a kubelet, without it it is silent.
const NodeSelector = "lab=true"

//go:embed stages/*.yaml
var incidents embed.FS

// runKWOK plays the kubelets of all nodes under NodeSelector.
func runKWOK(ctx context.Context, c Config) error {
	ctx = kwoklog.NewContext(ctx, kwoklog.NewLogger(os.Stderr, kwoklog.LevelWarn))
	config, err := kwokConfig(c)
	if err != nil {
		return err
	}
	controller, err := controllers.NewController(config)
	if err != nil {
		return err
	}
	if err := controller.Start(ctx); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

func kwokConfig(c Config) (controllers.Config, error) {
	none := controllers.Config{}
	stages, err := stages()
	if err != nil {
		return none, err
	}
	id, err := controllers.Identity()
	if err != nil {
		return none, err
	}
	set, err := client.NewClientset("", c.AdminKubeconfig())
	if err != nil {
		return none, err
	}
	config, err := set.ToRESTConfig()
	if err != nil {
		return none, err
	}
	restClient, err := rest.RESTClientFor(config)
	if err != nil {
		return none, err
	}
	typed, err := kubernetes.NewForConfig(config)
	if err != nil {
		return none, err
	}
	dynamic, err := set.ToDynamicClient()
	if err != nil {
		return none, err
	}
	mapper, err := set.ToRESTMapper()
	if err != nil {
		return none, err
	}
	return controllers.Config{
		Clock:                        clock.RealClock{},
		ID:                           id,
		RESTClient:                   restClient,
		TypedClient:                  typed,
		DynamicClient:                dynamic,
		RESTMapper:                   mapper,
		ImpersonatingDynamicClient:   set.ToImpersonatingDynamicClient(),
		ImpersonatingTypedClient:     set.ToImpersonatingTypedClient(),
		ManageNodesWithLabelSelector: NodeSelector,
		CIDR:                         c.PodCIDR.String(),
		LocalStages:                  stages,
		NodeLeaseDurationSeconds:     uint(c.NodeGrace.Seconds()), // Renewed every quarter of it.
		NodeLeaseParallelism:         4,
		NodePlayStageParallelism:     4,
		PodPlayStageParallelism:      8,
		PodsOnNodeSyncParallelism:    2,
	}, nil
}

// stages are KWOK's own for nodes and pods that do well, and ours for those that do not.
func stages() (map[internalversion.StageResourceRef][]*internalversion.Stage, error) {
	texts := []string{
		fast.DefaultNodeInit,
		heartbeat_with_lease.DefaultNodeHeartbeatWithLease,
		podfast.DefaultPodReady,
		podfast.DefaultPodComplete,
		podfast.DefaultPodDelete,
	}
	files, err := incidents.ReadDir("stages")
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		text, err := incidents.ReadFile("stages/" + file.Name())
		if err != nil {
			return nil, err
		}
		texts = append(texts, string(text))
	}
	byKind := map[internalversion.StageResourceRef][]*internalversion.Stage{}
	for _, text := range texts {
		stage, err := kwokconfig.UnmarshalWithType[*internalversion.Stage](text)
		if err != nil {
			return nil, fmt.Errorf("stage: %w", err)
		}
		byKind[stage.Spec.ResourceRef] = append(byKind[stage.Spec.ResourceRef], stage)
	}
	return byKind, nil
}
