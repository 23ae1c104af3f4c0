package merge_test

import (
	"testing"

	"github.com/netseam/netseam/api"
)

const hour = 3600

// A clock that is set back or forth by an hour changes nothing by itself, and
// what waits for a time to pass waits no longer than it would have.
func TestTheClockIsSetWhileACableIsOut(t *testing.T) {
	for name, jump := range map[string]int{"back": -hour, "forth": hour} {
		t.Run(name, func(t *testing.T) {
			e := built(t, inOrder())
			told(t, e, 2*hour, api.HealthDown, false)
			told(t, e, 2*hour+30, api.HealthOK, false)
			before := dump(e.Snapshot())
			now := 2*hour + 60 + jump
			apply(t, e, now)
			if after := dump(e.Snapshot()); after != before {
				t.Fatalf("the clock alone changed the map:\n%s\nwas\n%s", after, before)
			}
			// What was noted before may begin anew, and takes a reading more.
			for _, second := range []int{now, now + 30, now + 150} {
				told(t, e, second, api.HealthOK, false)
			}
			if edge := cableAt(e); edge != nil {
				t.Fatalf("minutes after, there is still %+v", edge)
			}
			told(t, e, now+200, api.HealthOK, true)
			wantLine(t, e, "link east/leaf/swp51 -- east/spine/swp1 ok")
		})
	}
}

// A neighbour that fell silent right before the clock was set back is decided on
// by the readings after it.
func TestTheClockIsSetBackAfterASilence(t *testing.T) {
	e := built(t, inOrder())
	apply(t, e, 2*hour, complete("snmp:leaf", "lldp", 2*hour, chassis("aa"), hears("swp51", "bb", "swp1", "spine"))...)
	for _, second := range []int{hour, hour + 30} {
		apply(t, e, second, complete("snmp:leaf", "if", second, port("swp1", api.HealthOK), port("swp51", api.HealthOK))...)
	}
	wantNoLine(t, e, "attach")
}

// Two places that hear one thing are in dispute two minutes after, whatever the
// clock does in between.
func TestTheClockIsSetBackDuringAMove(t *testing.T) {
	e := built(t, inOrder())
	ports := []api.Claim{port("swp1", api.HealthOK), port("swp2", api.HealthOK), port("swp51", api.HealthOK)}
	apply(t, e, hour, complete("snmp:leaf", "if", hour, ports...)...)
	both := func(second int) {
		apply(t, e, second, complete("snmp:leaf", "lldp", second, chassis("aa"), hears("swp51", "bb", "swp1", "spine"),
			hears("swp1", "cc", "ens1", "n1"), hears("swp2", "cc", "ens1", "n1"))...)
	}
	both(2 * hour)
	wantLine(t, e, "n1/ens1 -- east/leaf/swp2 ok")
	wantNoLine(t, e, "disputed")
	for _, second := range []int{hour, hour + 60, hour + 130} {
		both(second)
	}
	wantLine(t, e, "n1/ens1 -- east/leaf/swp1", "disputed")
}
