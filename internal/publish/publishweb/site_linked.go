package publishweb

import (
	"encoding/json"
	"time"

	"sifara/internal/publish"
)

// linked writes data for search engines (schema.org as JSON-LD). It is a data
// block, which browsers do not run; json.Marshal leaves no "<" in it.
func linked(data map[string]any) string {
	data["@context"] = "https://schema.org"
	b, err := json.Marshal(data)
	if err != nil {
		return "" // texts and maps only
	}
	return `<script type="application/ld+json">` + string(b) + `</script>`
}

func organisation(name, url, id string, more map[string]any) map[string]any {
	out := map[string]any{"@type": "GovernmentOrganization", "name": name, "url": url, "@id": id + "#organisation"}
	for k, v := range more {
		out[k] = v
	}
	return out
}

// linkedTypes are the types by which schema.org knows our kinds.
var linkedTypes = map[publish.Kind]string{
	publish.Statement: "NewsArticle", publish.News: "NewsArticle", publish.Speech: "Article", publish.Blog: "BlogPosting",
	publish.Post: "SocialMediaPosting", publish.Thread: "SocialMediaPosting", publish.Gallery: "ImageGallery", publish.Video: "VideoObject",
	publish.Audio: "AudioObject", publish.Event: "Event", publish.TravelAdvice: "SpecialAnnouncement", publish.Page: "WebPage",
}

// article describes one message in one language.
func article(m publish.Message, v publish.Variant, who, page, base string, images []string) map[string]any {
	speaker := map[string]any{"@type": "GovernmentOrganization", "name": who, "url": base}
	out := map[string]any{"@type": linkedTypes[m.Kind], "description": summary(v, 240), "inLanguage": v.Lang.Tag(), "mainEntityOfPage": page, "url": page}
	if len(images) > 0 {
		out["image"] = images
	}
	released, changed := m.ReleasedAt.Std().Format(time.RFC3339), m.ChangedAt().Std().Format(time.RFC3339)
	d := m.Details
	switch m.Kind {
	case publish.Event:
		zone := eventZone(m)
		out["name"], out["organizer"] = v.Title, speaker
		out["startDate"], out["endDate"] = d.Starts.In(zone).Format(time.RFC3339), d.Ends.In(zone).Format(time.RFC3339)
		out["location"] = map[string]any{"@type": "Place", "name": d.Venue[v.Lang], "address": d.Venue[v.Lang]}
		out["eventStatus"] = "https://schema.org/EventScheduled"
		return out
	case publish.TravelAdvice:
		out["name"], out["datePosted"], out["expires"] = v.Title, released, d.ValidUntil.Std().Format(time.RFC3339)
		out["spatialCoverage"] = map[string]any{"@type": "Country", "identifier": d.Country}
		out["text"] = out["description"]
		return out
	case publish.Page:
		out["name"], out["publisher"], out["dateModified"] = v.Title, speaker, changed
		return out
	case publish.Video, publish.Audio:
		out["name"], out["uploadDate"] = v.Title, released
	case publish.Speech:
		out["author"] = map[string]any{"@type": "Person", "name": d.GivenBy[v.Lang]}
		out["genre"] = "speech"
	}
	out["headline"], out["datePublished"], out["dateModified"], out["publisher"] = v.Title, released, changed, speaker
	if out["author"] == nil {
		out["author"] = speaker
	}
	return out
}
