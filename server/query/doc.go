// Package query answers questions about a snapshot. It changes nothing, and what
// it remembers from one question to the next only makes the next one quicker.
package query
