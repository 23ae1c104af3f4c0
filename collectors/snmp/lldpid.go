package snmp

import (
	"encoding/hex"
	"net/netip"
	"strings"

	"github.com/netseam/netseam/api"
)

// idForm says which of a chassis' and a port's subtypes hold a MAC address and
// a network address, and what to take an ID for that has no valid subtype.
type idForm struct {
	mac, network, other, last uint8
}

func chassisID() idForm {
	return idForm{api.ChassisMAC, api.ChassisNetworkAddress, api.ChassisLocal, api.ChassisLocal}
}

func portID() idForm {
	return idForm{api.PortMAC, api.PortNetworkAddress, api.PortInterfaceName, api.PortLocal}
}

// decodeID reads a chassis or port ID by its subtype: MACs lower-case with
// colons, addresses in canonical form, all else as text. Agents write MACs as
// octets and as text, so six octets that happen to be printable are a MAC
// where the subtype says so. An illegal subtype is inferred from the content.
func decodeID(form func() idForm, subtype, id value) (string, uint8) {
	f := form()
	octets := id.bytes()
	if octets == nil { // A number where octets belong, or nothing.
		octets = []byte(id.str())
	}
	if len(octets) == 0 {
		return "", 0
	}
	kind := uint8(min(subtype.uint32(), 255))
	if kind == 0 || kind > f.last {
		kind = f.infer(octets)
	}
	switch kind {
	case f.mac:
		if mac := macOf(octets); mac != "" {
			return mac, kind
		}
	case f.network:
		if addr := networkAddress(octets); addr != "" {
			return addr, kind
		}
	}
	return textOrHex(octets), kind
}

func (f idForm) infer(octets []byte) uint8 {
	if macFromText(cleanText(octets)) != "" || (len(octets) == 6 && !printable(octets)) {
		return f.mac
	}
	return f.other
}

// textOrHex reads octets as text, or writes them in hexadecimal if they are
// none: six of them as a MAC is written.
func textOrHex(octets []byte) string {
	if printable(octets) || (len(octets) != 6 && latin1(octets)) {
		return cleanText(octets)
	}
	if mac := macOf(octets); mac != "" {
		return mac
	}
	if len(octets) > maxText/2 {
		octets = octets[:maxText/2]
	}
	return hex.EncodeToString(octets)
}

// Address families (IANA ianaAddressFamilyNumbers).
const (
	familyIPv4 = 1
	familyIPv6 = 2
)

// networkAddress reads an address that begins with its family, one that does
// not, or one written as text; "" if it is none of them.
func networkAddress(octets []byte) string {
	switch {
	case len(octets) == 5 && octets[0] == familyIPv4, len(octets) == 17 && octets[0] == familyIPv6:
		return ipOf(octets[1:])
	case len(octets) == 4, len(octets) == 16 && !printable(octets):
		return ipOf(octets)
	}
	addr, err := netip.ParseAddr(strings.TrimSpace(cleanText(octets)))
	if err != nil {
		return ""
	}
	return addr.Unmap().String()
}

// ipOf writes 4 or 16 octets as an address, "" for any other number.
func ipOf(octets []byte) string {
	addr, ok := netip.AddrFromSlice(octets)
	if !ok {
		return ""
	}
	return addr.Unmap().String()
}

// capabilities reads lldpRemSysCapEnabled: BITS, the first bit the highest of
// the first octet, or the number that some agents copy from the frame.
func capabilities(v value) uint16 {
	if v.kind == kindNumber {
		return uint16(v.uint32() & 0xffff)
	}
	var out uint16
	for i, b := range v.bytes() {
		for bit := range 8 {
			if n := 8*i + bit; n < 16 && b&(0x80>>bit) != 0 {
				out |= 1 << n
			}
		}
	}
	return out
}
