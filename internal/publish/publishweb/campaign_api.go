package publishweb

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/publish"
	"sifara/internal/publish/campaign"
	"sifara/internal/web"
)

// The machine face of campaigns. Days are written 2026-05-03, amounts and
// figures as decimal text ("1250.50"): no number of it is a floating one.

// CampaignBody is what a campaign says; exported because huma fills embedded
// structs only then, like CampaignRecord.
type CampaignBody struct {
	MissionID   string            `json:"mission_id,omitempty" doc:"That leads; empty: the ministry"`
	Partners    []string          `json:"partners,omitempty" maxItems:"80" doc:"Missions that take part"`
	Names       publish.Texts     `json:"names"`
	Objective   publish.Texts     `json:"objective"`
	ObjectiveID string            `json:"objective_id,omitempty" doc:"In the strategy"`
	KeyMessages publish.Texts     `json:"key_messages,omitempty" doc:"One a line"`
	Publics     []campaign.Public `json:"publics" maxItems:"20"`
	Countries   []string          `json:"countries,omitempty" maxItems:"60"`
	Langs       []string          `json:"langs" maxItems:"4"`
	Channels    []string          `json:"channels,omitempty" maxItems:"20"`
	StartsOn    string            `json:"starts_on" format:"date"`
	EndsOn      string            `json:"ends_on" format:"date"`
	Result      publish.Texts     `json:"result,omitempty"`
	Indicator   publish.Texts     `json:"indicator,omitempty"`
	Baseline    string            `json:"baseline,omitempty" pattern:"^[0-9]+(\\.[0-9]{1,2})?$"`
	Target      string            `json:"target,omitempty" pattern:"^[0-9]+(\\.[0-9]{1,2})?$"`
	Currency    string            `json:"currency" minLength:"3" maxLength:"3"`
	OwnerID     string            `json:"owner_id,omitempty"`
}

type apiLine struct {
	ID      string `json:"id" format:"uuid"`
	Title   string `json:"title"`
	Planned string `json:"planned"`
	Spent   string `json:"spent"`
}

type apiSpend struct {
	ID     string `json:"id" format:"uuid"`
	LineID string `json:"line_id" format:"uuid"`
	Amount string `json:"amount"`
	Day    string `json:"day" format:"date"`
	Note   string `json:"note"`
	Struck bool   `json:"struck"`
}

type apiValue struct {
	ID     string `json:"id" format:"uuid"`
	Value  string `json:"value"`
	Day    string `json:"day" format:"date"`
	Note   string `json:"note,omitempty"`
	Struck bool   `json:"struck"`
}

type apiCampaignEvent struct {
	ID       string        `json:"id" format:"uuid"`
	Titles   publish.Texts `json:"titles"`
	Place    string        `json:"place,omitempty"`
	StartsAt db.Time       `json:"starts_at" format:"date-time"`
	EndsAt   db.Time       `json:"ends_at" format:"date-time"`
	Attended *int64        `json:"attended,omitempty"`
}

// CampaignRecord is a campaign as lists show it.
type CampaignRecord struct {
	ID string `json:"id" format:"uuid"`
	CampaignBody
	State      string  `json:"state" enum:"planned,running,ended,stopped"`
	Reason     string  `json:"reason,omitempty"`
	CopiedFrom string  `json:"copied_from,omitempty"`
	UpdatedAt  db.Time `json:"updated_at" format:"date-time"`
	Version    int64   `json:"version" doc:"Give it back with an edit"`
}

// apiCampaignFile is one campaign with all that belongs to it.
type apiCampaignFile struct {
	CampaignRecord
	Messages []string           `json:"messages" doc:"Ids of its messages"`
	Lines    []apiLine          `json:"lines"`
	Spend    []apiSpend         `json:"spend"`
	Values   []apiValue         `json:"values"`
	Events   []apiCampaignEvent `json:"events"`
	Released int                `json:"released"`
	Views    int64              `json:"views"`
	Asked    int                `json:"asked"`
	Answered int                `json:"answered"`
}

type campaignFileOut struct{ Body apiCampaignFile }

func dayText(t db.Time) string { return t.Std().Format(time.DateOnly) }

