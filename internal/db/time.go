package db

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"time"
)

// Time is a moment as the database keeps it: microseconds since 1970 in UTC,
// in a BIGINT column. Zero means "not set". In JSON it is RFC 3339, null when
// not set.
type Time int64

// At gives t as a database time; the zero time is not set.
func At(t time.Time) Time {
	if t.IsZero() {
		return 0
	}
	return Time(t.UnixMicro())
}

// Std gives the time in UTC, the zero time when not set.
func (t Time) Std() time.Time {
	if t == 0 {
		return time.Time{}
	}
	return time.UnixMicro(int64(t)).UTC()
}

// In gives the time in a zone, for showing.
func (t Time) In(l *time.Location) time.Time { return t.Std().In(l) }

// IsZero reports whether the time is not set.
func (t Time) IsZero() bool { return t == 0 }

// Before reports whether t is earlier than u.
func (t Time) Before(u Time) bool { return t < u }

// Add gives t moved by d.
func (t Time) Add(d time.Duration) Time { return t + Time(d.Microseconds()) }

// Sub gives the duration between two times.
func (t Time) Sub(u Time) time.Duration { return time.Duration(t-u) * time.Microsecond }

// Value implements driver.Valuer.
func (t Time) Value() (driver.Value, error) { return int64(t), nil }

// Scan implements sql.Scanner; NULL is not set.
func (t *Time) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*t = 0
	case int64:
		*t = Time(v)
	default:
		return fmt.Errorf("db.Time: cannot scan %T", v)
	}
	return nil
}

// MarshalJSON writes RFC 3339 in UTC, or null.
func (t Time) MarshalJSON() ([]byte, error) {
	if t == 0 {
		return []byte("null"), nil
	}
	return json.Marshal(t.Std())
}

// UnmarshalJSON reads RFC 3339 or null.
func (t *Time) UnmarshalJSON(b []byte) error {
	var s *time.Time
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	*t = 0
	if s != nil {
		*t = At(*s)
	}
	return nil
}
