package publishweb

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"strings"
	"testing"

	"sifara/internal/id"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/web/webtest"
)

// pixels are the bytes of a picture.
func pixels(t *testing.T) string {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewRGBA(image.Rect(0, 0, 20, 20))); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// want reads the answer to a request that has to succeed.
func want[T any](t *testing.T, c *webtest.Client, method, path, body string) T {
	t.Helper()
	a := asJSON(t, c, method, "/api/v1"+path, body)
	if a.Status != http.StatusOK {
		t.Fatalf("%s %s: %d %s", method, path, a.Status, a.Body)
	}
	var v T
	if err := json.Unmarshal([]byte(a.Body), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

type discussion struct {
	Comments []apiComment
	Checks   []apiCheck
}

func TestColleaguesDiscussByAPI(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		m := o.draft(t)
		w, path := o.program(o.writer), "/messages/"+m.ID
		layla := o.official(t, "Layla Hassan", o.paris.ID, "reader")
		stranger := o.official(t, "Omar Ali", "", "")
		comment := `{"id":"` + id.New() + `","body":"@Layla Hassan, is the date right?","lang":"ar","quote":"زار الوزير"}`
		want[discussion](t, w, "POST", path+"/comments", comment)
		got := want[discussion](t, w, "POST", path+"/comments", comment)
		if len(got.Comments) != 1 || len(got.Comments[0].Calls) != 1 || got.Comments[0].Calls[0].PersonID != layla.ID || got.Comments[0].Quote != "زار الوزير" {
			t.Fatalf("sent twice: %+v", got)
		}
		for name, bad := range map[string]string{"nothing said": `{"body":"  "}`, "a stranger is called": `{"body":"x","calls":["` + stranger.ID + `"]}`, "too long": `{"body":"` + strings.Repeat("x", 4001) + `"}`} {
			if a := asJSON(t, w, "POST", "/api/v1"+path+"/comments", bad); a.Status != http.StatusUnprocessableEntity {
				t.Errorf("%s: %d %s", name, a.Status, a.Body)
			}
		}
		mine := o.program(layla)
		if asked := want[discussion](t, mine, "GET", "/asked", ""); len(asked.Comments) != 1 || asked.Comments[0].MessageID != m.ID {
			t.Errorf("asked of who is called: %+v", asked)
		}
		part := path + "/comments/" + got.Comments[0].ID
		if got := want[discussion](t, mine, "POST", part+"/seen", ""); got.Comments[0].Calls[0].DoneAt.IsZero() {
			t.Errorf("seen: %+v", got)
		}
		if a := asJSON(t, w, "POST", "/api/v1"+part+"/seen", ""); a.Status != http.StatusConflict {
			t.Errorf("seen by who is not called: %d", a.Status)
		}
		if got := want[discussion](t, w, "POST", part+"/close", ""); got.Comments[0].ResolvedBy != o.writer.ID {
			t.Errorf("closed: %+v", got)
		}
		o.checkFacts(t, m, layla)
	})
}

