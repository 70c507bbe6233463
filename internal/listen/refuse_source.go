package listen

import (
	"context"
	"strings"
)

// refuseSource refuses a source that would follow the account of a private
// person instead of a matter: a search of X from somebody, a person's feed on
// the Fediverse, a filter that keeps what names one. Channels that speak to the
// public (Telegram, YouTube) are media and may be followed. Whether an account
// of the Fediverse is a person's it says itself: its reader refuses it. The attempt is
// recorded. Call it outside of transactions.
func (s *Service) refuseSource(ctx context.Context, src Source) error {
	switch src.Kind {
	case XSearchSource, XStreamSource, MastodonSource:
		if err := s.refuse(ctx, "asks", src.Asks); err != nil {
			return err
		}
	}
	if src.Kind != ActivityPubSource && (strings.Contains(src.URL, "@") || strings.Contains(src.URL, "/users/")) {
		address := src.URL
		for _, ending := range []string{".rss", ".atom", ".json"} {
			address = strings.TrimSuffix(address, ending)
		}
		if err := s.refuse(ctx, "url", address); err != nil {
			return err
		}
	}
	if err := s.refuse(ctx, "keep_if", src.KeepIf); err != nil {
		return err
	}
	return s.refuse(ctx, "drop_if", src.DropIf)
}
