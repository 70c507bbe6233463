package app

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/publish/websub"
	"sifara/internal/web"
)

// feeds are the feeds of the site, for the hub.
type feeds struct{ h *House }

var feedPath = regexp.MustCompile(`^/(ar|ckb|kmr|en)(?:/missions/([a-z0-9-]{1,64}))?/feed\.(?:rss|atom|json)$`)

// Feed implements websub.Feeds.
func (f feeds) Feed(ctx context.Context, address string) (websub.Feed, bool, error) {
	path, ours := strings.CutPrefix(address, f.h.baseURL)
	part := feedPath.FindStringSubmatch(path)
	if !ours || part == nil {
		return websub.Feed{}, false, nil
	}
	feed := websub.Feed{Lang: i18n.Lang(part[1])}
	if part[2] == "" {
		return feed, true, nil
	}
	m, err := f.h.Org.MissionBySlug(ctx, part[2])
	if errs.KindOf(err) == errs.NotFound {
		return websub.Feed{}, false, nil
	}
	feed.MissionID = m.ID
	return feed, err == nil, err
}

// Content implements websub.Feeds.
func (f feeds) Content(ctx context.Context, address string) ([]byte, string, error) {
	a, err := web.Inside(ctx, f.h.Server.Handler(), f.h.baseURL, strings.TrimPrefix(address, f.h.baseURL))
	if err == nil && a.Status != http.StatusOK {
		err = fmt.Errorf("the feed %s answered %d", address, a.Status)
	}
	return a.Body, a.Header.Get("Content-Type"), err
}
