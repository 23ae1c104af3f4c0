package netsim

import "fmt"

// churnVerb is the only event that lasts.
const churnVerb = "churn"

// verb is something that a script can let happen.
type verb struct {
	name string
	// takes names its arguments.
	takes string
	// check says whether what the arguments name is there.
	check func(w *World, args []string) error
	do    func(w *World, e *effects, args []string) error
}

func verbs() []verb {
	return append([]verb{
		{"link-down", "SWITCH PORT", checkCable, func(w *World, e *effects, a []string) error { return w.cutCable(e, a[0], a[1], true) }},
		{"link-up", "SWITCH PORT", checkCable, func(w *World, e *effects, a []string) error { return w.cutCable(e, a[0], a[1], false) }},
		{"move-cable", "NODE NIC SWITCH PORT", checkMove, func(w *World, e *effects, a []string) error { return w.moveCable(e, a[0], a[1], a[2], a[3]) }},
		{"kill-node", "CLUSTER NODE", checkNode, func(w *World, e *effects, a []string) error { return w.power(e, a[0], a[1], false) }},
		{"revive-node", "CLUSTER NODE", checkNode, func(w *World, e *effects, a []string) error { return w.power(e, a[0], a[1], true) }},
		{"silence", "SWITCH", checkSwitch, func(w *World, _ *effects, a []string) error { return w.mute(a[0], true) }},
		{"wake", "SWITCH", checkSwitch, func(w *World, _ *effects, a []string) error { return w.mute(a[0], false) }},
		{"pod-unready", "CLUSTER NAMESPACE POD", checkCluster, func(w *World, e *effects, a []string) error { return w.podReady(e, a[0], a[1], a[2], false) }},
		{"pod-ready", "CLUSTER NAMESPACE POD", checkCluster, func(w *World, e *effects, a []string) error { return w.podReady(e, a[0], a[1], a[2], true) }},
		{churnVerb, "N/s for TIME [in CLUSTER]", checkCluster, func(w *World, e *effects, a []string) error { return w.churnIn(e, a) }},
	}, exposedVerbs()...)
}

func verbNames() []string {
	var out []string
	for _, v := range verbs() {
		out = append(out, v.name)
	}
	return out
}

func checkSwitch(w *World, args []string) error {
	if w.device(args[0]) == nil {
		return fmt.Errorf("switch %q does not exist", args[0])
	}
	return nil
}

func checkCable(w *World, args []string) error {
	_, err := w.port(args[0], args[1])
	return err
}

func checkMove(w *World, args []string) error {
	if _, err := w.nic(args[0], args[1]); err != nil {
		return err
	}
	return checkCable(w, args[2:])
}

func checkNode(w *World, args []string) error {
	_, err := w.nodeOf(args[0], args[1])
	return err
}

func checkCluster(w *World, args []string) error {
	if len(args) > 0 && w.cluster(args[0]) == nil {
		return fmt.Errorf("cluster %q does not exist", args[0])
	}
	return nil
}

// churnIn lets one of the clusters, or the one that is named, do something of
// its own.
func (w *World) churnIn(e *effects, args []string) error {
	switch {
	case len(args) > 0:
		e.churn(w.cluster(args[0]))
	case len(w.clusters) > 0:
		e.churn(w.clusters[w.script.random.IntN(len(w.clusters))])
	}
	return nil
}
