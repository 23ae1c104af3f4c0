package fabric

// What the tests look at from outside.
//
//nolint:gochecknoglobals // Names for the tests, never changed.
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
