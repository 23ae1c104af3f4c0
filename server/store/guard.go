package store

import (
	"errors"
	"fmt"
	"runtime/debug"
)

// errFault marks damage that showed as a panic of bbolt.
var errFault = errors.New("the file contradicts itself")

// guard does something with the file and makes of a panic an error. bbolt
// trusts its pages: where one is damaged it panics, or reads where nothing is
// mapped, and either would end netseam without a word about the file.
func guard(do func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("%w: %w: %v", ErrDamaged, errFault, fault)
		}
	}()
	return do()
}
