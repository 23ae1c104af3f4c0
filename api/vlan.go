package api

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// MaxVLAN is the last VLAN ID that IEEE 802.1Q leaves for use; the first is 1.
const MaxVLAN = 4094

// VLANSet are VLAN IDs, ascending, each once, as AttrVLANs has them in text.
type VLANSet []uint16

// String writes a set as "1,10,20-29"; the empty one is "".
func (s VLANSet) String() string {
	var out []string
	for i := 0; i < len(s); i++ {
		from := i
		for i+1 < len(s) && s[i+1] == s[i]+1 {
			i++
		}
		text := strconv.Itoa(int(s[from]))
		if i > from {
			text += "-" + strconv.Itoa(int(s[i]))
		}
		out = append(out, text)
	}
	return strings.Join(out, ",")
}

// ParseVLANSet is the inverse of String; ranges may stand in any order and overlap.
func ParseVLANSet(text string) (VLANSet, error) {
	if text == "" {
		return nil, nil
	}
	var s VLANSet
	for part := range strings.SplitSeq(text, ",") {
		from, to, err := parseVLANs(part)
		if err != nil {
			return nil, err
		}
		for id := from; id <= to; id++ {
			s = append(s, id)
		}
	}
	slices.Sort(s)
	return slices.Compact(s), nil
}

// TextHasVLAN says whether a VLAN is in the text of a set, without making the
// set; parts that cannot be read have none.
func TextHasVLAN(text string, id uint16) bool {
	for part := range strings.SplitSeq(text, ",") {
		if from, to, err := parseVLANs(part); err == nil && from <= id && id <= to {
			return true
		}
	}
	return false
}

// parseVLANs reads "10" or "20-29".
func parseVLANs(part string) (from, to uint16, err error) {
	low, high, isRange := strings.Cut(part, "-")
	if !isRange {
		high = low
	}
	first, err1 := strconv.ParseUint(low, 10, 16)
	last, err2 := strconv.ParseUint(high, 10, 16)
	if err1 != nil || err2 != nil || first < 1 || last > MaxVLAN || last < first {
		return 0, 0, fmt.Errorf("%q is no VLAN or range of VLANs from 1 to %d", part, MaxVLAN)
	}
	return uint16(first), uint16(last), nil
}

// Has says whether a VLAN is in the set.
func (s VLANSet) Has(id uint16) bool {
	_, found := slices.BinarySearch(s, id)
	return found
}

// Without are the VLANs of s that others does not have.
func (s VLANSet) Without(others VLANSet) VLANSet {
	var out VLANSet
	for _, id := range s {
		if !others.Has(id) {
			out = append(out, id)
		}
	}
	return out
}
