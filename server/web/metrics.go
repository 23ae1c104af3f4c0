package web

import (
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
)

func newMetrics(r prometheus.Registerer) *prometheus.HistogramVec {
	seconds := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "netseam_http_request_seconds", Help: "Time to answer requests, by route.",
		Buckets: prometheus.ExponentialBuckets(0.001, 4, 7),
	}, []string{"route", "method", "code"})
	r.MustRegister(seconds)
	return seconds
}

// measure times requests. Routes, not paths, are labels: their number is fixed.
func (s *Server) measure(seconds *prometheus.HistogramVec) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if c.Path() == "/api/v1/stream" {
				return next(c) // it lasts as long as the browser looks
			}
			started := time.Now()
			if err := next(c); err != nil {
				c.Error(err)
			}
			seconds.WithLabelValues(c.Path(), method(c.Request().Method), strconv.Itoa(c.Response().Status)).
				Observe(time.Since(started).Seconds())
			return nil
		}
	}
}

func method(name string) string {
	switch name {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodDelete:
		return name
	}
	return "other"
}
