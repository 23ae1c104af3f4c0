// Package crashtest holds no code: its tests kill a hub at random moments of
// heavy writing, and let its disk run full, and look at what is left.
package crashtest
