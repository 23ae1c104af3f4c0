package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/netseam/netseam/api/rest"
	"github.com/netseam/netseam/server/auth"
)

// What handlers answer with.
var (
	errNotFound = errors.New("not found")
	errInvalid  = errors.New("invalid request")
)

// notFound says that there is no such thing.
func notFound(format string, args ...any) error {
	return &spoken{errNotFound, fmt.Sprintf(format, args...)}
}

// invalid says what is wrong with a request.
func invalid(format string, args ...any) error {
	return &spoken{errInvalid, fmt.Sprintf(format, args...)}
}

// spoken is an error whose words are for the client.
type spoken struct {
	class error
	text  string
}

func (e *spoken) Error() string { return e.text }
func (e *spoken) Unwrap() error { return e.class }

// status is the only place where errors become HTTP statuses, and where what
// outsiders are told is decided.
func status(err error) (code int, detail string) {
	var (
		tooLarge *http.MaxBytesError
		framed   *echo.HTTPError
	)
	switch {
	case errors.Is(err, errNotFound):
		return http.StatusNotFound, err.Error()
	case errors.Is(err, errInvalid):
		return http.StatusBadRequest, err.Error()
	case errors.Is(err, auth.ErrNoCredentials), errors.Is(err, auth.ErrWrong):
		return http.StatusUnauthorized, err.Error()
	case errors.Is(err, auth.ErrTooMany):
		return http.StatusTooManyRequests, err.Error()
	case errors.Is(err, auth.ErrRebinding), errors.Is(err, errForeign), errors.Is(err, errRemote):
		return http.StatusForbidden, err.Error()
	case errors.As(err, &tooLarge):
		return http.StatusRequestEntityTooLarge, fmt.Sprintf("the body is larger than %d bytes", tooLarge.Limit)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return http.StatusServiceUnavailable, "the request was given up"
	case errors.As(err, &framed) && framed.Code < http.StatusInternalServerError:
		return framed.Code, fmt.Sprint(framed.Message)
	}
	return http.StatusInternalServerError, "internal error"
}

// answerError answers with problem details.
func (s *Server) answerError(err error, c echo.Context) {
	ctx := c.Request().Context()
	if c.Response().Committed {
		s.logger.DebugContext(ctx, "answer broke off", slog.String("path", c.Path()), slog.Any("error", err))
		return
	}
	code, detail := status(err)
	switch code {
	case http.StatusInternalServerError:
		s.logger.ErrorContext(ctx, "request failed", slog.String("route", c.Path()), slog.Any("error", err))
	case http.StatusUnauthorized:
		c.Response().Header().Set("WWW-Authenticate", `Bearer realm="netseam"`)
	case http.StatusTooManyRequests:
		c.Response().Header().Set("Retry-After", "60")
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	c.Response().Header().Set(echo.HeaderContentType, "application/problem+json")
	c.Response().WriteHeader(code)
	problem := rest.Problem{Type: "about:blank", Title: http.StatusText(code), Status: code, Detail: detail}
	if err := c.Echo().JSONSerializer.Serialize(c, problem, ""); err != nil {
		s.logger.DebugContext(ctx, "problem not written", slog.Any("error", err))
	}
}

// answer writes a value. It is true of one moment: nobody may keep it.
func answer(c echo.Context, value any) error {
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.JSON(http.StatusOK, value)
}
