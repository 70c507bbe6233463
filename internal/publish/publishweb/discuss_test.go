package publishweb

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"sifara/internal/db"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/publish/discuss"
)

// official makes somebody who is on the staff of a mission and, with a role, may do
// there what it allows.
func (o *office) official(t *testing.T, name, mission, role string) *perm.Actor {
	t.Helper()
	ctx := perm.With(t.Context(), perm.SystemActor("test"))
	p := org.Person{ID: id.New(), Name: name, Post: four("موظف", "فەرمانبەر", "Karmend", "Officer"), Email: strings.ToLower(strings.ReplaceAll(name, " ", ".")) + "@mofa.example", MissionID: mission, Language: i18n.English}
	if err := o.org.AddPerson(ctx, p); err != nil {
		t.Fatal(err)
	}
	a := &perm.Actor{Kind: perm.Person, ID: p.ID, Name: name}
	if role == "" {
		return a
	}
	if err := o.org.Grant(ctx, org.Assignment{ID: id.New(), PersonID: p.ID, Role: role, Level: perm.Mission, Unit: mission, From: db.At(o.clock.Now().Add(-time.Hour))}); err != nil {
		t.Fatal(err)
	}
	var err error
	if a.Grants, err = o.org.Grants(ctx, p.ID); err != nil {
		t.Fatal(err)
	}
	return a
}

func TestColleaguesAreCalled(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		m := o.draft(t)
		reader := o.official(t, "Layla Hassan", o.paris.ID, "reader")
		longer := o.official(t, "Layla Hassan Karim", o.paris.ID, "reader")
		stranger := o.official(t, "Omar Ali", "", "")
		w := o.site.As(o.writer, i18n.English)
		say := url.Values{"id": {id.New()}, "body": {"@layla hassan, is the date right? @Omar Ali"}, "quote": {"زار الوزير باريس"}, "lang": {"ar"}}
		for range 2 { // the form is sent twice
			if a := w.Post(t, messagePath(m.ID)+"/comments", say); a.Status != http.StatusSeeOther {
				t.Fatalf("say: %d %s", a.Status, a.Text("main"))
			}
		}
		page := w.Get(t, messagePath(m.ID))
		if c := page.Doc.Find("#comments .comment"); c.Length() != 1 || c.Find("blockquote[lang=ar][dir=rtl]").Length() != 1 || !strings.Contains(c.Text(), "Layla Hassan") || strings.Contains(c.Text(), "no longer in the text") {
			t.Errorf("comment: %s", page.Text("#comments"))
		}
		if again := o.read(t, m.ID); again.Hash != m.Hash || again.Version != m.Version {
			t.Error("a comment changed what approvals bind")
		}
		mine := o.site.As(reader, i18n.English)
		if a := mine.Get(t, askedPath); !strings.Contains(a.Text("main"), "is the date right") {
			t.Errorf("who was called does not see it: %s", a.Text("main"))
		}
		for _, other := range []*perm.Actor{longer, stranger} {
			if a := o.site.As(other, i18n.English).Get(t, askedPath); strings.Contains(a.Text("main"), "is the date right") {
				t.Errorf("%s was called too", other.Name)
			}
		}
		if a := w.Post(t, messagePath(m.ID)+"/comments", url.Values{"id": {id.New()}, "body": {"see this"}, "call": {stranger.ID}}); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("calling who may not see it: %d", a.Status)
		}
		long := url.Values{"id": {id.New()}, "body": {strings.Repeat("طويل ", 1000)}, "quote": {"زار الوزير"}, "lang": {"ar"}, "call": {reader.ID}}
		if a := o.site.As(o.writer, i18n.Arabic).Post(t, messagePath(m.ID)+"/comments", long); a.Status != http.StatusUnprocessableEntity || strings.TrimSpace(a.Doc.Find("#comments details[open] textarea[name=body]").Text()) != strings.TrimSpace(long.Get("body")) ||
			a.Doc.Find("#comment-quote").AttrOr("value", "") != "زار الوزير" || a.Doc.Find("#comment-call option[value='"+reader.ID+"'][selected]").Length() != 1 ||
			a.Doc.Find("[role=alert] a[href='#comment-body']").Length() != 1 || !strings.Contains(a.Text("#comments [role=alert]"), "٩٩٩") {
			t.Errorf("a refused comment is lost: %d %s", a.Status, a.Text("#comments [role=alert]"))
		}
		list, err := o.discuss.Comments(perm.With(t.Context(), o.writer), m.ID)
		if err != nil || len(list) != 1 || len(list[0].Mentions) != 1 || list[0].Mentions[0].PersonID != reader.ID {
			t.Fatalf("comments %+v %v", list, err)
		}
		comment := messagePath(m.ID) + "/comments/" + list[0].ID
		if a := o.site.As(o.abroad, i18n.English).Post(t, comment, url.Values{}); a.Status != http.StatusNotFound {
			t.Errorf("from another mission: %d", a.Status)
		}
		mine.Post(t, comment, url.Values{"act": {"done"}})
		if n, err := o.discuss.Count(perm.With(t.Context(), reader)); n != 0 || err != nil {
			t.Errorf("%d still wait: %v", n, err)
		}
		w.Post(t, comment, url.Values{})
		if a := w.Get(t, messagePath(m.ID)); !strings.Contains(a.Text("#comments"), "Closed by") || a.Doc.Find("#comments .comment form").Length() != 0 {
			t.Errorf("not closed: %s", a.Text("#comments"))
		}
	})
}

