package publishweb

import "encoding/json"

// jsonFile is JSON Feed 1.1 (jsonfeed.org/version/1.1).
type jsonFile struct {
	Version     string       `json:"version"`
	Title       string       `json:"title"`
	Home        string       `json:"home_page_url"`
	Self        string       `json:"feed_url"`
	Description string       `json:"description"`
	Icon        string       `json:"icon"`
	Authors     []jsonAuthor `json:"authors"`
	Language    string       `json:"language"`
	Hubs        []jsonHub    `json:"hubs,omitempty"`
	Items       []jsonItem   `json:"items"`
}

type jsonHub struct {
	Type string `json:"type"`
	URL  string `json:"url"`
}

type jsonItem struct {
	ID          string       `json:"id"`
	URL         string       `json:"url"`
	Title       string       `json:"title"`
	HTML        string       `json:"content_html"`
	Summary     string       `json:"summary,omitempty"`
	Published   string       `json:"date_published"`
	Modified    string       `json:"date_modified"`
	Authors     []jsonAuthor `json:"authors"`
	Tags        []string     `json:"tags"`
	Language    string       `json:"language"`
	Attachments []jsonMedium `json:"attachments,omitempty"`
	Authentic   jsonProof    `json:"_authenticity"` // an extension, as the format allows
}

type jsonProof struct {
	About string `json:"about"`
	Proof string `json:"proof"`
}

type jsonAuthor struct {
	Name string `json:"name"`
}

type jsonMedium struct {
	URL   string `json:"url"`
	Type  string `json:"mime_type"`
	Title string `json:"title,omitempty"`
	Size  int64  `json:"size_in_bytes"`
	Long  int64  `json:"duration_in_seconds,omitempty"`
}

func jsonFeed(f feed) ([]byte, error) {
	file := jsonFile{Version: "https://jsonfeed.org/version/1.1", Title: f.Title, Home: f.Home, Self: f.Self, Description: f.Description,
		Icon: f.Icon, Authors: []jsonAuthor{{f.Author}}, Language: f.Lang.Tag(), Items: []jsonItem{}}
	if f.Hub != "" {
		file.Hubs = []jsonHub{{"WebSub", f.Hub}}
	}
	for _, it := range f.Items {
		x := jsonItem{ID: it.ID, URL: it.Address, Title: it.Title, HTML: it.HTML, Summary: it.Summary, Published: feedTime(it.Published), Modified: feedTime(it.Updated),
			Authors: []jsonAuthor{{it.Author}}, Tags: []string{it.Kind}, Language: f.Lang.Tag(), Authentic: jsonProof{f.Verify, it.Proof}}
		for _, a := range it.Attachment {
			x.Attachments = append(x.Attachments, jsonMedium{a.Address, a.Type, a.Title, a.Size, a.Seconds})
		}
		file.Items = append(file.Items, x)
	}
	return json.MarshalIndent(file, "", " ")
}
