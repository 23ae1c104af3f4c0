package netsim

import (
	"fmt"
	"strconv"
)

// exposedVerbs are those about how a cluster's addresses get out.
func exposedVerbs() []verb {
	return []verb{
		{"split", "CLUSTER NAMESPACE SERVICE", checkExposed, func(w *World, e *effects, a []string) error { return w.split(e, a[0], a[1], a[2], true) }},
		{"heal", "CLUSTER NAMESPACE SERVICE", checkExposed, func(w *World, e *effects, a []string) error { return w.split(e, a[0], a[1], a[2], false) }},
		{"drain", "CLUSTER NODE", checkNode, func(w *World, e *effects, a []string) error { return w.drain(e, a[0], a[1], true) }},
		{"undrain", "CLUSTER NODE", checkNode, func(w *World, e *effects, a []string) error { return w.drain(e, a[0], a[1], false) }},
		{"route-via", "CLUSTER NAMESPACE SERVICE NODE", checkVia, func(w *World, e *effects, a []string) error { return w.routeVia(e, a[0], a[1], a[2], a[3]) }},
		{"route-back", "CLUSTER NAMESPACE SERVICE", checkExposed, func(w *World, e *effects, a []string) error { return w.routeVia(e, a[0], a[1], a[2], "") }},
		{"take-addresses", "CLUSTER NUMBER", checkTake, func(w *World, e *effects, a []string) error {
			count, err := taken(a[1])
			if err != nil {
				return err
			}
			return w.take(e, a[0], count)
		}},
		{"give-back", "CLUSTER", checkCluster, func(w *World, e *effects, a []string) error { return w.take(e, a[0], 0) }},
	}
}

func checkExposed(w *World, args []string) error {
	_, _, err := w.exposed(args[0], args[1], args[2])
	return err
}

func checkVia(w *World, args []string) error {
	if err := checkExposed(w, args); err != nil {
		return err
	}
	return checkNode(w, []string{args[0], args[3]})
}

func checkTake(w *World, args []string) error {
	if err := checkCluster(w, args); err != nil {
		return err
	}
	_, err := taken(args[1])
	return err
}

func taken(word string) (int, error) {
	count, err := strconv.Atoi(word)
	if err != nil || count < 1 || count > mostTaken {
		return 0, fmt.Errorf("number %q is not between 1 and %d", word, mostTaken)
	}
	return count, nil
}
