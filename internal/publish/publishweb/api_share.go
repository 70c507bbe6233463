package publishweb

import (
	"context"
	"net/http"
	"time"

	"sifara/internal/db"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/publish"
	"sifara/internal/publish/share"
	"sifara/internal/web"
)

// The machine face of shares.

type apiShare struct {
	ID           string   `json:"id" format:"uuid"`
	Name         string   `json:"name"`
	Organisation string   `json:"organisation"`
	Email        string   `json:"email,omitempty"`
	Langs        []string `json:"langs"`
	Zone         string   `json:"zone" doc:"Where the reader is, by the IANA database"`
	Remark       string   `json:"remark,omitempty"`
	State        string   `json:"state" enum:"made,anew,accepted,opened,public,over,revoked"`
	CreatedBy    string   `json:"created_by"`
	CreatedAt    db.Time  `json:"created_at" format:"date-time"`
	Until        db.Time  `json:"until" format:"date-time" doc:"The link opens nothing from then on"`
	AcceptedAt   db.Time  `json:"accepted_at" format:"date-time" doc:"When the reader accepted the embargo last"`
	FirstAt      db.Time  `json:"first_opened_at" format:"date-time"`
	LastAt       db.Time  `json:"last_opened_at" format:"date-time"`
	Openings     int      `json:"openings"`
	RevokedAt    db.Time  `json:"revoked_at" format:"date-time"`
}

// ShareInput names a share of an operation. It is exported because huma fills
// embedded structs only then.
type ShareInput struct {
	MessageInput
	Share string `path:"share" format:"uuid"`
}

type shareIn struct {
	MessageInput
	Body struct {
		ID           string     `json:"id,omitempty" format:"uuid" doc:"Of your own: making it again is then 409"`
		Name         string     `json:"name" minLength:"1" maxLength:"120"`
		Organisation string     `json:"organisation" minLength:"1" maxLength:"120"`
		Email        string     `json:"email,omitempty" maxLength:"320"`
		Langs        []string   `json:"langs" minItems:"1" maxItems:"4" doc:"Languages that the message has"`
		Zone         string     `json:"zone,omitempty" maxLength:"64" doc:"Where the reader is, by the IANA database; that of the mission when left out"`
		Remark       string     `json:"remark,omitempty" maxLength:"500" doc:"For officials"`
		Until        *time.Time `json:"until,omitempty" doc:"At most 30 days from now, which it is when left out"`
	}
}

type sharesOut struct{ Body web.List[apiShare] }

// sharedOnce is an answer with the secret of a link. Only a repeated request with the
// same Idempotency-Key is given it again.
type sharedOnce struct {
	Once string `header:"Sifara-Shown-Once"`
	Body struct {
		Share apiShare `json:"share"`
		Link  string   `json:"link" doc:"Shown this once; hand it to the reader and to nobody else"`
	}
}

func (c *console) apiShareOps(a *web.API) {
	s := c.writing.Shares
	if s == nil {
		return
	}
	web.Operation(a, share.Manage, op(http.MethodGet, "/messages/{id}/shares", "list-shares", "List the readers with whom a message is shared before its release, the newest first"), func(ctx context.Context, in *MessageInput) (*sharesOut, error) {
		m, err := c.svc.Message(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		list, err := s.Of(ctx, m.ID)
		if err != nil {
			return nil, err
		}
		out := []apiShare{}
		for _, x := range list {
			out = append(out, c.toAPIShare(m, x))
		}
		return &sharesOut{web.NewList(out, "")}, nil
	})
	create := op(http.MethodPost, "/messages/{id}/shares", "create-share", "Share a message with a named reader before its release")
	create.DefaultStatus, create.Description = http.StatusCreated, "The answer holds the reader's link, which is shown this once."
	web.Operation(a, share.Manage, create, c.apiCreateShare)
	web.Operation(a, share.Manage, op(http.MethodDelete, "/messages/{id}/shares/{share}", "revoke-share", "End a share: its link opens nothing any more"), func(ctx context.Context, in *ShareInput) (*struct{}, error) {
		return nil, s.Revoke(ctx, in.ID, in.Share)
	})
	web.Operation(a, share.Manage, op(http.MethodDelete, "/messages/{id}/shares", "revoke-shares", "End all shares of a message"), func(ctx context.Context, in *MessageInput) (*struct{}, error) {
		_, err := s.RevokeAll(ctx, in.ID)
		return nil, err
	})
}

func (c *console) apiCreateShare(ctx context.Context, in *shareIn) (*sharedOnce, error) {
	m, err := c.svc.Message(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	b := in.Body
	d := share.Draft{ID: b.ID, MessageID: m.ID, Name: b.Name, Organisation: b.Organisation, Email: b.Email, Zone: b.Zone, Remark: b.Remark}
	if d.ID == "" {
		d.ID = id.New()
	}
	if d.Zone == "" {
		d.Zone = c.org.Zone(ctx, m.MissionID).String()
	}
	if b.Until != nil {
		d.Until = *b.Until
	}
	for _, l := range b.Langs {
		d.Langs = append(d.Langs, i18n.Lang(l))
	}
	x, token, err := c.writing.Shares.Create(ctx, d)
	if err != nil {
		return nil, err
	}
	out := &sharedOnce{Once: "true"}
	out.Body.Share, out.Body.Link = c.toAPIShare(m, x), c.baseURL+embargoPath+token
	return out, nil
}

func (c *console) toAPIShare(m publish.Message, x share.Share) apiShare {
	out := apiShare{ID: x.ID, Name: x.Name, Organisation: x.Organisation, Email: x.Email, Langs: []string{}, Zone: x.Zone, Remark: x.Remark, State: string(x.State(m, c.clock.Now())),
		CreatedBy: x.CreatedBy, CreatedAt: x.CreatedAt, Until: x.Until, AcceptedAt: x.AcceptedAt, FirstAt: x.FirstAt, LastAt: x.LastAt, Openings: x.Openings, RevokedAt: x.RevokedAt}
	for _, l := range x.Langs.List() {
		out.Langs = append(out.Langs, string(l))
	}
	return out
}
