package publishweb

import (
	"encoding/json"
	"net/http"
	"strconv"

	"sifara/internal/errs"
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
func (s *site) key(w http.ResponseWriter, _ *http.Request) error {
	return plainText(w, s.Log.Key()+"\n")
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
