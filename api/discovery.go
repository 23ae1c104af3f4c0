package api

import (
	"net/netip"
	"time"
)

// DiscoveryState is how far discovery has come with one address.
type DiscoveryState string

// The states of an address, in the order of its life.
const (
	DiscoveryQueued      DiscoveryState = "queued"      // waits for its turn, or for the next set of credentials
	DiscoveryTrying      DiscoveryState = "trying"      // is being asked
	DiscoveryFound       DiscoveryState = "found"       // a device that was not known before
	DiscoveryDuplicate   DiscoveryState = "duplicate"   // one more address of a device that is known
	DiscoveryRefused     DiscoveryState = "refused"     // the rules forbid to ask it
	DiscoveryUnreachable DiscoveryState = "unreachable" // silent to all credentials, or not there
	DiscoveryLocked      DiscoveryState = "locked"      // it is there, and wants other credentials
)

// DiscoveryStates lists all of them.
func DiscoveryStates() []DiscoveryState {
	return []DiscoveryState{
		DiscoveryQueued, DiscoveryTrying, DiscoveryFound, DiscoveryDuplicate, DiscoveryRefused, DiscoveryUnreachable, DiscoveryLocked,
	}
}

// Discovery is how the search for devices stands.
type Discovery struct {
	Enabled bool
	// DryRun asks nobody but the seeds.
	DryRun bool
	// Running says that something is being asked, or will be within a minute.
	Running bool
	// Since is when it began under these rules.
	Since                time.Time
	Seeds                []netip.Addr
	Allow, Deny          []netip.Prefix
	MaxDepth, MaxDevices int
	Credentials          []DiscoveryCredentials
	Items                []DiscoveryItem
	// LeftOut is how many addresses were heard of that there was no room for.
	LeftOut int
}

// DiscoveryCredentials is how one set of credentials has fared.
type DiscoveryCredentials struct {
	Name               string
	Accepted, Rejected int
	// Suspended says that it is no longer tried anywhere: devices called its
	// password wrong, and none took it.
	Suspended bool
}

// DiscoveryItem is one address that discovery knows of.
type DiscoveryItem struct {
	Address netip.Addr
	State   DiscoveryState
	// Why says in words why it is in that state, "" where that is plain.
	Why string
	// Name and Chassis are what it says of itself, else what neighbours say.
	Name, Chassis string
	// Via is the source of the device that told of it, "" for a seed, ViaName
	// what that is called, and Protocol how it told.
	Via      SourceID
	ViaName  string
	Protocol string
	Depth    int
	// Credentials is the set that it took, Tries how often it was asked.
	Credentials string
	Tries       int
	// Source is what polls the device at this address, "" if nothing does.
	Source SourceID
	// Since is when it came into this state, Next when it is asked next.
	Since, Next time.Time
}