func TestFactsAreChecked(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		m := o.draft(t)
		expert := o.official(t, "Sara Aziz", "", "")
		colleague := o.official(t, "Rebin Ahmed", o.paris.ID, "")
		w := o.site.As(o.writer, i18n.English)
		ask := func(of string) string {
			t.Helper()
			check := id.New()
			if a := w.Post(t, messagePath(m.ID)+"/checks", url.Values{"id": {check}, "lang": {"ar"}, "claim": {"زار الوزير باريس"}, "question": {"When?"}, "of": {of}}); a.Status != http.StatusSeeOther {
				t.Fatalf("ask: %d %s", a.Status, a.Text("main"))
			}
			return check
		}
		check := ask("person:" + expert.ID)
		desk := ask("unit:" + o.paris.ID)
		nobody := url.Values{"id": {id.New()}, "lang": {"ar"}, "claim": {"زار الوزير"}, "question": {"When?"}, "of": {"person:" + id.New()}}
		if a := w.Post(t, messagePath(m.ID)+"/checks", nobody); a.Status != http.StatusUnprocessableEntity || a.Text("#checks details[open] #check-claim") != "زار الوزير" || a.Doc.Find("[role=alert] a[href='#check-of']").Length() != 1 {
			t.Errorf("asked of nobody: %d %s", a.Status, a.Text("#checks"))
		}
		page := w.Get(t, messagePath(m.ID))
		if !strings.Contains(page.Text(".k-warning"), "2 fact checks are still open") || page.Doc.Find("form[action$='/submit'] [data-confirm]").Length() != 1 {
			t.Errorf("an open check does not warn: %s", page.Text("main"))
		}
		at := o.site.As(expert, i18n.English)
		if a := at.Get(t, messagePath(m.ID)); a.Status == http.StatusOK {
			t.Error("who is asked may read the message")
		}
		if a := at.Get(t, askedPath+"/"+check); a.Status != http.StatusOK || !strings.Contains(a.Text("#claim-asked"), "زار الوزير باريس") {
			t.Errorf("who is asked does not see the claim: %d", a.Status)
		}
		for _, other := range []*perm.Actor{colleague, o.reader, o.writer} {
			if a := o.site.As(other, i18n.English).Post(t, askedPath+"/"+check, url.Values{"verdict": {"right"}, "sources": {"x"}}); a.Status != http.StatusNotFound {
				t.Errorf("%s answers what others are asked: %d", other.ID, a.Status)
			}
		}
		if a := at.Post(t, askedPath+"/"+check, url.Values{"verdict": {"wrong"}}); a.Status != http.StatusUnprocessableEntity || a.Doc.Find("[role=alert] a[href='#sources']").Length() != 1 {
			t.Errorf("without sources: %d %s", a.Status, a.Text("[role=alert]"))
		}
		answer := url.Values{"verdict": {"partly"}, "answer": {"On the second day."}, "sources": {"Protocol 7"}}
		if a := at.Post(t, askedPath+"/"+check, answer); a.Status != http.StatusSeeOther {
			t.Fatalf("answer: %d %s", a.Status, a.Text("main"))
		}
		if a := at.Post(t, askedPath+"/"+check, answer); a.Status != http.StatusConflict {
			t.Errorf("answered twice: %d", a.Status)
		}
		if a := o.site.As(colleague, i18n.English).Post(t, askedPath+"/"+desk, url.Values{"verdict": {"right"}, "sources": {"x"}}); a.Status != http.StatusSeeOther {
			t.Errorf("the desk: %d", a.Status)
		}
		m = o.act(t, o.writer, m, "submit", url.Values{})
		seen := o.site.As(o.reviewer, i18n.English).Get(t, messagePath(m.ID)+"/approve")
		if text := seen.Text("#checks"); !strings.Contains(text, "Right with a correction") || !strings.Contains(text, "Protocol 7") || !strings.Contains(text, "On the second day.") {
			t.Errorf("the approver does not see the answer: %s", text)
		}
		if a := o.site.As(o.reader, i18n.English).Post(t, messagePath(m.ID)+"/checks", url.Values{"id": {id.New()}, "lang": {"ar"}, "claim": {"x"}, "of": {"person:" + expert.ID}}); a.Status != http.StatusForbidden {
			t.Errorf("a reader asks: %d", a.Status)
		}
		open := ask("person:" + expert.ID)
		if a := w.Post(t, messagePath(m.ID)+"/checks/"+open, url.Values{}); a.Status != http.StatusSeeOther {
			t.Errorf("drop: %d", a.Status)
		}
		checks, err := o.discuss.Checks(perm.With(t.Context(), o.writer), m.ID)
		if err != nil || len(checks) != 2 || checks[0].Verdict != discuss.Partly || checks[0].AnsweredBy != expert.ID {
			t.Errorf("checks %+v %v", checks, err)
		}
		if again := o.read(t, m.ID); again.State != publish.StateInReview {
			t.Errorf("a check changed the state to %s", again.State)
		}
	})
}
