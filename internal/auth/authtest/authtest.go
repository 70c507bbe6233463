// Package authtest gives tests a ministry with a door: real services on a real
// database, a clock to move, and a mailbox to look into.
package authtest

import (
	"context"
	"log/slog"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"sifara/internal/audit"
	"sifara/internal/auth"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/event"
	"sifara/internal/i18n"
	"sifara/internal/i18n/i18ntest"
	"sifara/internal/id"
	"sifara/internal/jobs"
	"sifara/internal/mail"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/vault"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// Base is the address of the house in tests that name none.
const Base = "https://mofa.example"

// Password is one that the rules accept.
const Password = "four unlike words here"

// House is a ministry of a test.
type House struct {
	Auth  *auth.Service
	Org   *org.Service
	Audit *audit.Log
	DB    *db.DB
	Clock *clock.Manual
	Queue *jobs.Queue
	Live  *event.Live
	Mail  *Mailbox
	Words *i18n.Catalogue
	t     testing.TB
}

// Each runs a test on both engines in a house of its own.
func Each(t *testing.T, o auth.Options, run func(t *testing.T, h *House)) {
	t.Helper()
	dbtest.Each(t, Migrations(), func(t *testing.T, d *db.DB) { run(t, New(t, d, o)) })
}

// Migrations are those that a house needs.
func Migrations() []db.Migrations {
	return []db.Migrations{audit.Migrations(), org.Migrations(), auth.Migrations()}
}

// New builds a house in a database. Its clock begins at the present, because
// the lives of browser ceremonies are measured by the machine's clock.
func New(t testing.TB, d *db.DB, o auth.Options) *House {
	t.Helper()
	c := clock.At(time.Now())
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	h := &House{DB: d, Clock: c, Mail: &Mailbox{}, Live: event.NewLive(d, log), Queue: jobs.New(d, log), Audit: audit.New(d, c), t: t}
	h.Org = org.New(org.Deps{DB: d, Log: log, Clock: c, Audit: h.Audit, Live: h.Live})
	keys, err := vault.Create(filepath.Join(t.TempDir(), "keys"))
	h.Must(err)
	h.Words = i18ntest.Words(t, web.Locales(), ui.Locales(), mail.Locales(), audit.Locales(), org.Locales(), auth.Locales())
	if o.BaseURL == "" {
		o.BaseURL = Base
	}
	o.Hash = auth.HashCost{MemoryKiB: 64, Passes: 1, Lanes: 1} // tests are not guessed at
	h.Auth, err = auth.New(auth.Deps{DB: d, Log: log, Clock: c, Audit: h.Audit, Live: h.Live, Queue: h.Queue, Vault: keys, Org: h.Org, Mail: h.Mail, Catalogue: h.Words}, o)
	h.Must(err)
	h.Auth.Jobs(h.Queue)
	ctx := h.System()
	h.Must(h.Org.SyncRoles(ctx, append(append(org.Permissions(), auth.Permissions()...), audit.Permissions()...)))
	_, err = h.Org.Setup(ctx, org.MinistrySpec{
		Ministry: org.Ministry{Names: four("Ministry"), City: four("Baghdad"), Country: "IQ", TimeZone: "Asia/Baghdad", Weekend: []time.Weekday{5, 6}, Languages: i18n.Langs},
		First:    org.Person{Name: "First Official", Post: four("Head of unit"), Email: "first@mofa.example", Language: i18n.English},
	})
	h.Must(err)
	return h
}

func four(s string) org.Names {
	return org.Names{i18n.Arabic: s, i18n.Sorani: s, i18n.Kurmanji: s, i18n.English: s}
}

// Must ends the test on an error.
func (h *House) Must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// System is the context of the operator.
func (h *House) System() context.Context {
	return perm.With(h.t.Context(), perm.SystemActor("test"))
}

// Person adds an official with a role in the whole ministry; no role when it is
// empty.
func (h *House) Person(name, email, role string) org.Person {
	h.t.Helper()
	p := org.Person{ID: id.New(), Name: name, Post: four("Officer"), Email: email, Language: i18n.English}
	h.Must(h.Org.AddPerson(h.System(), p))
	if role != "" {
		h.Must(h.Org.Grant(h.System(), org.Assignment{ID: id.New(), PersonID: p.ID, Role: role, Level: perm.Ministry}))
	}
	p, err := h.Org.Person(h.System(), p.ID)
	h.Must(err)
	return p
}

// As gives the context of a person with the rights they have now.
func (h *House) As(p org.Person) context.Context {
	h.t.Helper()
	grants, err := h.Org.Grants(h.t.Context(), p.ID)
	h.Must(err)
	return perm.With(h.t.Context(), &perm.Actor{Kind: perm.Person, ID: p.ID, Name: p.Name, Grants: grants})
}

// Equip gives a person Password and an authenticator app, whose code it
// returns by a function.
func (h *House) Equip(p org.Person) (code func() string) {
	h.t.Helper()
	h.Must(h.Auth.SetPassword(h.System(), p.ID, Password))
	e, err := h.Auth.BeginTOTP(h.t.Context(), p.ID)
	h.Must(err)
	code = func() string { return h.Code(e.URL) }
	_, err = h.Auth.ConfirmTOTP(h.t.Context(), p.ID, e.Sealed, code())
	h.Must(err)
	h.Clock.Advance(time.Minute) // the step is spent
	return code
}

// Code is what an authenticator app shows now for an otpauth address.
func (h *House) Code(address string) string {
	h.t.Helper()
	key, err := otp.NewKeyFromURL(address)
	h.Must(err)
	code, err := totp.GenerateCode(key.Secret(), h.Clock.Now())
	h.Must(err)
	return code
}

// Enter signs an equipped person in.
func (h *House) Enter(v auth.Visit, p org.Person, code string) auth.Admitted {
	h.t.Helper()
	half, err := h.Auth.CheckPassword(h.t.Context(), v, p.Email, Password)
	h.Must(err)
	in, err := h.Auth.CheckCode(h.t.Context(), v, half.PersonID, code)
	h.Must(err)
	return in
}

// Link runs the jobs and gives the address in the last letter to somebody,
// empty when there is none.
func (h *House) Link(email string) string {
	h.t.Helper()
	h.Must(h.Queue.Drain(h.t.Context(), time.Now().Add(time.Minute)))
	all := h.Mail.To(email)
	if len(all) == 0 {
		return ""
	}
	return linkPattern.FindString(all[len(all)-1].Text)
}

var linkPattern = regexp.MustCompile(`https?://\S+/console/\S+`)

// Mailbox keeps the letters that were sent.
type Mailbox struct {
	mu      sync.Mutex
	letters []mail.Message
}

// Send implements mail.Sender.
func (b *Mailbox) Send(_ context.Context, m mail.Message) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.letters = append(b.letters, m)
	return nil
}

// To gives the letters to an address, the oldest first.
func (b *Mailbox) To(email string) []mail.Message {
	b.mu.Lock()
	defer b.mu.Unlock()
	var list []mail.Message
	for _, m := range b.letters {
		if m.To[0].Email == email {
			list = append(list, m)
		}
	}
	return list
}
