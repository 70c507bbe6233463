package demo

import (
	"context"
	"fmt"
	"time"

	"sifara/internal/channels"
	"sifara/internal/id"
)

// registered is an account of the register. Its state is where it ends.
type registered struct {
	mission  string
	platform channels.Platform
	handle   string
	state    channels.State
	checked  int // days before the end; 0 is never
	reason   string
}

// accounts have made-up names: none of them exists.
var accounts = []registered{
	{"", channels.Website, "mofa.example", channels.Active, 12, ""},
	{"", channels.ActivityPub, "@mofa@social.mofa.example", channels.Active, 12, ""},
	{"", channels.X, "mofa_iq_example", channels.Active, 12, ""},
	{"", channels.Facebook, "mofa.iq.example", channels.Active, 12, ""},
	{"", channels.Instagram, "mofa_iq_example", channels.Active, 20, ""},
	{"", channels.YouTube, "MofaIqExample", channels.Active, 20, ""},
	{"", channels.Telegram, "mofa_iq_example", channels.Active, 12, ""},
	{"", channels.Email, "contact@mofa.example", channels.Active, 12, ""},
	{"paris", channels.Website, "paris.mofa.example", channels.Active, 9, ""},
	{"paris", channels.Facebook, "iraqembassy.paris.example", channels.Active, 9, ""},
	{"paris", channels.X, "iqembparis_ex", channels.Suspended, 2, "محاولة دخول من جهاز غير معروف. أُوقف الحساب حتى تُستكمل مراجعة من يملك الصلاحيات عليه."},
	{"paris", channels.ActivityPub, "@paris@social.mofa.example", channels.Active, 9, ""},
	{"stockholm", channels.Facebook, "iraqembassy.stockholm.example", channels.Active, 16, ""},
	{"stockholm", channels.Telegram, "iqembstockholm_ex", channels.Active, 16, ""},
	{"stockholm", channels.Instagram, "iqembstockholm_ex", channels.Proposed, 0, ""},
	{"ankara", channels.X, "iqembankara_ex", channels.Active, 0, ""},
	{"berlin", channels.Instagram, "iqembberlin_ex", channels.Active, 18, ""},
	{"berlin", channels.YouTube, "IqEmbBerlinEx", channels.Closed, 0, "لم تعد البعثة تنشر مقاطع؛ تُنشر على قناة الوزارة."},
	{"cairo", channels.YouTube, "IqEmbCairoEx", channels.Active, 14, ""},
	{"london", channels.LinkedIn, "iraq-embassy-london-example", channels.Active, 11, ""},
	{"washington", channels.LinkedIn, "iraq-embassy-washington-example", channels.Proposed, 0, ""},
	{"amman", channels.WhatsApp, "+999 000 0100", channels.Proposed, 0, ""},
	{"tokyo", channels.X, "iqembtokyo_ex", channels.Active, 0, ""},
	{"geneva", channels.Bluesky, "geneva.mofa.example", channels.Active, 21, ""},
}

// registering plans the register of official accounts.
func (b *builder) registering() {
	for i, a := range accounts {
		accountID := id.New()
		owner, custodian := "head-"+a.mission, "press-"+a.mission
		if a.mission == "" {
			owner, custodian = "unit-head", "spokesperson"
		}
		state := func(to channels.State, reason string) func(context.Context) error {
			return func(ctx context.Context) error {
				now, err := b.house.Channels.Account(ctx, accountID)
				if err != nil {
					return err
				}
				return b.house.Channels.SetState(ctx, accountID, to, reason, now.Version)
			}
		}
		at := b.start.Add(2*time.Hour + time.Duration(i)*3*time.Minute)
		b.by(at, owner, "register "+a.handle, func(ctx context.Context) error {
			recovery := fmt.Sprintf("%s@mofa.example", owner)
			return b.house.Channels.Register(ctx, channels.Draft{ID: accountID, MissionID: b.missions[a.mission], Platform: a.platform, Handle: a.handle,
				OwnerID: b.people[owner], CustodianID: b.people[custodian], Recovery: &recovery})
		})
		if a.state != channels.Proposed {
			b.by(at.Add(20*time.Hour), owner, "activate "+a.handle, state(channels.Active, ""))
		}
		if a.checked > 0 {
			b.by(b.day(a.checked, 8.5), custodian, "check "+a.handle, func(ctx context.Context) error {
				now, err := b.house.Channels.Account(ctx, accountID)
				if err != nil {
					return err
				}
				return b.house.Channels.Check(ctx, accountID, "", now.Version)
			})
		}
		if a.state == channels.Suspended || a.state == channels.Closed {
			b.by(b.day(2, 9), owner, "change "+a.handle, state(a.state, a.reason))
		}
	}
	b.by(b.start.Add(4*time.Hour), "administrator", "webhook", func(ctx context.Context) error {
		d := channels.WebhookDraft{ID: id.New(), Name: "Example News Agency (demonstration)", URL: "https://agency.example/hooks/mofa", Events: []string{"publish.released", "publish.withdrawn"}}
		if _, err := b.house.Channels.CreateWebhook(ctx, d); err != nil {
			return err
		}
		return b.house.Channels.PauseWebhook(ctx, d.ID, 1)
	})
}
