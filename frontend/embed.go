// Package frontend holds the built browser side, so that the program is one
// file.
package frontend

import (
	"embed"
	"io/fs"
)

// dist is what `npm run build` leaves. A fresh clone has only a placeholder in
// it, so that the program compiles before the first build.
//
//go:embed all:dist
var dist embed.FS

// FS returns the built files, index.html at the root. It reports false when
// the browser side was not built before the program was: then there is no
// index.html, and whoever serves should say how to build it.
func FS() (fs.FS, bool) {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		return dist, false // only an invalid path does this, and "dist" is valid
	}
	_, err = fs.Stat(files, "index.html")
	return files, err == nil
}
