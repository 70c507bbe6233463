package app

import (
	"context"
	"fmt"
	"net"
	"net/url"

	"sifara/internal/mail"
	"sifara/internal/publish"
	"sifara/internal/publish/newsletter"
)

// letters makes the service of newsletters. Many letters go the way that single
// ones go: through the mail server, or into the folder.
func (h *House) letters() (*newsletter.Service, error) {
	from, err := mail.ParseAddress(h.Config.MailFrom)
	if err != nil {
		return nil, setting(fmt.Errorf("mail-from: %w", err))
	}
	if _, _, err := h.Config.bounces(); err != nil {
		return nil, err
	}
	carrier, _ := h.mail.(mail.Carrier)
	return newsletter.New(newsletter.Deps{
		DB: h.DB, Log: h.Log, Clock: h.Clock, Audit: h.Audit, Bus: h.Bus, Live: h.Live, Queue: h.Queue, Vault: h.Vault, Org: h.Org,
		Publish: h.Publish, Words: h.Words, Gate: pauses{h.Publish}, Mail: h.mail, Carrier: carrier,
		From: from, Return: h.Config.BounceDomain, BaseURL: h.baseURL,
	}), nil
}

// pauses asks the house's gate about a letter.
type pauses struct{ publish *publish.Service }

// Pass implements newsletter.Gate.
func (p pauses) Pass(ctx context.Context, about publish.Message, send func(ctx context.Context) error) error {
	return p.publish.Pass(ctx, publish.About{MissionID: about.MissionID, TopicID: about.TopicID, Kind: about.Kind, Exempt: about.Exempt}, send)
}

// bounces reads where bounces are taken: the address, and whether by LMTP; an
// empty address for nowhere.
func (c Config) bounces() (address string, lmtp bool, err error) {
	if c.BounceListen == "" {
		return "", false, nil
	}
	u, err := url.Parse(c.BounceListen)
	if err != nil || u.Host == "" || u.Scheme != "smtp" && u.Scheme != "lmtp" {
		return "", false, setting(fmt.Errorf("bounce-listen: %q is not like lmtp://127.0.0.1:2424", c.BounceListen))
	}
	return u.Host, u.Scheme == "lmtp", nil
}

// takeBounces takes bounces from a mail server until ctx ends, where the
// operator says so.
func (h *House) takeBounces(ctx context.Context) {
	address, lmtp, err := h.Config.bounces()
	if err != nil || address == "" {
		return // wrong settings do not come this far
	}
	l, err := net.Listen("tcp", address)
	if err == nil {
		err = h.Letters.Receive(ctx, l, lmtp)
	}
	if err != nil {
		h.Log.Error("bounces are not taken", "address", address, "err", err)
	}
}
