package web

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"fmt"

	"sifara/internal/errs"
)

// List is a page of the API: Items of a list and, unless it is the last, the cursor of
// the following page. Use it as the body of a list operation.
type List[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty" doc:"Cursor of the following page; absent on the last"`
}

// NewList gives a page of the API whose Items are never null.
func NewList[T any](items []T, next string) List[T] {
	if items == nil {
		items = []T{}
	}
	return List[T]{Items: items, Next: next}
}

// cursorSum is the length of the check sum before a cursor's content.
const cursorSum = 6

// Cursor makes the cursor that stands for a place in a list: v as opaque text.
// It is no secret and gives no rights, for each request is checked; its check
// sum only keeps programs from building cursors of their own.
func Cursor(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("web: cursor of %T: %v", v, err)) // a mistake in the code
	}
	sum := sha256.Sum256(b)
	return base64.RawURLEncoding.EncodeToString(append(sum[:cursorSum:cursorSum], b...))
}

// ReadCursor reads what Cursor made into v; an empty cursor leaves v as it is.
// The error points at the field "cursor".
func ReadCursor(s string, v any) error {
	if s == "" {
		return nil
	}
	wrong := errs.InvalidFields(errs.Field{Name: "cursor", Key: "web.api.cursor"})
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(b) <= cursorSum || len(b) > 1024 {
		return wrong
	}
	sum := sha256.Sum256(b[cursorSum:])
	if subtle.ConstantTimeCompare(sum[:cursorSum], b[:cursorSum]) != 1 || json.Unmarshal(b[cursorSum:], v) != nil {
		return wrong
	}
	return nil
}
