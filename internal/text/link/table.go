package link

// dispensable are first labels of a host that name a telephone or a cache.
var dispensable = []string{"www", "www2", "m", "mobile", "amp", "touch", "mbasic"}

// indexPages end the address of what could be left out as well.
var indexPages = []string{"/index.html", "/index.htm", "/index.php", "/default.aspx", "/amp", "/amp.html", ".amp", "/."}

// ampParameters ask for the cached form of a page.
var ampParameters = []string{"amp", "outputtype", "output"}

// tracking parameters say who shared an address and where; never which page it is.
var tracking = []string{
	"fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "ysclid", "twclid", "ttclid", "igshid", "igsh", "epik",
	"mc_cid", "mc_eid", "mkt_tok", "_ga", "_gl", "_hsenc", "_hsmi", "__twitter_impression", "__tn__", "__xts__", "_openstat",
	"ref_src", "ref_url", "refsrc", "si", "feature", "spm", "cmpid", "ncid", "ocid", "ito", "smid", "smtyp", "soc_src", "soc_trk",
	"guccounter", "guce_referrer", "guce_referrer_sig", "s_cid", "sr_share", "share", "share_id", "shared", "sharetype", "xtor", "wt_mc",
	"at_medium", "at_campaign", "at_link_id", "at_link_type", "at_link_origin", "at_format", "at_ptr_name", "at_bbc_team", "rss", "taid",
}

// trackingPrefixes begin the names of families of them.
var trackingPrefixes = []string{"utm_", "hsa_", "pk_", "mtm_", "matomo_", "fb_action_", "fb_source", "oft_", "vero_", "stm_", "at_custom", "__cft__"}

// redirects are addresses that lead on to the one in a parameter. The host is
// bare; "google" stands for its hosts in all countries.
var redirects = []struct {
	host, path string
	parameters []string
}{
	{"l.facebook.com", "/l.php", []string{"u"}}, {"lm.facebook.com", "/l.php", []string{"u"}},
	{"facebook.com", "/l.php", []string{"u"}}, {"facebook.com", "/sharer/sharer.php", []string{"u"}}, {"facebook.com", "/sharer.php", []string{"u"}},
	{"l.instagram.com", "", []string{"u"}}, {"l.messenger.com", "/l.php", []string{"u"}}, {"l.threads.com", "", []string{"u"}}, {"l.threads.net", "", []string{"u"}},
	{"google", "/url", []string{"q", "url"}}, {"google", "/imgres", []string{"imgrefurl"}}, {"translate.google", "/translate", []string{"u"}},
	{"youtube.com", "/redirect", []string{"q"}}, {"vk.com", "/away.php", []string{"to"}}, {"ok.ru", "/dk", []string{"st.link"}},
	{"out.reddit.com", "", []string{"url"}}, {"t.umblr.com", "/redirect", []string{"z"}}, {"linkedin.com", "/redir/redirect", []string{"url"}},
	{"linkedin.com", "/sharing/share-offsite", []string{"url"}}, {"twitter.com", "/intent/tweet", []string{"url"}}, {"x.com", "/intent/tweet", []string{"url"}},
	{"slack-redir.net", "/link", []string{"url"}}, {"duckduckgo.com", "/l", []string{"uddg"}}, {"yandex.ru", "/clck/jsredir", []string{"url"}},
	{"t.me", "/share/url", []string{"url"}}, {"t.me", "/iv", []string{"url"}}, {"wa.me", "", []string{"text"}}, {"whatsapp.com", "/send", []string{"text"}},
	{"steamcommunity.com", "/linkfilter", []string{"url", "u"}}, {"bing.com", "/news/apiclick.aspx", []string{"url"}}, {"getpocket.com", "/redirect", []string{"url"}},
	{"safelinks.protection.outlook.com", "", []string{"url"}}, {"urldefense.proofpoint.com", "/v1/url", []string{"u"}},
}

// shorteners hand out short addresses that only they can undo.
var shorteners = []string{
	"t.co", "bit.ly", "j.mp", "bitly.com", "goo.gl", "tinyurl.com", "ow.ly", "buff.ly", "is.gd", "v.gd", "dlvr.it", "ift.tt", "fb.me", "fb.watch",
	"wp.me", "trib.al", "cutt.ly", "rb.gy", "shorturl.at", "t.ly", "lnkd.in", "amzn.to", "nyti.ms", "bbc.in", "reut.rs", "cnn.it", "wapo.st", "apne.ws",
	"bloom.bg", "on.ft.com", "econ.st", "aje.io", "aja.me", "ara.tv", "rudaw.it", "vk.cc", "clck.ru", "u.to", "soo.gd", "s.id", "tiny.cc", "rebrand.ly",
	"snip.ly", "adf.ly", "shorte.st", "flip.it", "po.st", "ln.is", "msn.it", "cbsn.ws", "nbcnews.to", "abcn.ws", "washex.am", "dailym.ai", "youtu.cc", "zpr.io", "spr.ly", "linktr.ee",
}
