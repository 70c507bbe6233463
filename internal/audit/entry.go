package audit

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"sifara/internal/db"
	"sifara/internal/perm"
	"sifara/internal/text"
)

// Entry is what the one who acts says about an act. Actor, authority and time
// are taken from the context and the clock.
type Entry struct {
	// Act names the act for ever: "publish.approve".
	Act string
	// Object is the kind of thing acted on ("message"), ObjectID its id.
	Object   string
	ObjectID string
	// Mission or Department is the unit the object belongs to; both empty
	// for the ministry's own.
	Mission    string
	Department string
	// Permission is the one under which the actor acts. Give it where acts
	// may be done as a stand-in; when empty it is guessed from the act.
	Permission perm.Permission
	// Detail are facts for the sentence: numbers, times, codes, titles of
	// official texts. A map of languages to texts is shown in the reader's
	// language, a Word in the reader's words. Long texts are cut.
	Detail map[string]any
}

// Word is a detail that stands for a message of the catalogue.
func Word(key string) string { return wordPrefix + key }

const (
	wordPrefix = "i18n:"
	maxDetail  = 200 // characters of one detail
)

// Record is one entry as it stands in the log. Its JSON, the exact bytes of
// the log, is also what exports hold.
type Record struct {
	Seq        int64          `json:"seq"`
	At         db.Time        `json:"at"`
	Kind       perm.Kind      `json:"kind"`
	Actor      string         `json:"actor"`
	ActorName  string         `json:"actor_name"`
	For        string         `json:"for,omitempty"`    // person whose authority was borrowed
	Role       string         `json:"role,omitempty"`   // role under which it was done
	Source     string         `json:"source,omitempty"` // assignment that gave it
	Act        string         `json:"act"`
	Object     string         `json:"object,omitempty"`
	ObjectID   string         `json:"object_id,omitempty"`
	Mission    string         `json:"mission,omitempty"`
	Department string         `json:"department,omitempty"`
	Detail     map[string]any `json:"detail,omitempty"`
}

// private are names of details that would put content or secrets into the
// record.
var private = []string{"password", "secret", "token", "code", "body", "text", "email", "phone", "passport", "question", "answer"}

// record makes the log's record of an entry. An error is a mistake in the
// code of the one who acts.
func record(a *perm.Actor, at time.Time, e Entry) (Record, error) {
	if e.Act == "" {
		return Record{}, fmt.Errorf("audit: entry without act")
	}
	r := Record{
		At: db.At(at), Kind: a.Kind, Actor: a.ID, ActorName: text.Clean(a.Name), Act: e.Act, Object: e.Object,
		ObjectID: e.ObjectID, Mission: e.Mission, Department: e.Department, Detail: map[string]any{},
	}
	if g, ok := authority(a, e); ok {
		r.For, r.Role, r.Source = g.StandInFor, g.Role, g.Source
	}
	for k, v := range e.Detail {
		if slices.Contains(private, strings.ToLower(k)) {
			return Record{}, fmt.Errorf("audit: %s: detail %q is private", e.Act, k)
		}
		r.Detail[k] = shorten(v)
	}
	return r, nil
}

func shorten(v any) any {
	s, ok := v.(string)
	if !ok {
		return v
	}
	s = text.Clean(s)
	if r := []rune(s); len(r) > maxDetail {
		return string(r[:maxDetail-1]) + "…"
	}
	return s
}

// authority finds the grant under which the entry's act is done. Without a
// permission the act itself is tried, then what else the actor holds of the
// same context except the right to look.
func authority(a *perm.Actor, e Entry) (perm.Grant, bool) {
	scope := perm.InMission(e.Mission)
	if e.Mission == "" && e.Department != "" {
		scope = perm.InDepartment(e.Department)
	}
	if e.Permission != "" {
		return a.Authority(e.Permission, scope)
	}
	if g, ok := a.Authority(perm.Permission(e.Act), scope); ok {
		return g, true
	}
	context, _, _ := strings.Cut(e.Act, ".")
	var found perm.Grant
	ok := false
	for _, g := range a.Grants {
		for _, p := range g.Permissions {
			if strings.HasPrefix(string(p), context+".") && !strings.HasSuffix(string(p), ".view") && g.Scope.Covers(scope) && (!ok || found.StandInFor != "" && g.StandInFor == "") {
				found, ok = g, true
			}
		}
	}
	return found, ok
}

// encode gives the bytes of the log. The sequence number is the record's
// place, so it is not among them.
func (r Record) encode() ([]byte, error) {
	type stored struct {
		Record
		Seq any `json:"seq,omitempty"`
	}
	return json.Marshal(stored{Record: r})
}

func decode(seq int64, data []byte) (Record, error) {
	var r Record
	d := json.NewDecoder(strings.NewReader(string(data)))
	d.UseNumber()
	if err := d.Decode(&r); err != nil {
		return Record{}, fmt.Errorf("audit record %d: %w", seq, err)
	}
	r.Seq = seq
	return r, nil
}
