package hub

import (
	"context"
	"time"
)

// JudgeAt has the writer look for what is late at a time, after something that
// happens while it is busy.
func (h *Hub) JudgeAt(ctx context.Context, now time.Time, meanwhile func()) error {
	_, err := asked(ctx, h, func(w *writer) bool {
		meanwhile()
		w.checkLate(now.UTC())
		return true
	})
	return err
}
