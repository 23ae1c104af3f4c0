package fabric

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// permanent is an error that no further try will mend.
type permanent struct{ error }

// Unwrap returns the error inside.
func (p permanent) Unwrap() error { return p.error }

// poll tries until it works; when ctx ends first, the last error says why it did not.
func poll(ctx context.Context, every time.Duration, try func() error) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		err := try()
		var p permanent
		if err == nil || errors.As(err, &p) {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", context.Cause(ctx), err)
		case <-tick.C:
		}
	}
}
