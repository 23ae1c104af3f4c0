package config

import "log/slog"

// hidden is what every way of printing a secret shows.
const hidden = "[hidden]"

// Secret is a text that no printing, logging or encoding shows. Only Reveal
// does.
type Secret struct{ text string }

// NewSecret wraps a text.
func NewSecret(text string) Secret { return Secret{text} }

// Reveal returns the text.
func (s Secret) Reveal() string { return s.text }

// IsEmpty says whether there is no secret.
func (s Secret) IsEmpty() bool { return s.text == "" }

// String returns a mark in place of the text; "" when there is none.
func (s Secret) String() string {
	if s.text == "" {
		return ""
	}
	return hidden
}

// GoString hides the text from %#v.
func (s Secret) GoString() string { return s.String() }

// MarshalText hides the text from JSON and YAML.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue hides the text from slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }
