package netsim

import "k8s.io/apimachinery/pkg/runtime"

// SecretValue stands in every pod's environment.
const SecretValue = secretValue

// Objects are what a cluster's API should hold, made afresh from the model.
func (w *World) Objects(cluster string) []runtime.Object {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.cluster(cluster).objects()
}
