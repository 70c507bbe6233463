package agenda

import (
	"time"

	"sifara/internal/publish"
)

// Kind sorts entries.
type Kind string

// The kinds of entry. The first four are the moments of a message.
const (
	Planned  Kind = Kind(publish.PlannedMoment)
	Released Kind = Kind(publish.ReleasedMoment)
	Embargo  Kind = Kind(publish.EmbargoMoment)
	NotAfter Kind = Kind(publish.EndMoment)
	Event    Kind = "event"  // of a campaign
	Begins   Kind = "begins" // the first day of a campaign
	Ends     Kind = "ends"   // its last
	Occasion Kind = "occasion"
)

// Kinds lists the kinds.
var Kinds = []Kind{Planned, Released, Embargo, NotAfter, Event, Begins, Ends, Occasion}

// Entry is one thing that happens on a day.
type Entry struct {
	At      time.Time // in the zone that was asked for
	AllDay  bool
	Kind    Kind
	Title   string           // in the reader's language
	Where   string           // who speaks or invites, or the country of an occasion
	ID      string           // of the message, the campaign or the occasion
	Message *publish.Message // of a moment; else nil
	UID     string           // the same whenever the same thing is told
	Until   time.Time        // of an event or an occasion; may be zero
	Place   string           // of an event; may be empty
	Off     *DayOff          // of an occasion: the holiday that it is; may be nil

	country string        // of an occasion; empty: everywhere
	names   publish.Texts // of an occasion
}

// CalendarLine is an entry as programs read it.
type CalendarLine struct {
	At       time.Time  `json:"at" doc:"In the ministry's zone; midnight when it lasts the whole day"`
	AllDay   bool       `json:"all_day"`
	Kind     Kind       `json:"kind" enum:"planned,released,embargo,not_after,event,begins,ends,occasion"`
	Title    string     `json:"title" doc:"In the reader's language"`
	Where    string     `json:"where" doc:"Who speaks or invites, or the country of an occasion"`
	ID       string     `json:"id" doc:"Of the message, campaign or occasion"`
	State    string     `json:"state,omitempty" doc:"Of the message"`
	Until    *time.Time `json:"until,omitempty" doc:"Of an event; of an occasion the day after its last"`
	Place    string     `json:"place,omitempty" doc:"Of an event"`
	Holiday  bool       `json:"holiday,omitempty" doc:"The occasion is a holiday too"`
	ClosedAt []string   `json:"closed,omitempty" doc:"The missions that keep the holiday, when it is not everybody"`
}

// Line gives the entry for programs.
func (e Entry) Line() CalendarLine {
	l := CalendarLine{At: e.At, AllDay: e.AllDay, Kind: e.Kind, Title: e.Title, Where: e.Where, ID: e.ID, Place: e.Place}
	if e.Message != nil {
		l.State = string(e.Message.State)
	}
	if !e.Until.IsZero() {
		l.Until = &e.Until
	}
	if e.Off != nil {
		l.Holiday, l.ClosedAt = true, e.Off.Where
	}
	return l
}
