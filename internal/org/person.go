package org

import (
	"slices"
	"strings"
	"unicode/utf8"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/perm"
	"sifara/internal/text"
)

// Person is an official. Whoever has neither mission nor department serves the
// ministry itself. A person who left is not active and has no authority.
type Person struct {
	ID           string    `bun:",pk" json:"id"`
	Name         string    `json:"name"`
	Post         Names     `json:"post"`
	MissionID    string    `bun:",nullzero" json:"mission_id,omitempty"`
	DepartmentID string    `bun:",nullzero" json:"department_id,omitempty"`
	Email        string    `json:"email"` // lower case; unique unless empty
	Language     i18n.Lang `json:"language"`
	// Reads are the languages in which they can vouch for a text, their own
	// among them, in the order of i18n.Langs.
	Reads     []i18n.Lang `json:"reads"`
	Active    bool        `json:"active"`
	CreatedAt db.Time     `json:"created_at"`
	Version   int64       `json:"version"`
	// FoundBy is what searches for a person look in.
	FoundBy string `json:"-"`
}

// Called is the name by which readers of a language know the person: the name,
// or the post in their language of somebody whose name is their post, as
// officials without a personal name in the house are entered.
func (p Person) Called(l i18n.Lang) string { return p.Post.called(p.Name, l) }

// called gives the name in a language when it is one of these, or as it is.
func (n Names) called(name string, l i18n.Lang) string {
	for _, other := range i18n.Langs {
		if n[other] == name && name != "" {
			return n.In(l)
		}
	}
	return name
}

// Recorded is the name as the record keeps it: in all languages when it is the
// post's.
func (p Person) Recorded() any {
	for _, l := range i18n.Langs {
		if p.Post[l] == p.Name {
			return p.Post
		}
	}
	return p.Name
}

// Scope is where the person serves.
func (p Person) Scope() perm.Scope { return unitScope(p.MissionID, p.DepartmentID) }

func unitScope(mission, department string) perm.Scope {
	if mission == "" && department != "" {
		return perm.InDepartment(department)
	}
	return perm.InMission(mission)
}

// Posting is one post in a person's history. Until is not set for the present
// one.
type Posting struct {
	ID           string  `bun:",pk" json:"id"`
	PersonID     string  `json:"person_id"`
	MissionID    string  `bun:",nullzero" json:"mission_id,omitempty"`
	DepartmentID string  `bun:",nullzero" json:"department_id,omitempty"`
	Post         Names   `json:"post"`
	From         db.Time `bun:"from_at" json:"from"`
	Until        db.Time `bun:"until_at" json:"until"`
}

func (p *Person) normalise() {
	p.Name = text.Line(p.Name)
	p.Post = p.Post.clean()
	p.Email = strings.ToLower(strings.TrimSpace(p.Email))
	p.Reads = sortedLangs(append(slices.Clone(p.Reads), p.Language))
	find := []string{p.Name, p.Email}
	for _, l := range i18n.Langs {
		find = append(find, p.Post[l])
	}
	p.FoundBy = text.Fold(strings.Join(find, " "))
}

func (p Person) check() error {
	var bad []errs.Field
	switch n := utf8.RuneCountInString(p.Name); {
	case n == 0:
		bad = append(bad, errs.Field{Name: "name", Key: "web.field.required"})
	case n > maxName:
		bad = append(bad, tooLong("name", n, maxName))
	}
	if !slices.Contains(i18n.Langs, p.Language) {
		bad = append(bad, errs.Field{Name: "language", Key: "web.field.choice"})
	}
	if slices.ContainsFunc(p.Reads, func(l i18n.Lang) bool { return l != p.Language && !slices.Contains(i18n.Langs, l) }) {
		bad = append(bad, errs.Field{Name: "reads", Key: "web.field.choice"})
	}
	if p.MissionID != "" && p.DepartmentID != "" {
		bad = append(bad, errs.Field{Name: "unit", Key: "web.field.choice"})
	}
	return errs.InvalidFields(slices.Concat(bad, p.Post.check("post", maxName, i18n.Arabic), checkEmail("email", p.Email))...)
}
