// Package telegram is somebody else's server: getUpdates of Telegram's Bot API
// (core.telegram.org/bots/api#getupdates) for a bot that is a member of a
// channel. As the real one it forgets what is below the offset asked for.
package telegram

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"sifara/test/fakes"
)

// Channel is the channel in which posts appear; there is another one.
const Channel = "harbour_news"

// Server is a running server.
type Server struct {
	URL    string
	Faults *fakes.Injector

	set       fakes.Setup
	mu        sync.Mutex
	visible   int
	confirmed int // updates below it are forgotten
}

// Start runs a server until the test ends.
func Start(t testing.TB, set fakes.Setup) *Server {
	t.Helper()
	s := &Server{set: set, Faults: set.Injector(), visible: set.First}
	s.Faults.SayBusy(func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, http.StatusTooManyRequests, "Too Many Requests: retry after "+strconv.Itoa(fakes.RetryAfter), fakes.Doc{"retry_after": fakes.RetryAfter})
	})
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{bot}/getUpdates", s.updates)
	s.URL = fakes.Serve(t, s.Faults.Answers(mux))
	return s
}

// Publish makes all posts be written.
func (s *Server) Publish() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.visible = s.set.Posts
}

func refuse(w http.ResponseWriter, code int, why string, parameters fakes.Doc) {
	a := fakes.Doc{"ok": false, "error_code": code, "description": why}
	if parameters != nil {
		a["parameters"] = parameters
	}
	fakes.Write(w, code, a)
}

// updates answers with at most a hundred; those with odd ids are of the other
// channel.
func (s *Server) updates(w http.ResponseWriter, r *http.Request) {
	if r.PathValue("bot") != "bot"+s.set.Token {
		refuse(w, http.StatusUnauthorized, "Unauthorized", nil)
		return
	}
	q := r.URL.Query()
	if !strings.Contains(q.Get("allowed_updates"), `"channel_post"`) {
		fakes.Write(w, http.StatusOK, fakes.Doc{"ok": true, "result": []fakes.Doc{}})
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	offset, _ := strconv.Atoi(q.Get("offset"))
	limit, err := strconv.Atoi(q.Get("limit"))
	if err != nil || limit > 100 {
		limit = 100
	}
	s.confirmed = max(s.confirmed, offset)
	var list []fakes.Doc
	for id := max(s.confirmed, 100); id < 100+2*s.visible && len(list) < limit; id++ {
		n, chat, name := (id-100)/2, -1001, Channel
		if id%2 == 1 {
			chat, name = -1002, "other_channel"
		}
		list = append(list, fakes.Doc{"update_id": id, "channel_post": fakes.Doc{
			"message_id": n + 1, "date": s.set.At(n).Unix(), "chat": fakes.Doc{"id": chat, "type": "channel", "username": name, "title": "News"}, "text": fakes.Text(n),
		}})
	}
	fakes.Write(w, http.StatusOK, fakes.Doc{"ok": true, "result": append([]fakes.Doc{}, fakes.Arrange(s.Faults, list)...)})
}
