package draw

import (
	"fmt"
	"math"
)

// mix is a colour with so much of another in it.
func mix(base, with string, part float64) string {
	b, w := parse(base), parse(with)
	var out [3]uint8
	for i := range out {
		out[i] = uint8(math.Round(float64(b[i])*(1-part) + float64(w[i])*part))
	}
	return fmt.Sprintf("#%02X%02X%02X", out[0], out[1], out[2])
}

// parse reads #RRGGBB; what is none is black.
func parse(colour string) [3]uint8 {
	var out [3]uint8
	if _, err := fmt.Sscanf(colour, "#%02X%02X%02X", &out[0], &out[1], &out[2]); err != nil {
		return [3]uint8{}
	}
	return out
}

// Contrast is WCAG's ratio of two colours, from 1 to 21.
func Contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(colour string) float64 {
	rgb := parse(colour)
	l := 0.0
	for i, weight := range [...]float64{0.2126, 0.7152, 0.0722} {
		c := float64(rgb[i]) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		l += weight * c
	}
	return l
}

// legible is a colour, or another where it would be hard to read.
func legible(colour, on, instead string) string {
	if Contrast(colour, on) >= 4.5 {
		return colour
	}
	return instead
}
