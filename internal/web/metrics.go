package web

import (
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/VictoriaMetrics/metrics"

	"sifara/internal/errs"
)

// counts are the requests by route and outcome. Paths are patterns, never
// addresses, so that no figure speaks of a person.
type counts struct{ set *metrics.Set }

func newCounts() *counts { return &counts{set: metrics.NewSet()} }

// answerTimes are the upper bounds of the buckets of times to answer, seconds.
var answerTimes = []float64{.001, .003, .01, .03, .1, .3, 1, 3}

func (c *counts) observe(rt Route, start time.Time, err error) {
	outcome := "ok"
	if err != nil {
		outcome = errs.KindOf(err).String()
	}
	c.set.GetOrCreateCounter(fmt.Sprintf("sifara_http_requests_total{method=%q,route=%q,outcome=%q}", rt.Method, rt.Pattern, outcome)).Inc()
	if rt.Pattern != livePath {
		c.set.GetOrCreatePrometheusHistogramExt(fmt.Sprintf("sifara_http_request_seconds{method=%q,route=%q}", rt.Method, rt.Pattern), answerTimes).UpdateDuration(start)
	}
}

// WriteMetrics writes the server's figures in the text format of Prometheus.
func (s *Server) WriteMetrics(w io.Writer) { s.counts.set.WritePrometheus(w) }

// House adds the server's own routes: live updates and the language switch.
func (s *Server) House() {
	s.Add(
		Route{Method: http.MethodGet, Pattern: livePath, SignedIn: true, Handler: s.live},
		PublicGet("/console/language", s.chooseLanguage),
	)
}
