// Package cluster runs one real Kubernetes cluster inside this process: etcd, kube-apiserver, kube-controller-manager
// and kube-scheduler as they are released, and KWOK in place of the kubelets. Nothing runs in the pods, everything
// that the API shows is true: endpoints follow readiness, a silent node turns Unknown, owners are garbage collected.
//
// One process holds one cluster, because the components register global names; two clusters are two processes.
package cluster
