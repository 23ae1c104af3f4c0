package layout

// Measures, in layout units: one unit is one CSS pixel at scale 1.
const (
	gap    = 12
	header = 88 // of sites, clusters and their parts: a title has room in it where nodes can just be told apart
	strip  = 22 // of what is smaller: its title, and a cell for what found no room

	plateHead = 30
	plateW    = 120 // of a face plate, at least
	portW     = 20
	portH     = 18
	portGap   = 2

	segmentW = 96
	segmentH = 36

	podSize    = 16
	podGap     = 4
	podColumns = 8
	nicH       = 18
	cardW      = 2*gap + podColumns*(podSize+podGap)

	chipW = 104
	chipH = 20

	moreW = 64 // of a cell for what found no room in a strip
	moreH = 18

	seam     = 120 // from the fabric to the clusters: cables end in it
	ground   = 96  // above a second row of clusters
	bridgeH  = 20  // of the bridge in a KinD host
	hostW    = 120 // of the host itself, beside it
	pitch    = 200 // widths of sites are multiples of it
	spacing  = 80  // between sites, at least
	trayRows = 2

	regionEdge = 40      // from a region's edge to what is in it
	endless    = 1 << 30 // how far south the world reaches
)

// rect is a place in a container.
type rect struct{ x, y, w, h int32 }

func (r rect) overlaps(o rect, apart int32) bool {
	return r.x < o.x+o.w+apart && o.x < r.x+r.w+apart && r.y < o.y+o.h+apart && o.y < r.y+r.h+apart
}

// class is the capacity that a container of n is built for: it grows by
// doubling, so that churn resizes nothing.
func class(n, least int) int {
	c := least
	for c < n {
		c *= 2
	}
	return c
}

// quantise rounds a length up to a multiple of step.
func quantise(length, step int32) int32 { return (length + step - 1) / step * step }

func ceil(n, by int) int { return (n + by - 1) / by }
