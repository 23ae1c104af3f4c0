package api

import "net/netip"

// Learned is what one forwarding or address table has of a device, or behind a
// port.
type Learned struct {
	Scope ScopeID
	Count int // rows that the table has
	Aged  int // rows that it no longer has, kept because something rests on them
	// Ports are how many of the rows are behind which port; 0 stands for ports
	// that are not known. Empty for what is asked of a port, and for address tables.
	Ports map[VertexID]int
	// Rows are the first of them, of a port alone.
	Rows []LearnedRow
}

// LearnedRow is one row of a table.
type LearnedRow struct {
	MAC     MAC
	VLAN    uint16     // 0 where the table does not say, and in address tables
	Address netip.Addr // in address tables
	VRF     string     // in address tables, "" for the default one
	Aged    bool
}
