package app

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"time"

	"github.com/a-h/templ"

	"sifara/internal/assess"
	"sifara/internal/assess/assessweb"
	"sifara/internal/audit"
	"sifara/internal/audit/auditweb"
	"sifara/internal/auth"
	"sifara/internal/auth/authweb"
	"sifara/internal/channels"
	"sifara/internal/channels/channelsweb"
	"sifara/internal/engage"
	"sifara/internal/engage/engageweb"
	"sifara/internal/i18n"
	"sifara/internal/listen"
	"sifara/internal/listen/brief"
	"sifara/internal/listen/campaign"
	"sifara/internal/listen/discover"
	"sifara/internal/listen/group"
	"sifara/internal/listen/influence"
	"sifara/internal/listen/listenweb"
	"sifara/internal/listen/score"
	"sifara/internal/module"
	"sifara/internal/org"
	"sifara/internal/org/orgweb"
	"sifara/internal/planning"
	"sifara/internal/planning/planningweb"
	"sifara/internal/publish"
	"sifara/internal/publish/calendar"
	publishcampaign "sifara/internal/publish/campaign"
	"sifara/internal/publish/discuss"
	"sifara/internal/publish/publishweb"
	"sifara/internal/publish/share"
	"sifara/internal/publish/term"
	"sifara/internal/publish/theme"
	"sifara/internal/publish/tone"
	"sifara/internal/publish/websub"
	"sifara/internal/publish/witness"
	"sifara/internal/web"
)

