package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"sifara/internal/errs"
)

// livePath is the event stream of the console.
const livePath = "/console/live"

// maxTopics bounds what one page may listen to.
const maxTopics = 20

// live streams the names of changed topics to an open page, which then asks
// for its fragments again under its own rights: GET /console/live?topics=a,b.
// Each event bears the name of its topic.
func (s *Server) live(w http.ResponseWriter, r *http.Request) error {
	topics := strings.FieldsFunc(r.URL.Query().Get("topics"), func(c rune) bool { return c == ',' || c < ' ' })
	if len(topics) == 0 || len(topics) > maxTopics || s.o.Live == nil {
		return errs.New(errs.Invalid, "")
	}
	sub := s.o.Live.Subscribe(func(topic string) bool { return topic == "" || slices.Contains(topics, topic) })
	defer sub.Close()
	rc := http.NewResponseController(w)
	_ = rc.SetWriteDeadline(time.Time{}) // the stream outlives the server's write timeout
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no")
	fmt.Fprint(w, "retry: 3000\n\n")
	beat := time.NewTicker(20 * time.Second)
	defer beat.Stop()
	// A stream ends after an hour so that a session that ended meanwhile is
	// noticed: the browser reconnects and must sign in.
	end := time.After(time.Hour)
	for {
		if err := rc.Flush(); err != nil {
			return nil
		}
		select {
		case <-r.Context().Done():
			return nil
		case <-s.streams:
			return nil
		case <-end:
			return nil
		case <-beat.C:
			fmt.Fprint(w, ": beat\n\n")
		case topic := <-sub.C():
			changed := []string{topic}
			if sub.Lost() || topic == "" {
				changed = topics
			}
			for _, t := range changed {
				fmt.Fprintf(w, "event: %s\ndata: changed\n\n", t)
			}
		}
	}
}

// CloseStreams ends the open event streams for good: the house is stopping.
func (s *Server) CloseStreams() { s.closing.Do(func() { close(s.streams) }) }
