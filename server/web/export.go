package web

import (
	"errors"
	"log/slog"
	"mime"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/netseam/netseam/server/export"
)

// stallAfter is how long a client may take none of an export. The whole of it
// may take as long as it needs.
const stallAfter = 60 * time.Second

// export streams the map as it is at this moment.
func (s *Server) export(c echo.Context) error {
	p := query(c, "format", "what")
	format, ok := p.one("format")
	if !ok {
		p.fail("parameter %q is missing", "format")
	}
	what, _ := p.one("what")
	if p.err != nil {
		return p.err
	}
	e, err := export.Parse(format, what)
	if err != nil {
		return invalid("%v", err)
	}
	snap := s.deps.Hub.Current()
	h := c.Response().Header()
	h.Set("Cache-Control", "no-store")
	h.Set(echo.HeaderContentType, e.MediaType())
	h.Set(echo.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": e.FileName(snap)}))
	c.Response().WriteHeader(http.StatusOK)
	if err := e.Write(&patient{c.Response(), http.NewResponseController(c.Response())}, snap); err != nil {
		// Only the client can be at fault. What it has is not whole: say so by
		// breaking off.
		s.logger.DebugContext(c.Request().Context(), "export broke off", slog.Any("error", err))
		panic(http.ErrAbortHandler)
	}
	return nil
}

// patient moves the deadline for writing whenever some was taken.
type patient struct {
	http.ResponseWriter
	control *http.ResponseController
}

func (p *patient) Write(text []byte) (int, error) {
	err := p.control.SetWriteDeadline(time.Now().Add(stallAfter))
	if err != nil && !errors.Is(err, http.ErrNotSupported) {
		return 0, err
	}
	return p.ResponseWriter.Write(text)
}
