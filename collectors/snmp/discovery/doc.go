// Package discovery finds devices: from seeds by what devices say of their
// neighbours, within prefixes that are allowed.
//
// A Planner decides and asks nobody: what is known goes in, and out comes which
// address to ask next with which credentials, or why not. A Crawler asks.
//
//	rules.go     where one may go
//	planner.go   what is known of addresses, and whose turn it is
//	tries.go     which credentials, how often, and not again so soon
//	meet.go      who answered: somebody new, or one who is known
//	same.go      when two answers are of one device
//	state.go     what people see of it
//	memory.go    what outlives a restart
//	crawler.go   sockets, clock and goroutines
package discovery
