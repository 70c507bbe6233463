package publishweb

import (
	"context"
	"net/http"

	"sifara/internal/db"
	"sifara/internal/i18n"
	"sifara/internal/publish"
	"sifara/internal/publish/tone"
	engine "sifara/internal/text/tone"
	"sifara/internal/web"
)

// The machine face of tone. Operations share their types where they can.

type apiNote struct {
	Kind       string          `json:"kind"`
	Field      string          `json:"field,omitempty" doc:"title, summary, body or, of a file, alt, captions or transcript; empty for a text of its own, and for what a text leaves out"`
	FileID     string          `json:"file_id,omitempty" doc:"The file whose alternative text, captions or transcript it is in"`
	File       string          `json:"file,omitempty" doc:"Its name"`
	Time       string          `json:"time,omitempty" doc:"Of captions: when the cue begins in which it is found, such as 1:02:03"`
	From       int             `json:"rune_from" doc:"In characters of the field; captions are read as the transcript that is made of them"`
	To         int             `json:"rune_to"`
	Excerpt    string          `json:"excerpt"`
	Reason     string          `json:"reason" doc:"Key of the reason"`
	Message    string          `json:"message" doc:"The reason in your language"`
	Suggestion string          `json:"suggestion,omitempty"`
	Heat       float64         `json:"heat"`
	Released   *tone.Elsewhere `json:"released,omitempty" doc:"What it contradicts"`
}

type apiTone struct {
	Lang     string    `json:"lang"`
	Heat     float64   `json:"heat" doc:"0 to 1"`
	Hot      bool      `json:"hot"`
	Reading  float64   `json:"reading" doc:"English: Flesch–Kincaid grade; else LIX; 0 for short texts"`
	Findings []apiNote `json:"findings"`
}

type toneOut struct {
	Body struct {
		Texts []apiTone `json:"texts"`
		// Of a message that was submitted.
		Heat        float64 `json:"heat,omitempty" doc:"At the last submission"`
		Sensitivity string  `json:"sensitivity,omitempty" doc:"Whose route it took"`
		CoolsUntil  db.Time `json:"cools_until" format:"date-time"`
		EndedAt     db.Time `json:"ended_at" format:"date-time"`
		EndedBy     string  `json:"ended_by,omitempty"`
		EndedWhy    string  `json:"ended_why,omitempty"`
	}
}

type toneIn struct {
	Body struct {
		Lang string `json:"lang" enum:"ar,ckb,kmr,en"`
		Text string `json:"text" maxLength:"200000"`
	}
}

type rulesIn struct {
	Lang string `query:"lang" enum:"ar,ckb,kmr,en"`
}

// rulesChange changes one list, or the thresholds.
type rulesChange struct {
	Body struct {
		Version   int    `json:"version" doc:"As it was read"`
		Lang      string `json:"lang,omitempty" enum:"ar,ckb,kmr,en"`
		List      string `json:"list,omitempty" doc:"A list; without one the thresholds are changed"`
		Terms     string `json:"terms,omitempty" doc:"One term a line; \"term = wording\" proposes another wording"`
		RaiseAt   int    `json:"raise_at,omitempty" doc:"Thousandths of heat"`
		CoolFrom  int    `json:"cool_from,omitempty" doc:"Thousandths of heat"`
		CoolHours int    `json:"cool_hours,omitempty"`
	}
}

type apiToneList struct {
	Lang    string `json:"lang"`
	List    string `json:"list"`
	Version int    `json:"version" doc:"0: as shipped"`
	Terms   string `json:"terms"`
}

type rulesOut struct {
	Body struct {
		Settings tone.Settings `json:"settings"`
		Lists    []apiToneList `json:"lists"`
	}
}

