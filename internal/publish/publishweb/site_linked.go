package publishweb

import (
	"encoding/json"
	"fmt"
	"time"

	"sifara/internal/i18n"
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
	if films := media(m, v, base); len(films) > 0 && m.Kind != publish.Video && m.Kind != publish.Audio {
		out["associatedMedia"] = films
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
		for k, x := range firstMedium(m, v, base) {
			out[k] = x
		}
		out["name"], out["uploadDate"] = v.Title, released
		if len(images) > 0 {
			out["thumbnailUrl"] = images[:1]
		}
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

// media describes the films and recordings of a message.
func media(m publish.Message, v publish.Variant, base string) (out []map[string]any) {
	for _, a := range m.Attachments {
		if a.IsMedia() {
			out = append(out, medium(a, m, v, base))
		}
	}
	return out
}

// firstMedium describes the film or recording that a message is about, without its
// own type and name.
func firstMedium(m publish.Message, v publish.Variant, base string) map[string]any {
	for _, a := range m.Attachments {
		if m.Kind == publish.Video && a.IsVideo() || m.Kind == publish.Audio && a.IsAudio() {
			out := medium(a, m, v, base)
			delete(out, "description")
			return out
		}
	}
	return nil
}

func medium(a publish.Attachment, m publish.Message, v publish.Variant, base string) map[string]any {
	out := map[string]any{"@type": linkedTypes[publish.Audio], "name": a.Alt.In(v.Lang), "description": a.Alt.In(v.Lang), "contentUrl": base + mediaHref(a.ID, a.Digest),
		"encodingFormat": a.MediaType, "contentSize": fmt.Sprint(a.Size), "uploadDate": m.ReleasedAt.Std().Format(time.RFC3339)}
	if a.IsVideo() {
		out["@type"], out["width"], out["height"] = linkedTypes[publish.Video], a.Width, a.Height
	}
	if a.Duration > 0 {
		out["duration"] = fmt.Sprintf("PT%dS", (a.Duration+500)/1000)
	}
	var captions []map[string]any
	for _, l := range i18n.Langs {
		if a.Captions[l] != "" {
			captions = append(captions, map[string]any{"@type": "MediaObject", "contentUrl": base + trackHref(a.ID, l), "encodingFormat": "text/vtt", "inLanguage": l.Tag()})
		}
	}
	if len(captions) > 0 {
		out["caption"] = captions
	}
	return out
}
