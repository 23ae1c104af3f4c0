package netsim

import "slices"

// How many steps things take that take a while.
const (
	stepsToStart   = 2  // A pod's containers.
	stepsToStop    = 3  // A pod that was asked to end.
	stepsUnready   = 6  // A readiness probe that fails for a while.
	stepsUntilGone = 10 // A dead node's pods are given up.
)

// transit puts a pod into a state that passes by itself.
func (e *effects) transit(p *pod, s podState) {
	p.become(s, e.now)
	c := p.workload.cluster
	c.moving = addOnce(c.moving, p)
	e.pod(p)
}

// reconcile makes or ends pods until the workload has what was asked for. A
// StatefulSet waits for a name to be free; DaemonSets do not change here.
func (e *effects) reconcile(w *workload) {
	for {
		live := 0
		var newest *pod
		for _, p := range w.pods {
			if p.state != podTerminating {
				live++
				newest = p
			}
		}
		switch {
		case w.kind == daemonSet || live == w.replicas:
			return
		case live > w.replicas:
			e.transit(newest, podTerminating)
		case w.kind == statefulSet && len(w.pods) >= w.replicas:
			return
		default:
			e.place(w.addPod(e.now))
		}
	}
}

// place puts a new pod on a node, where it begins to start.
func (e *effects) place(p *pod) {
	n := p.workload.cluster.choose()
	if n == nil {
		e.transit(p, podUnplaced)
		return
	}
	n.put(p)
	e.transit(p, podStarting)
}

// pass lets one step go by in a cluster.
func (e *effects) pass(c *cluster) {
	for _, n := range c.nodes {
		if !n.dead {
			continue
		}
		if n.deadFor++; n.deadFor == stepsUntilGone {
			e.giveUp(n)
		}
	}
	moving := c.moving
	c.moving = nil
	for _, p := range moving {
		if p.steps++; !e.passed(p) && !slices.Contains(e.gone, p) {
			c.moving = addOnce(c.moving, p)
		}
	}
}

// passed moves a pod on if its time has come and says whether it has settled.
func (e *effects) passed(p *pod) bool {
	switch p.state {
	case podUnplaced:
		if p.workload.cluster.choose() != nil {
			e.place(p)
		}
		return false
	case podStarting:
		if p.steps < stepsToStart || p.node.unheard() {
			return false
		}
		p.start(e.now)
		e.pod(p)
		return true
	case podTerminating:
		if p.steps < stepsToStop || (p.node != nil && p.node.unheard()) {
			return false // A kubelet that is not heard confirms nothing.
		}
		e.remove(p)
		return true
	case podUnready:
		if p.steps < stepsUnready {
			return false
		}
		p.become(podRunning, e.now)
		e.pod(p)
		return true
	case podRunning, podCrashing:
		return true
	default:
		return true
	}
}

// giveUp ends the pods of a node that has been dead for too long. Those of
// Deployments come back elsewhere.
func (e *effects) giveUp(n *node) {
	for _, p := range slices.Clone(n.pods) {
		if p.workload.kind != daemonSet && p.state != podTerminating {
			e.transit(p, podTerminating)
			e.reconcile(p.workload)
		}
	}
}
