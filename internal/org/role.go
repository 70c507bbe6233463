package org

import (
	"regexp"
	"slices"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/perm"
)

// Role is a named set of permissions. A standard role belongs to the program:
// its permissions are those the contexts declare and it cannot be edited, but
// copied to a role of the ministry's own.
type Role struct {
	Key         string            `bun:",pk" json:"key"`
	Names       Names             `json:"names"`
	Standard    bool              `json:"standard"`
	Permissions []perm.Permission `json:"permissions"` // sorted
	Version     int64             `json:"version"`
}

// Name is the role's name in a language.
func (r Role) Name(l i18n.Lang) string { return r.Names.In(l) }

// Holds reports whether the role has a permission.
func (r Role) Holds(p perm.Permission) bool { return slices.Contains(r.Permissions, p) }

// Keys of the standard roles.
const (
	Administrator    = "administrator"
	UnitHead         = "unit_head"
	HeadOfMission    = "head_of_mission"
	Drafter          = "drafter"
	LanguageReviewer = "language_reviewer"
	Clearer          = "clearer"
	Releaser         = "releaser"
	Analyst          = "analyst"
	InboxOfficer     = "inbox_officer"
	Auditor          = "auditor"
	Reader           = "reader"
)

// standardRoles names the standard roles in the order in which they are shown.
var standardRoles = []Role{
	{Key: Administrator, Names: Names{i18n.Arabic: "مدير النظام", i18n.Sorani: "بەڕێوەبەری سیستەم", i18n.Kurmanji: "Rêveberê pergalê", i18n.English: "System administrator"}},
	{Key: UnitHead, Names: Names{i18n.Arabic: "رئيس وحدة الدبلوماسية الرقمية", i18n.Sorani: "سەرۆکی یەکەی دیپلۆماسیی دیجیتاڵی", i18n.Kurmanji: "Serokê yekîneya dîplomasiya dîjîtal", i18n.English: "Head of the digital diplomacy unit"}},
	{Key: HeadOfMission, Names: Names{i18n.Arabic: "رئيس البعثة", i18n.Sorani: "سەرۆکی نێردە", i18n.Kurmanji: "Serokê nûnertiyê", i18n.English: "Head of mission"}},
	{Key: Drafter, Names: Names{i18n.Arabic: "محرّر", i18n.Sorani: "نووسەری ڕەشنووس", i18n.Kurmanji: "Nivîskarê reşnivîsê", i18n.English: "Drafter"}},
	{Key: LanguageReviewer, Names: Names{i18n.Arabic: "مراجع لغوي", i18n.Sorani: "پێداچوونەوەکاری زمان", i18n.Kurmanji: "Kontrolkarê zimên", i18n.English: "Language reviewer"}},
	{Key: Clearer, Names: Names{i18n.Arabic: "مُجيز المحتوى", i18n.Sorani: "پەسەندکاری ناوەڕۆک", i18n.Kurmanji: "Pejirînerê naverokê", i18n.English: "Clearing officer"}},
	{Key: Releaser, Names: Names{i18n.Arabic: "مسؤول النشر", i18n.Sorani: "بەرپرسی بڵاوکردنەوە", i18n.Kurmanji: "Berpirsê weşandinê", i18n.English: "Releasing officer"}},
	{Key: Analyst, Names: Names{i18n.Arabic: "محلّل", i18n.Sorani: "شیکەرەوە", i18n.Kurmanji: "Analîst", i18n.English: "Analyst"}},
	{Key: InboxOfficer, Names: Names{i18n.Arabic: "مسؤول الأسئلة الواردة", i18n.Sorani: "بەرپرسی پرسیارە هاتووەکان", i18n.Kurmanji: "Berpirsê pirsên hatî", i18n.English: "Inbox officer"}},
	{Key: Auditor, Names: Names{i18n.Arabic: "مدقّق", i18n.Sorani: "وردبین", i18n.Kurmanji: "Kontrolkarê tomaran", i18n.English: "Auditor"}},
	{Key: Reader, Names: Names{i18n.Arabic: "مطّلع", i18n.Sorani: "خوێنەر", i18n.Kurmanji: "Xwendevan", i18n.English: "Reader"}},
}

// StandardRoles lists the keys of the standard roles.
func StandardRoles() []string {
	keys := make([]string, len(standardRoles))
	for i, r := range standardRoles {
		keys[i] = r.Key
	}
	return keys
}

var validRoleKey = regexp.MustCompile(`^[a-z][a-z0-9_]{1,39}$`)

func (r *Role) normalise() {
	r.Names = r.Names.clean()
	r.Permissions = slices.Clone(r.Permissions)
	slices.Sort(r.Permissions)
	r.Permissions = slices.Compact(r.Permissions)
}

func (r Role) check(known []perm.Permission) error {
	var bad []errs.Field
	if !validRoleKey.MatchString(r.Key) {
		bad = append(bad, errs.Field{Name: "key", Key: "org.role_key_wrong"})
	}
	for _, p := range r.Permissions {
		if !slices.Contains(known, p) {
			bad = append(bad, errs.Field{Name: "permissions", Key: "web.field.choice"})
			break
		}
	}
	if len(r.Permissions) == 0 {
		bad = append(bad, errs.Field{Name: "permissions", Key: "org.role_empty"})
	}
	return errs.InvalidFields(append(bad, r.Names.check("names", maxName, i18n.Arabic)...)...)
}
