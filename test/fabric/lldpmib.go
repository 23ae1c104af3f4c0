package fabric

import (
	"fmt"
	"net"
	"strconv"
	"strings"

	"github.com/gosnmp/gosnmp"
)

const (
	lldpMIB      = ".1.0.8802.1.1.2"
	locPortID    = lldpMIB + ".1.3.7.1.3."
	remTable     = lldpMIB + ".1.4.1.1."
	maxRemColumn = 12
)

// lldpRows joins the cells of lldpRemTable to rows and names their local ports by lldpLocPortTable.
func lldpRows(device string, values []gosnmp.SnmpPDU) ([]Neighbour, error) {
	ports := map[string]string{}   // lldpLocPortNum -> port name
	cells := map[string][][]byte{} // index of lldpRemTable -> column -> value
	for _, v := range values {
		if num, ok := strings.CutPrefix(v.Name, locPortID); ok {
			ports[num] = string(octets(v))
			continue
		}
		rest, ok := strings.CutPrefix(v.Name, remTable)
		if !ok {
			continue
		}
		first, index, _ := strings.Cut(rest, ".")
		column, err := strconv.Atoi(first)
		if err != nil || column < 1 || column > maxRemColumn {
			return nil, fmt.Errorf("read LLDP rows of %s: no column %s.%s", device, first, index)
		}
		if cells[index] == nil {
			cells[index] = make([][]byte, maxRemColumn+1)
		}
		cells[index][column] = octets(v)
	}
	var rows []Neighbour
	for index, row := range cells {
		part := strings.Split(index, ".") // Time mark, local port, number.
		if len(part) != 3 || ports[part[1]] == "" {
			return nil, fmt.Errorf("read LLDP rows of %s: row %s belongs to no local port", device, index)
		}
		n := Neighbour{Device: device, LocalPort: ports[part[1]], PortDescription: string(row[8]), Name: string(row[9])}
		n.ChassisSubtype, n.ChassisID = identifier(row[4], row[5], chassisMAC)
		n.PortSubtype, n.PortID = identifier(row[6], row[7], portMAC)
		rows = append(rows, n)
	}
	sortNeighbours(rows)
	return rows, nil
}

// identifier decodes an ID by its subtype: a MAC or text.
func identifier(subtype, id []byte, mac int) (int, string) {
	kind, err := strconv.Atoi(string(subtype))
	if err != nil {
		return 0, string(id)
	}
	if kind == mac {
		return kind, net.HardwareAddr(id).String()
	}
	return kind, string(id)
}

// octets returns a value as octets; an integer as its digits.
func octets(v gosnmp.SnmpPDU) []byte {
	if b, ok := v.Value.([]byte); ok {
		return b
	}
	return fmt.Append(nil, v.Value)
}
