package newsletter

import (
	"fmt"
	"html"
	"strings"
)

// style is what mail programs that read style sheets are told; those that do
// not are served by the attributes beside. Dark mode gets colours of its own, so
// that none is turned into another by guess.
const style = `body{margin:0;padding:0}h1{font-size:24px;line-height:1.35;margin:0 0 16px}h2{font-size:20px;line-height:1.35;margin:24px 0 12px}h3,h4{font-size:17px;margin:20px 0 8px}` +
	`p,li{margin:0 0 14px}hr{border:0;border-top:1px solid #d9d2c3;margin:28px 0}a{color:#0f4c45}blockquote{margin:0 0 14px;padding-inline-start:14px;border-inline-start:3px solid #d9d2c3}` +
	`table.t td,table.t th{border:1px solid #d9d2c3;padding:6px}.lead{font-size:18px}.note{font-style:normal;opacity:.8}.act a{font-weight:bold}` +
	`@media(prefers-color-scheme:dark){.bg{background-color:#151a1b!important}.paper{background-color:#1d2426!important;color:#f0ece3!important}.paper h1,.paper h2,.paper h3,.paper h4,.paper p,.paper li{color:#f0ece3!important}.paper a,.foot a{color:#8fd3c8!important}.foot,.foot p{color:#c9c3b6!important}hr{border-top-color:#3a4547!important}}`

// font names fonts that machines have; letters bring none.
const font = `font-family:'Segoe UI',Tahoma,'Noto Sans Arabic','Noto Sans',Arial,sans-serif`

// frame puts what a letter says between its head and its foot, as one page of
// HTML without pictures: nothing is loaded, so nobody learns that it was opened.
func (w *writing) frame(title, content string) string {
	lang := w.p.Lang()
	esc, t := html.EscapeString, w.p.T
	var b strings.Builder
	fmt.Fprintf(&b, `<!DOCTYPE html><html lang="%s" dir="%s"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><title>%s</title><style>%s</style></head>`,
		lang.Tag(), lang.Dir(), esc(title), style)
	fmt.Fprintf(&b, `<body class="bg" dir="%[1]s" bgcolor="#f4efe6" style="margin:0;padding:0;background-color:#f4efe6"><table role="presentation" dir="%[1]s" width="100%%" cellpadding="0" cellspacing="0" border="0" bgcolor="#f4efe6" class="bg" style="background-color:#f4efe6"><tr><td align="center" style="padding:24px 12px">`, lang.Dir())
	fmt.Fprintf(&b, `<table role="presentation" dir="%s" width="600" cellpadding="0" cellspacing="0" border="0" style="width:100%%;max-width:600px">`, lang.Dir())
	fmt.Fprintf(&b, `<tr><td bgcolor="#0f4c45" style="background-color:#0f4c45;color:#ffffff;padding:18px 24px;%s;font-size:15px;line-height:1.5"><strong style="color:#ffffff;font-size:18px">%s</strong><br><span style="color:#ffffff">%s</span></td></tr>`,
		font, esc(w.who), esc(w.list.Name(lang)))
	fmt.Fprintf(&b, `<tr><td class="paper" bgcolor="#ffffff" align="%s" style="background-color:#ffffff;color:#1d2426;padding:28px 24px;%s;font-size:16px;line-height:1.7">%s</td></tr>`,
		start(lang.Dir()), font, content)
	fmt.Fprintf(&b, `<tr><td class="foot" align="%s" style="color:#4a5254;padding:18px 24px;%s;font-size:13px;line-height:1.7"><p>%s<br><a href="%s">%s</a></p>`,
		start(lang.Dir()), font, esc(t("newsletter.letter.proof")), esc(w.verify()), esc(t("newsletter.letter.verify")))
	fmt.Fprintf(&b, `<p><a href="%s">%s</a></p>`, esc(w.browser()), esc(t("newsletter.letter.browser")))
	fmt.Fprintf(&b, `<p>%s</p><p><a %shref="%s">%s</a> · <a %shref="%s">%s</a></p></td></tr></table></td></tr></table></body></html>`+"\n",
		esc(t("newsletter.letter.why", "name", w.list.Name(lang))),
		markPad, w.own("preferences"), esc(t("newsletter.letter.preferences")), markPad, w.own("unsubscribe"), esc(t("newsletter.letter.unsubscribe")))
	return b.String()
}

// start is where lines begin, for mail programs that know no logical sides.
func start(dir string) string {
	if dir == "rtl" {
		return "right"
	}
	return "left"
}

// around does the same for the plain text.
func (w *writing) around(content string) string {
	t := w.p.T
	return w.who + "\n" + w.list.Name(w.p.Lang()) + "\n\n" + content + "-- \n" +
		t("newsletter.letter.proof") + "\n" + w.verify() + "\n\n" +
		t("newsletter.letter.browser") + "\n" + w.browser() + "\n\n" +
		t("newsletter.letter.why", "name", w.list.Name(w.p.Lang())) + "\n" +
		t("newsletter.letter.preferences") + markPad + "\n" + w.own("preferences") + "\n" +
		t("newsletter.letter.unsubscribe") + markPad + "\n" + w.own("unsubscribe") + "\n"
}

func (w *writing) site() string    { return w.s.BaseURL + "/" + string(w.p.Lang()) }
func (w *writing) verify() string  { return w.site() + "/verify" }
func (w *writing) browser() string { return w.site() + "/newsletter/archive/" + w.t.Slug }

// own is the address of a page of the recipient's own.
func (w *writing) own(page string) string { return w.site() + "/newsletter/" + page + "/" + markToken }
