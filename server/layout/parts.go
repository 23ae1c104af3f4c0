package layout

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/netseam/netseam/api"
)

// grid is an area of node cards. The last cell is kept for what finds no room.
type grid struct {
	area          rect // in the frame of its part
	card          rect
	columns, rows int
}

func (g grid) cell(i int) rect {
	return rect{
		g.area.x + int32(i%g.columns)*(g.card.w+gap), g.area.y + int32(i/g.columns)*(g.card.h+gap), g.card.w, g.card.h,
	}
}

// has says whether a rectangle is one of the grid's cells, the last excepted.
func (g grid) has(r rect) bool {
	column, row := int(r.x-g.area.x)/int(g.card.w+gap), int(r.y-g.area.y)/int(g.card.h+gap)
	i := row*g.columns + column
	return column >= 0 && column < g.columns && i >= 0 && i < g.cells()-1 && g.cell(i) == r
}

func (g grid) cells() int { return g.columns * g.rows }
func (g grid) last() rect { return g.cell(g.cells() - 1) }

// partHead is the height of what stands above the cards in a part: its name,
// and of a KinD host the bridge.
func partHead(role Role) int32 {
	switch {
	case role == RoleHost:
		return header + bridgeH + gap
	case role == RolePart || role == RoleZone:
		return header
	default:
		return 0
	}
}

// grid is the area of cards in a part.
func (f *clusterForm) grid(part int) grid {
	p := f.parts[part]
	size, head := f.card.size(), partHead(Role(p.Role))
	area := rect{0, head, p.W, p.H - head - gap}
	if Role(p.Role) != 0 {
		area.x, area.w = gap, p.W-2*gap
	} else {
		area.x, area.y = p.X, p.Y // framed in the cluster itself
	}
	return grid{
		area: area, card: size,
		columns: max(int(area.w+gap)/int(size.w+gap), 1), rows: max(int(area.h+gap)/int(size.h+gap), 1),
	}
}

// frameOf is the box in which a part's cards are counted.
func (f *clusterForm) frameOf(cluster *api.Vertex, part int) api.VertexID {
	if f.parts[part].Role == 0 {
		return cluster.ID
	}
	return partID(cluster.ID, part)
}

// cardsWide is how many times as wide as high the cards of a cluster are about:
// with its shelf below it is then most like a screen.
const cardsWide = 5

// gridFor is how many columns and rows hold n cards and one for what finds no
// room later: one row of few, else wider than high.
func gridFor(n int, c rect) (columns, rows int) {
	if n < 9 {
		return max(n+1, 4), 1
	}
	n += 1 + n/16
	least := int32(endless)
	for wide := 4; wide <= 256; wide++ {
		high := ceil(n, wide)
		if size := max(int32(wide)*(c.w+gap), int32(high)*(c.h+gap)*cardsWide); size < least {
			columns, rows, least = wide, high, size
		}
	}
	return columns, rows
}

// block is the size of a part that holds n nodes.
func (f *clusterForm) block(role Role, n int) rect {
	size := f.card.size()
	columns, rows := gridFor(n, size)
	r := rect{w: int32(columns)*(size.w+gap) - gap, h: partHead(role) + int32(rows)*(size.h+gap)}
	if role != 0 {
		r.w += 2 * gap
	}
	return r
}

// planParts divides a cluster's nodes and returns how far the home's part
// reaches south.
func (d *drawing) planParts(cluster *api.Vertex, f *clusterForm, nodes []*api.Vertex) int32 {
	role, counts := d.division(cluster, nodes)
	keys := sortedKeys(counts)
	if role == RolePart { // home first
		home := partKey{site: cluster.Parent}
		keys = slices.DeleteFunc(keys, func(k partKey) bool { return k == home })
		keys = append([]partKey{home}, keys...)
	}
	x, bottom := int32(gap), int32(header)
	for i, key := range keys {
		size := f.block(role, counts[key])
		part := api.PlotPart{Role: uint8(role), X: x, Y: header, W: size.w, H: size.h, Text: key.text}
		if role == RolePart && i > 0 {
			part.In, part.X, part.Y = key.site, 0, 0 // its site says where
		} else {
			bottom = max(bottom, header+size.h)
			x += size.w + gap
		}
		if role == RolePart {
			part.Text = fmt.Sprintf("%s %d/%d", cluster.Name, i+1, len(keys))
		}
		f.parts = append(f.parts, part)
	}
	f.w = max(f.w, x)
	return bottom + gap
}

// partKey is what tells a cluster's parts apart.
type partKey struct {
	site api.VertexID
	text string
}

// division says how a cluster is divided, and how many nodes each part has.
func (d *drawing) division(cluster *api.Vertex, nodes []*api.Vertex) (Role, map[partKey]int) {
	sites, zones, hosts := map[partKey]int{}, map[partKey]int{}, map[partKey]int{}
	for _, node := range nodes {
		sites[partKey{site: cmp.Or(d.siteOf(node), cluster.Parent)}]++
		switch kind, _, _ := strings.Cut(node.Attr(api.AttrProviderID), ":"); {
		case kind == "kind":
			hosts[partKey{text: "host of " + cluster.Name}]++
		case node.Attr(api.AttrPort) == "not expected":
			zones[partKey{text: cmp.Or(node.Attr(api.AttrZone), "no zone")}]++
		}
	}
	switch {
	case len(sites) > 1 && cluster.Parent != 0:
		sites[partKey{site: cluster.Parent}] += 0
		return RolePart, sites
	case len(hosts) > 0:
		return RoleHost, map[partKey]int{{text: "host of " + cluster.Name}: len(nodes)}
	case len(zones) > 0:
		if rest := len(nodes) - sum(zones); rest > 0 {
			zones[partKey{text: "no zone"}] += rest
		}
		return RoleZone, zones
	}
	return 0, map[partKey]int{{}: len(nodes)}
}

// berth is the switch port that a node is attached to: the first, in the order
// of devices and ports.
type berth struct {
	device, port *api.Vertex
}

// berths yields the ports that a node is attached to.
func (d *drawing) berths(node *api.Vertex) func(yield func(berth) bool) {
	return func(yield func(berth) bool) {
		for nic := range d.s.Children(node.ID) {
			if nic.Kind != api.VertexNIC {
				continue
			}
			for e := range d.s.EdgesOf(nic.ID) {
				if e.Kind != api.EdgeAttach {
					continue
				}
				port, _ := d.s.Vertex(e.A + e.B - nic.ID)
				if port == nil {
					continue
				}
				device, _ := d.s.Vertex(port.Parent)
				if device != nil && !yield(berth{device, port}) {
					return
				}
			}
		}
	}
}

func (d *drawing) berthOf(node *api.Vertex) (best berth, ok bool) {
	for b := range d.berths(node) {
		if !ok || compareBerths(b, best) < 0 {
			best, ok = b, true
		}
	}
	return best, ok
}

func compareBerths(a, b berth) int {
	return cmp.Or(
		cmp.Compare(a.device.Slot, b.device.Slot), cmp.Compare(a.device.ID, b.device.ID),
		cmp.Compare(a.port.Slot, b.port.Slot), cmp.Compare(a.port.ID, b.port.ID),
	)
}

// siteOf is the site of the port that a node is attached to; 0 if none is known.
func (d *drawing) siteOf(node *api.Vertex) api.VertexID {
	b, ok := d.berthOf(node)
	if !ok {
		return 0
	}
	if site, ok := d.s.Vertex(b.device.Parent); ok && site.Kind == api.VertexSite {
		return site.ID
	}
	return 0
}

// placeNodes says where nodes stand: by leaf and port when they are placed
// first, and for ever after where they were.
func (d *drawing) placeNodes(cluster *api.Vertex, f *clusterForm, nodes []*api.Vertex) {
	f.hiddenNodes = make([]int, len(f.parts))
	taken := make([]map[rect]bool, len(f.parts))
	for i := range taken {
		taken[i] = map[rect]bool{}
	}
	var fresh []*api.Vertex
	for _, node := range nodes {
		part := 0
		if placed(node) && len(node.Plot.Room) == 1 {
			part = int(node.Plot.Room[0])
		}
		if !placed(node) || part >= len(f.parts) || !d.stands(cluster, f, part) {
			fresh = append(fresh, node)
			continue
		}
		p := place{rect: plotRect(node.Plot), part: part}
		taken[part][p.rect] = true
		f.nodes[node.ID] = p
	}
	next := make([]int, len(f.parts))
	for _, node := range d.byBerth(fresh) {
		part := d.partFor(cluster, f, node)
		p := place{part: part, hidden: true, fresh: true}
		g := f.grid(part)
		if at, ok := wish(node); ok && !taken[part][at] && g.has(at) {
			p.rect, p.hidden = at, false
			taken[part][at] = true
		}
		for ; p.hidden && next[part] < g.cells()-1; next[part]++ {
			if at := g.cell(next[part]); !taken[part][at] {
				p.rect, p.hidden = at, false
				taken[part][at] = true
			}
		}
		if p.hidden {
			f.hiddenNodes[part]++
		}
		f.nodes[node.ID] = p
	}
}

