package app

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/pprof"
	"time"

	"github.com/VictoriaMetrics/metrics"

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
	metrics.ExposeMetadata(true)
	mux := http.NewServeMux()
	mux.HandleFunc("/metrics", h.metrics)
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return mux
}

// metrics answers in the text format of Prometheus. GET /metrics
func (h *House) metrics(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
	defer cancel()
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	metrics.WriteProcessMetrics(w)
	h.Server.WriteMetrics(w)
	metrics.WriteGaugeFloat64(w, "sifara_up_seconds", time.Since(h.started).Seconds())
	h.backlog(ctx, w)
}

// backlog writes how many jobs wait and were given up, and what is overdue. A
// figure that cannot be read is left out, which watchers see.
func (h *House) backlog(ctx context.Context, w io.Writer) {
	if waiting, failed, err := h.Queue.Backlog(ctx); err != nil {
		h.Log.Warn("metrics: job backlog", "err", err)
	} else {
		metrics.WriteGaugeFloat64(w, "sifara_jobs_waiting", float64(waiting))
		metrics.WriteGaugeFloat64(w, "sifara_jobs_given_up", float64(failed))
	}
	if late, err := h.Publish.EmergenciesLate(perm.With(ctx, perm.SystemActor("metrics"))); err != nil {
		h.Log.Warn("metrics: emergency releases", "err", err)
	} else {
		metrics.WriteGaugeFloat64(w, "sifara_emergency_releases_overdue", float64(late))
	}
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
