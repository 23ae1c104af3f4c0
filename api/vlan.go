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
		low, high, isRange := strings.Cut(part, "-")
		from, err := strconv.ParseUint(low, 10, 16)
		to := from
		if err == nil && isRange {
			to, err = strconv.ParseUint(high, 10, 16)
		}
		if err != nil || from < 1 || to > MaxVLAN || to < from {
			return nil, fmt.Errorf("%q is no VLAN or range of VLANs from 1 to %d", part, MaxVLAN)
		}
		for id := from; id <= to; id++ {
			s = append(s, uint16(id))
		}
	}
	slices.Sort(s)
	return slices.Compact(s), nil
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
