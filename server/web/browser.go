package web

import (
	"bytes"
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
)

// notBuilt is shown in place of the browser side.
const notBuilt = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>netseam</title></head>
<body><h1>netseam</h1>
<p>The server runs, but this program was built without its browser side.</p>
<p>Build it with <code>make build</code>, which needs Node.js, and start it again. The REST interface is at <a href="/api/v1/status">/api/v1/status</a>.</p>
</body></html>
`

// browser serves the browser side: its files, and its first page for every
// other path, because the page itself reads the path.
func (s *Server) browser(c echo.Context) error {
	name := strings.TrimPrefix(path.Clean("/"+c.Param("*")), "/")
	if name == "api" || strings.HasPrefix(name, "api/") {
		return notFound("there is no %s", c.Request().URL.Path)
	}
	if s.deps.Frontend == nil {
		c.Response().Header().Set("Cache-Control", "no-store")
		return c.HTML(http.StatusServiceUnavailable, notBuilt)
	}
	if name == "" {
		name = "index.html"
	}
	text, err := fs.ReadFile(s.deps.Frontend, name)
	switch {
	case err == nil:
	case strings.HasPrefix(name, "assets/") || (path.Ext(name) != "" && !wantsPage(c.Request())):
		return notFound("there is no /%s", name) // a missing file is not a page
	default:
		name = "index.html"
		if text, err = fs.ReadFile(s.deps.Frontend, name); err != nil {
			return errors.Join(errors.New("the browser side has no index.html"), err)
		}
	}
	if name == "index.html" && s.deps.Auth.Required() {
		if _, err := s.deps.Auth.Check(c.Request()); err != nil {
			// The page could read nothing: who has no session logs in first.
			c.Response().Header().Set("Cache-Control", "no-store")
			return c.Redirect(http.StatusSeeOther, "/login?next="+url.QueryEscape(c.Request().URL.RequestURI()))
		}
	}
	c.Response().Header().Set("Cache-Control", cacheFor(name))
	c.Request().Header.Del("Range") // parts of a compressed answer would not fit together
	http.ServeContent(c.Response(), c.Request(), name, time.Time{}, bytes.NewReader(text))
	return nil
}

// wantsPage says whether a request comes from the address bar.
func wantsPage(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept"), "text/html")
}

// cacheFor says how long browsers may keep a file. Those in assets have the
// hash of their content in their name.
func cacheFor(name string) string {
	if strings.HasPrefix(name, "assets/") {
		return "public, max-age=31536000, immutable"
	}
	return "no-cache"
}
