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

func article(m publish.Message, v publish.Variant, who, page, base string, images []string) map[string]any {
	speaker := map[string]any{"@type": "GovernmentOrganization", "name": who, "url": base}
	out := map[string]any{
		"@type": "NewsArticle", "headline": v.Title, "description": summary(v, 240), "inLanguage": v.Lang.Tag(),
		"datePublished": m.ReleasedAt.Std().Format(time.RFC3339), "dateModified": m.ChangedAt().Std().Format(time.RFC3339),
		"author": speaker, "publisher": speaker, "mainEntityOfPage": page, "url": page,
	}
	if len(images) > 0 {
		out["image"] = images
	}
	return out
}
