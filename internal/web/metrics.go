package web

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"sifara/internal/errs"
)

// metrics count requests by route and outcome. Paths are patterns, never
// addresses, so that no figure speaks of a person.
type metrics struct {
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

func newMetrics() *metrics {
	return &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "sifara_http_requests_total", Help: "Requests by route and outcome."}, []string{"method", "route", "outcome"}),
		seconds:  prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "sifara_http_request_seconds", Help: "Time to answer by route.", Buckets: []float64{.001, .003, .01, .03, .1, .3, 1, 3}}, []string{"method", "route"}),
	}
}

func (m *metrics) observe(rt Route, start time.Time, err error) {
	outcome := "ok"
	if err != nil {
		outcome = errs.KindOf(err).String()
	}
	m.requests.WithLabelValues(rt.Method, rt.Pattern, outcome).Inc()
	if rt.Pattern != livePath {
		m.seconds.WithLabelValues(rt.Method, rt.Pattern).Observe(time.Since(start).Seconds())
	}
}

// Collectors are the server's metrics, for the operator's registry.
func (s *Server) Collectors() []prometheus.Collector {
	return []prometheus.Collector{s.metrics.requests, s.metrics.seconds}
}

// House adds the server's own routes: live updates and the language switch.
func (s *Server) House() {
	s.Add(
		Route{Method: http.MethodGet, Pattern: livePath, SignedIn: true, Handler: s.live},
		PublicGet("/console/language", s.chooseLanguage),
	)
}
