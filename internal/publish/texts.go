package publish

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"

	"sifara/internal/i18n"
)

// Texts is one text in several languages. A language without text is absent.
type Texts map[i18n.Lang]string

// Value implements driver.Valuer: JSON, empty when there is no text.
func (t Texts) Value() (driver.Value, error) {
	if len(t) == 0 {
		return "", nil
	}
	return jsonValue(t)
}

// Scan implements sql.Scanner.
func (t *Texts) Scan(v any) error { return jsonScan(v, t) }

// In gives the text in a language, else in the first language that has one.
func (t Texts) In(l i18n.Lang) string {
	if s := t[l]; s != "" {
		return s
	}
	for _, l := range i18n.Langs {
		if s := t[l]; s != "" {
			return s
		}
	}
	return ""
}

func jsonValue(v any) (driver.Value, error) {
	b, err := json.Marshal(v)
	return string(b), err
}

func jsonScan(v, into any) error {
	var b []byte
	switch v := v.(type) {
	case nil:
	case string:
		b = []byte(v)
	case []byte:
		b = v
	default:
		return fmt.Errorf("publish: cannot read JSON from %T", v)
	}
	if len(b) == 0 {
		return nil
	}
	return json.Unmarshal(b, into)
}
