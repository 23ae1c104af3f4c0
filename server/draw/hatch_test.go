package draw_test

import (
	"strings"
	"testing"

	"github.com/netseam/netseam/server/draw"
)

// What is hatched is written over its fill, by a pattern that the file has.
func TestHatch(t *testing.T) {
	p := draw.Picture{W: 10, H: 10, Ground: "#000000", Rects: []draw.Rect{{W: 4, H: 4, Hatched: true}, {X: 5, W: 4, H: 4}}}
	var out strings.Builder
	if err := p.SVG(&out); err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(out.String(), "url(#hatch)"); got != 1 || !strings.Contains(out.String(), `<pattern id="hatch"`) {
		t.Errorf("%d are hatched, want 1, and the pattern:\n%s", got, out.String())
	}
}
