package publishweb

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"sifara/internal/db"
	"sifara/internal/i18n"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/web"
)

type verifyInput struct {
	Body struct {
		Text string `json:"text" minLength:"1" maxLength:"100000" doc:"A text, or the address of a page of ours"`
	}
}

type verifyPiece struct {
	Op   string `json:"op" enum:"equal,removed,added,passage" doc:"equal: ours; removed: ours and missing; added: not ours; passage: the words found, and in sentences what both have"`
	Text string `json:"text"`
}

type verifyOutput struct {
	Body struct {
		Verdict     publish.Verdict `json:"verdict" enum:"unchanged,formatting,part,abridged,altered,misquoted,contains,translated,not_found,too_short" doc:"unchanged: a whole text of ours; formatting: only signs, digits or case differ; part: a passage of ours; abridged: passages of ours with dots for what is left out; altered: words were changed, added or left out; misquoted: a text that is not ours with an altered passage of ours in it; contains: a passage of ours within another text; translated: probably a translation or rewording by others, see rendering; too_short: too few words to tell"`
		Explanation string          `json:"explanation" doc:"The verdict as a sentence in the caller's language"`
		Title       string          `json:"title,omitempty"`
		Language    i18n.Lang       `json:"language,omitempty"`
		Address     string          `json:"address,omitempty" doc:"The page of the text"`
		ReleasedAt  db.Time         `json:"released_at,omitzero"`
		ExpiredAt   db.Time         `json:"expired_at,omitzero" doc:"Set when the text is travel advice that has passed its date"`
		WithdrawnAt db.Time         `json:"withdrawn_at,omitzero" doc:"Set when the text was taken back"`
		Note        publish.Texts   `json:"withdrawn_note,omitempty"`
		Proof       string          `json:"proof,omitempty" doc:"Address of the proof, to be checked without us"`
		Pieces      []verifyPiece   `json:"pieces,omitempty"`
		Quotes      []verifyQuote   `json:"quotes,omitempty" doc:"Passages of the text, checked one by one"`
		Rendering   *verifyRendered `json:"rendering,omitempty" doc:"Of a text that probably renders one of ours. Never our own wording"`
		// By language, without that of the text found.
		Official map[i18n.Lang]string `json:"official,omitempty" doc:"Addresses of the official texts of the same message in other languages"`
	}
}

func (s *site) api(a *web.API) {
	web.Operation(a, perm.Public, huma.Operation{OperationID: "verify-text", Method: http.MethodPost, Path: "/verify", MaxBodyBytes: maxPastedBody, Tags: []string{"Authenticity"},
		Summary: "Check whether a text is an official one", Description: "Compares a text, in any of its languages, or an address with everything the ministry and its missions have released. Nothing of it is kept."}, s.apiVerify)
	web.Operation(a, perm.Public, huma.Operation{OperationID: "list-statements", Method: http.MethodGet, Path: "/statements", Tags: []string{"Statements"},
		Summary: "List public statements", Description: "Newest first. Withdrawn ones are left out."}, s.apiStatements)
}

func (s *site) apiVerify(ctx context.Context, in *verifyInput) (*verifyOutput, error) {
	if err := web.Limit(ctx, "verify", verifyEvery, verifyBurst); err != nil {
		return nil, err
	}
	f, err := s.Log.Verify(ctx, in.Body.Text)
	if err != nil {
		return nil, err
	}
	p := i18n.From(ctx)
	out := &verifyOutput{}
	b := &out.Body
	b.Verdict, b.Explanation = f.Verdict, p.T("publish.verify."+string(f.Verdict)+".text")
	if !f.Found() {
		return out, nil
	}
	m := f.Message
	title, in2 := m.Title(p.Lang())
	if v, ok := m.Variant(f.Lang); ok && f.Lang != "" {
		title, in2 = v.Title, f.Lang
	}
	b.Title, b.Language, b.Address, b.ReleasedAt = title, in2, s.BaseURL+href(in2, "", "/statements/"+m.Slug), m.ReleasedAt
	if m.Lapsed(s.Clock.Now()) {
		b.ExpiredAt = m.Details.ValidUntil
	}
	if f.Withdrawn() {
		b.WithdrawnAt, b.Note = m.WithdrawnAt, m.WithdrawnNote
	}
	if f.Index >= 0 {
		b.Proof = s.BaseURL + proofHref(f.Index)
	}
	if !f.Withdrawn() {
		b.Official = map[i18n.Lang]string{}
		for _, l := range m.Langs() {
			if l != in2 {
				b.Official[l] = s.BaseURL + href(l, "", "/statements/"+m.Slug)
			}
		}
	}
	b.Pieces = apiPieces(f.Pieces)
	for _, q := range f.Quotes {
		x := verifyQuote{Verdict: q.Verdict, Text: q.Text, Pieces: apiPieces(q.Pieces)}
		if q.Found() {
			x.Language, x.Address = q.Lang, s.BaseURL+href(q.Lang, "", "/statements/"+q.Message.Slug)
		}
		b.Quotes = append(b.Quotes, x)
	}
	b.Rendering = s.apiRendered(f)
	return out, nil
}

type verifyQuote struct {
	Verdict  publish.Verdict `json:"verdict" enum:"unchanged,formatting,part,abridged,altered,not_found"`
	Text     string          `json:"text" doc:"As it was given"`
	Language i18n.Lang       `json:"language,omitempty"`
	Address  string          `json:"address,omitempty"`
	Pieces   []verifyPiece   `json:"pieces,omitempty"`
}

