// Package collectors is what the packages that read sources have in common:
// how one of them is kept running. A collector reads one sort of source
// (kube: a cluster; snmp: a switch) and hands api.Observations to an api.Sink.
// Collectors know the api package and never each other or the server.
package collectors
