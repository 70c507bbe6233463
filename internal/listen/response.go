package listen

import (
	"strings"
	"time"
	"unicode/utf8"

	"sifara/internal/listen/privacy"
)

// ResponseKind is how a post responds to an account.
type ResponseKind int64

// The kinds, the strongest first. They are stored.
const (
	RepostResponse  ResponseKind = 1 // passes on what the account wrote
	ReplyResponse   ResponseKind = 2 // answers it
	MentionResponse ResponseKind = 3 // names it
)

// response is what a post says to an account.
type response struct {
	kind           ResponseKind
	target, object int64
}

const (
	// responsesKept is how long it is kept who responds to whom, by the time of
	// the posts: as long as influence is measured over.
	responsesKept = 91 * 24 * time.Hour
	// mostResponses bounds the accounts that one post responds to. Posts that name
	// more are lists.
	mostResponses = 20
	// repostHead is by how many characters a repost is known that only quotes what
	// it passes on: old clients cut the rest off.
	repostHead = 60
)

// responses are the accounts that a post responds to, as pseudonyms, each once;
// handles are those in its body.
// Who passes something on does not answer for the names in it. Nobody is
// counted who has no account, and nothing that is older than it is kept.
func (n *normaliser) responses(d draft, number, body string, handles []string, author int64) ([]response, error) {
	if author == 0 || d.at.Before(n.now.Add(-responsesKept)) {
		return nil, nil
	}
	var out []response
	take := func(kind ResponseKind, handle string, object int64) error {
		if handle == "" || len(handle) > maxHandle {
			return nil
		}
		target, err := n.names.author(number, handle, d.at)
		if err != nil || target == author || len(out) >= mostResponses {
			return err
		}
		for _, r := range out {
			if r.target == target {
				return nil
			}
		}
		out = append(out, response{kind, target, object})
		return nil
	}
	of := func(id string) int64 {
		if id == "" {
			return 0
		}
		_, key := n.names.identity(number, "id", id)
		return key
	}
	if handle, said := repostOf(body); handle != "" {
		object := of(d.repost)
		if object == 0 {
			sum := n.names.sum("passed on", privacy.BareHandle(handle), said)
			object = positive(sum[:8])
		}
		err := take(RepostResponse, handle, object)
		return out, err
	}
	if err := take(RepostResponse, d.repostBy, of(d.repost)); err != nil {
		return nil, err
	}
	if err := take(ReplyResponse, d.replyTo, of(d.reply)); err != nil {
		return nil, err
	}
	mentions := d.mentions
	if mentions == nil {
		mentions = handles
	}
	for _, handle := range mentions {
		if err := take(MentionResponse, handle, 0); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// repostOf reads the old way to pass a post on, "RT @handle: what it said":
// whose it was, and its beginning. Empty for any other text.
func repostOf(body string) (handle, said string) {
	rest, ok := strings.CutPrefix(body, "RT @")
	if !ok {
		return "", ""
	}
	handle = privacy.HandlePrefix(rest)
	if said, ok = strings.CutPrefix(rest[len(handle):], ":"); !ok || handle == "" {
		return "", ""
	}
	said = strings.TrimSpace(strings.TrimRight(strings.TrimSpace(said), "…."))
	if utf8.RuneCountInString(said) > repostHead {
		said = string([]rune(said)[:repostHead])
	}
	return handle, said
}

// handlesIn are the handles that a text names, "@name" and "@name@server".
// Addresses of mail are none.
func handlesIn(s string) (out []string) {
	for at := 0; len(out) < mostResponses; {
		i := strings.IndexAny(s[at:], privacy.Ats)
		if i < 0 {
			return out
		}
		i += at
		_, size := utf8.DecodeRuneInString(s[i:])
		before, _ := utf8.DecodeLastRuneInString(s[:i])
		name := privacy.HandlePrefix(s[i+size:])
		if at = i + size + len(name); name == "" || i > 0 && privacy.HandleRune(before) {
			continue
		}
		if server, ok := strings.CutPrefix(s[at:], "@"); ok {
			if host := privacy.HandlePrefix(server); host != "" {
				name += "@" + host
				at += 1 + len(host)
			}
		}
		out = append(out, name)
	}
	return out
}
