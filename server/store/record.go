package store

import (
	"iter"
	"time"

	"github.com/netseam/netseam/api"
)

// Record is one revision as the journal keeps it: the claim operations, the
// change that was derived from them, and what was added to memory. So claims,
// graph and history cannot part.
type Record struct {
	Epoch      uint64     `cbor:"1,keyasint"`
	Revision   uint64     `cbor:"2,keyasint"`
	Time       time.Time  `cbor:"3,keyasint"`
	Claims     []ClaimOp  `cbor:"4,keyasint,omitempty"`
	Change     api.Change `cbor:"5,keyasint,omitempty"`
	Identities []Identity `cbor:"6,keyasint,omitempty"`
	Next       Counters   `cbor:"7,keyasint"`
}

// ClaimOp puts one claim (Claim set) or withdraws it (nil).
type ClaimOp struct {
	Scope api.ScopeID `cbor:"1,keyasint"`
	Key   string      `cbor:"2,keyasint"`
	Claim *api.Claim  `cbor:"3,keyasint,omitempty"`
	// Since is when the claim was first made, unbroken since: Unix milliseconds.
	Since int64 `cbor:"4,keyasint,omitempty"`
	// Lost is since when a kept sighting is no longer made; 0 if it is.
	Lost int64 `cbor:"5,keyasint,omitempty"`
	// Doubt is why not all of a sighting is believed; nil, as nearly always, if
	// it is.
	Doubt *Doubt `cbor:"6,keyasint,omitempty"`
}

// Doubt is why a sighting is not believed as it stands. It is not modified once
// made.
type Doubt struct {
	// Overtaken is since when a sighting is made and not believed, because what
	// it heard has newly been heard elsewhere: Unix milliseconds, 0 if it is not.
	Overtaken int64 `cbor:"1,keyasint,omitempty"`
	// New are the MACs of a forwarding claim on which something may rest and
	// that the reading before did not have.
	New []api.MAC `cbor:"2,keyasint,omitempty"`
	// Down says that the port of a lost sighting was down since; Up is since
	// when it is up again.
	Down bool  `cbor:"3,keyasint,omitempty"`
	Up   int64 `cbor:"4,keyasint,omitempty"`
}

// Identity is the memory of one vertex: minted ID, the aliases bound to it,
// its slot, a cluster's home, whether a site was ever whole. It outlives the vertex for a while, so that what
// comes back is the same.
type Identity struct {
	ID      api.VertexID `cbor:"1,keyasint"`
	Aliases []api.Alias  `cbor:"2,keyasint,omitempty"`
	Home    api.VertexID `cbor:"4,keyasint,omitempty"`
	// Gone is when the vertex went; zero while it is there.
	Gone time.Time `cbor:"5,keyasint,omitzero"`
	Slot uint32    `cbor:"3,keyasint,omitempty"`
	// Settled is set on a site once all sources were heard and its devices
	// were put into natural order.
	Settled bool `cbor:"7,keyasint,omitempty"`
	// Forgotten removes the identity.
	Forgotten bool `cbor:"6,keyasint,omitempty"`
	// Plot is where the vertex stands on the map, if it is a container.
	Plot *api.Plot `cbor:"8,keyasint,omitempty"`
}

// Counters are the next numbers to mint.
type Counters struct {
	Vertex api.VertexID `cbor:"1,keyasint"`
	Edge   api.EdgeID   `cbor:"2,keyasint"`
	Scope  api.ScopeID  `cbor:"3,keyasint"`
}

// State is everything at one revision, as a checkpoint keeps it. The sequences
// may be walked once or more; they do not change while they are walked.
type State struct {
	Epoch      uint64
	Revision   uint64
	Time       time.Time
	Next       Counters
	Claims     iter.Seq[ClaimOp]
	Identities iter.Seq[Identity]
	Vertices   iter.Seq[*api.Vertex]
	Edges      iter.Seq[*api.Edge]
	Scopes     iter.Seq[*api.ScopeState]
	Merged     iter.Seq2[api.VertexID, api.VertexID]
}