func (o *office) checkFacts(t *testing.T, m publish.Message, expert *perm.Actor) {
	t.Helper()
	w, path := o.program(o.writer), "/messages/"+m.ID
	ask := func() string {
		got := want[discussion](t, w, "POST", path+"/checks", `{"lang":"ar","claim":"زار الوزير باريس","person_id":"`+expert.ID+`"}`)
		return got.Checks[len(got.Checks)-1].ID
	}
	check, dropped := ask(), ask()
	if got := want[discussion](t, w, "DELETE", path+"/checks/"+dropped, ""); len(got.Checks) != 1 {
		t.Errorf("dropped: %+v", got)
	}
	for name, bad := range map[string]string{"of nobody": `{"lang":"ar","claim":"x"}`, "of two": `{"lang":"ar","claim":"x","person_id":"` + expert.ID + `","unit_id":"` + o.paris.ID + `"}`} {
		if a := asJSON(t, w, "POST", "/api/v1"+path+"/checks", bad); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("asked %s: %d %s", name, a.Status, a.Body)
		}
	}
	answer := `{"verdict":"partly","answer":"On the second day.","sources":"Protocol 7"}`
	if a := asJSON(t, w, "POST", "/api/v1/checks/"+check+"/answer", answer); a.Status != http.StatusNotFound {
		t.Errorf("answered by who is not asked: %d", a.Status)
	}
	mine := o.program(expert)
	if a := asJSON(t, mine, "POST", "/api/v1/checks/"+check+"/answer", `{"verdict":"right"}`); a.Status != http.StatusUnprocessableEntity {
		t.Errorf("without sources: %d", a.Status)
	}
	if asked := want[discussion](t, mine, "POST", "/checks/"+check+"/answer", answer); len(asked.Checks) != 0 {
		t.Errorf("still asked: %+v", asked)
	}
	if a := asJSON(t, mine, "POST", "/api/v1/checks/"+check+"/answer", answer); a.Status != http.StatusConflict {
		t.Errorf("answered twice: %d", a.Status)
	}
	if got := want[discussion](t, w, "GET", path+"/discussion", ""); len(got.Checks) != 1 || got.Checks[0].Verdict != "partly" || got.Checks[0].AnsweredBy != expert.ID {
		t.Errorf("answered: %+v", got)
	}
}

func TestFilesByAPI(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		m := o.draft(t)
		w, path := o.program(o.writer), "/messages/"+m.ID+"/files"
		type files struct{ Items []apiFile }
		first, second := id.New(), id.New()
		for _, file := range []string{first, first, second} {
			want[files](t, w, "POST", path+"?name=visit.png&file_id="+file, pixels(t))
		}
		for name, bad := range map[string]string{"no picture": "<html><script>", "nothing": "", "too much": pixels(t) + strings.Repeat("x", publish.MaxAttachment)} {
			if a := asJSON(t, w, "POST", "/api/v1"+path+"?name=a.png", bad); a.Status/100 != 4 {
				t.Errorf("%s: %d %.200s", name, a.Status, a.Body)
			}
		}
		large := pixels(t) + strings.Repeat("x", 2<<20) // more than other operations take
		if a := asJSON(t, w, "POST", "/api/v1"+path+"?name=a.png", large); a.Status == http.StatusRequestEntityTooLarge {
			t.Errorf("2 MB: %d %.200s", a.Status, a.Body)
		}
		if a := asJSON(t, w, "POST", "/api/v1/messages/"+m.ID+"/comments", `{"body":"`+large+`"}`); a.Status != http.StatusRequestEntityTooLarge {
			t.Errorf("2 MB of comment: %d", a.Status)
		}
		got := want[files](t, w, "PUT", path+"/"+second, `{"alt":{"ar":"الوزير","en":"The minister"},"author":"A. Ali","licence":"own","focus_x":70,"focus_y":0}`)
		if f := got.Items[1]; f.Alt["en"] != "The minister" || f.Author != "A. Ali" || f.FocusX != 70 || f.FocusY != 0 {
			t.Errorf("described: %+v", f)
		}
		got = want[files](t, w, "PUT", path+"/"+second, `{"caption":{"ar":"في باريس"}}`)
		if f := got.Items[1]; f.Alt["ar"] != "الوزير" || f.Caption["ar"] != "في باريس" || f.Licence != "own" || f.FocusX != 70 || f.FocusY != 0 {
			t.Errorf("what is not named is lost: %+v", f)
		}
		for _, bad := range []string{`{"focus_x":101}`, `{"licence":"stolen"}`, `{"alt":{"ar":"` + strings.Repeat("x", 501) + `"}}`} {
			if a := asJSON(t, w, "PUT", "/api/v1"+path+"/"+second, bad); a.Status != http.StatusUnprocessableEntity {
				t.Errorf("%.40s: %d %s", bad, a.Status, a.Body)
			}
		}
		if got = want[files](t, w, "POST", path+"/"+second+"/earlier", ""); len(got.Items) < 2 || got.Items[0].ID != second {
			t.Errorf("moved: %+v", got)
		}
		a := asJSON(t, w, "GET", "/api/v1"+path+"/"+first, "")
		if _, err := png.Decode(strings.NewReader(a.Body)); err != nil || a.Header.Get("Content-Type") != "image/png" || !strings.Contains(a.Header.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("download: %v %v", err, a.Header)
		}
		other := o.draft(t)
		for _, missing := range []string{"/api/v1/messages/" + other.ID + "/files/" + first, "/api/v1" + path + "/" + first + "?digest=" + strings.Repeat("0", 64)} {
			if a := asJSON(t, w, "GET", missing, ""); a.Status != http.StatusNotFound {
				t.Errorf("%s: %d", missing, a.Status)
			}
		}
		n := len(got.Items)
		if got = want[files](t, w, "DELETE", path+"/"+first, ""); len(got.Items) != n-1 {
			t.Errorf("removed: %+v", got)
		}
	})
}

