package publishweb

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/publish"
	"sifara/internal/web"
)

// The public log is read by programs of others; every answer may be kept but
// for the checkpoint, which grows.

// logFront sends people to the page that explains the log.
func (s *site) logFront(w http.ResponseWriter, r *http.Request) error {
	return web.Redirect(w, r, "/"+string(langOf(r))+"/verify#log")
}

func (s *site) checkpoint(w http.ResponseWriter, r *http.Request) error {
	c, err := s.Log.Checkpoint(r.Context())
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write(c) // the reader may have gone
	return nil
}

// key is the public key of the log as one line.
func (s *site) key(w http.ResponseWriter, r *http.Request) error {
	k, err := s.Log.Key(r.Context())
	if err != nil {
		return err
	}
	return plainText(w, k+"\n")
}

// logKeys are all keys that the log ever had, newest first, and the witnesses
// that sign its checkpoints.
type logKeys struct {
	Origin    string           `json:"origin"`
	Keys      []publish.LogKey `json:"keys"`
	Witnesses []logWitness     `json:"witnesses"`
}

type logWitness struct {
	Name string `json:"name"`
	Key  string `json:"key"`
}

// allKeys serves them: GET /log/keys.
func (s *site) allKeys(w http.ResponseWriter, r *http.Request) error {
	keys, err := s.Log.Keys(r.Context())
	if err != nil {
		return err
	}
	out := logKeys{Origin: s.Log.Origin(), Keys: keys, Witnesses: []logWitness{}}
	if s.Witness != nil {
		all, err := s.Witness.Witnesses(r.Context())
		if err != nil {
			return err
		}
		for _, x := range all {
			out.Witnesses = append(out.Witnesses, logWitness{x.Name, x.Public})
		}
	}
	return answerJSON(w, out)
}

// keyLine is a key as people read it.
type keyLine struct{ Key, Span string }

// keys are the keys of the log with their times in the reader's language.
func (s *site) keys(ctx context.Context) ([]keyLine, error) {
	all, err := s.Log.Keys(ctx)
	if err != nil {
		return nil, err
	}
	p := i18n.From(ctx)
	zone := s.Org.Zone(ctx, "")
	out := make([]keyLine, len(all))
	for i, k := range all {
		out[i] = keyLine{k.Key, keySpan(p, k, zone)}
	}
	return out, nil
}

// keySpan says when a key signed, or signs.
func keySpan(p *i18n.Printer, k publish.LogKey, zone *time.Location) string {
	since, until := p.Date(k.Since.In(zone)), p.Date(k.Until.In(zone))
	switch {
	case k.Since.IsZero() && k.Until.IsZero():
		return p.T("publish.log.key.always")
	case k.Until.IsZero():
		return p.T("publish.log.key.since", "since", since)
	case k.Since.IsZero():
		return p.T("publish.log.key.until", "until", until)
	}
	return p.T("publish.log.key.span", "since", since, "until", until)
}

// tile serves the tiles of the log and the bundles of its entries (C2SP
// tlog-tiles); what is served once never changes: GET /log/tile/{path...}.
func (s *site) tile(w http.ResponseWriter, r *http.Request) error {
	data, err := s.Log.Tile(r.Context(), r.PathValue("path"))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, _ = w.Write(data) // the reader may have gone
	return nil
}

type entriesAnswer struct {
	Start   int64    `json:"start"`
	Records [][]byte `json:"records"` // exact bytes, base64
}

// entries gives records: ?start=0&end=9, both counted in, at most
// publish.MaxEntries at once.
func (s *site) entries(w http.ResponseWriter, r *http.Request) error {
	start, err := logPlace(r.FormValue("start"), 0)
	if err != nil {
		return err
	}
	end, err := logPlace(r.FormValue("end"), start+publish.MaxEntries-1)
	if err != nil {
		return err
	}
	if end < start {
		return errs.New(errs.Invalid, "publish.verify.error.range")
	}
	records, err := s.Log.Entries(r.Context(), start, int(min(end-start, publish.MaxEntries-1)+1))
	if err != nil {
		return err
	}
	if records == nil {
		records = [][]byte{}
	}
	return answerJSON(w, entriesAnswer{Start: start, Records: records})
}

// logPlace reads a place in the log from an address.
func logPlace(s string, fallback int64) (int64, error) {
	if s == "" {
		return fallback, nil
	}
	n, err := strconv.ParseInt(s, 10, 62)
	if err != nil || n < 0 {
		return 0, errs.New(errs.Invalid, "publish.verify.error.range")
	}
	return n, nil
}

// proof gives one record with all that is needed to check it without us.
func (s *site) proof(w http.ResponseWriter, r *http.Request) error {
	index, err := strconv.ParseInt(r.PathValue("index"), 10, 62)
	if err != nil || index < 0 {
		return errs.New(errs.NotFound, "")
	}
	return s.giveProof(w, r, index)
}

// proofOf gives the proof of a message's text by what every post knows:
// GET /log/proof/{message}/{lang}.
func (s *site) proofOf(w http.ResponseWriter, r *http.Request) error {
	l, ok := i18n.Parse(r.PathValue("lang"))
	if !ok || !id.Valid(r.PathValue("message")) {
		return errs.New(errs.NotFound, "")
	}
	e, err := s.Log.Entry(r.Context(), r.PathValue("message"), l)
	if err != nil {
		return err
	}
	return s.giveProof(w, r, e.Index)
}

func (s *site) giveProof(w http.ResponseWriter, r *http.Request, index int64) error {
	b, err := s.Log.Bundle(r.Context(), index)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Disposition", `attachment; filename="sifara-proof-`+strconv.FormatInt(index, 10)+`.json"`)
	return answerJSON(w, b)
}

func answerJSON(w http.ResponseWriter, v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write(append(b, '\n')) // the reader may have gone
	return nil
}

func proofHref(index int64) string { return "/log/proof/" + strconv.FormatInt(index, 10) }