// plain is a decimal text without the currency.
func plain(n int64, digits int) string {
	s := strconv.FormatInt(n, 10)
	for len(s) <= digits {
		s = "0" + s
	}
	if digits == 0 {
		return s
	}
	return s[:len(s)-digits] + "." + s[len(s)-digits:]
}

func toAPICampaign(x campaign.Campaign) CampaignRecord {
	out := CampaignRecord{ID: x.ID, State: string(x.State), Reason: x.Reason, CopiedFrom: x.CopiedFrom, UpdatedAt: x.UpdatedAt, Version: x.Version, CampaignBody: CampaignBody{
		MissionID: x.MissionID, Partners: x.Partners, Names: x.Names, Objective: x.Objective, ObjectiveID: x.ObjectiveID, KeyMessages: x.KeyMessages, Publics: x.Publics, Countries: x.Countries, Channels: x.Channels,
		StartsOn: dayText(x.StartsOn), EndsOn: dayText(x.EndsOn), Result: x.Result, Indicator: x.Indicator, Baseline: plain(x.Baseline, 2), Target: plain(x.Target, 2), Currency: x.Currency, OwnerID: x.OwnerID,
	}}
	for _, l := range x.Langs {
		out.Langs = append(out.Langs, string(l))
	}
	return out
}

// readFields reads what is text in the API and a number or a day inside.
type readFields struct{ wrong []errs.Field }

func (r *readFields) day(name, s string) db.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		r.wrong = append(r.wrong, errs.Field{Name: name, Key: "web.field.date"})
	}
	return db.At(t)
}

func (r *readFields) fixed(name, s string, digits int) int64 {
	if s == "" {
		return 0
	}
	n, ok := i18n.English.ParseFixed(s, digits)
	if !ok {
		r.wrong = append(r.wrong, errs.Field{Name: name, Key: "publish.campaign.bad_amount"})
	}
	return n
}

func (b CampaignBody) campaign(id string, version int64) (campaign.Campaign, error) {
	var r readFields
	x := campaign.Campaign{ID: id, Version: version, MissionID: b.MissionID, Partners: b.Partners, Names: b.Names, Objective: b.Objective, ObjectiveID: b.ObjectiveID, KeyMessages: b.KeyMessages,
		Publics: b.Publics, Countries: b.Countries, Channels: b.Channels, StartsOn: r.day("starts_on", b.StartsOn), EndsOn: r.day("ends_on", b.EndsOn), Result: b.Result, Indicator: b.Indicator,
		Baseline: r.fixed("baseline", b.Baseline, 2), Target: r.fixed("target", b.Target, 2), Currency: b.Currency, OwnerID: b.OwnerID}
	for _, l := range b.Langs {
		x.Langs = append(x.Langs, i18n.Lang(l))
	}
	return x, errs.InvalidFields(r.wrong...)
}

// campaignFile reads one campaign with all that belongs to it.
func (c *console) campaignFile(ctx context.Context, campaignID string) (*campaignFileOut, error) {
	x, err := c.campaigns.Campaign(ctx, campaignID)
	if err != nil {
		return nil, err
	}
	out := apiCampaignFile{CampaignRecord: toAPICampaign(x), Messages: []string{}, Lines: []apiLine{}, Spend: []apiSpend{}, Values: []apiValue{}, Events: []apiCampaignEvent{}}
	list, _, err := c.campaigns.Messages(ctx, x.ID)
	if err != nil {
		return nil, err
	}
	f, err := c.campaigns.Figures(ctx, list)
	if err != nil {
		return nil, err
	}
	out.Released, out.Views, out.Asked, out.Answered = f.Released, f.Reading.Views, f.Asked.Asked, f.Asked.Answered
	for _, m := range list {
		out.Messages = append(out.Messages, m.ID)
	}
	money, err := c.campaigns.Money(ctx, x.ID)
	if err != nil {
		return nil, err
	}
	digits, _ := campaign.Exponent(x.Currency)
	for _, l := range money.Lines {
		out.Lines = append(out.Lines, apiLine{l.ID, l.Title, plain(l.Planned, digits), plain(l.Spent, digits)})
	}
	for _, s := range money.Spends {
		out.Spend = append(out.Spend, apiSpend{s.ID, s.LineID, plain(s.Amount, digits), dayText(s.Day), s.Note, !s.StruckAt.IsZero()})
	}
	return c.fileEntries(ctx, x.ID, out)
}

