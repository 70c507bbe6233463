package campaign

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"sifara/internal/i18n"
)

// spaceSCO is the namespace of ids of cyber observables, STIX 2.1 section 2.9.
const spaceSCO = "00abedb4-aa42-466c-9c01-fed23315a9b7"

// tlpMarkings are the TLP markings that STIX 2.1 defines in section 7.2.1.4;
// no others may be made.
var tlpMarkings = map[string]string{
	"white": "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9", "green": "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da",
	"amber": "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82", "red": "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed",
}

type object map[string]any

// stamp is a timestamp of STIX: RFC 3339, UTC, milliseconds.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// exporter makes the objects of one bundle. Ids are made from the file's id
// and a name (UUIDv5), so that exporting again gives the same objects.
type exporter struct {
	space             uuid.UUID
	created, modified string
	tlp, maker        string
	objects           []object
	refs              []string
}

func (e *exporter) id(kind, name string) string {
	return kind + "--" + uuid.NewSHA1(e.space, []byte(kind+" "+name)).String()
}

// add adds a domain object with the common properties and gives its id.
func (e *exporter) add(kind, name string, o object) string {
	o["type"], o["spec_version"], o["id"] = kind, "2.1", e.id(kind, name)
	for k, v := range map[string]any{"created": e.created, "modified": e.modified, "object_marking_refs": []string{e.tlp}} {
		if _, ok := o[k]; !ok {
			o[k] = v
		}
	}
	if kind != "identity" {
		o["created_by_ref"] = e.maker
	}
	e.objects = append(e.objects, o)
	if kind != "report" {
		e.refs = append(e.refs, o["id"].(string))
	}
	return o["id"].(string)
}

func (e *exporter) relate(from, kind, to string) {
	e.add("relationship", from+kind+to, object{"relationship_type": kind, "source_ref": from, "target_ref": to})
}

// STIX gives the file as a bundle of STIX 2.1 (OASIS, June 2021): the
// campaign, its techniques as attack patterns, the countries aimed at, each
// post of its unchanged evidence as observed data, the claim as a note, and a
// report over all. owner names the institution. It carries no person, neither
// handle nor pseudonym, nor the official who wrote the file.
func (s *Service) STIX(ctx context.Context, fileID, owner string) ([]byte, error) {
	f, err := s.File(ctx, fileID)
	if err != nil {
		return nil, err
	}
	snaps, err := s.Snapshots(ctx, fileID)
	if err != nil {
		return nil, err
	}
	_, patterns, err := s.Framework(ctx)
	if err != nil {
		return nil, err
	}
	space, err := uuid.Parse(f.ID)
	if err != nil {
		return nil, fmt.Errorf("id of campaign file: %w", err)
	}
	e := &exporter{space: space, created: stamp(f.CreatedAt.Std()), modified: stamp(f.UpdatedAt.Std()), tlp: tlpMarkings[f.TLP]}
	e.objects = append(e.objects, object{
		"type": "marking-definition", "spec_version": "2.1", "id": e.tlp, "created": "2017-01-20T00:00:00.000Z",
		"definition_type": "tlp", "name": "TLP:" + strings.ToUpper(f.TLP), "definition": object{"tlp": f.TLP},
	})
	e.maker = e.add("identity", owner, object{"name": owner, "identity_class": "organization", "sectors": []string{"government-national"}, "modified": e.created})
	e.file(f, patterns, snaps)
	return json.MarshalIndent(object{"type": "bundle", "id": e.id("bundle", f.UpdatedAt.Std().String()), "objects": e.objects}, "", "\t")
}

func (e *exporter) file(f File, patterns []Pattern, snaps []Snapshot) {
	title := f.Title(i18n.English)
	c := object{"name": title, "description": f.Narrative, "confidence": f.Confidence}
	if n := len(f.Reach.Days); n > 0 {
		c["first_seen"], c["last_seen"] = stamp(f.Reach.Days[0].Day), stamp(f.Reach.Days[n-1].Day)
	}
	campaign := e.add("campaign", "file", c)
	for _, t := range f.Behaviour {
		e.relate(campaign, "uses", e.technique(t, patterns))
	}
	for _, country := range f.Countries {
		e.relate(campaign, "targets", e.add("location", country, object{"country": country}))
	}
	note := f.Narrative
	for _, w := range f.Wordings {
		note += "\n" + w
	}
	e.add("note", "claim", object{"abstract": title, "content": note, "object_refs": []string{campaign}})
	e.evidence(campaign, snaps)
	e.add("report", "file", object{"name": title, "report_types": []string{"campaign"}, "published": e.modified, "object_refs": e.refs, "confidence": f.Confidence})
}

// technique is an attack pattern: under the id of the framework where one is
// loaded, as its publisher would have it.
func (e *exporter) technique(t Technique, patterns []Pattern) string {
	name := t.Name
	if name == "" {
		name = t.ID
	}
	id := e.add("attack-pattern", t.ID, object{"name": name, "external_references": []object{{"source_name": "DISARM", "external_id": t.ID}}})
	for _, p := range patterns {
		if p.ID == t.ID {
			o := e.objects[len(e.objects)-1]
			o["id"], o["created"], o["modified"] = p.STIXID, p.Created, p.Modified
			delete(o, "created_by_ref")
			e.refs[len(e.refs)-1] = p.STIXID
			return p.STIXID
		}
	}
	return id
}

// evidence gives each post once: its text as an artifact, observed data for
// when it was seen, and one sighting of the campaign over all.
func (e *exporter) evidence(campaign string, snaps []Snapshot) {
	var seen []string
	var first, last time.Time
	posts := map[string]bool{}
	texts := map[string]bool{}
	for _, s := range snaps {
		if s.Check != Unchanged {
			continue
		}
		for _, r := range s.Records {
			if posts[r.Post] {
				continue
			}
			posts[r.Post] = true
			artifact := e.artifact(r.Text, texts)
			at := stamp(r.At)
			seen = append(seen, e.add("observed-data", r.Post, object{"first_observed": at, "last_observed": at, "number_observed": 1, "object_refs": []string{artifact}}))
			if first.IsZero() || r.At.Before(first) {
				first = r.At
			}
			if r.At.After(last) {
				last = r.At
			}
		}
	}
	if len(seen) > 0 {
		e.add("sighting", "evidence", object{"first_seen": stamp(first), "last_seen": stamp(last), "count": len(seen), "sighting_of_ref": campaign, "observed_data_refs": seen})
	}
}

// artifact is a text as a cyber observable. Its id is made from its
// contributing properties in canonical JSON (RFC 8785), as section 2.9 asks.
func (e *exporter) artifact(text string, made map[string]bool) string {
	sum, payload := hash(text), base64.StdEncoding.EncodeToString([]byte(text))
	canonical := `{"hashes":{"SHA-256":"` + sum + `"},"payload_bin":"` + payload + `"}`
	id := "artifact--" + uuid.NewSHA1(uuid.MustParse(spaceSCO), []byte(canonical)).String()
	if !made[id] {
		made[id] = true
		e.objects = append(e.objects, object{
			"type": "artifact", "spec_version": "2.1", "id": id, "mime_type": "text/plain", "payload_bin": payload,
			"hashes": object{"SHA-256": sum}, "object_marking_refs": []string{e.tlp},
		})
		e.refs = append(e.refs, id)
	}
	return id
}
