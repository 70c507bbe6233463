package auth_test

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"sifara/internal/auth"
	"sifara/internal/auth/authtest"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/org"
	"sifara/internal/perm"
)

func visit(addr string) auth.Visit {
	return auth.Visit{Addr: netip.MustParseAddr(addr), Agent: "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"}
}

// acts gives how often an act was recorded.
func acts(h *authtest.House, t *testing.T, act string) int {
	t.Helper()
	var n int
	if err := h.DB.Reader().NewRaw(`SELECT count(*) FROM audit_entry WHERE act = ?`, act).Scan(t.Context(), &n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestPasswordAndCode(t *testing.T) {
	authtest.Each(t, auth.Options{}, func(t *testing.T, h *authtest.House) {
		ctx := t.Context()
		p := h.Person("Layla", "layla@mofa.example", org.Drafter)
		code := h.Equip(p)
		v := visit("192.0.2.1")

		for _, tt := range []struct{ name, email, password string }{
			{"wrong password", p.Email, "not the password"}, {"unknown address", "nobody@mofa.example", authtest.Password}, {"empty", "", ""},
		} {
			if _, err := h.Auth.CheckPassword(ctx, v, tt.email, tt.password); !errors.Is(err, auth.ErrCredentials) {
				t.Errorf("%s: err = %v, want ErrCredentials", tt.name, err)
			}
		}
		half, err := h.Auth.CheckPassword(ctx, v, "LAYLA@mofa.example ", authtest.Password)
		if err != nil || half.Enrol || half.PersonID != p.ID {
			t.Fatalf("CheckPassword = %+v, %v", half, err)
		}
		if _, err := h.Auth.CheckCode(ctx, v, p.ID, "000000"); !errors.Is(err, auth.ErrCode) {
			t.Errorf("wrong code: err = %v, want ErrCode", err)
		}
		now := code()
		in, err := h.Auth.CheckCode(ctx, v, p.ID, now)
		if err != nil || in.SignIn.Browser != "Firefox" || in.SignIn.Network != "192.0.2.0/24" {
			t.Fatalf("CheckCode = %+v, %v", in, err)
		}
		if _, err := h.Auth.CheckCode(ctx, v, p.ID, now); !errors.Is(err, auth.ErrCode) {
			t.Errorf("replayed code: err = %v, want ErrCode", err)
		}
		a, err := h.Auth.ActorOfSignIn(ctx, in.SignIn.ID)
		if err != nil || a.ID != p.ID || a.Kind != perm.Person || !a.May(org.View) {
			t.Errorf("ActorOfSignIn = %+v, %v, want Layla with org.view", a, err)
		}
		if got := acts(h, t, "auth.signin"); got != 1 {
			t.Errorf("%d sign-ins recorded, want 1", got)
		}
		if _, err := h.Audit.Verify(h.System()); err != nil {
			t.Errorf("audit: %v", err)
		}
	})
}

func TestCodeIsSpentOnce(t *testing.T) {
	authtest.Each(t, auth.Options{}, func(t *testing.T, h *authtest.House) {
		p := h.Person("Layla", "layla@mofa.example", "")
		code := h.Equip(p)()
		var wg sync.WaitGroup
		var mu sync.Mutex
		in := 0
		for range 4 {
			wg.Go(func() {
				if _, err := h.Auth.CheckCode(t.Context(), visit("192.0.2.1"), p.ID, code); err == nil {
					mu.Lock()
					in++
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if in != 1 {
			t.Errorf("one code let %d in, want 1", in)
		}
	})
}

func TestRecoveryCodes(t *testing.T) {
	authtest.Each(t, auth.Options{}, func(t *testing.T, h *authtest.House) {
		p := h.Person("Layla", "layla@mofa.example", "")
		h.Equip(p)
		codes, err := h.Auth.NewRecoveryCodes(h.As(p))
		if err != nil || len(codes) != 10 {
			t.Fatalf("NewRecoveryCodes = %v, %v", codes, err)
		}
		v := visit("192.0.2.1")
		in, err := h.Auth.CheckCode(t.Context(), v, p.ID, strings.ToLower(codes[3]))
		if err != nil || in.SignIn.Method != auth.ByRecovery {
			t.Fatalf("CheckCode = %+v, %v", in, err)
		}
		if _, err := h.Auth.CheckCode(t.Context(), v, p.ID, codes[3]); !errors.Is(err, auth.ErrCode) {
			t.Errorf("used code: err = %v, want ErrCode", err)
		}
		if o, err := h.Auth.Overview(h.As(p), p.ID); err != nil || o.RecoveryLeft != 9 {
			t.Errorf("left = %d, %v, want 9", o.RecoveryLeft, err)
		}
		var stored string
		if err := h.DB.Reader().NewRaw(`SELECT code_hash FROM auth_recovery LIMIT 1`).Scan(t.Context(), &stored); err != nil || strings.Contains(stored, codes[0][:4]) {
			t.Errorf("stored code %q, %v", stored, err)
		}
	})
}

func TestNobodyCanLockOthersOut(t *testing.T) {
	authtest.Each(t, auth.Options{}, func(t *testing.T, h *authtest.House) {
		ctx := t.Context()
		p := h.Person("Layla", "layla@mofa.example", "")
		code := h.Equip(p)
		known := visit("192.0.2.1")
		known.Device = h.Enter(known, p, code()).Device
		h.Clock.Advance(time.Minute)

		// A stranger tries from one network until they must wait.
		stranger := visit("198.51.100.7")
		tries := 0
		for ; tries < 20; tries++ {
			if _, err := h.Auth.CheckPassword(ctx, stranger, p.Email, "wrong"); errs.KindOf(err) == errs.TooMany {
				break
			}
		}
		if tries != 5 {
			t.Errorf("a stranger had %d tries, want 5", tries)
		}
		if _, err := h.Auth.CheckPassword(ctx, stranger, "nobody@mofa.example", "wrong"); !errors.Is(err, auth.ErrCredentials) {
			t.Errorf("another account from there: %v, want ErrCredentials", err)
		}
		// From everywhere else at once.
		waits := 0
		for n := range 60 {
			if _, err := h.Auth.CheckPassword(ctx, visit(fmt.Sprintf("203.0.113.%d", n)), p.Email, "wrong"); errs.KindOf(err) == errs.TooMany {
				waits++
			}
		}
		if waits == 0 {
			t.Error("guessing from many networks was never slowed down")
		}
		if got := acts(h, t, "auth.throttled"); got == 0 {
			t.Error("throttling left no record")
		}
		// The owner's own browser, on the stranger's network even, is not held up.
		known.Addr = stranger.Addr
		if _, err := h.Auth.CheckPassword(ctx, known, p.Email, authtest.Password); err != nil {
			t.Errorf("the owner's own browser: %v, want nil", err)
		}
		// And from a new place the owner waits a minute at most.
		h.Clock.Advance(time.Minute)
		h.Enter(visit("192.0.2.99"), p, code())
	})
}

func TestThrottleAnswersAlike(t *testing.T) {
	authtest.Each(t, auth.Options{}, func(t *testing.T, h *authtest.House) {
		h.Equip(h.Person("Layla", "layla@mofa.example", ""))
		answers := map[string][]string{}
		for _, email := range []string{"layla@mofa.example", "nobody@mofa.example"} {
			for range 8 {
				_, err := h.Auth.CheckPassword(t.Context(), visit("192.0.2.1"), email, "wrong")
				answers[email] = append(answers[email], err.Error())
			}
		}
		if a, b := answers["layla@mofa.example"], answers["nobody@mofa.example"]; strings.Join(a, "\n") != strings.Join(b, "\n") {
			t.Errorf("answers differ:\n%v\n%v", a, b)
		}
	})
}

func TestInvitation(t *testing.T) {
	authtest.Each(t, auth.Options{}, func(t *testing.T, h *authtest.House) {
		ctx := t.Context()
		admin := h.Person("Admin", "admin@mofa.example", org.Administrator)
		p := h.Person("Layla", "layla@mofa.example", org.Drafter)
		if err := h.Auth.Invite(h.As(p), admin.ID); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a drafter invites: %v, want Forbidden", err)
		}
		if err := h.Auth.Invite(h.As(admin), p.ID); err != nil {
			t.Fatal(err)
		}
		first := h.Link(p.Email)
		if err := h.Auth.Invite(h.As(admin), p.ID); err != nil {
			t.Fatal(err)
		}
		second := h.Link(p.Email)
		secret := func(address string) string { return address[strings.LastIndex(address, "/")+1:] }
		if first == second || !strings.HasPrefix(second, authtest.Base+"/console/invitation/") {
			t.Fatalf("links %q and %q", first, second)
		}
		if _, err := h.Auth.FollowLink(ctx, auth.Invitation, secret(first)); !errors.Is(err, auth.ErrLink) {
			t.Errorf("earlier link: %v, want ErrLink", err)
		}
		if _, err := h.Auth.FollowLink(ctx, auth.Reset, secret(second)); !errors.Is(err, auth.ErrLink) {
			t.Errorf("invitation as reset: %v, want ErrLink", err)
		}
		if _, err := h.Auth.PasswordByLink(ctx, auth.Invitation, secret(second), "layla layla layla"); errs.KindOf(err) != errs.Invalid {
			t.Errorf("own name as password: %v, want Invalid", err)
		}
		half, err := h.Auth.PasswordByLink(ctx, auth.Invitation, secret(second), authtest.Password)
		if err != nil || !half.Enrol {
			t.Fatalf("PasswordByLink = %+v, %v, want enrolment", half, err)
		}
		if _, err := h.Auth.PasswordByLink(ctx, auth.Invitation, secret(second), authtest.Password); !errors.Is(err, auth.ErrLink) {
			t.Errorf("second use: %v, want ErrLink", err)
		}
		e, err := h.Auth.BeginTOTP(ctx, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		in, codes, err := h.Auth.EnrolAndEnter(ctx, visit("192.0.2.1"), p.ID, e.Sealed, h.Code(e.URL))
		if err != nil || len(codes) != 10 || in.Person.ID != p.ID {
			t.Fatalf("EnrolAndEnter = %+v, %v, %v", in, codes, err)
		}
		if err := h.Auth.Invite(h.As(admin), p.ID); errs.KindOf(err) != errs.Conflict {
			t.Errorf("inviting a ready account: %v, want Conflict", err)
		}
	})
}

func TestInvitationExpires(t *testing.T) {
	authtest.Each(t, auth.Options{}, func(t *testing.T, h *authtest.House) {
		p := h.Person("Layla", "layla@mofa.example", "")
		link, err := h.Auth.InvitationLink(h.System(), p.ID)
		if err != nil {
			t.Fatal(err)
		}
		secret := link[strings.LastIndex(link, "/")+1:]
		if _, err := h.Auth.FollowLink(t.Context(), auth.Invitation, secret); err != nil {
			t.Errorf("fresh link: %v", err)
		}
		h.Clock.Advance(8 * 24 * time.Hour)
		if _, err := h.Auth.FollowLink(t.Context(), auth.Invitation, secret); !errors.Is(err, auth.ErrLink) {
			t.Errorf("after eight days: %v, want ErrLink", err)
		}
	})
}

func TestReset(t *testing.T) {
	authtest.Each(t, auth.Options{}, func(t *testing.T, h *authtest.House) {
		ctx, v := t.Context(), visit("192.0.2.1")
		p := h.Person("Layla", "layla@mofa.example", "")
		bare := h.Person("Bare", "bare@mofa.example", "")
		code := h.Equip(p)
		in := h.Enter(v, p, code())
		for _, email := range []string{p.Email, bare.Email, "nobody@mofa.example"} {
			if err := h.Auth.RequestReset(ctx, v, email); err != nil {
				t.Errorf("RequestReset(%s) = %v, want nil", email, err)
			}
		}
		link := h.Link(p.Email)
		if got := h.Link(bare.Email); got != "" || len(h.Mail.To(bare.Email)) != 1 {
			t.Errorf("without a second factor: link %q in %d letters, want a letter without link", got, len(h.Mail.To(bare.Email)))
		}
		h.Must(h.Auth.RequestReset(ctx, v, p.Email))
		if again := h.Link(p.Email); again != link || len(h.Mail.To(p.Email)) != 1 {
			t.Errorf("asking at once again: %d letters, want one", len(h.Mail.To(p.Email)))
		}
		half, err := h.Auth.PasswordByLink(ctx, auth.Reset, link[strings.LastIndex(link, "/")+1:], "a quite different phrase")
		if err != nil || half.Enrol {
			t.Fatalf("PasswordByLink = %+v, %v, want the old second factor", half, err)
		}
		if a, err := h.Auth.ActorOfSignIn(ctx, in.SignIn.ID); err != nil || a.Kind != perm.Nobody {
			t.Errorf("the earlier sign-in lives on: %+v, %v", a, err)
		}
	})
}

func TestLettersInTheirLanguage(t *testing.T) {
	authtest.Each(t, auth.Options{}, func(t *testing.T, h *authtest.House) {
		for _, l := range i18n.Langs {
			p := org.Person{ID: id.New(), Name: "Person " + string(l), Post: org.Names{i18n.Arabic: "x"}, Email: string(l) + "@mofa.example", Language: l}
			h.Must(h.Org.AddPerson(h.System(), p))
			h.Must(h.Auth.Invite(h.System(), p.ID))
			if h.Link(p.Email) == "" {
				t.Fatalf("%s: no letter", l)
			}
			m := h.Mail.To(p.Email)[0]
			if m.Lang != l.Tag() || strings.Contains(m.Text+m.Subject, "⟦") {
				t.Errorf("%s: letter in %q: %s", l, m.Lang, m.Text)
			}
		}
	})
}

func TestSignInsEnd(t *testing.T) {
	authtest.Each(t, auth.Options{Idle: time.Hour, Absolute: 8 * time.Hour}, func(t *testing.T, h *authtest.House) {
		ctx := t.Context()
		p := h.Person("Layla", "layla@mofa.example", "")
		code := h.Equip(p)
		alive := func(in auth.Admitted) bool {
			t.Helper()
			a, err := h.Auth.ActorOfSignIn(ctx, in.SignIn.ID)
			if err != nil {
				t.Fatal(err)
			}
			return a.Kind == perm.Person
		}
		enter := func() auth.Admitted { h.Clock.Advance(time.Minute); return h.Enter(visit("192.0.2.1"), p, code()) }

		idle := enter()
		h.Clock.Advance(59 * time.Minute)
		if !alive(idle) {
			t.Error("a used sign-in ended early")
		}
		h.Clock.Advance(59 * time.Minute)
		if !alive(idle) {
			t.Error("use did not prolong the sign-in")
		}
		h.Clock.Advance(61 * time.Minute)
		if alive(idle) {
			t.Error("an idle sign-in lives on")
		}
		long := enter()
		for range 16 {
			h.Clock.Advance(31 * time.Minute)
			alive(long)
		}
		if alive(long) {
			t.Error("a sign-in outlived its absolute time")
		}
		here, there := enter(), enter()
		list, err := h.Auth.SignIns(h.As(p))
		if err != nil || len(list) != 2 {
			t.Fatalf("SignIns = %d, %v, want 2", len(list), err)
		}
		if err := h.Auth.SignOutElsewhere(h.As(p), here.SignIn.ID); err != nil {
			t.Fatal(err)
		}
		if alive(there) || !alive(here) {
			t.Errorf("here %v, there %v, want true and false", alive(here), alive(there))
		}
		other := h.Person("Other", "other@mofa.example", "")
		if err := h.Auth.SignOut(h.As(other), here.SignIn.ID); errs.KindOf(err) != errs.NotFound {
			t.Errorf("ending another's sign-in: %v, want NotFound", err)
		}
		h.Clock.Advance(16 * time.Minute)
		if err := h.Auth.Confirmed(ctx, here.SignIn.ID); !errors.Is(err, auth.ErrConfirm) {
			t.Errorf("Confirmed = %v, want ErrConfirm", err)
		}
		if err := h.Auth.ConfirmByPassword(h.As(p), visit("192.0.2.1"), here.SignIn.ID, "wrong"); errs.KindOf(err) != errs.Invalid {
			t.Errorf("wrong password: %v, want Invalid", err)
		}
		h.Must(h.Auth.ConfirmByPassword(h.As(p), visit("192.0.2.1"), here.SignIn.ID, authtest.Password))
		h.Must(h.Auth.Confirmed(ctx, here.SignIn.ID))
	})
}

func TestAccessEndsAtOnce(t *testing.T) {
	authtest.Each(t, auth.Options{}, func(t *testing.T, h *authtest.House) {
		admin := h.Person("Admin", "admin@mofa.example", org.Administrator)
		p := h.Person("Layla", "layla@mofa.example", org.Drafter)
		code := h.Equip(p)
		in := h.Enter(visit("192.0.2.1"), p, code())
		now := func() *perm.Actor {
			t.Helper()
			a, err := h.Auth.ActorOfSignIn(t.Context(), in.SignIn.ID)
			h.Must(err)
			return a
		}
		now()
		h.Must(h.Auth.Disable(h.As(admin), p.ID))
		if a := now(); a.Kind != perm.Nobody {
			t.Error("a closed account still acts")
		}
		h.Must(h.Auth.Enable(h.As(admin), p.ID))
		h.Clock.Advance(time.Minute)
		if _, err := h.Auth.CheckPassword(t.Context(), visit("192.0.2.1"), p.Email, authtest.Password); err != nil {
			t.Errorf("an opened account: %v", err)
		}
		in = h.Enter(visit("192.0.2.1"), p, code())
		now()
		left, err := h.Org.Person(h.System(), p.ID)
		h.Must(err)
		h.Must(h.Org.Activate(h.System(), p.ID, false, left.Version))
		if h.DB.Engine() == "postgres" {
			h.Clock.Advance(4 * time.Second) // nobody listens to notifications in this test
		}
		if a := now(); a.Kind != perm.Nobody {
			t.Error("a person who left still acts")
		}
		if _, err := h.Auth.CheckPassword(t.Context(), visit("192.0.2.2"), p.Email, authtest.Password); !errors.Is(err, auth.ErrCredentials) {
			t.Errorf("a person who left: %v, want ErrCredentials", err)
		}
		if err := h.Auth.Disable(h.As(admin), admin.ID); errs.KindOf(err) != errs.Conflict {
			t.Errorf("closing one's own account: %v, want Conflict", err)
		}
		if err := h.Auth.Disable(h.As(p), admin.ID); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a drafter closes an account: %v, want Forbidden", err)
		}
	})
}

func TestTokens(t *testing.T) {
	authtest.Each(t, auth.Options{}, func(t *testing.T, h *authtest.House) {
		ctx := t.Context()
		p := h.Person("Layla", "layla@mofa.example", org.Auditor)
		until := h.Clock.Now().Add(24 * time.Hour)
		n := auth.NewToken{ID: id.New(), Name: "Script", Permissions: []perm.Permission{org.View}, ExpiresAt: until}
		for _, tt := range []struct {
			name   string
			change func(*auth.NewToken)
		}{
			{"more than held", func(n *auth.NewToken) { n.Permissions = []perm.Permission{org.Manage} }},
			{"no permission", func(n *auth.NewToken) { n.Permissions = nil }},
			{"no name", func(n *auth.NewToken) { n.Name = " " }},
			{"over a year", func(n *auth.NewToken) { n.ExpiresAt = until.Add(400 * 24 * time.Hour) }},
			{"over already", func(n *auth.NewToken) { n.ExpiresAt = h.Clock.Now() }},
		} {
			bad := n
			tt.change(&bad)
			if _, err := h.Auth.CreateToken(h.As(p), bad); errs.KindOf(err) != errs.Invalid {
				t.Errorf("%s: %v, want Invalid", tt.name, err)
			}
		}
		secret, err := h.Auth.CreateToken(h.As(p), n)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Auth.CreateToken(h.As(p), n); errs.KindOf(err) != errs.Conflict {
			t.Errorf("replayed form: %v, want Conflict", err)
		}
		a, err := h.Auth.ActorOfToken(ctx, secret)
		if err != nil || a.Kind != perm.Token || a.ID != p.ID || !a.May(org.View) || a.May("audit.view") {
			t.Fatalf("ActorOfToken = %+v, %v, want org.view only", a, err)
		}
		if _, err := h.Auth.CreateToken(perm.With(ctx, a), auth.NewToken{ID: id.New(), Name: "x", Permissions: n.Permissions, ExpiresAt: until}); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a token makes a token: %v, want Forbidden", err)
		}
		var n2 int
		h.Must(h.DB.Reader().NewRaw(`SELECT count(*) FROM auth_token WHERE secret_hash = ?`, secret).Scan(ctx, &n2))
		if n2 != 0 {
			t.Error("the secret stands in the database")
		}
		// The right ends with the owner's.
		assignments, err := h.Org.Assignments(h.System(), p.ID)
		h.Must(err)
		h.Must(h.Org.EndAssignment(h.System(), assignments[0].ID, "moved"))
		h.Clock.Advance(4 * time.Second) // no listener runs here on PostgreSQL
		if a, err := h.Auth.ActorOfToken(ctx, secret); err != nil || a.May(org.View) {
			t.Errorf("after the role ended: %+v, %v, want no rights", a, err)
		}
		h.Clock.Advance(25 * time.Hour)
		for _, s := range []string{secret, secret + "x", "sifara_", "", "Bearer"} {
			if _, err := h.Auth.ActorOfToken(ctx, s); !errors.Is(err, auth.ErrToken) {
				t.Errorf("ActorOfToken(%.10q…) = %v, want ErrToken", s, err)
			}
		}
	})
}

func TestRevokedToken(t *testing.T) {
	authtest.Each(t, auth.Options{}, func(t *testing.T, h *authtest.House) {
		p := h.Person("Layla", "layla@mofa.example", org.Auditor)
		tokenID := id.New()
		secret, err := h.Auth.CreateToken(h.As(p), auth.NewToken{ID: tokenID, Name: "s", Permissions: []perm.Permission{org.View}, ExpiresAt: h.Clock.Now().Add(time.Hour)})
		h.Must(err)
		other := h.Person("Other", "other@mofa.example", "")
		if err := h.Auth.RevokeToken(h.As(other), tokenID); errs.KindOf(err) != errs.NotFound {
			t.Errorf("another's token: %v, want NotFound", err)
		}
		h.Must(h.Auth.RevokeToken(h.As(p), tokenID))
		if _, err := h.Auth.ActorOfToken(t.Context(), secret); !errors.Is(err, auth.ErrToken) {
			t.Errorf("revoked: %v, want ErrToken", err)
		}
	})
}

func TestResetAccess(t *testing.T) {
	authtest.Each(t, auth.Options{}, func(t *testing.T, h *authtest.House) {
		admin := h.Person("Admin", "admin@mofa.example", org.Administrator)
		p := h.Person("Layla", "layla@mofa.example", org.Auditor)
		code := h.Equip(p)
		in := h.Enter(visit("192.0.2.1"), p, code())
		secret, err := h.Auth.CreateToken(h.As(p), auth.NewToken{ID: id.New(), Name: "s", Permissions: []perm.Permission{org.View}, ExpiresAt: h.Clock.Now().Add(time.Hour)})
		h.Must(err)
		h.Must(h.Auth.ResetAccess(h.As(admin), p.ID))
		if a, err := h.Auth.ActorOfSignIn(t.Context(), in.SignIn.ID); err != nil || a.Kind != perm.Nobody {
			t.Errorf("the sign-in lives on: %+v, %v", a, err)
		}
		if _, err := h.Auth.ActorOfToken(t.Context(), secret); !errors.Is(err, auth.ErrToken) {
			t.Errorf("the token lives on: %v", err)
		}
		if _, err := h.Auth.CheckPassword(t.Context(), visit("192.0.2.1"), p.Email, authtest.Password); !errors.Is(err, auth.ErrCredentials) {
			t.Errorf("the password lives on: %v", err)
		}
		if link := h.Link(p.Email); !strings.Contains(link, "/console/invitation/") {
			t.Errorf("link %q, want an invitation", link)
		}
	})
}

func TestDemonstration(t *testing.T) {
	authtest.Each(t, auth.Options{DemoSignIn: true}, func(t *testing.T, h *authtest.House) {
		p := h.Person("Layla", "layla@mofa.example", org.Analyst)
		if _, err := h.Auth.DemoSignIn(t.Context(), visit("192.0.2.1"), p.ID); errs.KindOf(err) != errs.NotFound {
			t.Errorf("in a real ministry: %v, want NotFound", err)
		}
		if list, err := h.Auth.DemoPeople(t.Context()); err != nil || len(list) != 0 {
			t.Errorf("list in a real ministry: %d, %v, want none", len(list), err)
		}
		if err := h.Auth.MarkDemonstration(h.As(p)); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a person marks: %v, want Forbidden", err)
		}
		h.Must(h.Auth.MarkDemonstration(h.System()))
		list, err := h.Auth.DemoPeople(t.Context())
		h.Must(err)
		found := false
		for _, d := range list {
			found = found || d.Role.Key == org.Analyst && d.Person.ID == p.ID
		}
		if !found {
			t.Errorf("the list lacks the analyst: %+v", list)
		}
		in, err := h.Auth.DemoSignIn(t.Context(), visit("192.0.2.1"), p.ID)
		h.Must(err)
		if a, err := h.Auth.ActorOfSignIn(t.Context(), in.SignIn.ID); err != nil || a.ID != p.ID {
			t.Errorf("ActorOfSignIn = %+v, %v", a, err)
		}
		if err := h.Auth.MarkDemonstration(h.System()); errs.KindOf(err) != errs.Conflict {
			t.Errorf("marking with accounts: %v, want Conflict", err)
		}
	})
}

func TestMarkedButOptionOff(t *testing.T) {
	authtest.Each(t, auth.Options{}, func(t *testing.T, h *authtest.House) {
		p := h.Person("Layla", "layla@mofa.example", org.Analyst)
		h.Must(h.Auth.MarkDemonstration(h.System()))
		if _, err := h.Auth.DemoSignIn(t.Context(), visit("192.0.2.1"), p.ID); errs.KindOf(err) != errs.NotFound {
			t.Errorf("without the option: %v, want NotFound", err)
		}
	})
}

func TestIdempotency(t *testing.T) {
	authtest.Each(t, auth.Options{}, func(t *testing.T, h *authtest.House) {
		ctx, keys := t.Context(), h.Auth.Idempotency()
		begin := func(actor, key, request string) (*auth.Answer, error) { return keys.Begin(ctx, actor, key, request) }
		if a, err := begin("me", "k1", "r1"); a != nil || err != nil {
			t.Fatalf("first = %v, %v", a, err)
		}
		if _, err := begin("me", "k1", "r1"); !errors.Is(err, auth.ErrKeyBusy) {
			t.Errorf("at the same time: %v, want ErrKeyBusy", err)
		}
		if a, err := begin("you", "k1", "r1"); a != nil || err != nil {
			t.Errorf("another actor = %v, %v, want their own", a, err)
		}
		want := auth.Answer{Status: 201, Header: map[string]string{"Location": "/x"}, Body: []byte(`{"id":1}`)}
		h.Must(keys.End(ctx, "me", "k1", want))
		a, err := begin("me", "k1", "r1")
		if err != nil || a == nil || a.Status != 201 || string(a.Body) != `{"id":1}` || a.Header["Location"] != "/x" {
			t.Errorf("again = %+v, %v, want the first answer", a, err)
		}
		if _, err := begin("me", "k1", "r2"); !errors.Is(err, auth.ErrKeyReused) {
			t.Errorf("another request: %v, want ErrKeyReused", err)
		}
		for _, bad := range []string{"", "a b", strings.Repeat("x", 129), "é"} {
			if _, err := begin("me", bad, "r"); !errors.Is(err, auth.ErrKey) {
				t.Errorf("key %.10q: %v, want ErrKey", bad, err)
			}
		}
		_, err = begin("me", "k2", "r")
		h.Must(err)
		h.Must(keys.Abandon(ctx, "me", "k2"))
		if a, err := begin("me", "k2", "other"); a != nil || err != nil {
			t.Errorf("after Abandon = %v, %v, want free", a, err)
		}
		h.Clock.Advance(6 * time.Minute)
		if a, err := begin("me", "k2", "other"); a != nil || err != nil {
			t.Errorf("of a dead node = %v, %v, want free", a, err)
		}
		h.Clock.Advance(25 * time.Hour)
		h.Must(h.Auth.Sweep(ctx))
		var n int
		h.Must(h.DB.Reader().NewRaw(`SELECT count(*) FROM auth_idempotency`).Scan(ctx, &n))
		if n != 0 {
			t.Errorf("%d keys left after a day, want 0", n)
		}
	})
}

func TestSessionStore(t *testing.T) {
	authtest.Each(t, auth.Options{}, func(t *testing.T, h *authtest.House) {
		ctx, s := t.Context(), h.Auth.SessionManager()
		ctx, err := s.Load(ctx, "")
		h.Must(err)
		s.Put(ctx, "k", "v")
		token, _, err := s.Commit(ctx)
		h.Must(err)
		var hash string
		h.Must(h.DB.Reader().NewRaw(`SELECT token_hash FROM auth_session`).Scan(ctx, &hash))
		if hash == token || strings.Contains(hash, token) {
			t.Error("the token is kept as it is")
		}
		again, err := s.Load(t.Context(), token)
		h.Must(err)
		if got := s.GetString(again, "k"); got != "v" {
			t.Errorf("session holds %q, want v", got)
		}
		h.Clock.Advance(13 * time.Hour)
		late, err := s.Load(t.Context(), token)
		h.Must(err)
		if got := s.GetString(late, "k"); got != "" {
			t.Errorf("an expired session holds %q", got)
		}
		h.Must(h.Auth.Sweep(ctx))
	})
}

func TestCookies(t *testing.T) {
	for base, want := range map[string]string{"https://mofa.example": "__Host-sifara_session", "http://localhost:8080": "sifara_session"} {
		t.Run(base, func(t *testing.T) {
			authtest.Each(t, auth.Options{BaseURL: base}, func(t *testing.T, h *authtest.House) {
				c := h.Auth.SessionManager().Cookie
				u, _ := url.Parse(base)
				if c.Name != want || !c.HttpOnly || c.Secure != (u.Scheme == "https") || c.Path != "/" || c.Domain != "" || c.SameSite != 2 {
					t.Errorf("cookie %+v, want %s, HttpOnly, Lax, bound to the host", c, want)
				}
			})
		})
	}
}

func TestUsers(t *testing.T) {
	authtest.Each(t, auth.Options{}, func(t *testing.T, h *authtest.House) {
		p, err := h.Auth.CreateUser(h.System(), auth.NewUser{Name: "Noor", Email: "noor@mofa.example", Language: i18n.Kurmanji, Role: org.Drafter})
		h.Must(err)
		if link := h.Link(p.Email); link == "" {
			t.Error("no invitation")
		}
		list, err := h.Auth.ListUsers(h.System())
		if err != nil || len(list) != 2 {
			t.Errorf("ListUsers = %d, %v, want 2", len(list), err)
		}
		if list, err := h.Auth.ListUsers(h.As(p)); err != nil || len(list) != 0 {
			t.Errorf("a drafter lists %d users, %v, want none", len(list), err)
		}
		if _, err := h.Auth.Overview(h.As(p), list[0].Person.ID); errs.KindOf(err) != errs.NotFound {
			t.Errorf("a drafter sees another's account: %v, want NotFound", err)
		}
		if got, err := h.Auth.UserByEmail(h.System(), "NOOR@mofa.example"); err != nil || got.ID != p.ID {
			t.Errorf("UserByEmail = %v, %v", got.ID, err)
		}
		if _, err := h.Auth.CreateUser(h.As(p), auth.NewUser{Name: "x"}); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a drafter creates a user: %v, want Forbidden", err)
		}
	})
}
