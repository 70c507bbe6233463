package orgweb

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"sifara/internal/errs"
	"sifara/internal/id"
	"sifara/internal/org"
	"sifara/internal/web"
)

// longestLook bounds the days that one question for holidays may cover.
const longestLook = 5 * 366 * 24 * time.Hour

type holidaysInput struct {
	PageInput
	Mission string `query:"mission" doc:"Id of a mission: its own and those it inherits; the ministry's only when empty"`
}

type daysOffInput struct {
	Mission string    `query:"mission" doc:"Id of a mission; the ministry when empty"`
	From    time.Time `query:"from" doc:"Now when absent"`
	Until   time.Time `query:"until" doc:"A year after from when absent; at most five years"`
}

// dayOff is a holiday in one year, as programs see it.
type dayOff struct {
	HolidayID string    `json:"holiday_id"`
	Names     org.Names `json:"names"`
	Year      int       `json:"year" doc:"Of the holiday's own calendar"`
	First     string    `json:"first" format:"date"`
	Last      string    `json:"last" format:"date"`
	Inherited bool      `json:"inherited" doc:"It is the ministry's"`
	Kept      bool      `json:"kept" doc:"The mission is closed on it"`
}

// holidayBody is a holiday as programs write it.
type holidayBody struct {
	ID        string        `json:"id,omitempty" doc:"UUIDv7; the same one again enters no second holiday"`
	MissionID string        `json:"mission_id,omitempty" doc:"Empty for the ministry and all missions; it cannot change"`
	Names     org.Names     `json:"names" doc:"In ar, ckb, kmr and en"`
	Calendar  org.Reckoning `json:"calendar" enum:"once,yearly,hijri" doc:"hijri is the Umm al-Qura calendar"`
	Year      int           `json:"year,omitempty" doc:"Of once"`
	Month     int           `json:"month" minimum:"1" maximum:"12"`
	Day       int           `json:"day" minimum:"1" maximum:"31"`
	Days      int           `json:"days,omitempty" doc:"How many in a row; 1 when absent" minimum:"0" maximum:"15"`
	Version   int64         `json:"version,omitempty" doc:"The version that was edited"`
}

func (b holidayBody) holiday() org.Holiday {
	return org.Holiday{ID: b.ID, MissionID: b.MissionID, Names: b.Names, Calendar: b.Calendar, Year: b.Year, Month: b.Month, Day: b.Day, Days: b.Days, Version: b.Version}
}

type newHolidayInput struct{ Body holidayBody }

type editHolidayInput struct {
	ID   string `path:"id"`
	Body holidayBody
}

type keepInput struct {
	ID   string `path:"id"`
	Body struct {
		MissionID string `json:"mission_id,omitempty" doc:"Empty for the ministry and all missions"`
		Year      int    `json:"year,omitempty" doc:"Of the holiday's own calendar; every year when 0" minimum:"0" maximum:"2100"`
		Keep      bool   `json:"keep"`
	}
}

// holidayAPI adds the operations on holidays.
func (p pages) holidayAPI(a *web.API, tags []string) {
	web.Operation(a, org.View, huma.Operation{OperationID: "list-holidays", Method: http.MethodGet, Path: "/holidays", Tags: tags, Summary: "List holidays"},
		func(ctx context.Context, in *holidaysInput) (*output[web.List[org.Holiday]], error) {
			all, err := p.org.Holidays(ctx, in.Mission)
			if err != nil {
				return nil, err
			}
			return part(all, in.PageInput)
		})
	web.Operation(a, org.View, huma.Operation{OperationID: "list-days-off", Method: http.MethodGet, Path: "/holidays/days", Tags: tags, Summary: "List the days of holidays",
		Description: "Each holiday in each year that the time touches, those that are not kept too. Weekends are not listed."}, p.apiDaysOff)
	web.Operation(a, org.Manage, huma.Operation{OperationID: "add-holiday", Method: http.MethodPost, Path: "/holidays", Tags: tags, Summary: "Enter a holiday", DefaultStatus: http.StatusCreated},
		func(ctx context.Context, in *newHolidayInput) (*output[org.Holiday], error) {
			h := in.Body.holiday()
			if h.ID == "" {
				h.ID = id.New()
			}
			if err := p.org.AddHoliday(ctx, h); err != nil {
				return nil, err
			}
			return p.apiHoliday(ctx, h.ID)
		})
	web.Operation(a, org.Manage, huma.Operation{OperationID: "edit-holiday", Method: http.MethodPut, Path: "/holidays/{id}", Tags: tags, Summary: "Change a holiday"},
		func(ctx context.Context, in *editHolidayInput) (*output[org.Holiday], error) {
			h := in.Body.holiday()
			h.ID = in.ID
			if err := p.org.EditHoliday(ctx, h); err != nil {
				return nil, err
			}
			return p.apiHoliday(ctx, h.ID)
		})
	web.Operation(a, org.Manage, huma.Operation{OperationID: "remove-holiday", Method: http.MethodDelete, Path: "/holidays/{id}", Tags: tags, Summary: "Remove a holiday"},
		func(ctx context.Context, in *idInput) (*struct{}, error) { return nil, p.org.RemoveHoliday(ctx, in.ID) })
	web.Operation(a, org.Manage, huma.Operation{OperationID: "keep-holiday", Method: http.MethodPost, Path: "/holidays/{id}/kept", Tags: tags, Summary: "Say whether a holiday is kept"},
		func(ctx context.Context, in *keepInput) (*struct{}, error) {
			return nil, p.org.KeepHoliday(ctx, in.ID, in.Body.MissionID, in.Body.Year, in.Body.Keep)
		})
}

func (p pages) apiHoliday(ctx context.Context, id string) (*output[org.Holiday], error) {
	h, err := p.org.Holiday(ctx, id)
	return &output[org.Holiday]{h}, err
}

func (p pages) apiDaysOff(ctx context.Context, in *daysOffInput) (*output[web.List[dayOff]], error) {
	w, err := p.org.Week(ctx, in.Mission)
	if err != nil {
		return nil, err
	}
	from, until := in.From, in.Until
	if from.IsZero() {
		from = p.org.Now()
	}
	if until.IsZero() {
		until = from.AddDate(1, 0, 0)
	}
	if until.Before(from) || until.Sub(from) > longestLook {
		return nil, errs.InvalidFields(errs.Field{Name: "until", Key: "org.until_before_from"})
	}
	var out []dayOff
	for _, o := range w.Holidays(from, until) {
		out = append(out, dayOff{HolidayID: o.Holiday.ID, Names: o.Holiday.Names, Year: o.Year, First: o.First.Format(time.DateOnly), Last: o.Last.Format(time.DateOnly),
			Inherited: o.Holiday.MissionID == "" && in.Mission != "", Kept: o.Kept()})
	}
	return &output[web.List[dayOff]]{web.NewList(out, "")}, nil
}