func (c *console) apiToneOps(a *web.API) {
	if c.tone == nil {
		return
	}
	web.Operation(a, publish.MayView, op(http.MethodGet, "/messages/{id}/tone", "get-message-tone", "Check the tone of a message in all languages, and what its heat led to"), c.apiMessageTone)
	web.Operation(a, publish.MayView, op(http.MethodPost, "/messages/{id}/links", "ask-message-links", "Ask the servers that the links of a message lead to"), func(ctx context.Context, in *MessageInput) (*toneOut, error) {
		m, err := c.svc.Message(ctx, in.ID)
		if err == nil {
			err = c.tone.AskLinks(ctx, m)
		}
		if err != nil {
			return nil, err
		}
		return c.apiMessageTone(ctx, in)
	})
	web.Operation(a, publish.MayCool, op(http.MethodPost, "/messages/{id}/end-cooling", "end-message-cooling", "End the cooling-off of a heated message early, with a reason"), func(ctx context.Context, in *judgeIn) (*messageOut, error) {
		return c.out(c.svc.EndCooling(ctx, in.ID, in.Body.Hash, in.Body.Reason))
	})
	web.Operation(a, publish.MayView, op(http.MethodPost, "/tone/check", "check-tone", "Check the tone of any text"), func(ctx context.Context, in *toneIn) (*toneOut, error) {
		r, err := c.tone.Check(ctx, i18n.Lang(in.Body.Lang), in.Body.Text)
		if err != nil {
			return nil, err
		}
		out := &toneOut{}
		t := apiTone{Lang: in.Body.Lang, Heat: r.Heat, Hot: r.Hot, Reading: r.Reading.Value, Findings: []apiNote{}}
		for _, f := range r.Findings {
			t.Findings = append(t.Findings, toAPINote(ctx, tone.Note{Finding: f}))
		}
		out.Body.Texts = []apiTone{t}
		return out, nil
	})
	web.Operation(a, publish.MayView, op(http.MethodGet, "/tone", "get-tone-rules", "Word lists of a language, and what heat leads to"), func(ctx context.Context, in *rulesIn) (*rulesOut, error) {
		return c.apiRules(ctx, i18n.Lang(in.Lang))
	})
	web.Operation(a, publish.MayTone, op(http.MethodPut, "/tone", "change-tone-rules", "Change a word list, or what heat leads to"), func(ctx context.Context, in *rulesChange) (*rulesOut, error) {
		b := in.Body
		var err error
		if b.List != "" {
			_, err = c.tone.SaveList(ctx, i18n.Lang(b.Lang), engine.List(b.List), b.Version, b.Terms)
		} else {
			_, err = c.tone.SaveSettings(ctx, tone.Settings{Version: b.Version, RaiseAt: b.RaiseAt, CoolFrom: b.CoolFrom, CoolHours: b.CoolHours})
		}
		if err != nil {
			return nil, err
		}
		return c.apiRules(ctx, i18n.Lang(b.Lang))
	})
}

func toAPINote(ctx context.Context, n tone.Note) apiNote {
	return apiNote{Kind: string(n.Kind), Field: n.Field, FileID: n.FileID, File: n.File, Time: n.Time, From: n.RuneFrom, To: n.RuneTo, Excerpt: n.Excerpt, Reason: n.Reason, Message: tone.Say(i18n.From(ctx), n.Finding),
		Suggestion: n.Suggestion, Heat: n.Heat, Released: n.Released}
}

func (c *console) apiMessageTone(ctx context.Context, in *MessageInput) (*toneOut, error) {
	m, err := c.svc.Message(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	list, err := c.tone.Message(ctx, m)
	if err != nil {
		return nil, err
	}
	out := &toneOut{}
	b := &out.Body
	b.Texts = []apiTone{}
	for _, x := range list {
		t := apiTone{Lang: string(x.Lang), Heat: float64(x.Heat) / 1000, Hot: x.Hot, Reading: x.Reading.Value, Findings: []apiNote{}}
		for _, n := range x.Notes {
			t.Findings = append(t.Findings, toAPINote(ctx, n))
		}
		b.Texts = append(b.Texts, t)
	}
	cool, known, err := c.svc.Cooling(ctx, m)
	if err == nil && known {
		b.Heat, b.Sensitivity, b.CoolsUntil, b.EndedAt, b.EndedBy, b.EndedWhy = float64(cool.Heat)/1000, string(cool.Sensitivity), cool.Until, cool.EndedAt, cool.EndedBy, cool.EndedWhy
	}
	return out, err
}

func (c *console) apiRules(ctx context.Context, lang i18n.Lang) (*rulesOut, error) {
	out := &rulesOut{}
	var err error
	if out.Body.Settings, err = c.tone.Settings(ctx); err != nil {
		return nil, err
	}
	out.Body.Lists = []apiToneList{}
	if lang == "" {
		return out, nil
	}
	lists, err := c.tone.Lists(ctx, lang)
	for _, l := range lists {
		out.Body.Lists = append(out.Body.Lists, apiToneList{string(l.Lang), string(l.List), l.Version, l.Terms})
	}
	return out, err
}
