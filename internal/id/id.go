// Package id makes the identifiers of the house: UUIDv7 as text, so that they
// sort by the time they were made and can be made on any node.
package id

import "github.com/google/uuid"

// New gives a fresh identifier: 36 characters, lower case.
func New() string { return uuid.Must(uuid.NewV7()).String() }

// Valid reports whether s has the form of an identifier. It is the first check
// of every identifier that comes from outside.
func Valid(s string) bool {
	if len(s) != 36 {
		return false
	}
	_, err := uuid.Parse(s)
	return err == nil
}
