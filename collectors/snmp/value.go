package snmp

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxText is the longest text that is kept of a value, four times what the
// MIBs allow. A hostile agent must not fill the memory with one description.
const maxText = 1024

// kind says what a value is.
type kind uint8

const (
	kindAbsent kind = iota // noSuchObject, noSuchInstance
	kindEnd                // endOfMibView
	kindNumber             // INTEGER, Counter32, Gauge32, TimeTicks, Counter64
	kindOctets
	kindOID
	kindAddress // IpAddress
	kindOther   // NULL, Opaque, what the decoder does not know
)

// value is what one object instance holds.
type value struct {
	kind   kind
	number int64
	octets []byte // never modified; shares the datagram's memory
	text   string // of an OID (without leading dot) or an address
}

// binding is one object instance: its identifier, without leading dot, and
// its value.
type binding struct {
	oid   string
	value value
}

// object is something to ask for, with the name that errors call it by.
type object struct {
	name string
	oid  string
}

// column is one column of a table's entry.
func (o object) column(name string, n int) object {
	return object{name, o.oid + "." + strconv.Itoa(n)}
}

// str is the value as text for people: without padding, at most maxText bytes
// long, and valid UTF-8 whatever the octets are.
func (v value) str() string {
	switch v.kind {
	case kindOctets:
		return cleanText(v.octets)
	case kindOID, kindAddress:
		return v.text
	case kindNumber:
		return strconv.FormatInt(v.number, 10)
	case kindAbsent, kindEnd, kindOther:
		return ""
	}
	return ""
}

// uint32 is the value as an index, 0 if it is none.
func (v value) uint32() uint32 {
	if v.kind != kindNumber || v.number < 0 || v.number > 1<<32-1 {
		return 0
	}
	return uint32(v.number)
}

// bytes are the value's octets, nil if it has none.
func (v value) bytes() []byte {
	if v.kind != kindOctets {
		return nil
	}
	return v.octets
}

// cleanText cuts octets at the first NUL, reads them as UTF-8 or else as
// Latin-1, and drops control characters but line feeds and tabs.
func cleanText(octets []byte) string {
	for i, b := range octets {
		if b == 0 {
			octets = octets[:i]
			break
		}
	}
	if plain(octets) {
		return clip(strings.TrimSpace(string(octets)))
	}
	var out strings.Builder
	if utf8.Valid(octets) {
		for _, r := range string(octets) {
			writeText(&out, r)
		}
	} else {
		for _, b := range octets {
			writeText(&out, rune(b))
		}
	}
	return clip(strings.TrimSpace(out.String()))
}

func writeText(out *strings.Builder, r rune) {
	if r == '\n' || r == '\t' || !unicode.IsControl(r) {
		out.WriteRune(r)
	}
}

// plain says whether all octets are printable ASCII.
func plain(octets []byte) bool {
	for _, b := range octets {
		if b < 0x20 || b > 0x7e {
			return false
		}
	}
	return true
}

// clip shortens a text to maxText bytes without cutting a character.
func clip(s string) string {
	if len(s) <= maxText {
		return s
	}
	end := maxText
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end]
}

// printable says whether octets read as text: printable, not empty, padding
// of NULs at the end aside.
func printable(octets []byte) bool {
	s := strings.TrimRight(string(octets), "\x00")
	if s == "" || !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if !unicode.IsPrint(r) && r != '\n' && r != '\t' && r != '\r' {
			return false
		}
	}
	return true
}

// latin1 says whether octets that are not UTF-8 read as Latin-1: without
// control characters, and more than half of them ASCII.
func latin1(octets []byte) bool {
	ascii := 0
	for _, b := range octets {
		switch {
		case b >= 0x20 && b <= 0x7e:
			ascii++
		case b < 0xa0:
			return false
		}
	}
	return 2*ascii > len(octets)
}