// services makes the contexts' services, each after those it stands on. Where
// an arrow would go up, the lower one declared a small interface and receives
// it here.
func (h *House) services() (err error) {
	h.Audit = audit.New(h.DB, h.Clock)
	h.Audit.UseLive(h.Live)
	if err := h.signRecord(h.origin("record")); err != nil {
		return err
	}
	h.Org = org.New(org.Deps{DB: h.DB, Log: h.Log, Clock: h.Clock, Audit: h.Audit, Live: h.Live})
	h.Auth, err = auth.New(
		auth.Deps{DB: h.DB, Log: h.Log, Clock: h.Clock, Audit: h.Audit, Live: h.Live, Queue: h.Queue, Vault: h.Vault, Org: h.Org, Mail: h.mail, Catalogue: h.Words},
		auth.Options{BaseURL: h.baseURL, DemoSignIn: true, Fetch: h.fetch, OIDC: auth.OIDC{
			Issuer: h.Config.OIDCIssuer, ClientID: h.Config.OIDCClient, ClientSecret: h.Config.OIDCSecret, Name: h.Config.OIDCName,
		}})
	if err != nil {
		return err
	}
	h.Channels = channels.New(channels.Deps{DB: h.DB, Log: h.Log, Clock: h.Clock, Audit: h.Audit, Bus: h.Bus, Live: h.Live, Queue: h.Queue, Vault: h.Vault, Org: h.Org, Fetch: h.fetch, Gate: gate{h}})
	// The register stands on what it opens: it is asked only once both are there.
	public := func(handle string) bool { return h.Influence.Registered(handle) }
	dictionary, err := h.Config.jetstreamDictionary()
	if err != nil {
		return err
	}
	h.Listen = listen.New(listen.Deps{
		DB: h.DB, Store: h.Store, Log: h.Log, Clock: h.Clock, Audit: h.Audit, Bus: h.Bus, Live: h.Live, Queue: h.Queue, Vault: h.Vault,
		Fetch: h.fetch, Files: listen.FolderFiles{Dir: h.Config.path("imports")}, Missions: h.Org, Official: h.Channels.Official, PublicActor: public,
		Keep: time.Duration(h.Config.KeepPosts) * 24 * time.Hour, JetstreamDictionary: dictionary,
	})
	h.Planning = planning.New(planning.Deps{
		DB: h.DB, Log: h.Log, Clock: h.Clock, Audit: h.Audit, Bus: h.Bus, Live: h.Live, Queue: h.Queue, Org: h.Org,
		Warnings: h.Listen, Results: results{h}, Mail: h.mail, Words: h.Words, BaseURL: h.baseURL,
	})
	if h.Proof, err = publish.NewPublicLog(h.DB, h.Vault, h.Clock, h.baseURL); err != nil {
		return err
	}
	h.Terms = term.New(term.Deps{DB: h.DB, Clock: h.Clock, Audit: h.Audit, Live: h.Live})
	h.Proof.UseNames(h.Terms)
	h.Tone = tone.New(tone.Deps{
		DB: h.DB, Clock: h.Clock, Audit: h.Audit, Live: h.Live, Bus: h.Bus, Fetch: h.fetch, Released: h.Proof, Terms: h.Terms, BaseURL: h.baseURL,
		Load: func(ctx context.Context, id string) (publish.Message, error) { return h.Publish.Message(ctx, id) },
	})
	h.Publish = publish.New(publish.Deps{
		DB: h.DB, Log: h.Log, Clock: h.Clock, Audit: h.Audit, Bus: h.Bus, Live: h.Live, Queue: h.Queue,
		Org: h.Org, Blobs: h.blobs, Origins: origins{h}, Proof: h.Proof, Tone: h.Tone, MaxMedia: h.Config.maxMedia(),
	})
	h.Themes = theme.New(theme.Deps{DB: h.DB, Clock: h.Clock, Audit: h.Audit, Live: h.Live, Org: h.Org, Blobs: h.blobs})
	h.Discuss = discuss.New(discuss.Deps{DB: h.DB, Clock: h.Clock, Audit: h.Audit, Bus: h.Bus, Live: h.Live, Org: h.Org, Publish: h.Publish})
	h.Shares = share.New(share.Deps{DB: h.DB, Clock: h.Clock, Audit: h.Audit, Live: h.Live, Vault: h.Vault, Publish: h.Publish})
	h.Witness = witness.New(witness.Deps{DB: h.DB, Log: h.Log, Clock: h.Clock, Audit: h.Audit, Fetch: h.fetch, Proof: h.Proof})
	h.Publish.UseHeld("webhook", heldCalls{h.Channels})
	if h.Letters, err = h.letters(); err != nil {
		return err
	}
	h.Publish.UseHeld("newsletter", h.Letters)
	h.Hub = websub.New(websub.Deps{
		DB: h.DB, Log: h.Log, Clock: h.Clock, Audit: h.Audit, Bus: h.Bus, Queue: h.Queue, Vault: h.Vault, Fetch: h.fetch,
		Feeds: feeds{h}, Gate: h.Publish, Address: h.baseURL + websub.Path,
	})
	h.Engage = engage.New(engage.Deps{
		DB: h.DB, Log: h.Log, Clock: h.Clock, Audit: h.Audit, Bus: h.Bus, Live: h.Live, Queue: h.Queue, Vault: h.Vault, Org: h.Org,
		Statements: statements{h.Publish}, Approvals: h.Publish, Mail: h.mail, Words: h.Words, BaseURL: h.baseURL,
	})
	h.PublishCampaigns = publishcampaign.New(publishcampaign.Deps{DB: h.DB, Clock: h.Clock, Audit: h.Audit, Live: h.Live, Org: h.Org, Publish: h.Publish, Questions: campaignQuestions{h}})
	h.calendar()
	h.Campaigns = campaign.New(campaign.Deps{
		DB: h.DB, Clock: h.Clock, Audit: h.Audit, Bus: h.Bus, Live: h.Live, Listen: h.Listen, Decisions: answers{h}, Answers: answers{h},
	})
	h.Influence = influence.New(influence.Deps{DB: h.DB, Log: h.Log, Clock: h.Clock, Audit: h.Audit, Live: h.Live, Queue: h.Queue, Listen: h.Listen})
	h.Groups = group.New(group.Deps{DB: h.DB, Log: h.Log, Clock: h.Clock, Audit: h.Audit, Live: h.Live, Queue: h.Queue, Listen: h.Listen, Campaigns: h.Campaigns, Actors: h.Influence})
	h.Discover = discover.New(discover.Deps{DB: h.DB, Clock: h.Clock, Audit: h.Audit, Listen: h.Listen})
	h.Scores = score.New(score.Deps{DB: h.DB, Clock: h.Clock, Audit: h.Audit, Listen: h.Listen})
	h.Briefs = brief.New(brief.Deps{
		DB: h.DB, Log: h.Log, Clock: h.Clock, Audit: h.Audit, Bus: h.Bus, Queue: h.Queue, Listen: h.Listen, Org: h.Org, Mail: h.mail, Words: h.Words,
		Draw: listenweb.Sheets(h.baseURL), BaseURL: h.baseURL, Browser: brief.FindBrowser(h.Config.PrintBrowser),
	})
	h.Assess = assess.New(assess.Deps{Org: h.Org, Publish: h.Publish, Engage: h.Engage, Listen: h.Listen, Planning: h.Planning, Clock: h.Clock})
	return nil
}

