package publishweb

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/web/static"
)

// offlinePlace is where the page of offline verification keeps what it knows of
// the house that gave it.
var offlinePlace = []byte(`{"language":"ar","keys":[]}`)

type offlineHouse struct {
	Language i18n.Lang `json:"language"`
	Keys     []string  `json:"keys"`
}

// offline gives the page that checks a proof and a text without a network, one
// file, with the keys of the log and of its witnesses in it:
// GET /{lang}/verify/offline.
func (s *site) offline(w http.ResponseWriter, r *http.Request) error {
	page, err := static.Read("verify.html")
	if err != nil {
		return errs.Wrap(err, errs.NotFound, "")
	}
	house := offlineHouse{Language: langOf(r)}
	if house.Keys, err = s.Log.KeyLines(r.Context()); err != nil {
		return err
	}
	if s.Witness != nil {
		all, err := s.Witness.Witnesses(r.Context())
		if err != nil {
			return err
		}
		for _, x := range all {
			house.Keys = append(house.Keys, x.Public)
		}
	}
	known, err := json.Marshal(house) // "<" is escaped: nothing ends the script it stands in
	if err != nil {
		return err
	}
	if bytes.Count(page, offlinePlace) != 1 {
		return fmt.Errorf("publish: the page of offline verification has no place for the keys")
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="verify.html"`)
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write(bytes.Replace(page, offlinePlace, known, 1)) // the reader may have gone
	return nil
}
