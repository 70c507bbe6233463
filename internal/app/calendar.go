package app

import (
	"sifara/internal/publish/agenda"
	"sifara/internal/publish/clash"
	"sifara/internal/publish/occasion"
	"sifara/internal/publish/response"
	"sifara/internal/publish/slot"
	"sifara/internal/publish/timing"
)

// calendar makes what plans and shows when messages go out.
func (h *House) calendar() {
	h.Occasions = occasion.New(occasion.Deps{DB: h.DB, Clock: h.Clock, Audit: h.Audit})
	h.Timing = timing.New(timing.Deps{DB: h.DB, Clock: h.Clock, Audit: h.Audit, Org: h.Org})
	h.Agenda = agenda.New(agenda.Deps{Publish: h.Publish, Campaigns: h.PublishCampaigns, Occasions: h.Occasions, Timing: h.Timing, Org: h.Org})
	h.Clashes = clash.New(clash.Deps{Publish: h.Publish, Campaigns: h.PublishCampaigns, Occasions: h.Occasions, Timing: h.Timing, Org: h.Org})
	h.Slots = slot.New(slot.Deps{DB: h.DB, Clock: h.Clock, Audit: h.Audit, Org: h.Org, Publish: h.Publish, Timing: h.Timing})
	h.Responses = response.New(response.Deps{Publish: h.Publish, Campaigns: h.PublishCampaigns, Timing: h.Timing, Org: h.Org, Clock: h.Clock})
}
