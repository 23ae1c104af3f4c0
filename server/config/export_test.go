package config

// Parse decodes and checks a text without reading the file.
func Parse(path string, text []byte) (Config, error) { return parse(path, text, func(*Config) {}) }