// byBerth orders nodes by leaf and port; those of which none is known come last.
func (d *drawing) byBerth(nodes []*api.Vertex) []*api.Vertex {
	berths := map[api.VertexID]berth{}
	for _, node := range nodes {
		if b, ok := d.berthOf(node); ok {
			berths[node.ID] = b
		}
	}
	return inOrder(nodes, berths)
}

func inOrder(nodes []*api.Vertex, berths map[api.VertexID]berth) []*api.Vertex {
	out := slices.Clone(nodes)
	slices.SortStableFunc(out, func(a, b *api.Vertex) int {
		ba, oka := berths[a.ID]
		bb, okb := berths[b.ID]
		switch {
		case oka && okb:
			return cmp.Or(compareBerths(ba, bb), cmp.Compare(a.Slot, b.Slot), cmp.Compare(a.ID, b.ID))
		case oka != okb && oka:
			return -1
		case oka != okb:
			return 1
		}
		return cmp.Compare(a.Slot, b.Slot)
	})
	return out
}

// partFor is the part of a cluster in which a node belongs; the first if there
// is none of its site or zone.
func (d *drawing) partFor(cluster *api.Vertex, f *clusterForm, node *api.Vertex) int {
	if len(f.parts) == 1 {
		return 0
	}
	site, zone := cmp.Or(d.siteOf(node), cluster.Parent), cmp.Or(node.Attr(api.AttrZone), "no zone")
	for i, part := range f.parts {
		switch {
		case Role(part.Role) == RolePart:
			if part.In == site && d.stands(cluster, f, i) {
				return i
			}
		case Role(part.Role) == RoleZone:
			if part.Text == zone {
				return i
			}
		}
	}
	return 0
}

// stands says whether a part has a place: one in another site may have found no
// room there.
func (d *drawing) stands(cluster *api.Vertex, f *clusterForm, i int) bool {
	if f.parts[i].In == 0 {
		return true
	}
	site, ok := d.s.Vertex(f.parts[i].In)
	return ok && !d.site(site).clusters[partID(cluster.ID, i)].hidden && !d.isHidden(site)
}

// isHidden says whether a site's region has no room for it.
func (d *drawing) isHidden(site *api.Vertex) bool {
	return site.Parent != 0 && d.lots(site.Parent)[site.ID].hidden
}

// layPart adds the furniture of a part that stands in the cluster itself.
func (d *drawing) layPart(g *group, cluster *api.Vertex, f *clusterForm, i int) {
	part := f.parts[i]
	if part.Role == 0 {
		return
	}
	g.furnish(Role(part.Role), cluster.ID, partNumber+i, cluster.ID, rect{part.X, part.Y, part.W, part.H}, 0, part.Text)
	if Role(part.Role) == RoleHost {
		d.layBridge(g, cluster, partID(cluster.ID, i), part.W-2*gap)
	}
}

// layBridge places the machine of a KinD cluster and its bridge above the nodes,
// where the cluster's own source says them; a bridge there is in any case.
func (d *drawing) layBridge(g *group, cluster *api.Vertex, frame api.VertexID, room int32) {
	all, known := rect{gap, header, room, bridgeH}, false
	beside := rect{gap + hostW + gap, header, room - hostW - gap, bridgeH}
	for v := range d.s.Children(cluster.ID) {
		switch {
		case v.Slot > 0:
		case v.Kind == api.VertexHypervisor:
			g.box(v.ID, frame, rect{gap, header, hostW, bridgeH})
			all = beside
		case v.Kind == api.VertexSegment:
			g.box(v.ID, frame, beside)
			known = true
		}
	}
	if !known {
		g.furnish(RoleBridge, cluster.ID, bridge, frame, all, 0, "bridge")
	}
}

// isHost says whether a cluster's child stands in the part of a machine itself.
func (f *clusterForm) isHost(v *api.Vertex) bool {
	return v.Slot == 0 && Role(f.parts[0].Role) == RoleHost && (v.Kind == api.VertexHypervisor || v.Kind == api.VertexSegment)
}

func sum(counts map[partKey]int) int {
	n := 0
	for _, count := range counts {
		n += count
	}
	return n
}

func sortedKeys(counts map[partKey]int) []partKey {
	out := make([]partKey, 0, len(counts))
	for key := range counts {
		out = append(out, key)
	}
	slices.SortFunc(out, func(a, b partKey) int {
		return cmp.Or(cmp.Compare(a.site, b.site), strings.Compare(a.text, b.text))
	})
	return out
}
