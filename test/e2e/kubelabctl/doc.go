// Package kubelabctl starts real Kubernetes clusters for tests, each a process of the binary that test/kubelab builds,
// and lets a test act on them: make nodes and workloads, fail a readiness probe, lose a node and bring it back.
//
// All functions that wait do so until their context ends; give them one with a deadline.
package kubelabctl
