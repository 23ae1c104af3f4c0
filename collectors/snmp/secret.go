package snmp

import (
	"fmt"
	"io"
	"log/slog"
)

const hidden = "(secret)"

// Secret is a text that never prints: not by fmt, slog or any encoder, not
// even inside of another struct. The zero Secret is the empty text.
type Secret struct {
	text *string // A pointer, so that fmt shows no text in unexported fields either.
}

// NewSecret hides a text.
func NewSecret(text string) Secret { return Secret{text: &text} }

// Reveal returns the text.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// Equal says whether both hide the same text.
func (s Secret) Equal(other Secret) bool { return s.Reveal() == other.Reveal() }

// String never returns the text.
func (s Secret) String() string { return hidden }

// Format never writes the text, whatever the verb.
func (s Secret) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, hidden)
}

// LogValue never returns the text.
func (s Secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText never returns the text.
func (s Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }
