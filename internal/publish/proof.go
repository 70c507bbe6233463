package publish

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"sync"

	"github.com/uptrace/bun"

	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/ledger"
	"sifara/internal/search"
	"sifara/internal/text"
	"sifara/internal/vault"
)

// PublicLog is the append-only log of every text that became public, and the
// memory by which a pasted text is recognised. It implements ProofLog.
//
// What it proves: that a text was released under this address at this time,
// and that the log was not rewritten since any checkpoint that someone kept.
// What it does not prove is that the log's key was in the right hands.
type PublicLog struct {
	db     *db.DB
	ledger *ledger.Log
	words  search.Index
	vault  *vault.Vault
	clock  clock.Clock
	origin string
	first  string // public line of the key that is derived from the vault
	base   *url.URL
	names  Names // nil: only countries are known by name

	images sync.Mutex // guards memory
	memory memory
}

// NewPublicLog gives the log of the house at a base URL, signed with the key of
// the vault. Host and key make the log's identity, so a house that moves to
// another host goes on under its first name: see UseOrigin.
func NewPublicLog(d *db.DB, v *vault.Vault, c clock.Clock, baseURL string) (*PublicLog, error) {
	base, err := url.Parse(strings.TrimSuffix(baseURL, "/"))
	if err != nil || base.Host == "" {
		return nil, fmt.Errorf("publish: base URL %q is not an address", baseURL)
	}
	l := &PublicLog{db: d, ledger: ledger.New("publish_log"), words: search.New("publish_proof_words"), vault: v, clock: c, base: base}
	return l, l.UseOrigin(base.Host + base.Path + "/log")
}

// UseOrigin has the log signed under a name that it was given before. Call it
// before anything is signed.
func (l *PublicLog) UseOrigin(origin string) error {
	public, _ := l.vault.Ed25519("publish.log").Public().(ed25519.PublicKey)
	first, err := ledger.VerifierKey(origin, public)
	if err != nil {
		return fmt.Errorf("publish: key of the public log: %w", err)
	}
	l.origin, l.first = origin, first
	return nil
}

// Record is one entry of the public log. Its exact bytes, JSON in this order of
// fields, are what the log holds. Withdrawal records have Act "withdraw" and no
// text of their own: they name the message and say why. Records of a change of
// keys have Act "key" and no message.
type Record struct {
	Form       string    `json:"form"` // "sifara/publish/1"
	Act        string    `json:"act"`  // "release" or "withdraw"
	Message    string    `json:"message"`
	Slug       string    `json:"slug"`
	Mission    string    `json:"mission,omitempty"` // id; absent when the ministry itself speaks
	Language   i18n.Lang `json:"language,omitempty"`
	Title      string    `json:"title,omitempty"`
	Summary    string    `json:"summary,omitempty"`
	Source     string    `json:"source,omitempty"`    // the body as it was approved, Markdown
	Text       string    `json:"text,omitempty"`      // title, summary and body as readers see them; left out when very long
	Canonical  string    `json:"canonical,omitempty"` // SHA-256 of text in canonical form (text.Canonical)
	Version    int       `json:"version,omitempty"`
	ReleasedAt db.Time   `json:"released_at"`
	At         db.Time   `json:"at"`             // of the act
	Note       Texts     `json:"note,omitempty"` // of a withdrawal: why, by language
	Expired    bool      `json:"expired,omitempty"`
	Image      *Image    `json:"image,omitempty"`    // of a picture's record
	Key        string    `json:"key,omitempty"`      // of a change of keys: the new one
	OldUntil   db.Time   `json:"old_until,omitzero"` // until when the one before it signs along
}

// The acts of the log.
const (
	ReleaseAct  = "release"
	WithdrawAct = "withdraw"
	KeyAct      = "key"   // the log has a new key
	ImageAct    = "image" // a picture became public with a message
)

const recordForm = "sifara/publish/1"

// encode writes the record as the log holds it.
func (r Record) encode() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(r); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// ReadRecord reads a record's bytes.
func ReadRecord(data []byte) (Record, error) {
	var r Record
	if err := json.Unmarshal(data, &r); err != nil {
		return r, fmt.Errorf("publish: record of the public log: %w", err)
	}
	if r.Form != recordForm {
		return r, fmt.Errorf("publish: record of the public log: unknown form %q", r.Form)
	}
	if r.Text == "" && r.Source != "" {
		r.Text = wholeText(Variant{Lang: r.Language, Title: r.Title, Summary: r.Summary, Body: r.Source})
	}
	return r, nil
}

// proof is the row that finds a record.
type proof struct {
	bun.BaseModel `bun:"table:publish_proof,alias:pr"`

	Seq       int64 `bun:",pk"`
	MessageID string
	Lang      i18n.Lang
	Act       string
	Anchors   int // the edition of the reading by which renderings of it are found; 0 when it was not read
}

// Append takes the text in one language into the log, the search and the
// memory of fingerprints, in the transaction of the release.
func (l *PublicLog) Append(ctx context.Context, tx bun.Tx, m Message, v Variant) error {
	whole := wholeText(v)
	r := Record{Form: recordForm, Act: ReleaseAct, Message: m.ID, Slug: m.Slug, Mission: m.MissionID, Language: v.Lang,
		Title: v.Title, Summary: v.Summary, Source: v.Body, Text: whole, Canonical: canonicalHash(whole),
		Version: m.Version, ReleasedAt: m.ReleasedAt, At: m.ReleasedAt}
	seq, err := l.append(ctx, tx, r)
	if err != nil {
		return err
	}
	if err := l.remember(ctx, tx, seq, v); err != nil {
		return err
	}
	doc := search.Document(string(v.Lang), whole, "lg:"+string(v.Lang), "ms:"+missionFilter(m.MissionID))
	return l.words.Put(ctx, tx, search.Entry{ID: wordsID(seq), Words: doc})
}

// Withdraw records that a message was taken back. Its texts stay in the log and
// are still recognised, as withdrawn; the site's search forgets them.
func (l *PublicLog) Withdraw(ctx context.Context, tx bun.Tx, m Message) error {
	r := Record{Form: recordForm, Act: WithdrawAct, Message: m.ID, Slug: m.Slug, Mission: m.MissionID,
		ReleasedAt: m.ReleasedAt, At: m.WithdrawnAt, Note: m.WithdrawnNote, Expired: m.Expired}
	if _, err := l.append(ctx, tx, r); err != nil {
		return err
	}
	var ids []int64
	err := tx.NewSelect().Model((*proof)(nil)).Column("seq").Where("pr.message_id = ? AND pr.act = ?", m.ID, ReleaseAct).Scan(ctx, &ids)
	if err != nil {
		return fmt.Errorf("publish: log rows of %s: %w", m.ID, err)
	}
	for i := range ids {
		ids[i] = wordsID(ids[i])
	}
	return l.words.Delete(ctx, tx, ids...)
}

func (l *PublicLog) append(ctx context.Context, tx bun.Tx, r Record) (int64, error) {
	data, err := r.encode()
	if err == nil && len(data) > ledger.MaxEntry && r.Source != "" {
		r.Text = "" // follows from the source; with it no bundle of entries could hold the record
		data, err = r.encode()
	}
	if err != nil {
		return 0, fmt.Errorf("publish: record of %s: %w", r.Message, err)
	}
	seq, err := l.ledger.Append(ctx, tx, data)
	if err != nil {
		return 0, fmt.Errorf("publish: log %s: %w", r.Message, err)
	}
	row := proof{Seq: seq, MessageID: r.Message, Lang: r.Language, Act: r.Act}
	if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return 0, fmt.Errorf("publish: log %s: %w", r.Message, err)
	}
	return seq, nil
}

// wordsID is the full-text id of a record: the engines want it above zero.
func wordsID(seq int64) int64 { return seq + 1 }

func missionFilter(id string) string {
	if id == "" {
		return "ministry"
	}
	return id
}

// canonicalHash is the hash by which a copy shows that it is unchanged.
func canonicalHash(s string) string {
	sum := sha256.Sum256([]byte(text.Canonical(s)))
	return hex.EncodeToString(sum[:])
}

// Origin is the name of the log.
func (l *PublicLog) Origin() string { return l.origin }

// MaxEntries is how many records Entries gives at once.
const MaxEntries = 100

// Entries gives records from an index on, at most MaxEntries, as exact bytes.
func (l *PublicLog) Entries(ctx context.Context, from int64, limit int) ([][]byte, error) {
	if from < 0 || limit < 1 {
		return nil, errs.New(errs.Invalid, "")
	}
	return l.ledger.Records(ctx, l.db.Reader(), from, min(limit, MaxEntries))
}

// Check recomputes the log from its records and compares it with every hash
// and with checkpoints kept elsewhere.
func (l *PublicLog) Check(ctx context.Context, known ...ledger.Checkpoint) (ledger.Report, error) {
	return l.ledger.Verify(ctx, l.db.Reader(), ledger.VerifyOptions{Known: known})
}

// Entry is where a text stands in the log.
type Entry struct {
	Index     int64
	Canonical string // SHA-256 of the canonical text
}

// Entry finds the record of a message in a language; errs.NotFound when it was
// released without a log.
func (l *PublicLog) Entry(ctx context.Context, messageID string, lang i18n.Lang) (Entry, error) {
	var row proof
	err := l.db.Reader().NewSelect().Model(&row).Where("pr.message_id = ? AND pr.lang = ? AND pr.act = ?", messageID, lang, ReleaseAct).Order("pr.seq DESC").Limit(1).Scan(ctx)
	if err != nil {
		return Entry{}, notFound(err, "log entry of", messageID)
	}
	r, err := l.record(ctx, row.Seq)
	return Entry{Index: row.Seq, Canonical: r.Canonical}, err
}

func (l *PublicLog) record(ctx context.Context, seq int64) (Record, error) {
	data, err := l.ledger.Record(ctx, l.db.Reader(), seq)
	if err != nil {
		return Record{}, err
	}
	return ReadRecord(data)
}
