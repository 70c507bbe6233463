package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"sifara/internal/audit"
	"sifara/internal/db"
	"sifara/internal/i18n"
	"sifara/internal/perm"
)

// address asks for HTTPS where people come from other machines.
func address(base string) (string, error) {
	if base == "" {
		return "", warning{errors.New("base-url is not set: links lead to the address that is served")}
	}
	u, err := url.Parse(base)
	if err != nil || u.Host == "" {
		return base, errors.New("is not an address like https://mofa.example")
	}
	host := u.Hostname()
	ip := net.ParseIP(host)
	if u.Scheme == "https" || host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback() {
		return base, nil
	}
	return base, warning{errors.New("is not HTTPS: passkeys do not work and cookies are not protected")}
}

// logName compares the name under which the public log is signed with where
// the house is now.
func logName(ctx context.Context, h *House) (string, error) {
	names, err := h.Audit.LogNames(ctx)
	if err != nil {
		return "", err
	}
	name := names[recordLog]
	if name == "" {
		return h.Proof.Origin(), warning{errors.New("(not fixed before the first start)")}
	}
	if name != h.origin(recordLog) {
		return h.Proof.Origin(), warning{fmt.Errorf("is the name the logs were begun under and keep; the house is at %s now", h.host())}
	}
	return h.Proof.Origin(), nil
}

// oldBackup is when the doctor warns.
const oldBackup = 3 * 24 * time.Hour

// lastBackup is when the record last says that a backup was taken. Backups by
// other means are not known here.
func lastBackup(ctx context.Context, h *House) (string, error) {
	ctx = perm.With(ctx, perm.SystemActor("doctor"))
	records, _, err := h.Audit.List(ctx, audit.Filter{Act: backupAct, Limit: 1})
	if err != nil {
		return "", err
	}
	if len(records) == 0 {
		return "", warning{errors.New("none was taken with sifara backup")}
	}
	age := h.Clock.Now().Sub(records[0].At.Std())
	detail := fmt.Sprintf("%.0f hours old", age.Hours())
	if age > oldBackup {
		return detail, warning{errors.New("is long ago")}
	}
	return detail, nil
}

// unjudged warns of emergency releases whose judgement is overdue.
func unjudged(ctx context.Context, h *House) (string, error) {
	n, err := h.Publish.EmergenciesLate(perm.With(ctx, perm.SystemActor("doctor")))
	if err == nil && n > 0 {
		err = warning{errors.New("wait for their judgement beyond its time")}
	}
	return fmt.Sprintf("%d overdue", n), err
}

// languages looks for the words of the house in every language.
func languages(h *House) (string, error) {
	var found []string
	for _, l := range i18n.Langs {
		p := h.Words.Printer(l)
		if !p.Has("app.running") || p.T("app.running") == "app.running" {
			return "", fmt.Errorf("the words of %s are not in this binary", l)
		}
		found = append(found, string(l))
	}
	return strings.Join(found, ", "), nil
}

// skew is how far the clock may be from the database server's.
const skew = 30 * time.Second

// released is before any clock that is right.
var released = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// clockOf compares the machine's clock with this version, with the last entry
// of the record, and with the clock of a database server.
func clockOf(ctx context.Context, h *House) (string, error) {
	now := h.Clock.Now()
	detail := now.UTC().Format(time.RFC3339)
	if now.Before(released) {
		return detail, errors.New("lies before this program was made")
	}
	records, _, err := h.Audit.List(perm.With(ctx, perm.SystemActor("doctor")), audit.Filter{Limit: 1})
	if err != nil {
		return detail, err
	}
	if len(records) > 0 && records[0].At.Std().After(now.Add(skew)) {
		return detail, warning{errors.New("lies before the last entry of the record")}
	}
	if h.DB.Engine() != db.Postgres {
		return detail, nil
	}
	var seconds float64
	if err := h.DB.Writer().NewRaw(`SELECT extract(epoch FROM clock_timestamp())::float8`).Scan(ctx, &seconds); err != nil {
		return detail, err
	}
	if off := time.Since(time.UnixMicro(int64(seconds * 1e6))); off.Abs() > skew {
		return detail, warning{fmt.Errorf("differs from the database server's by %s", off.Round(time.Second))}
	}
	return detail, nil
}
