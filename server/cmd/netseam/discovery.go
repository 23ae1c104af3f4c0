package main

// discovery is what `netseam discover --json` prints.
type discovery struct {
	Devices    []foundDevice    `json:"devices"`
	Neighbours []foundNeighbour `json:"neighbours"`
	Links      []foundLink      `json:"links"`
	// FDB are the rows of forwarding tables, as the devices tell them;
	// Attachments the one port at which each MAC is concluded to be.
	FDB         []foundStation    `json:"fdb"`
	Attachments []foundAttachment `json:"attachments"`
	Segments    []foundSegment    `json:"segments"`
	LAGs        []foundLAG        `json:"lags"`
	VLANs       []foundVLAN       `json:"vlans"`
	ARP         []foundARP        `json:"arp"`
	BGP         []foundBGP        `json:"bgp"`
	Routing     []foundRouting    `json:"routing"`
	// Unresolved are rows that name something that is not known, and why.
	Unresolved []foundUnresolved `json:"unresolved"`
	// Failed are targets that could not be read at all.
	Failed []failedTarget `json:"failed,omitempty"`
	// Addresses is what became of each address that was heard of, of a
	// discovery that follows neighbours.
	Addresses []followedAddress `json:"addresses,omitempty"`
}

func newDiscovery() discovery {
	return discovery{
		Devices: []foundDevice{}, Neighbours: []foundNeighbour{}, Links: []foundLink{}, FDB: []foundStation{},
		Attachments: []foundAttachment{}, Segments: []foundSegment{}, LAGs: []foundLAG{}, VLANs: []foundVLAN{},
		ARP: []foundARP{}, BGP: []foundBGP{}, Routing: []foundRouting{}, Unresolved: []foundUnresolved{},
	}
}

type foundDevice struct {
	ID          string         `json:"id"`
	Name        string         `json:"name"`
	Address     string         `json:"address"`
	Capture     string         `json:"capture,omitempty"`
	ChassisID   string         `json:"chassis_id"`
	SysObjectID string         `json:"sys_object_id"`
	Ports       []foundPort    `json:"ports"`
	Addresses   []foundAddress `json:"addresses,omitempty"`
	Parts       []foundPart    `json:"parts,omitempty"`
	// Problems say which tables could not be read in full, and why.
	Problems []string `json:"problems,omitempty"`
}

type foundPort struct {
	Name    string `json:"name"`
	Descr   string `json:"descr"`
	IfIndex uint32 `json:"if_index"`
	Type    uint32 `json:"type"`
	MAC     string `json:"mac"`
	Alias   string `json:"alias"`
	Admin   string `json:"admin"`
	Oper    string `json:"oper"`
	// What the device does not tell is left out: unknown is not "none".
	LAG      string   `json:"lag,omitempty"`
	VLANs    []uint16 `json:"vlans,omitempty"`
	Untagged []uint16 `json:"untagged,omitempty"`
	PVID     uint16   `json:"pvid,omitempty"`
	Speed    uint64   `json:"speed,omitempty"`
	Duplex   string   `json:"duplex,omitempty"`
	MTU      uint32   `json:"mtu,omitempty"`
	STP      string   `json:"stp,omitempty"`
	BasePort uint32   `json:"base_port,omitempty"`
	Lower    []string `json:"lower,omitempty"` // interfaces that it is stacked on
}

type foundAddress struct {
	Address string `json:"address"`
	Bits    int    `json:"bits"` // -1: the device does not say
	Port    string `json:"port"`
}

type foundPart struct {
	Index       uint32 `json:"index"`
	ContainedIn uint32 `json:"contained_in"`
	Class       string `json:"class"`
	Name        string `json:"name,omitempty"`
	Descr       string `json:"descr,omitempty"`
	Model       string `json:"model,omitempty"`
	Serial      string `json:"serial,omitempty"`
	Port        string `json:"port,omitempty"`
}

// foundNeighbour is one decoded row of a neighbour table.
type foundNeighbour struct {
	Device                 string `json:"device"`
	LocalPort              string `json:"local_port"`
	Protocol               string `json:"protocol"`
	RemoteChassisID        string `json:"remote_chassis_id"`
	RemoteChassisIDSubtype uint8  `json:"remote_chassis_id_subtype"`
	RemotePortID           string `json:"remote_port_id"`
	RemotePortIDSubtype    uint8  `json:"remote_port_id_subtype"`
	RemotePortDescription  string `json:"remote_port_description"`
	RemoteName             string `json:"remote_name"`
}

type foundLink struct {
	A          foundEnd        `json:"a"`
	B          foundEnd        `json:"b"`
	Confidence float64         `json:"confidence"`
	Evidence   []foundEvidence `json:"evidence"`
}

type foundEnd struct {
	Device string `json:"device"`
	Port   string `json:"port"`
}

type foundEvidence struct {
	Method string `json:"method"`
	Text   string `json:"text"`
}

type foundStation struct {
	Device string `json:"device"`
	Port   string `json:"port"`
	VLAN   uint16 `json:"vlan"` // 0: the table does not say
	MAC    string `json:"mac"`
	Status string `json:"status"`
}

type foundLAG struct {
	Device  string   `json:"device"`
	Name    string   `json:"name"`
	Members []string `json:"members"`
	Partner string   `json:"partner"`
}

type foundVLAN struct {
	Device string `json:"device"`
	ID     uint16 `json:"id"`
	Name   string `json:"name"`
}

type foundARP struct {
	Device string `json:"device"`
	VRF    string `json:"vrf"`
	IP     string `json:"ip"`
	MAC    string `json:"mac"`
	Port   string `json:"port"`
}

type foundBGP struct {
	Device   string `json:"device"`
	Peer     string `json:"peer"`
	RemoteAS uint32 `json:"remote_as"`
	State    string `json:"state"`
	VRF      string `json:"vrf"`
}

type foundUnresolved struct {
	Device string `json:"device"`
	Row    string `json:"row"`
	Why    string `json:"why"`
}

type failedTarget struct {
	Target string `json:"target"`
	Error  string `json:"error"`
}