func (c *console) fileEntries(ctx context.Context, campaignID string, out apiCampaignFile) (*campaignFileOut, error) {
	values, err := c.campaigns.Values(ctx, campaignID)
	if err != nil {
		return nil, err
	}
	for _, v := range values {
		out.Values = append(out.Values, apiValue{v.ID, plain(v.Value, 2), dayText(v.Day), v.Note, !v.StruckAt.IsZero()})
	}
	events, err := c.campaigns.Events(ctx, campaignID)
	if err != nil {
		return nil, err
	}
	for _, e := range events {
		x := apiCampaignEvent{ID: e.ID, Titles: e.Titles, Place: e.Place, StartsAt: e.StartsAt, EndsAt: e.EndsAt}
		if e.Attended >= 0 {
			x.Attended = &e.Attended
		}
		out.Events = append(out.Events, x)
	}
	return &campaignFileOut{out}, nil
}

// CampaignInput names the campaign of an operation; exported for huma.
type CampaignInput struct {
	ID string `path:"id" format:"uuid"`
}

// campaignEntryIn names an entry of a campaign.
type campaignEntryIn struct {
	CampaignInput
	Entry string `path:"entry" format:"uuid"`
}

type campaignListIn struct {
	State   string `query:"state" enum:"planned,running,ended,stopped"`
	Mission string `query:"mission" doc:"Id of a mission that leads or takes part, or \"ministry\""`
	Country string `query:"country"`
	Lang    string `query:"lang" enum:"ar,ckb,kmr,en"`
	Public  string `query:"public" doc:"A segment"`
	Query   string `query:"q" maxLength:"200"`
	Cursor  string `query:"cursor"`
	Limit   int    `query:"limit" minimum:"1" maximum:"200" default:"25"`
}

func (c *console) apiCampaigns(ctx context.Context, in *campaignListIn) (*struct{ Body web.List[CampaignRecord] }, error) {
	f := campaignFilter(map[string][]string{"state": {in.State}, "mission": {in.Mission}, "country": {in.Country}, "lang": {in.Lang}, "public": {in.Public}, "q": {in.Query}, "before": {in.Cursor}})
	f.Limit = min(in.Limit+1, 200)
	list, err := c.campaigns.List(ctx, f)
	if err != nil {
		return nil, err
	}
	next := ""
	if len(list) > in.Limit {
		list = list[:in.Limit]
		next = campaignCursor(list[in.Limit-1])
	}
	items := make([]CampaignRecord, len(list))
	for i, x := range list {
		items[i] = toAPICampaign(x)
	}
	return &struct{ Body web.List[CampaignRecord] }{web.NewList(items, next)}, nil
}

// campaignAPI adds the operations on campaigns.
func (c *console) campaignAPI(a *web.API) {
	op := func(method, path, operation, summary string) huma.Operation {
		return tagged(method, path, operation, summary, "campaigns")
	}
	web.Operation(a, publish.MayView, op(http.MethodGet, "/campaigns", "list-publishing-campaigns", "List campaigns of the ministry and its missions, the latest changed first"), c.apiCampaigns)
	web.Operation(a, publish.MayView, op(http.MethodGet, "/campaigns/{id}", "get-publishing-campaign", "Read one campaign with its budget, values, events, messages and figures"), func(ctx context.Context, in *CampaignInput) (*campaignFileOut, error) {
		return c.campaignFile(ctx, in.ID)
	})
	web.Operation(a, campaign.Manage, op(http.MethodPost, "/campaigns", "begin-publishing-campaign", "Plan a campaign"), func(ctx context.Context, in *struct {
		Body struct {
			ID string `json:"id,omitempty" format:"uuid" doc:"Chosen by the caller, so that a repeated call makes one"`
			CampaignBody
		}
	}) (*campaignFileOut, error) {
		if in.Body.ID == "" {
			in.Body.ID = id.New()
		}
		x, err := in.Body.campaign(in.Body.ID, 0)
		if err == nil {
			err = c.campaigns.Begin(ctx, x)
		}
		if err != nil {
			return nil, err
		}
		return c.campaignFile(ctx, x.ID)
	})
	web.Operation(a, campaign.Manage, op(http.MethodPut, "/campaigns/{id}", "edit-publishing-campaign", "Change what a campaign says"), func(ctx context.Context, in *struct {
		CampaignInput
		Body struct {
			Version int64 `json:"version" doc:"As it was read"`
			CampaignBody
		}
	}) (*campaignFileOut, error) {
		x, err := in.Body.campaign(in.ID, in.Body.Version)
		if err == nil {
			err = c.campaigns.Edit(ctx, x)
		}
		if err != nil {
			return nil, err
		}
		return c.campaignFile(ctx, in.ID)
	})
	c.campaignActsAPI(a, op)
}

