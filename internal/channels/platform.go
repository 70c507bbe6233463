package channels

import "slices"

// Platform is where an account is.
type Platform string

// The platforms of the register.
const (
	Website     Platform = "website"
	Mastodon    Platform = "mastodon"
	ActivityPub Platform = "activitypub" // any other server of the same network
	Bluesky     Platform = "bluesky"
	X           Platform = "x"
	Facebook    Platform = "facebook"
	Instagram   Platform = "instagram"
	YouTube     Platform = "youtube"
	Telegram    Platform = "telegram"
	WhatsApp    Platform = "whatsapp"
	TikTok      Platform = "tiktok"
	LinkedIn    Platform = "linkedin"
	Email       Platform = "email"
	Other       Platform = "other"
)

// Platforms lists the platforms in the order in which they are offered.
func Platforms() []Platform {
	return []Platform{Website, X, Facebook, Instagram, YouTube, Telegram, WhatsApp, TikTok, LinkedIn, Bluesky, Mastodon, ActivityPub, Email, Other}
}

// Valid reports whether p is one of Platforms.
func (p Platform) Valid() bool { return slices.Contains(Platforms(), p) }

// space is where a name means one account: Mastodon and the rest of the
// ActivityPub network share one, "@press@social.example".
func (p Platform) space() Platform {
	if p == Mastodon {
		return ActivityPub
	}
	return p
}

// hosts tell the platform of an address.
var hosts = map[string]Platform{
	"x.com": X, "twitter.com": X, "mobile.twitter.com": X, "mobile.x.com": X,
	"facebook.com": Facebook, "m.facebook.com": Facebook, "web.facebook.com": Facebook, "mbasic.facebook.com": Facebook, "fb.com": Facebook, "fb.me": Facebook,
	"instagram.com": Instagram, "instagr.am": Instagram,
	"youtube.com": YouTube, "m.youtube.com": YouTube,
	"t.me": Telegram, "telegram.me": Telegram, "telegram.org": Telegram,
	"wa.me": WhatsApp, "whatsapp.com": WhatsApp, "api.whatsapp.com": WhatsApp, "chat.whatsapp.com": WhatsApp,
	"tiktok.com": TikTok, "m.tiktok.com": TikTok, "vm.tiktok.com": TikTok,
	"linkedin.com": LinkedIn, "bsky.app": Bluesky,
}

// bases are the addresses of accounts by their names.
var bases = map[Platform]string{
	X: "https://x.com/", Facebook: "https://www.facebook.com/", Instagram: "https://www.instagram.com/", YouTube: "https://www.youtube.com/@",
	Telegram: "https://t.me/", WhatsApp: "https://wa.me/", TikTok: "https://www.tiktok.com/@", LinkedIn: "https://www.linkedin.com/company/",
	Bluesky: "https://bsky.app/profile/", Email: "mailto:", Website: "https://",
}
