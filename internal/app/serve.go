package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"runtime/debug"
	"time"

	"golang.org/x/sync/errgroup"
)

// shutdownGrace is how long requests and jobs may go on after the house was
// told to stop.
const shutdownGrace = 20 * time.Second

// settled is when a start is over, and the memory that it alone took is given back.
const settled = 5 * time.Second

// Serve serves until ctx ends, then stops gracefully: it says that it is not
// ready, lets requests and jobs finish, and closes. ready is called with the
// address once it accepts connections.
func (h *House) Serve(ctx context.Context, address string, ready func(net.Addr)) error {
	if err := h.keepNames(ctx); err != nil {
		return err
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return listenError(address, err)
	}
	srv := &http.Server{
		Handler: h.Server.Handler(), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 10 * time.Minute,
		WriteTimeout: 10 * time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: nil,
	}
	work, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWork()
	group, gctx := errgroup.WithContext(ctx)
	if err := h.Queue.Start(work); err != nil {
		l.Close()
		return fmt.Errorf("start job queue: %w", err)
	}
	background := make(chan struct{})
	go func() {
		defer close(background)
		h.background(work)
	}()
	group.Go(func() error {
		if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	if h.Config.Admin != "" {
		group.Go(func() error { return h.serveAdmin(gctx) })
	}
	if ready != nil {
		ready(l.Addr())
	}
	defer time.AfterFunc(settled, debug.FreeOSMemory).Stop()
	group.Go(func() error {
		<-gctx.Done()
		h.stopping.Store(true)
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownGrace)
		defer cancel()
		// Event streams would hold up the shutdown until their hour is over.
		h.Server.CloseStreams()
		err := srv.Shutdown(grace)
		return errors.Join(err, h.Queue.Stop(grace))
	})
	err = group.Wait()
	stopWork()
	<-background
	return err
}

// background runs what goes on beside requests and jobs until ctx ends, and
// returns when all of it has ended.
func (h *House) background(ctx context.Context) {
	var group errgroup.Group
	group.Go(func() error { h.Live.Run(ctx); return nil })
	group.Go(func() error { h.pages.Run(ctx, h.Live); return nil })
	for _, run := range h.runners() {
		group.Go(func() error { run(ctx); return nil })
	}
	_ = group.Wait() // none of them fails
}

func (h *House) serveAdmin(ctx context.Context) error {
	srv := &http.Server{Addr: h.Config.Admin, Handler: h.admin(), ReadHeaderTimeout: 10 * time.Second}
	stop := context.AfterFunc(ctx, func() { srv.Close() })
	defer stop()
	if err := srv.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return listenError(h.Config.Admin, err)
	}
	return nil
}
