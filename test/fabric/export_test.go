package fabric

// What the tests look at from outside.
var (
	ParseNeighbours = parseNeighbours
	LLDPRows        = lldpRows
	Snmprec         = snmprec
	ParseOID        = parseOID
)

// RunDir returns the directory of the sockets.
func (o Options) RunDir() string { return o.runDir() }

// RootLeg returns the name of the interface in the root namespace.
func (o Options) RootLeg() string { return o.rootLeg() }

// Check returns what is wrong with the options.
func (o Options) Check() error { return o.withDefaults().check() }

// Plan returns the topology at the beginning.
func (o Options) Plan() Topology {
	o = o.withDefaults()
	return o.topology(o.firstCabling())
}

// PlannedNeighbours returns a device's rows at the beginning, less those of the ports that are down.
func (o Options) PlannedNeighbours(device string, down map[End]bool) []Neighbour {
	o = o.withDefaults()
	return o.neighbours(device, o.firstCabling(), down)
}