// campaignActsAPI adds the acts on a campaign.
func (c *console) campaignActsAPI(a *web.API, op func(method, path, operation, summary string) huma.Operation) {
	type nothing = struct{}
	web.Operation(a, campaign.Manage, op(http.MethodPost, "/campaigns/{id}/state", "move-publishing-campaign", "Start, end or stop a campaign"), func(ctx context.Context, in *struct {
		CampaignInput
		Body struct {
			State  string `json:"state" enum:"running,ended,stopped"`
			Reason string `json:"reason,omitempty" doc:"Of a stop"`
		}
	}) (*nothing, error) {
		return nil, c.campaigns.Move(ctx, in.ID, campaign.State(in.Body.State), in.Body.Reason)
	})
	web.Operation(a, campaign.Manage, op(http.MethodPost, "/campaigns/{id}/copy", "copy-publishing-campaign", "Copy a campaign with its days moved"), func(ctx context.Context, in *struct {
		CampaignInput
		Body struct {
			ID        string `json:"id" format:"uuid" doc:"Of the new campaign"`
			MissionID string `json:"mission_id,omitempty"`
			StartsOn  string `json:"starts_on" format:"date"`
		}
	}) (*campaignFileOut, error) {
		var r readFields
		starts := r.day("starts_on", in.Body.StartsOn)
		if err := errs.InvalidFields(r.wrong...); err != nil {
			return nil, err
		}
		if err := c.campaigns.Copy(ctx, in.ID, in.Body.ID, in.Body.MissionID, starts); err != nil {
			return nil, err
		}
		return c.campaignFile(ctx, in.Body.ID)
	})
	web.Operation(a, publish.MayView, op(http.MethodPut, "/messages/{id}/campaign", "join-publishing-campaign", "Put a message into a campaign, or out of it"), func(ctx context.Context, in *struct {
		MessageInput
		Body struct {
			CampaignID string `json:"campaign_id" doc:"Empty takes it out"`
		}
	}) (*nothing, error) {
		return nil, c.campaigns.Join(ctx, in.ID, in.Body.CampaignID)
	})
	c.campaignEntriesAPI(a, op)
}