func TestVersionsPreviewAndTranslationsByAPI(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		m := o.draft(t)
		w, path := o.program(o.writer), "/messages/"+m.ID
		v, _ := m.Variant("ar")
		write := func(lang, title, body string, version int) {
			t.Helper()
			want[apiMessage](t, w, "PUT", path+"/variants/"+lang, fmt.Sprintf(`{"title":%q,"body":%q,"version":%d}`, title, body, version))
		}
		write("en", "On the visit", strings.Repeat("word ", 100), 0)
		write("ar", v.Title, "زار الوزير **برلين**.", v.Version)
		states := want[struct{ Items []apiTranslation }](t, w, "GET", path+"/translations", "").Items
		if len(states) != 4 || !states[0].Source || states[0].State != "draft" || states[1].State != "missing" || states[3].State != "stale" || !states[3].Holds || states[1].Holds {
			t.Errorf("translations: %+v", states)
		}
		type versions struct{ Items []apiVersion }
		all := want[versions](t, w, "GET", path+"/versions?lang=ar", "")
		if len(all.Items) != 2 || all.Items[1].Version != v.Version || all.Items[0].Body != "" {
			t.Fatalf("versions: %+v", all)
		}
		now := all.Items[0].Version
		got := want[versions](t, w, "GET", fmt.Sprintf("%s/versions/%d?from=%d", path, now, v.Version), "").Items[0]
		said := map[string]string{}
		for _, p := range got.Pieces {
			said[p.Op] += p.Text
		}
		if !strings.Contains(got.Body, "برلين") || !strings.Contains(said["removed"], "باريس") || !strings.Contains(said["added"], "برلين") {
			t.Errorf("difference: %+v", got)
		}
		if a := asJSON(t, w, "GET", fmt.Sprintf("/api/v1%s/versions/%d?from=1", path, now), ""); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("compared with what is no text: %d", a.Status)
		}
		restore := fmt.Sprintf("%s/versions/%d/restore", path, v.Version)
		if a := asJSON(t, w, "POST", "/api/v1"+restore, fmt.Sprintf(`{"over":%d}`, v.Version)); a.Status != http.StatusConflict {
			t.Errorf("restored over what was not read: %d", a.Status)
		}
		back := want[apiMessage](t, w, "POST", restore, fmt.Sprintf(`{"over":%d}`, now))
		if !strings.Contains(back.Variants[0].Body, "باريس") {
			t.Errorf("restored: %+v", back.Variants)
		}
		sheets := want[struct {
			Hash  string
			Items []apiSheet
		}](t, w, "GET", path+"/preview", "")
		seen := map[string]apiSheet{}
		for _, s := range sheets.Items {
			seen[s.Channel+" "+s.Lang] = s
		}
		if x := seen["x en"]; sheets.Hash != back.Hash || len(seen) != 4 || x.Whole || x.Over != 0 || x.Used > x.Most || !strings.HasPrefix(x.Text, "On the visit") || !seen["x ar"].Whole {
			t.Errorf("preview: %+v", sheets)
		}
	})
}
