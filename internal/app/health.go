package app

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/pprof"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"sifara/internal/perm"
	"sifara/internal/web"
)

// alive answers whether the process runs. GET /healthz
func (h *House) alive(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	fmt.Fprintln(w, "ok")
	return nil
}

// ready answers whether the house can serve: both databases answer, and it is
// not about to stop. GET /readyz
func (h *House) ready(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Type", "application/json")
	state := map[string]string{"main": "ok", "listen": "ok", "house": "ok"}
	status := http.StatusOK
	if err := h.DB.Writer().PingContext(r.Context()); err != nil {
		state["main"], status = "unavailable", http.StatusServiceUnavailable
	}
	if err := h.Store.Writer().PingContext(r.Context()); err != nil {
		state["listen"], status = "unavailable", http.StatusServiceUnavailable
	}
	if h.stopping.Load() {
		state["house"], status = "stopping", http.StatusServiceUnavailable
	}
	w.WriteHeader(status)
	return json.NewEncoder(w).Encode(state)
}

// admin is the operator's own listener: metrics and profiles.
func (h *House) admin() http.Handler {
	reg := prometheus.NewRegistry()
	reg.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	reg.MustRegister(h.Server.Collectors()...)
	reg.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "sifara_up_seconds", Help: "Time since start."}, func() float64 { return time.Since(h.started).Seconds() }))
	reg.MustRegister(&backlog{h: h})
	mux := http.NewServeMux()
	mux.Handle("/metrics", promhttp.HandlerFor(reg, promhttp.HandlerOpts{}))
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return mux
}

// backlog reads the job queue, and what is overdue, when metrics are asked for.
type backlog struct{ h *House }

var (
	jobsWaiting = prometheus.NewDesc("sifara_jobs_waiting", "Jobs that wait or run.", nil, nil)
	jobsFailed  = prometheus.NewDesc("sifara_jobs_given_up", "Jobs that were given up after all tries.", nil, nil)

	emergenciesLate = prometheus.NewDesc("sifara_emergency_releases_overdue", "Emergency releases whose judgement is overdue.", nil, nil)
)

// Describe implements prometheus.Collector.
func (b *backlog) Describe(c chan<- *prometheus.Desc) {
	c <- jobsWaiting
	c <- jobsFailed
	c <- emergenciesLate
}

// Collect implements prometheus.Collector.
func (b *backlog) Collect(c chan<- prometheus.Metric) {
	ctx, cancel := timeoutContext(5 * time.Second)
	defer cancel()
	waiting, failed, err := b.h.Queue.Backlog(ctx)
	if err != nil {
		b.h.Log.Warn("metrics: job backlog", "err", err)
		return
	}
	c <- prometheus.MustNewConstMetric(jobsWaiting, prometheus.GaugeValue, float64(waiting))
	c <- prometheus.MustNewConstMetric(jobsFailed, prometheus.GaugeValue, float64(failed))
	late, err := b.h.Publish.EmergenciesLate(perm.With(ctx, perm.SystemActor("metrics")))
	if err != nil {
		b.h.Log.Warn("metrics: emergency releases", "err", err)
		return
	}
	c <- prometheus.MustNewConstMetric(emergenciesLate, prometheus.GaugeValue, float64(late))
}

// ownRoutes are the routes of the house itself.
func (h *House) ownRoutes() []web.Route {
	return []web.Route{
		web.PublicGet("/healthz", h.alive),
		web.PublicGet("/readyz", h.ready),
		{Method: http.MethodGet, Pattern: "/console", SignedIn: true, Handler: h.today},
		{Method: http.MethodGet, Pattern: "/console/today/{n}", SignedIn: true, Handler: h.todayPart},
		{Method: http.MethodGet, Pattern: "/console/palette", SignedIn: true, Handler: h.palette},
	}
}
