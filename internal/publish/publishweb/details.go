package publishweb

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"sifara/internal/db"
	"sifara/internal/i18n"
	"sifara/internal/org"
	"sifara/internal/publish"
	"sifara/internal/text"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// detailTexts are the details that are said in every language.
var detailTexts = []string{"venue", "given_by", "occasion"}

// putDetails writes the details of a message into the fields of its form.
// Moments are in zone, those of an event in its own.
func (d *desk) putDetails(v url.Values, x publish.Details, zone *time.Location) {
	for i, t := range []publish.Texts{x.Venue, x.GivenBy, x.Occasion} {
		for l, s := range t {
			v.Set(detailTexts[i]+"_"+string(l), s)
		}
	}
	v.Set("zone", zone.String())
	if at, err := org.ParseZone(x.Zone); err == nil && x.Zone != "" {
		v.Set("zone", x.Zone)
		d.putTime(v, "starts", x.Starts, at)
		d.putTime(v, "ends", x.Ends, at)
	}
	d.putTime(v, "delivered", x.Delivered, zone)
	d.putTime(v, "valid_until", x.ValidUntil, zone)
	for name, s := range map[string]string{"register": x.Register, "country": x.Country, "section": string(x.Section), "address": x.Address} {
		v.Set(name, s)
	}
	for name, n := range map[string]int{"level": x.Level, "order": x.Order} {
		if n > 0 {
			v.Set(name, strconv.Itoa(n))
		}
	}
}

// readDetails reads the details of a kind from a form.
func readDetails(in *web.Form, kind publish.Kind, was publish.Details, zone *time.Location) publish.Details {
	var x publish.Details
	switch kind {
	case publish.Event:
		x.Zone = in.Raw("zone")
		at, err := org.ParseZone(x.Zone)
		if err != nil {
			in.Fail("zone", "web.field.choice")
			return x
		}
		x.Starts, x.Ends = minute(in, "starts", was.Starts, at), minute(in, "ends", was.Ends, at)
		x.Venue, x.Register = readTexts(in, "venue"), in.Raw("register")
	case publish.Speech:
		x.GivenBy, x.Occasion = readTexts(in, "given_by"), readTexts(in, "occasion")
		x.Delivered = minute(in, "delivered", was.Delivered, zone)
	case publish.TravelAdvice:
		x.Country, x.ValidUntil = in.Raw("country"), minute(in, "valid_until", was.ValidUntil, zone)
		x.Level = optionalInt(in, "level", publish.MaxLevel)
	case publish.Page:
		x.Section, x.Address = publish.Section(in.Raw("section")), in.Raw("address")
		x.Order = optionalInt(in, "order", publish.MaxOrder)
	}
	return x
}

// optionalInt is a whole number up to hi, or 0 for nothing.
func optionalInt(in *web.Form, name string, hi int) int {
	if in.Raw(name) == "" {
		return 0
	}
	return in.Int(name, 0, hi)
}

func readTexts(in *web.Form, name string) publish.Texts {
	out := publish.Texts{}
	for _, l := range i18n.Langs {
		if s := in.Raw(name + "_" + string(l)); s != "" {
			out[l] = s
		}
	}
	return out
}

// detailedKinds offers the kinds, each with what it asks further.
func (p releasePage) detailedKinds() []ui.Option {
	out := p.d().kinds()
	for i, o := range out {
		if publish.Kind(o.Value).Detailed() {
			out[i].Then = detailFields(p, publish.Kind(o.Value))
		}
	}
	return out
}

// zones offers the time zones under their countries.
func (d *desk) zones() []ui.Option {
	var out []ui.Option
	for _, z := range org.Zones() {
		o := ui.Option{Value: z.Name, Label: z.Name}
		if z.Country != "" {
			o.Group = d.p.Country(z.Country)
		}
		out = append(out, o)
	}
	text.Sort(string(d.p.Lang()), out, func(o ui.Option) string { return o.Group })
	return out
}

func (d *desk) countries() []ui.Option {
	var out []ui.Option
	for _, c := range org.Countries(d.p) {
		out = append(out, ui.Option{Value: c, Label: d.p.Country(c)})
	}
	return out
}

func (d *desk) levels() []ui.Option {
	var out []ui.Option
	for n := range publish.MaxLevel {
		out = append(out, ui.Option{Value: strconv.Itoa(n + 1), Label: d.t("publish.level." + strconv.Itoa(n+1))})
	}
	return out
}

func (d *desk) sections() []ui.Option {
	var out []ui.Option
	for _, s := range publish.Sections {
		out = append(out, ui.Option{Value: string(s), Label: d.t("publish.section." + string(s))})
	}
	return out
}

// detailFacts are the details of a message, for those who approve it: in every
// language, since every one goes out.
func (d *desk) detailFacts(m *publish.Message) []ui.KeyValue {
	x := m.Details
	var out []ui.KeyValue
	add := func(name, value string, ltr bool) {
		if value != "" {
			out = append(out, ui.KeyValue{Key: d.t("publish.field." + name), Value: value, Ltr: ltr})
		}
	}
	if at, err := org.ParseZone(x.Zone); err == nil && x.Zone != "" {
		for _, f := range []struct {
			name string
			at   db.Time
		}{{"starts", x.Starts}, {"ends", x.Ends}} {
			if !f.at.IsZero() {
				add(f.name, d.p.DateTime(f.at.In(at))+" ("+x.Zone+")", false)
			}
		}
	}
	for i, t := range []publish.Texts{x.Venue, x.GivenBy, x.Occasion} {
		var all []string
		for _, l := range i18n.Langs {
			if t[l] != "" {
				all = append(all, t[l])
			}
		}
		add(detailTexts[i], strings.Join(all, " · "), false)
	}
	add("register", x.Register, true)
	add("delivered", d.when(m.MissionID, x.Delivered), false)
	if x.Country != "" {
		add("country", d.p.Country(x.Country), false)
	}
	if x.Level > 0 {
		add("level", d.t("publish.level."+strconv.Itoa(x.Level)), false)
	}
	add("valid_until", d.when(m.MissionID, x.ValidUntil), false)
	if x.Section != "" {
		add("section", d.t("publish.section."+string(x.Section)), false)
		add("address", x.Address, true)
	}
	if m.Kind == publish.Thread {
		for _, v := range m.Variants {
			parts := publish.Parts(v.Body)
			longest := 0
			for _, s := range parts {
				longest = max(longest, publish.Weigh(publish.Plain(s)))
			}
			out = append(out, ui.KeyValue{Key: d.p.LanguageName(string(v.Lang)), Value: d.t("publish.thread.parts", "count", len(parts), "longest", longest, "max", publish.MaxPart)})
		}
	}
	return out
}

// afterBegin is where a new message is written: what its kind needs first.
func afterBegin(w http.ResponseWriter, r *http.Request, m publish.Message) error {
	if m.Kind.Detailed() {
		return web.Redirect(w, r, messagePath(m.ID)+"/settings")
	}
	return web.Redirect(w, r, messagePath(m.ID)+"/edit")
}
