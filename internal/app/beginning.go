package app

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/org"
	"sifara/internal/perm"
)

// Beginning is what a real ministry is set up from.
type Beginning struct {
	Country string
	Names   map[string]string // by language code; all four are needed
	Zone    string
	Admin   string // e-mail address of the first administrator
}

// Initialise sets up a ministry in an empty, migrated database and gives the
// link by which its first administrator signs in, once. Nothing of the
// demonstration exists in it.
func (h *House) Initialise(ctx context.Context, b Beginning) (link string, err error) {
	ctx = perm.With(ctx, perm.SystemActor("init"))
	names := org.Names{}
	for code, name := range b.Names {
		l, ok := i18n.Parse(code)
		if !ok {
			return "", errs.New(errs.Invalid, "app.init_language", "code", code)
		}
		names[l] = name
	}
	post := org.Names{}
	for _, l := range i18n.Langs {
		post[l] = h.Words.Printer(l).T("app.first_administrator")
	}
	first, err := h.Org.Setup(ctx, org.MinistrySpec{
		Ministry: org.Ministry{Names: names, City: names, Country: b.Country, TimeZone: b.Zone, Languages: i18n.Langs, Weekend: []time.Weekday{time.Friday, time.Saturday}},
		First:    org.Person{Name: post[i18n.Arabic], Post: post, Email: b.Admin, Language: i18n.Arabic, Active: true},
	})
	if err != nil {
		return "", fmt.Errorf("set up the ministry: %w", err)
	}
	link, err = h.Auth.InvitationLink(ctx, first.ID)
	if err != nil {
		return "", fmt.Errorf("invite the first administrator: %w", err)
	}
	return link, nil
}

// ministryZone is the time zone in which what belongs to no mission is shown.
func (h *House) ministryZone(ctx context.Context) *time.Location {
	m, err := h.Org.Ministry(ctx)
	if err != nil {
		return time.UTC
	}
	return m.Location()
}

// host is the name by which people reach the house.
func (h *House) host() string {
	u, err := url.Parse(h.baseURL)
	if err != nil {
		return "localhost"
	}
	return u.Host
}
