package link

import (
	"net/url"
	"strings"
)

// platform gives host, path and query of a page that a platform knows under
// several.
func platform(host, p string, q url.Values) (string, string, url.Values) {
	part := strings.Split(strings.TrimPrefix(p, "/"), "/")
	switch host {
	case "youtu.be":
		return video(part[0], host, p, q)
	case "youtube.com", "youtube-nocookie.com", "music.youtube.com":
		switch {
		case part[0] == "watch":
			return video(q.Get("v"), host, p, q)
		case len(part) == 2 && strings.Contains(" shorts embed live v ", " "+part[0]+" "):
			return video(part[1], host, p, q)
		}
	case "x.com", "twitter.com", "fxtwitter.com", "vxtwitter.com", "nitter.net":
		for i, name := range part {
			if (name == "status" || name == "statuses") && i+1 < len(part) && digits(part[i+1]) {
				return "twitter.com", "/i/status/" + part[i+1], nil
			}
		}
		return "twitter.com", p, q
	case "telegram.me", "telegram.dog", "t.me":
		if part[0] == "s" && len(part) > 1 { // the preview of a channel
			p = strings.TrimPrefix(p, "/s")
		}
		return "t.me", p, q
	case "facebook.com", "web.facebook.com", "fb.com":
		return "facebook.com", p, q
	case "old.reddit.com", "new.reddit.com", "np.reddit.com":
		return "reddit.com", p, q
	}
	return host, p, q
}

// video is the page of a video of that id; what else when there is no id.
func video(id, host, p string, q url.Values) (string, string, url.Values) {
	if id == "" {
		return host, p, q
	}
	return "youtube.com", "/watch", url.Values{"v": {id}}
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
