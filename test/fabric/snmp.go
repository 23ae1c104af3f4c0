package fabric

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/gosnmp/gosnmp"
)

// maxWalk ends the walk of an agent that never does. A whole leaf has some 600 values.
const maxWalk = 20_000

var errTooLong = errors.New("the agent gives more values than any switch here has")

// snmpClient connects to a switch from the root namespace.
func snmpClient(ctx context.Context, address netip.Addr, community string) (*gosnmp.GoSNMP, error) {
	c := &gosnmp.GoSNMP{
		Context: ctx, Target: address.String(), Port: 161, Transport: "udp", Version: gosnmp.Version2c, Community: community,
		Timeout: time.Second, Retries: 2, MaxOids: gosnmp.MaxOids, MaxRepetitions: 25,
	}
	return c, c.Connect()
}

// walk returns all values of a switch below an OID.
func walk(ctx context.Context, address netip.Addr, root string) (values []gosnmp.SnmpPDU, err error) {
	c, err := snmpClient(ctx, address, Community)
	if err != nil {
		return nil, fmt.Errorf("walk %s of %s: %w", root, address, err)
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	err = c.BulkWalk(root, func(v gosnmp.SnmpPDU) error {
		if len(values) == maxWalk {
			return errTooLong
		}
		values = append(values, v)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("walk %s of %s: %w", root, address, err)
	}
	return values, nil
}

// shortenCache makes an agent look at its interfaces and routes every second, instead of every three and every sixty. It
// also waits for the agent.
func (o Options) shortenCache(ctx context.Context, device string) (err error) {
	const cacheTimeout, ifTable, routes = ".1.3.6.1.4.1.8072.1.5.3.1.2", ".1.3.6.1.2.1.2.2", ".1.3.6.1.2.1.4.24.7"
	c, err := snmpClient(ctx, o.managed(switchNumber(device)), driverCommunity)
	if err != nil {
		return fmt.Errorf("set cache time of %s: %w", device, err)
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	return poll(ctx, 50*time.Millisecond, func() error {
		reply, err := c.Set([]gosnmp.SnmpPDU{
			{Name: cacheTimeout + ifTable, Type: gosnmp.Integer, Value: 1}, {Name: cacheTimeout + routes, Type: gosnmp.Integer, Value: 1},
		})
		switch {
		case err != nil:
			return fmt.Errorf("set cache time of %s: %w", device, err)
		case reply.Error != gosnmp.NoError:
			return fmt.Errorf("set cache time of %s: %s", device, reply.Error)
		}
		return nil
	})
}

// SNMPNeighbours returns what a switch's agent answers for its LLDP neighbours, in the order of Expected.
func (f *Fabric) SNMPNeighbours(ctx context.Context, device string) ([]Neighbour, error) {
	values, err := walk(ctx, f.Address(device), lldpMIB)
	if err != nil {
		return nil, err
	}
	return lldpRows(device, values)
}

// OperStatus returns ifOperStatus of a switch's port: 1 up, 2 down.
func (f *Fabric) OperStatus(ctx context.Context, device, port string) (int, error) {
	c, err := snmpClient(ctx, f.Address(device), Community)
	if err != nil {
		return 0, fmt.Errorf("read ifOperStatus of %s %s: %w", device, port, err)
	}
	reply, err := c.Get([]string{fmt.Sprintf("1.3.6.1.2.1.2.2.1.8.%d", ifIndex(port))})
	if err = errors.Join(err, c.Close()); err != nil {
		return 0, fmt.Errorf("read ifOperStatus of %s %s: %w", device, port, err)
	}
	status, ok := reply.Variables[0].Value.(int)
	if !ok {
		return 0, fmt.Errorf("read ifOperStatus of %s %s: it is %v", device, port, reply.Variables[0])
	}
	return status, nil
}
