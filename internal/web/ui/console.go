package ui

import (
	"strconv"

	"github.com/a-h/templ"
)

// NavGroup is a part of the console's navigation under one label. An empty
// label draws its items without heading.
type NavGroup struct {
	Label string
	Items []NavItem
}

// NavItem leads to one page of the console.
type NavItem struct {
	Label  string
	Href   string
	Icon   string // a name that Icon knows
	Active bool   // the reader is on this page or below it
	Badge  string // a short figure that waits for the reader, already formatted; empty hides it
	Pin    bool   // shown in the bar at the bottom of phones, which has room for four
}

// User is the signed-in official as pages show them: by name and post, never
// by picture.
type User struct {
	Name        string
	Post        string // post and place: "Press officer, Paris"
	ProfileHref string // own account: sessions, passkeys, languages
	SignOutHref string // takes a POST
	ActingFor   string // whom they stand in for; empty when they act for themselves
}

// LangLink leads to the same page in another language.
type LangLink struct {
	Code    string // BCP 47
	Name    string // the language's name in itself
	Href    string
	Current bool
	Missing bool // this page does not exist in that language; the link leads to what does
}

// Flash is a message about what has just been done, shown once.
type Flash struct {
	Kind Kind
	Text string
	Link Link // what to do next; optional
}

// ConsolePage is what the console's frame needs to know about a page.
type ConsolePage struct {
	Title       string // the only h1, and the title of the window
	Intro       string // one sentence under the title; optional
	Institution string // name of the ministry or mission whose house this is
	HomeHref    string // where the mark leads; empty is /console

	Nav         []NavGroup
	User        User
	Langs       []LangLink
	Breadcrumbs []Link // the way down to this page, without the page itself
	Flash       []Flash
	Actions     templ.Component // buttons beside the title; may be nil

	NoticesHref  string // list of notices to this person; empty hides the bell
	NoticesCount string // formatted; empty when nothing is new
	PaletteHref  string // JSON of the command palette; empty is /console/palette
	LiveHref     string // server-sent events; empty is /console/live, "-" is none

	Banners    []templ.Component // what every page must say now
	DemoBanner bool              // mark the whole page as demonstration
	BareTitle  bool              // the body brings its own header: draw no title
	Wide       bool              // use the whole width, for boards and calendars
}

// pinned are the items for the bottom bar: those marked Pin, else the first.
func (p ConsolePage) pinned() []NavItem {
	var pinned, all []NavItem
	for _, g := range p.Nav {
		for _, item := range g.Items {
			all = append(all, item)
			if item.Pin {
				pinned = append(pinned, item)
			}
		}
	}
	if len(pinned) == 0 {
		pinned = all
	}
	return pinned[:min(4, len(pinned))]
}

func (p ConsolePage) home() string    { return or(p.HomeHref, "/console") }
func (p ConsolePage) palette() string { return or(p.PaletteHref, "/console/palette") }

func (p ConsolePage) live() string {
	if p.LiveHref == "-" {
		return ""
	}
	return or(p.LiveHref, "/console/live")
}

// or is the first text unless it is empty.
func or(s, fallback string) string {
	if s != "" {
		return s
	}
	return fallback
}

func itoa(n int) string { return strconv.Itoa(n) }
