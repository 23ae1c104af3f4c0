package main

// Keys returns the keys of the configuration.
func Keys(file string) ([]Key, error) {
	groups, err := groupsOf(file)
	var keys []Key
	for _, g := range groups {
		keys = append(keys, g.keys...)
	}
	return keys, err
}
