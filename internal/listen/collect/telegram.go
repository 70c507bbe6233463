package collect

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"sifara/internal/clock"
	"sifara/internal/fetch"
)

// Telegram reads posts of channels that a bot was made a member of
// (core.telegram.org/bots/api#getupdates), also edited ones. A server forgets
// updates once a higher offset is asked for, so the cursor must be stored
// before: it is, for it is the offset.
type Telegram struct {
	Fetch    *fetch.Client
	Clock    clock.Clock
	Base     string   // empty is https://api.telegram.org
	Token    string   // of the bot
	Channels []string // user names without @; empty is all that the bot sees
}

type telegramMessage struct {
	ID       int64 `json:"message_id"`
	Date     int64 `json:"date"`
	EditDate int64 `json:"edit_date"`
	Chat     struct {
		ID       int64  `json:"id"`
		Username string `json:"username"`
		Title    string `json:"title"`
	} `json:"chat"`
	Text            string           `json:"text"`
	Caption         string           `json:"caption"`
	Entities        []telegramEntity `json:"entities"`
	CaptionEntities []telegramEntity `json:"caption_entities"`
	Photo           []struct {
		UniqueID string `json:"file_unique_id"`
	} `json:"photo"`
	Reply *struct {
		ID int64 `json:"message_id"`
	} `json:"reply_to_message"`
	Origin *struct {
		Type string `json:"type"`
		ID   int64  `json:"message_id"`
		Chat struct {
			ID       int64  `json:"id"`
			Username string `json:"username"`
		} `json:"chat"`
	} `json:"forward_origin"`
}

type telegramEntity struct {
	Type   string `json:"type"`
	Offset int    `json:"offset"` // in UTF-16 units
	Length int    `json:"length"`
	URL    string `json:"url"`
}

type telegramAnswer struct {
	OK          bool   `json:"ok"`
	Code        int    `json:"error_code"`
	Description string `json:"description"`
	Parameters  struct {
		RetryAfter int64 `json:"retry_after"`
	} `json:"parameters"`
	Result []struct {
		ID     int64            `json:"update_id"`
		Post   *telegramMessage `json:"channel_post"`
		Edited *telegramMessage `json:"edited_channel_post"`
	} `json:"result"`
}

// Read implements Reader. The cursor is the offset of the next update.
func (t Telegram) Read(ctx context.Context, cursor string, deliver Deliver) error {
	base := t.Base
	if base == "" {
		base = "https://api.telegram.org"
	}
	offset, _ := strconv.ParseInt(cursor, 10, 64)
	for range pagesAtOnce {
		q := url.Values{"limit": {"100"}, "timeout": {"0"}, "allowed_updates": {`["channel_post","edited_channel_post"]`}}
		if offset > 0 {
			q.Set("offset", strconv.FormatInt(offset, 10))
		}
		var a telegramAnswer
		resp, err := getJSON(ctx, t.Fetch, endpoint(base, "/bot"+t.Token+"/getUpdates", q), bearer(""), t.Clock.Now(), &a)
		if err == nil && !a.OK {
			err = refusal(max(a.Code, 400), 0)
		}
		if err != nil {
			if resp != nil && json.Unmarshal(resp.Body, &a) == nil && a.Code == 429 {
				err = waiting(ErrBusy, time.Duration(a.Parameters.RetryAfter)*time.Second)
			}
			return err
		}
		if len(a.Result) == 0 {
			return nil
		}
		var items []Item
		for _, u := range a.Result {
			offset = max(offset, u.ID+1)
			for _, m := range []*telegramMessage{u.Post, u.Edited} {
				if m != nil && t.wants(m.Chat.Username) {
					items = append(items, m.item().bound())
				}
			}
		}
		if err := deliver(ctx, items, strconv.FormatInt(offset, 10)); err != nil {
			return err
		}
	}
	return nil
}

func (t Telegram) wants(channel string) bool {
	return len(t.Channels) == 0 || slices.ContainsFunc(t.Channels, func(c string) bool { return strings.EqualFold(c, channel) })
}

func (m telegramMessage) item() Item {
	chat := strconv.FormatInt(m.Chat.ID, 10)
	it := Item{ID: chat + "/" + strconv.FormatInt(m.ID, 10), Author: m.Chat.Username, Text: m.Text, At: time.Unix(m.Date, 0)}
	entities := m.Entities
	if it.Text == "" {
		it.Text, entities = m.Caption, m.CaptionEntities
	}
	if it.Author == "" {
		it.Author = chat
	} else {
		it.URL = "https://t.me/" + m.Chat.Username + "/" + strconv.FormatInt(m.ID, 10)
	}
	if m.EditDate > 0 {
		it.Revision = strconv.FormatInt(m.EditDate, 10)
	}
	if m.Reply != nil {
		it.Reply = chat + "/" + strconv.FormatInt(m.Reply.ID, 10)
	}
	if o := m.Origin; o != nil && o.Type == "channel" {
		it.Repost, it.RepostBy = strconv.FormatInt(o.Chat.ID, 10)+"/"+strconv.FormatInt(o.ID, 10), o.Chat.Username
	}
	if n := len(m.Photo); n > 0 {
		it.Images = []string{m.Photo[n-1].UniqueID} // the largest stands last
	}
	for _, e := range entities {
		switch part := utf16Part(it.Text, e.Offset, e.Length); e.Type {
		case "text_link":
			it.Links = append(it.Links, e.URL)
		case "url":
			it.Links = append(it.Links, part)
		case "hashtag":
			it.Tags = append(it.Tags, strings.TrimPrefix(part, "#"))
		}
	}
	return it
}

// utf16Part is the part of a text that is given in UTF-16 units; empty when it
// lies outside.
func utf16Part(s string, offset, length int) string {
	from, at := -1, 0
	for i, r := range s {
		if at == offset && from < 0 {
			from = i
		}
		if from >= 0 && at >= offset+length {
			return s[from:i]
		}
		if at++; r > 0xffff {
			at++
		}
	}
	if from >= 0 && length > 0 && at == offset+length {
		return s[from:]
	}
	return ""
}
