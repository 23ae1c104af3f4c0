package snmp

import "errors"

// usmHeader is what of an SNMPv3 message is in clear: all but the PDU.
type usmHeader struct {
	msgID    uint32
	flags    byte
	model    uint32
	engineID string
	boots    uint32
	time     uint32
	user     string
	// macAt is where the digest begins in the message, macLen how long it is.
	macAt, macLen int
}

var errHeader = errors.New("not an SNMPv3 message")

const (
	tagInteger  = 0x02
	tagOctets   = 0x04
	tagSequence = 0x30
)

// ber reads the few types that a header is made of, from wherever it stands.
type ber struct {
	in  []byte
	at  int
	bad bool
}

// enter reads a tag and a length, and returns where the contents end. It stays
// in front of the contents.
func (b *ber) enter(tag byte) int {
	if b.bad || b.at+2 > len(b.in) || b.in[b.at] != tag {
		b.bad = true
		return b.at
	}
	n := int(b.in[b.at+1])
	b.at += 2
	if n >= 0x80 {
		width := n & 0x7f
		if width == 0 || width > 4 || b.at+width > len(b.in) {
			b.bad = true
			return b.at
		}
		n = 0
		for _, octet := range b.in[b.at : b.at+width] {
			n = n<<8 | int(octet)
		}
		b.at += width
	}
	if n < 0 || n > len(b.in)-b.at {
		b.bad = true
		return b.at
	}
	return b.at + n
}

func (b *ber) number() uint32 {
	end := b.enter(tagInteger)
	if b.bad || end == b.at || end-b.at > 5 || b.in[b.at]&0x80 != 0 {
		b.bad = true
		return 0
	}
	var n uint64
	for ; b.at < end; b.at++ {
		n = n<<8 | uint64(b.in[b.at])
	}
	b.bad = b.bad || n > 1<<31-1
	return uint32(n)
}

func (b *ber) octets() []byte {
	end := b.enter(tagOctets)
	if b.bad {
		return nil
	}
	out := b.in[b.at:end]
	b.at = end
	return out
}

// readHeader reads the clear part of an SNMPv3 message.
func readHeader(message []byte) (usmHeader, error) {
	b := &ber{in: message}
	var h usmHeader
	b.enter(tagSequence)
	version := b.number()
	b.enter(tagSequence)
	h.msgID = b.number()
	b.number() // msgMaxSize
	flags := b.octets()
	h.model = b.number()
	b.enter(tagOctets)
	b.enter(tagSequence)
	h.engineID = string(b.octets())
	h.boots = b.number()
	h.time = b.number()
	h.user = string(b.octets())
	mac := b.octets()
	h.macAt, h.macLen = b.at-len(mac), len(mac)
	b.octets() // msgPrivacyParameters
	if b.bad || version != 3 || len(flags) != 1 {
		return usmHeader{}, errHeader
	}
	h.flags = flags[0]
	return h, nil
}
