package publishweb

import (
	"context"
	"errors"
	"net/http"
	"time"

	"sifara/internal/errs"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/publish/slot"
	"sifara/internal/publish/timing"
	"sifara/internal/web"
)

// The machine face of weekly slots.

type apiSlot struct {
	ID        string `json:"id,omitempty" doc:"In a change that of the address counts"`
	MissionID string `json:"mission_id,omitempty" doc:"Empty: the ministry. A slot stays where it belongs"`
	Weekday   int    `json:"weekday" minimum:"0" maximum:"6" doc:"0 is Sunday"`
	At        string `json:"at" doc:"Local time of day, such as 09:30"`
	Places    int    `json:"places" doc:"How many messages at once"`
	Kind      string `json:"kind,omitempty" doc:"Only messages of it; left out: any"`
	Channel   string `json:"channel,omitempty" doc:"Only messages that may go out by it; left out: any"`
	Version   int    `json:"version" doc:"As it was read; 0 for a new slot"`
}

type slotsOut struct {
	Body struct {
		Zone  string    `json:"zone" doc:"In which slots are"`
		Items []apiSlot `json:"items" doc:"As the week goes, from Saturday"`
	}
}

type slotIn struct {
	ID   string `path:"id" format:"uuid" doc:"Of a new slot: one that you make"`
	Body apiSlot
}

func toAPISlot(s slot.Slot) apiSlot {
	return apiSlot{s.ID, s.MissionID, int(s.Weekday), twoDigits(s.Minute/60) + ":" + twoDigits(s.Minute%60), s.Places, string(s.Kind), string(s.Channel), s.Version}
}

// slotAPI adds the operations on slots. Each answers with the slots of the unit.
func (c *console) slotAPI(a *web.API) {
	web.Operation(a, publish.MayView, tagged(http.MethodGet, "/slots", "list-slots", "List the weekly slots of a mission", "calendar"), func(ctx context.Context, in *UnitInput) (*slotsOut, error) {
		missionID := missionOf(in.Mission)
		if !perm.From(ctx).MayIn(publish.MayView, perm.InMission(missionID)) {
			return nil, errs.New(errs.NotFound, "")
		}
		return c.apiSlots(ctx, missionID)
	})
	web.Operation(a, timing.Manage, tagged(http.MethodPut, "/slots/{id}", "save-slot", "Make or change a weekly slot; the queue follows, and the answer lists all of the mission", "calendar"), c.apiSaveSlot)
	web.Operation(a, timing.Manage, tagged(http.MethodDelete, "/slots/{id}", "remove-slot", "Remove a weekly slot; the queue follows, and the answer lists those that stay", "calendar"), func(ctx context.Context, in *MessageInput) (*slotsOut, error) {
		s, err := c.slots.Slot(ctx, in.ID)
		if err == nil {
			err = c.slots.Remove(ctx, s.ID)
		}
		if err != nil {
			return nil, err
		}
		return c.apiSlots(ctx, s.MissionID)
	})
}

func (c *console) apiSlots(ctx context.Context, missionID string) (*slotsOut, error) {
	list, err := c.slots.Slots(ctx, missionID)
	if err != nil {
		return nil, err
	}
	var out slotsOut
	out.Body.Zone, out.Body.Items = c.org.Zone(ctx, missionID).String(), []apiSlot{}
	for _, s := range list {
		out.Body.Items = append(out.Body.Items, toAPISlot(s))
	}
	return &out, nil
}

// apiSaveSlot refuses an old version as the page does: whoever may not change the
// slot that has the id does not learn that there is one.
func (c *console) apiSaveSlot(ctx context.Context, in *slotIn) (*slotsOut, error) {
	b := in.Body
	s := slot.Slot{ID: in.ID, MissionID: b.MissionID, Version: b.Version, Kind: publish.Kind(b.Kind), Channel: publish.Channel(b.Channel), Weekday: time.Weekday(b.Weekday), Minute: -1, Places: b.Places}
	if minute, ok := parseClock(b.At); ok {
		s.Minute = minute
	}
	err := c.slots.Save(ctx, s)
	if errors.Is(err, publish.ErrEdited) {
		if _, hidden := c.slots.Slot(ctx, s.ID); hidden != nil {
			err = hidden
		}
	}
	if err != nil {
		return nil, err
	}
	return c.apiSlots(ctx, s.MissionID)
}
