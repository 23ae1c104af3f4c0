package netsim

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/netseam/netseam/test/netsim/snmpagent"
)

// Dump writes everything a reader of the world could get, as text: each
// switch's SNMP rows and each cluster's objects. Two worlds of one seed, one
// clock and the same acts give the same bytes.
func (w *World) Dump(out io.Writer) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, d := range w.fabric.devices {
		if _, err := fmt.Fprintf(out, "switch %s\n", d.name); err != nil {
			return fmt.Errorf("dump switch %s: %w", d.name, err)
		}
		view := d.view(w.uptime(d))
		for _, root := range []snmpagent.OID{{1, 0}, {1, 3}} {
			for _, row := range snmpagent.Walk(view, root) {
				if _, err := fmt.Fprintf(out, "%v %v\n", row.OID, row.Value); err != nil {
					return fmt.Errorf("dump switch %s: %w", d.name, err)
				}
			}
		}
	}
	encode := json.NewEncoder(out)
	for _, c := range w.clusters {
		if _, err := fmt.Fprintf(out, "cluster %s\n", c.name); err != nil {
			return fmt.Errorf("dump cluster %s: %w", c.name, err)
		}
		for _, obj := range c.objects() {
			if err := encode.Encode(obj); err != nil {
				return fmt.Errorf("dump cluster %s: %w", c.name, err)
			}
		}
	}
	return nil
}
