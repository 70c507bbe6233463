package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"sifara/internal/assess"
	"sifara/internal/audit"
	"sifara/internal/auth"
	"sifara/internal/auth/authweb"
	"sifara/internal/blob"
	"sifara/internal/channels"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/engage"
	"sifara/internal/event"
	"sifara/internal/fetch"
	"sifara/internal/i18n"
	"sifara/internal/jobs"
	"sifara/internal/listen"
	"sifara/internal/listen/brief"
	"sifara/internal/listen/campaign"
	"sifara/internal/listen/discover"
	"sifara/internal/listen/group"
	"sifara/internal/listen/influence"
	"sifara/internal/listen/score"
	"sifara/internal/mail"
	"sifara/internal/module"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/planning"
	"sifara/internal/publish"
	"sifara/internal/publish/agenda"
	publishcampaign "sifara/internal/publish/campaign"
	"sifara/internal/publish/clash"
	"sifara/internal/publish/discuss"
	"sifara/internal/publish/newsletter"
	"sifara/internal/publish/occasion"
	"sifara/internal/publish/response"
	"sifara/internal/publish/share"
	"sifara/internal/publish/slot"
	"sifara/internal/publish/term"
	"sifara/internal/publish/theme"
	"sifara/internal/publish/timing"
	"sifara/internal/publish/tone"
	"sifara/internal/publish/websub"
	"sifara/internal/publish/witness"
	"sifara/internal/vault"
	"sifara/internal/web"
	"sifara/internal/web/static"
)

// House is the whole of Sifara, wired by hand. Open gives one that has not yet
// been migrated nor started.
type House struct {
	Config Config
	Log    *slog.Logger
	Clock  clock.Clock

	DB    *db.DB // the main store
	Store *db.DB // the listening store
	Vault *vault.Vault
	Queue *jobs.Queue
	Bus   *event.Bus
	Live  *event.Live
	Words *i18n.Catalogue

	Audit            *audit.Log
	Org              *org.Service
	Auth             *auth.Service
	Channels         *channels.Service
	Listen           *listen.Service
	Campaigns        *campaign.Service        // files on hostile campaigns
	PublishCampaigns *publishcampaign.Service // campaigns of the house
	Occasions        *occasion.Service        // days that return
	Timing           *timing.Service          // what time it is where messages are read
	Agenda           *agenda.Service          // the calendar of publishing
	Clashes          *clash.Service           // what speaks against a time
	Slots            *slot.Service            // weekly slots and the queues that fill them
	Responses        *response.Service        // at which hours releases are read most
	Discuss          *discuss.Service         // comments and fact checks on messages
	Shares           *share.Service           // messages that named readers see before their release
	Briefs           *brief.Service
	Scores           *score.Service
	Discover         *discover.Service
	Groups           *group.Service
	Influence        *influence.Service
	Planning         *planning.Service
	Publish          *publish.Service
	Proof            *publish.PublicLog
	Witness          *witness.Service
	Letters          *newsletter.Service
	Hub              *websub.Hub
	Tone             *tone.Service
	Terms            *term.Service
	Themes           *theme.Service
	Engage           *engage.Service
	Assess           *assess.Service

	Modules []module.Module
	Server  *web.Server
	API     *web.API

	blobs    *blob.Store
	fetch    *fetch.Client
	mail     mail.Sender
	pages    *web.Cache
	baseURL  string
	started  time.Time
	stopping atomic.Bool
	demo     atomic.Bool

	// authenticate tells who sends a request. Tests put another in its place.
	authenticate func(*http.Request) (*perm.Actor, error)
}

// Open opens databases, keys and files and wires the contexts. The clock is
// the machine's unless the demonstration brings its own.
func Open(ctx context.Context, c Config, log *slog.Logger, now clock.Clock) (_ *House, err error) {
	h := &House{Config: c, Log: log, Clock: now, started: time.Now()}
	defer func() {
		if err != nil {
			h.Close()
		}
	}()
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return nil, folderError(err)
	}
	if err := h.openStores(ctx); err != nil {
		return nil, err
	}
	if err := h.openSurroundings(); err != nil {
		return nil, err
	}
	if err := h.wire(); err != nil {
		return nil, err
	}
	return h, h.readNames(ctx)
}