// contexts is the list of contexts. Its order is the order of migrations;
// leaving one out switches it off.
func (h *House) contexts() []module.Module {
	return []module.Module{
		auditweb.Module(auditweb.Deps{Audit: h.Audit, Directory: h.Org, Log: h.Log, Links: links()}),
		orgweb.Module(h.Org),
		authweb.Module(h.Auth),
		channelsweb.Module(h.Channels, h.pages),
		listenweb.Module(listenweb.Services{Listen: h.Listen, Scores: h.Scores, Org: h.Org, Campaigns: h.Campaigns, Briefs: h.Briefs, Discover: h.Discover, Groups: h.Groups, Influence: h.Influence}),
		planningweb.Module(h.Planning, h.Org),
		publishweb.AddLetters(publishweb.AddSite(publishweb.Module(publishweb.Options{Service: h.Publish, Writing: h.writing(), Tone: h.Tone, Terms: h.Terms, Themes: h.Themes, Witness: h.Witness, Hub: h.Hub, Campaigns: h.PublishCampaigns, Occasions: h.Occasions, Timing: h.Timing, Agenda: h.Agenda, Clashes: h.Clashes, Slots: h.Slots, Responses: h.Responses, Feeds: calendar.New(calendar.Deps{DB: h.DB, Clock: h.Clock, Audit: h.Audit, Org: h.Org}), Words: h.Words, BaseURL: h.baseURL, Org: h.Org, Clock: h.Clock, Reauth: authweb.Reauth(h.Auth)}), publishweb.SiteOptions{
			Service: h.Publish, Log: h.Proof, Witness: h.Witness, Hub: h.Hub, Blobs: h.blobs, Themes: h.Themes, Org: h.Org, Clock: h.Clock, Pages: h.pages, BaseURL: h.baseURL, Questions: questions{h, engageweb.NewTalk(h.Engage, h.Org)}, Shares: h.Shares,
		}), publishweb.LetterOptions{Service: h.Letters, Publish: h.Publish, Org: h.Org, Clock: h.Clock}),
		engageweb.Module(h.Engage, h.Org, h.pages),
		assessweb.Module(h.Assess),
	}
}

// runners are what contexts do beside requests and jobs, until their context
// ends.
func (h *House) runners() []func(context.Context) {
	return []func(context.Context){h.Publish.RunViews, h.Publish.RunGate, h.Listen.RunStreams, h.takeBounces}
}

// statements lets engage ask under what publish has released.
type statements struct{ publish *publish.Service }

// ReleasedStatement implements engage.Statements.
func (s statements) ReleasedStatement(ctx context.Context, slug string) (engage.Statement, error) {
	m, err := s.publish.ReleasedBySlug(ctx, slug)
	if err != nil {
		return engage.Statement{}, err
	}
	titles := map[i18n.Lang]string{}
	for _, v := range m.Variants {
		titles[v.Lang] = v.Title
	}
	return engage.Statement{ID: m.ID, Slug: m.Slug, MissionID: m.MissionID, Titles: titles}, nil
}

// questions shows below a statement what engage was asked about it.
type questions struct {
	h    *House
	talk *engageweb.Talk
}

// Section implements publishweb.Questions.
func (q questions) Section(r *http.Request, messageID, slug string) (templ.Component, error) {
	m, err := q.h.Publish.ReleasedBySlug(r.Context(), slug)
	if err != nil {
		return nil, err
	}
	title, _ := m.Title(i18n.From(r.Context()).Lang())
	return q.talk.Below(r.Context(), messageID, slug, title)
}

// links lead from the kinds of object that the record names to their pages.
func links() map[string]string {
	all := map[string]string{
		"message": "/console/messages/{id}", "route": "/console/routes", "tone": "/console/tone", "theme": publishweb.SitesPath, "decision": "/console/decisions/{id}",
		"question": "/console/inbox/{id}", "canned": "/console/answers/{id}",
		"letter": "/console/newsletters/letters/{id}", "newsletter": "/console/newsletters/lists/{id}", "newsletters": "/console/newsletters/settings",
	}
	for _, more := range []map[string]string{orgweb.Links(), channelsweb.Links(), listenweb.Links(), publishweb.CampaignLinks()} {
		maps.Copy(all, more)
	}
	return all
}

// kept lets the API keep its answers where sign-in keeps its own.
type kept struct{ auth.Idempotency }

// keyWait is how long a repeated request waits for the answer to the first,
// which may run on another node.
const keyWait = 10 * time.Second

// Begin implements web.Idempotency.
func (k kept) Begin(ctx context.Context, actorID, key, request string) (*web.KeptAnswer, error) {
	for end := time.Now().Add(keyWait); ; {
		a, err := k.Idempotency.Begin(ctx, actorID, key, request)
		if !errors.Is(err, auth.ErrKeyBusy) || time.Now().After(end) {
			return (*web.KeptAnswer)(a), err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// End implements web.Idempotency.
func (k kept) End(ctx context.Context, actorID, key string, a web.KeptAnswer) error {
	return k.Idempotency.End(ctx, actorID, key, auth.Answer(a))
}