// campaignEntriesAPI adds what is entered into a campaign.
func (c *console) campaignEntriesAPI(a *web.API, op func(method, path, operation, summary string) huma.Operation) {
	type nothing = struct{}
	money := func(ctx context.Context, campaignID, field, amount string) (int64, error) {
		x, err := c.campaigns.Campaign(ctx, campaignID)
		if err != nil {
			return 0, err
		}
		digits, _ := campaign.Exponent(x.Currency)
		var r readFields
		n := r.fixed(field, amount, digits)
		return n, errs.InvalidFields(r.wrong...)
	}
	web.Operation(a, campaign.Manage, op(http.MethodPut, "/campaigns/{id}/lines/{line}", "put-campaign-line", "Add or change a line of the budget"), func(ctx context.Context, in *struct {
		CampaignInput
		Line string `path:"line" format:"uuid"`
		Body struct {
			Title   string `json:"title"`
			Planned string `json:"planned"`
		}
	}) (*nothing, error) {
		n, err := money(ctx, in.ID, "planned", in.Body.Planned)
		if err != nil {
			return nil, err
		}
		return nil, c.campaigns.PutLine(ctx, campaign.Line{ID: in.Line, CampaignID: in.ID, Title: in.Body.Title, Planned: n})
	})
	web.Operation(a, campaign.Manage, op(http.MethodPut, "/campaigns/{id}/spend/{spend}", "put-campaign-spend", "Enter what was paid"), func(ctx context.Context, in *struct {
		CampaignInput
		Spend string `path:"spend" format:"uuid"`
		Body  struct {
			LineID string `json:"line_id" format:"uuid"`
			Amount string `json:"amount"`
			Day    string `json:"day" format:"date"`
			Note   string `json:"note"`
		}
	}) (*nothing, error) {
		n, err := money(ctx, in.ID, "amount", in.Body.Amount)
		if err != nil {
			return nil, err
		}
		var r readFields
		day := r.day("day", in.Body.Day)
		if err := errs.InvalidFields(r.wrong...); err != nil {
			return nil, err
		}
		return nil, c.campaigns.Pay(ctx, campaign.Spend{ID: in.Spend, CampaignID: in.ID, LineID: in.Body.LineID, Amount: n, Day: day, Note: in.Body.Note})
	})
	web.Operation(a, campaign.Manage, op(http.MethodDelete, "/campaigns/{id}/spend/{entry}", "strike-campaign-spend", "Strike out a wrong entry"), func(ctx context.Context, in *campaignEntryIn) (*nothing, error) {
		return nil, c.campaigns.StrikeSpend(ctx, in.ID, in.Entry)
	})
	web.Operation(a, campaign.Manage, op(http.MethodPut, "/campaigns/{id}/values/{value}", "put-campaign-value", "Enter a measured value of the indicator"), func(ctx context.Context, in *struct {
		CampaignInput
		Value string `path:"value" format:"uuid"`
		Body  struct {
			Value string `json:"value" pattern:"^[0-9]+(\\.[0-9]{1,2})?$"`
			Day   string `json:"day" format:"date"`
			Note  string `json:"note,omitempty"`
		}
	}) (*nothing, error) {
		var r readFields
		v := campaign.Value{ID: in.Value, CampaignID: in.ID, Value: r.fixed("value", in.Body.Value, 2), Day: r.day("day", in.Body.Day), Note: in.Body.Note}
		if err := errs.InvalidFields(r.wrong...); err != nil {
			return nil, err
		}
		return nil, c.campaigns.Measure(ctx, v)
	})
	web.Operation(a, campaign.Manage, op(http.MethodDelete, "/campaigns/{id}/values/{entry}", "strike-campaign-value", "Strike out a wrong value"), func(ctx context.Context, in *campaignEntryIn) (*nothing, error) {
		return nil, c.campaigns.StrikeValue(ctx, in.ID, in.Entry)
	})
	web.Operation(a, campaign.Manage, op(http.MethodPut, "/campaigns/{id}/events/{event}", "put-campaign-event", "Add or change an event"), func(ctx context.Context, in *struct {
		CampaignInput
		Event string `path:"event" format:"uuid"`
		Body  struct {
			Titles   publish.Texts `json:"titles"`
			Place    string        `json:"place,omitempty"`
			StartsAt time.Time     `json:"starts_at"`
			EndsAt   *time.Time    `json:"ends_at,omitempty"`
			Attended *int64        `json:"attended,omitempty" minimum:"0"`
		}
	}) (*nothing, error) {
		b := in.Body
		e := campaign.Event{ID: in.Event, CampaignID: in.ID, Titles: b.Titles, Place: b.Place, StartsAt: db.At(b.StartsAt), EndsAt: timeOf(b.EndsAt), Attended: -1}
		if b.Attended != nil {
			e.Attended = *b.Attended
		}
		return nil, c.campaigns.PutEvent(ctx, e)
	})
	web.Operation(a, campaign.Manage, op(http.MethodDelete, "/campaigns/{id}/events/{entry}", "drop-campaign-event", "Remove an event"), func(ctx context.Context, in *campaignEntryIn) (*nothing, error) {
		return nil, c.campaigns.DropEvent(ctx, in.ID, in.Entry)
	})
	web.Operation(a, campaign.Manage, op(http.MethodDelete, "/campaigns/{id}/lines/{entry}", "drop-campaign-line", "Remove a line of which nothing was paid"), func(ctx context.Context, in *campaignEntryIn) (*nothing, error) {
		return nil, c.campaigns.DropLine(ctx, in.ID, in.Entry)
	})
}
