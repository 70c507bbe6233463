// Package calendar gives each official an address at which their calendar
// program reads the publishing calendar: iCalendar (RFC 5545), read-only, with
// the person's rights as they are when it is read.
//
// The address holds a secret of 256 bits, shown once and kept as a hash. Who
// has it sees what the person sees: it is made anew or revoked at any time,
// and dies when the person leaves. It gives no other right.
//
// Tables: publish_calendar_feed.
package calendar
