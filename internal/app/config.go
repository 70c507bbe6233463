// Package app puts the house together: configuration, the list of contexts,
// the shell of the console and the site, and what operators do.
package app

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"sifara/internal/command"
	"sifara/internal/db"
	"sifara/internal/listen/collect"
)

// Config is everything an operator can set. Each field is a flag, an
// environment variable and a key of the configuration file; a flag wins over
// the variable, the variable over the file. The zero value of each setting is
// safe.
type Config struct {
	Data           string   `help:"Folder of the database, files, keys and outgoing mail." default:"data" env:"SIFARA_DATA" placeholder:"DIR"`
	DatabaseURL    string   `help:"PostgreSQL address (postgres://…); empty means SQLite in the data folder." env:"SIFARA_DATABASE_URL" secret:"url"`
	ListenURL      string   `name:"listen-database-url" help:"PostgreSQL address of the listening store; empty means a schema of its own beside the main database, or a second SQLite file." env:"SIFARA_LISTEN_DATABASE_URL" secret:"url"`
	KeyFile        string   `help:"File of the vault's keys; empty means vault.key in the data folder." env:"SIFARA_KEY_FILE" placeholder:"FILE"`
	BaseURL        string   `help:"Address by which people reach the house; links and passkeys depend on it. Empty means the address that is served." env:"SIFARA_BASE_URL" placeholder:"URL"`
	Hosts          []string `help:"Further host names under which requests are accepted." env:"SIFARA_HOSTS" placeholder:"NAME"`
	TrustedProxies []string `help:"Networks of load balancers whose X-Forwarded-For is believed." env:"SIFARA_TRUSTED_PROXIES" placeholder:"CIDR"`
	Admin          string   `name:"admin-listen" help:"Address for metrics and profiles, never public; empty switches them off." env:"SIFARA_ADMIN_LISTEN" placeholder:"ADDR"`
	LogLevel       string   `help:"debug, info, warn or error." enum:"debug,info,warn,error" default:"info" env:"SIFARA_LOG_LEVEL"`
	LogFormat      string   `help:"text or json." enum:"text,json" default:"text" env:"SIFARA_LOG_FORMAT"`

	PrintBrowser string `help:"Program that prints briefings to PDF (Chromium or Chrome); empty looks for one." env:"SIFARA_PRINT_BROWSER" placeholder:"PROGRAM"`

	MediaLimit int `help:"Megabytes that a film or sound recording may have; 0 takes none." default:"200" env:"SIFARA_MEDIA_LIMIT" placeholder:"MB"`

	KeepPosts int `help:"Days that posts of the listening store are kept after they were written; 0 keeps them. Counts stay." default:"0" env:"SIFARA_KEEP_POSTS" placeholder:"DAYS"`

	JetstreamDictionary string `name:"listen-jetstream-dictionary" help:"File of the zstd dictionary with which Bluesky's Jetstream compresses; empty reads it uncompressed." env:"SIFARA_LISTEN_JETSTREAM_DICTIONARY" placeholder:"FILE"`

	MailFrom     string `help:"Sender of outgoing mail." default:"sifara@localhost" env:"SIFARA_MAIL_FROM" placeholder:"ADDRESS"`
	SMTPAddress  string `name:"smtp-address" help:"Mail server as HOST:PORT; empty writes mails into the data folder." env:"SIFARA_SMTP_ADDRESS"`
	SMTPUser     string `name:"smtp-user" env:"SIFARA_SMTP_USER" help:"User at the mail server."`
	SMTPPassword string `name:"smtp-password" env:"SIFARA_SMTP_PASSWORD" help:"Password at the mail server." secret:"all"`
	SMTPPlain    bool   `name:"smtp-plain" env:"SIFARA_SMTP_PLAIN" help:"Allow a mail server without TLS (a relay on the same machine)."`

	BounceListen string `name:"bounce-listen" env:"SIFARA_BOUNCE_LISTEN" help:"Where bounces of newsletters are taken from a mail server: smtp://HOST:PORT or lmtp://HOST:PORT; empty takes none." placeholder:"URL"`
	BounceDomain string `name:"bounce-domain" env:"SIFARA_BOUNCE_DOMAIN" help:"Domain of the return addresses of newsletters; empty means that of the sender." placeholder:"NAME"`

	OIDCIssuer   string   `name:"oidc-issuer" env:"SIFARA_OIDC_ISSUER" help:"OpenID Connect provider for sign-in; empty switches it off."`
	OIDCClient   string   `name:"oidc-client" env:"SIFARA_OIDC_CLIENT" help:"Client id at the provider."`
	OIDCSecret   string   `name:"oidc-secret" env:"SIFARA_OIDC_SECRET" help:"Client secret at the provider." secret:"all"`
	OIDCName     string   `name:"oidc-name" env:"SIFARA_OIDC_NAME" help:"Name of the provider on the sign-in page."`
	FetchAllowed []string `name:"fetch-allow" env:"SIFARA_FETCH_ALLOW" help:"Internal HOST:PORT or CIDR that feeds and webhooks may reach; everything private is refused otherwise." placeholder:"TARGET"`
}