func (h *House) openStores(ctx context.Context) (err error) {
	if err := h.Config.checkAddresses(); err != nil {
		return err
	}
	if h.DB, err = db.Open(ctx, h.Config.mainAddress(), db.Options{}); err != nil {
		return databaseError(db.Redact(h.Config.mainAddress()), err)
	}
	address, schema, err := h.Config.listenAddress()
	if err != nil {
		return err
	}
	if schema != "" {
		if _, err := h.DB.Writer().ExecContext(ctx, `CREATE SCHEMA IF NOT EXISTS `+schema); err != nil {
			return fmt.Errorf("schema of the listening store: %w", err)
		}
	}
	if h.Store, err = db.Open(ctx, address, db.Options{Relaxed: true}); err != nil {
		return databaseError(db.Redact(address), err)
	}
	return nil
}

// openSurroundings opens what stands around the databases: keys, files, mail,
// the way out.
func (h *House) openSurroundings() (err error) {
	h.Vault, err = vault.Open(h.Config.keyFile())
	if errors.Is(err, fs.ErrNotExist) {
		h.Vault, err = vault.Create(h.Config.keyFile())
	}
	if err != nil {
		return setting(err)
	}
	if h.blobs, err = blob.Open(h.Config.path("blobs")); err != nil {
		return err
	}
	if h.fetch, err = fetch.New(fetch.Options{UserAgent: "Sifara/" + Version() + " (+" + h.address() + ")", Allow: h.Config.FetchAllowed}); err != nil {
		return err
	}
	h.mail, err = h.mailer()
	return err
}

// mailer sends through the configured server, or writes into a folder.
func (h *House) mailer() (mail.Sender, error) {
	c := h.Config
	from, err := mail.ParseAddress(c.MailFrom)
	if err != nil {
		return nil, setting(fmt.Errorf("mail-from: %w", err))
	}
	if c.SMTPAddress == "" {
		return mail.NewFolder(c.path("mail"), from, h.Clock, h.Log)
	}
	host, port, err := net.SplitHostPort(c.SMTPAddress)
	if err != nil {
		return nil, setting(fmt.Errorf("smtp-address: %w", err))
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return nil, setting(fmt.Errorf("smtp-address: port %q is not a number", port))
	}
	o := mail.SMTPOptions{Host: host, Port: number, Username: c.SMTPUser, Password: c.SMTPPassword, From: from}
	if c.SMTPPlain {
		o.TLS = mail.Plain
	}
	return mail.NewSMTP(o, h.Clock)
}

// address is the base URL without a trailing slash.
func (h *House) address() string {
	if h.Config.BaseURL == "" {
		return "http://localhost:8080"
	}
	return strings.TrimSuffix(h.Config.BaseURL, "/")
}

func (h *House) wire() (err error) {
	h.baseURL = h.address()
	base, err := url.Parse(h.baseURL)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return setting(fmt.Errorf("base-url: %q is not an address like https://mofa.example", h.baseURL))
	}
	proxies, err := h.Config.proxies()
	if err != nil {
		return setting(err)
	}
	h.Queue = jobs.New(h.DB, h.Log)
	h.Bus = event.NewBus(h.Queue)
	h.Live = event.NewLive(h.DB, h.Log)
	h.pages = web.NewCache(time.Minute)
	if h.Words, err = catalogue(); err != nil {
		return err
	}
	if err := h.services(); err != nil {
		return err
	}
	h.authenticate = authweb.Authenticate(h.Auth)
	h.Server = web.New(web.Options{
		Catalogue: h.Words, Log: h.Log, Sessions: h.Auth.SessionManager(), Authenticate: func(r *http.Request) (*perm.Actor, error) { return h.authenticate(r) },
		Hosts: append([]string{base.Hostname()}, h.Config.Hosts...), Proxies: proxies, Secure: base.Scheme == "https",
		Live: h.Live, Console: h.consoleShell, Site: h.siteShell, Demo: h.demo.Load,
	})
	h.reminders()
	h.Modules = h.contexts()
	h.Server.House()
	h.Server.Add(h.ownRoutes()...)
	h.API = web.NewAPI(h.Server, Version())
	h.API.UseIdempotency(kept{h.Auth.Idempotency()})
	for _, m := range h.Modules {
		h.Server.Add(m.Routes...)
		if m.API != nil {
			m.API(h.API)
		}
		if m.Jobs != nil {
			m.Jobs(h.Queue)
		}
	}
	h.Server.Mount(static.Prefix, static.Handler())
	return nil
}

// Close gives back what Open took.
func (h *House) Close() error {
	var err error
	for _, d := range []*db.DB{h.Store, h.DB} {
		if d != nil {
			err = errors.Join(err, d.Close())
		}
	}
	return err
}

// BaseURL is the address by which people reach the house, without a trailing
// slash.
func (h *House) BaseURL() string { return h.baseURL }