type verifyRendered struct {
	Language  string           `json:"language" doc:"Of the given text, BCP 47; und when nobody can tell"`
	Sure      string           `json:"sure" enum:"likely,very_likely" doc:"likely: fewer than one in a hundred texts of others on the same matters look like this; very_likely: none that was tried did"`
	Shared    int              `json:"shared" doc:"Numbers, dates, names and, within one language, words that both texts have"`
	Changes   int              `json:"changes" doc:"Pairs of sentences in which a number, a date or a place differs, or one denies what the other does not"`
	Official  string           `json:"official,omitempty" doc:"Our own text in that language"`
	Sentences []verifySentence `json:"sentences"`
}

type verifySentence struct {
	Ours   []verifyPiece `json:"ours"`
	Theirs []verifyPiece `json:"theirs"`
	Denied bool          `json:"denied,omitempty" doc:"One denies something, the other does not, as far as words show it"`
}

func apiPieces(list []publish.Piece) (out []verifyPiece) {
	for _, x := range list {
		out = append(out, verifyPiece{x.Name(), x.Text})
	}
	return out
}

func (s *site) apiRendered(f publish.Finding) *verifyRendered {
	r := f.Rendering
	if r == nil {
		return nil
	}
	out := &verifyRendered{Language: r.Lang, Sure: "likely", Shared: r.Shared, Changes: r.Changes(), Sentences: []verifySentence{}}
	if r.Strong {
		out.Sure = "very_likely"
	}
	if l, has := f.Official(); has {
		out.Official = s.BaseURL + href(l, "", "/statements/"+f.Message.Slug)
	}
	for _, x := range r.Pairs {
		out.Sentences = append(out.Sentences, verifySentence{apiPieces(x.Ours), apiPieces(x.Theirs), x.Denied})
	}
	return out
}

type statementsInput struct {
	Language i18n.Lang `query:"language" enum:"ar,ckb,kmr,en" doc:"Only those with a text in this language"`
	Mission  string    `query:"mission" doc:"Slug of a mission"`
	Kind     string    `query:"kind" enum:"statement,speech,news,blog,post,thread,gallery,video,audio,event,travel_advice,page"`
	Since    time.Time `query:"since" doc:"Released at or after this moment"`
	Cursor   string    `query:"cursor" doc:"The next of the page before"`
	Limit    int       `query:"limit" default:"20" minimum:"1" maximum:"100"`
}

type apiText struct {
	Title   string `json:"title"`
	Summary string `json:"summary,omitempty"`
	Body    string `json:"body" doc:"Markdown"`
	Address string `json:"address"`
}

type apiStatement struct {
	ID         string                `json:"id"`
	Slug       string                `json:"slug"`
	Mission    string                `json:"mission,omitempty" doc:"Slug; absent when the ministry itself speaks"`
	Kind       publish.Kind          `json:"kind"`
	ReleasedAt db.Time               `json:"released_at"`
	Country    string                `json:"country,omitempty" doc:"Of travel advice, ISO 3166-1 alpha-2"`
	Level      int                   `json:"level,omitempty" doc:"Of travel advice: how dangerous it is, from 1 to 4"`
	ValidUntil db.Time               `json:"valid_until,omitzero" doc:"Of travel advice: until when it holds"`
	Expired    bool                  `json:"expired,omitempty" doc:"The travel advice has passed its date and was not renewed"`
	Texts      map[i18n.Lang]apiText `json:"texts" doc:"By language"`
}

type statementsOutput struct {
	Body struct {
		Items []apiStatement `json:"items"`
		Next  string         `json:"next,omitempty" doc:"Cursor of the following page; absent on the last"`
	}
}

func (s *site) apiStatements(ctx context.Context, in *statementsInput) (*statementsOutput, error) {
	f := publish.ReleasedFilter{Lang: in.Language, Kind: publish.Kind(in.Kind), Since: db.At(in.Since), Limit: in.Limit + 1}
	if in.Mission != "" {
		m, err := s.Org.MissionBySlug(ctx, in.Mission)
		if err != nil {
			return nil, err
		}
		f.MissionID = m.ID
	}
	var err error
	if f.Before, err = readCursor(in.Cursor); err != nil {
		return nil, err
	}
	all, err := s.Service.Released(ctx, f)
	if err != nil {
		return nil, err
	}
	who, err := s.speakers(ctx)
	if err != nil {
		return nil, err
	}
	out := &statementsOutput{}
	out.Body.Items = []apiStatement{}
	if len(all) > in.Limit {
		all = all[:in.Limit]
		out.Body.Next = listPlace(publish.PlaceOf(all[in.Limit-1]))
	}
	for _, m := range all {
		one := apiStatement{ID: m.ID, Slug: m.Slug, Mission: who[m.MissionID].Slug, Kind: m.Kind, ReleasedAt: m.ReleasedAt, Texts: map[i18n.Lang]apiText{},
			Country: m.Details.Country, Level: m.Details.Level, ValidUntil: m.Details.ValidUntil, Expired: m.Lapsed(s.Clock.Now())}
		for _, v := range m.Variants {
			one.Texts[v.Lang] = apiText{v.Title, v.Summary, v.Body, s.BaseURL + href(v.Lang, "", "/statements/"+m.Slug)}
		}
		out.Body.Items = append(out.Body.Items, one)
	}
	return out, nil
}