// Setting is one line of the configuration in force.
type Setting struct {
	Name        string `json:"name"`
	Environment string `json:"environment"`
	Value       string `json:"value"`
}

// Settings lists what is in force, with secrets hidden.
func (c Config) Settings() []Setting {
	var out []Setting
	v := reflect.ValueOf(c)
	for i := range v.NumField() {
		f := v.Type().Field(i)
		name := f.Tag.Get("name")
		if name == "" {
			name = command.Kebab(f.Name)
		}
		value := fmt.Sprint(v.Field(i).Interface())
		if list, ok := v.Field(i).Interface().([]string); ok {
			value = strings.Join(list, ",")
		}
		switch {
		case value == "":
		case f.Tag.Get("secret") == "all":
			value = "********"
		case f.Tag.Get("secret") == "url":
			if u, err := url.Parse(value); err == nil {
				value = u.Redacted()
			} else {
				value = "********"
			}
		}
		out = append(out, Setting{Name: name, Environment: f.Tag.Get("env"), Value: value})
	}
	return out
}

// Logger makes the log that the configuration asks for, on standard error.
func (c Config) Logger() *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.LogLevel)) // the flag is an enumeration
	o := &slog.HandlerOptions{Level: level}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(os.Stderr, o))
	}
	return slog.New(slog.NewTextHandler(os.Stderr, o))
}

func (c Config) path(name string) string { return filepath.Join(c.Data, name) }

// mainAddress is where the main database is.
func (c Config) mainAddress() string {
	if c.DatabaseURL != "" {
		return c.DatabaseURL
	}
	return c.path("sifara.db")
}

// checkAddresses refuses what is no PostgreSQL address: it would be taken for
// the name of a file.
func (c Config) checkAddresses() error {
	for _, s := range []struct{ name, address string }{{"database-url", c.DatabaseURL}, {"listen-database-url", c.ListenURL}} {
		if s.address != "" && !db.IsPostgres(s.address) {
			return setting(errors.New(s.name + ": not an address like postgres://user@host/name"))
		}
	}
	if c.KeepPosts < 0 {
		return setting(errors.New("keep-posts: want a number of days, or 0 to keep posts"))
	}
	if c.MediaLimit < 0 || c.MediaLimit > maxMediaLimit {
		return setting(fmt.Errorf("media-limit: want megabytes up to %d, or 0 to take no films", maxMediaLimit))
	}
	return nil
}

// maxMediaLimit bounds a film, in megabytes: a disk must not be filled by one.
const maxMediaLimit = 10_000

// maxMedia is the most that a film or recording may have, in bytes.
func (c Config) maxMedia() int64 { return int64(c.MediaLimit) << 20 }

// jetstreamDictionary reads the dictionary that the operator names; nil when
// none is named.
func (c Config) jetstreamDictionary() ([]byte, error) {
	if c.JetstreamDictionary == "" {
		return nil, nil
	}
	const most = 8 << 20
	f, err := os.Open(c.JetstreamDictionary)
	if err != nil {
		return nil, setting(fmt.Errorf("listen-jetstream-dictionary: %w", err))
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && len(b) > most {
		err = errors.New("longer than 8 MiB")
	}
	if err == nil && collect.CheckDictionary(b) != nil {
		err = errors.New("not a dictionary of zstd")
	}
	if err != nil {
		return nil, setting(fmt.Errorf("listen-jetstream-dictionary: %s: %w", c.JetstreamDictionary, err))
	}
	return b, nil
}

// listenAddress is where the listening store is: on PostgreSQL, unless set
// otherwise, a schema "listen" in the main database.
func (c Config) listenAddress() (address, schema string, err error) {
	switch {
	case c.ListenURL != "":
		return c.ListenURL, "", nil
	case c.DatabaseURL == "":
		return c.path("listen.db"), "", nil
	}
	u, err := url.Parse(c.DatabaseURL)
	if err != nil {
		return "", "", fmt.Errorf("database address: %w", err)
	}
	q := u.Query()
	q.Set("search_path", "listen")
	u.RawQuery = q.Encode()
	return u.String(), "listen", nil
}

func (c Config) keyFile() string {
	if c.KeyFile != "" {
		return c.KeyFile
	}
	return c.path("vault.key")
}

// proxies parses the trusted networks; a plain address is a network of one.
func (c Config) proxies() ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, s := range c.TrustedProxies {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			a, err2 := netip.ParseAddr(s)
			if err2 != nil {
				return nil, fmt.Errorf("trusted proxy %q is neither a network nor an address", s)
			}
			p = netip.PrefixFrom(a, a.BitLen())
		}
		out = append(out, p)
	}
	return out, nil
}
