package auth

import "strings"

// agents are looked for in a browser's User-Agent in this order, because most
// of them also name those that stand further down.
var agents = []struct{ mark, name string }{
	{"SamsungBrowser/", "Samsung Internet"}, {"EdgA/", "Edge"}, {"EdgiOS/", "Edge"}, {"Edg/", "Edge"}, {"OPR/", "Opera"},
	{"FxiOS/", "Firefox"}, {"Firefox/", "Firefox"}, {"CriOS/", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}, {"curl/", "curl"},
}

var systems = []struct{ mark, name string }{
	{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"CrOS", "ChromeOS"},
	{"Mac OS X", "macOS"}, {"Linux", "Linux"},
}

// describe names browser and system of a User-Agent, each empty when unknown.
// It is what people recognise a sign-in by, never a reason to trust one.
func describe(agent string) (browser, system string) {
	for _, a := range agents {
		if strings.Contains(agent, a.mark) {
			browser = a.name
			break
		}
	}
	for _, s := range systems {
		if strings.Contains(agent, s.mark) {
			system = s.name
			break
		}
	}
	return browser, system
}
