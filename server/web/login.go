package web

import (
	"embed"
	"encoding/json"
	"errors"
	"html/template"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/netseam/netseam/api/rest"
)

//go:embed login.html login.css
var loginFiles embed.FS

// login exchanges a token for a session.
func (s *Server) login(c echo.Context) error {
	r := c.Request()
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/json" {
		return echo.NewHTTPError(http.StatusUnsupportedMediaType, "want application/json")
	}
	var body rest.Login
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&body); err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return err
		}
		return invalid(`want {"token": "…"}`) // what was sent may hold a token: it is not quoted
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return invalid("more than one value in the body")
	}
	if !s.deps.Auth.Required() {
		return invalid("no tokens are configured: nobody has to log in")
	}
	name, err := s.deps.Auth.Login(c.Response(), r, strings.TrimSpace(body.Token))
	if err != nil {
		return err
	}
	return answer(c, rest.Session{Name: name})
}

// logout ends the session.
func (s *Server) logout(c echo.Context) error {
	s.deps.Auth.Logout(c.Response(), c.Request())
	return c.NoContent(http.StatusNoContent)
}

// loginData is what the login page shows.
type loginData struct {
	Next    string
	Problem string
}

// loginPage serves the form for those without a session.
func (s *Server) loginPage(c echo.Context) error {
	next := local(c.QueryParam("next"))
	if !s.deps.Auth.Required() {
		return c.Redirect(http.StatusSeeOther, next)
	}
	return s.showLogin(c, http.StatusOK, loginData{Next: next})
}

// loginForm takes the form.
func (s *Server) loginForm(c echo.Context) error {
	r := c.Request()
	if err := r.ParseForm(); err != nil {
		return invalid("the form cannot be read")
	}
	next := local(r.PostForm.Get("next"))
	if !s.deps.Auth.Required() {
		return c.Redirect(http.StatusSeeOther, next)
	}
	if _, err := s.deps.Auth.Login(c.Response(), r, strings.TrimSpace(r.PostForm.Get("token"))); err != nil {
		code, detail := status(err)
		return s.showLogin(c, code, loginData{Next: next, Problem: detail})
	}
	return c.Redirect(http.StatusSeeOther, next)
}

func (s *Server) showLogin(c echo.Context, code int, data loginData) error {
	page, err := template.ParseFS(loginFiles, "login.html")
	if err != nil {
		return err
	}
	var b strings.Builder
	if err := page.Execute(&b, data); err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.HTML(code, b.String())
}

func (s *Server) loginStyle(c echo.Context) error {
	text, err := loginFiles.ReadFile("login.css")
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "no-cache")
	return c.Blob(http.StatusOK, "text/css; charset=utf-8", text)
}

// local returns a path of this server to go on to: anything else becomes "/".
func local(next string) string {
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return "/"
	}
	return next
}
