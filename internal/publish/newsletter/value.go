package newsletter

import "database/sql/driver"

// idList is a list of ids, kept as JSON.
type idList []string

// Value implements driver.Valuer.
func (l idList) Value() (driver.Value, error) { return jsonText(append([]string{}, l...)) }

// Scan implements sql.Scanner.
func (l *idList) Scan(v any) error { return jsonInto(v, l) }

// topicChoice are topics by list, kept as JSON.
type topicChoice map[string][]string

// Value implements driver.Valuer.
func (c topicChoice) Value() (driver.Value, error) { return jsonText(map[string][]string(c)) }

// Scan implements sql.Scanner.
func (c *topicChoice) Scan(v any) error { return jsonInto(v, c) }
