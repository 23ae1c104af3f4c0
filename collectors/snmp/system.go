package snmp

import (
	"context"
	"time"
)

// System is the system group of SNMPv2-MIB: who a device says it is.
type System struct {
	Descr    string
	ObjectID string // dotted, without leading dot
	Contact  string
	Name     string
	Location string
}

func systemObjects() []object {
	const system = "1.3.6.1.2.1.1"
	return []object{
		upTime(),
		{"sysDescr", system + ".1.0"},
		{"sysObjectID", system + ".2.0"},
		{"sysContact", system + ".4.0"},
		{"sysName", system + ".5.0"},
		{"sysLocation", system + ".6.0"},
	}
}

func upTime() object { return object{"sysUpTime", "1.3.6.1.2.1.1.3.0"} }

// decodeSystem reads what systemObjects hold: the group, for how long the
// agent has been up (negative if it does not say), and whether any was there.
func decodeSystem(values []value) (sys System, up time.Duration, present bool) {
	if len(values) != len(systemObjects()) {
		return System{}, -1, false
	}
	for _, v := range values {
		present = present || v.kind != kindAbsent
	}
	sys = System{
		Descr: values[1].str(), ObjectID: values[2].str(), Contact: values[3].str(),
		Name: values[4].str(), Location: values[5].str(),
	}
	return sys, decodeUpTime(values[0]), present
}

// decodeUpTime reads hundredths of a second, negative if it is no time.
func decodeUpTime(v value) time.Duration {
	if v.kind != kindNumber || v.number < 0 || v.number > 1<<32-1 {
		return -1
	}
	return time.Duration(v.number) * 10 * time.Millisecond
}

func readSystem(ctx context.Context, s session) (System, time.Duration, bool, error) {
	values, err := s.Get(ctx, systemObjects()...)
	if err != nil {
		return System{}, -1, false, err
	}
	sys, up, present := decodeSystem(values)
	return sys, up, present, nil
}

// readUpTime reads sysUpTime alone, negative if the agent does not say.
func readUpTime(ctx context.Context, s session) (time.Duration, error) {
	values, err := s.Get(ctx, upTime())
	if err != nil {
		return -1, err
	}
	return decodeUpTime(values[0]), nil
}

// wentBack says whether an agent restarted between two readings of its
// sysUpTime. (Every 497 days the counter itself begins anew.)
func wentBack(before, after time.Duration) bool {
	return before >= 0 && after >= 0 && after < before
}
