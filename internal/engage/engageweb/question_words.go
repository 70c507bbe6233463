package engageweb

import (
	"context"

	"github.com/a-h/templ"

	"sifara/internal/engage"
	"sifara/internal/i18n"
	"sifara/internal/web/ui"
)

// facts are the particulars of a question for officials.
func (q *questionPage) facts(ctx context.Context) []ui.KeyValue {
	t := func(key string, args ...any) string { return i18n.T(ctx, key, args...) }
	yes := map[bool]string{true: t("engage.yes"), false: t("engage.no")}
	out := []ui.KeyValue{
		{Key: t("engage.col.state"), Comp: ui.Badge(q.Kind, q.State)},
		{Key: t("engage.col.mission"), Value: q.Mission},
		{Key: t("engage.col.assignee"), Value: q.Assignee},
		{Key: t("engage.col.asked"), Value: moment(ctx, q.AskedAt, q.Zone)},
		{Key: t("engage.col.due"), Value: moment(ctx, q.DueAt, q.Zone)},
		{Key: t("engage.file.agreed"), Value: yes[q.AgreedPublic]},
		{Key: t("engage.file.public"), Value: yes[q.Public]},
		{Key: t("engage.file.email"), Value: yes[q.HasEmail]},
	}
	if q.Assignee == "" {
		out[2].Value = t("engage.field.nobody")
	}
	if q.Reason != "" {
		out = append(out, ui.KeyValue{Key: t("engage.file.reason"), Value: t("engage.reason." + string(q.Reason))})
	}
	for _, n := range q.Notices {
		out = append(out, ui.KeyValue{Key: t("engage.letter.kind." + n.Kind), Value: t("engage.letter.state."+n.State, "date", moment(ctx, n.At, q.Zone))})
	}
	return out
}

func sentTitle(ctx context.Context, a engage.Reply) string {
	if a.Revision == 1 {
		return i18n.T(ctx, "engage.file.sent")
	}
	return i18n.T(ctx, "engage.file.correction", "number", i18n.From(ctx).Int(int(a.Revision)-1))
}

func sentBy(ctx context.Context, p *questionPage, a engage.Reply) string {
	if a.ApprovedBy == "" {
		return i18n.T(ctx, "engage.file.sent_by", "name", p.Name(a.AuthorID), "date", moment(ctx, a.SentAt, p.Zone))
	}
	return i18n.T(ctx, "engage.file.sent_approved", "name", p.Name(a.AuthorID), "approver", p.Name(a.ApprovedBy), "date", moment(ctx, a.SentAt, p.Zone))
}

func publishWord(ctx context.Context, publish bool) string {
	if publish {
		return i18n.T(ctx, "engage.file.will_publish")
	}
	return i18n.T(ctx, "engage.file.wont_publish")
}

func editorTitle(ctx context.Context, p *questionPage) string {
	if p.Correcting() {
		return i18n.T(ctx, "engage.file.correct")
	}
	return i18n.T(ctx, "engage.file.answer")
}

// buttons of the editor: what sending does here is said on the button.
func (q *questionPage) buttons(ctx context.Context) []ui.Button {
	send := ui.Button{Label: i18n.T(ctx, "engage.act.send"), Icon: "send", Confirm: i18n.T(ctx, "engage.act.send_what")}
	if q.NeedsApproval {
		send = ui.Button{Label: i18n.T(ctx, "engage.act.submit"), Icon: "send"}
	}
	return []ui.Button{send, {Label: i18n.T(ctx, "engage.act.draft"), Icon: "device-floppy", Quiet: true, Attrs: templ.Attributes{"formaction": q.Path + "/draft"}}}
}

func reasonOptions(ctx context.Context) []ui.Option {
	var out []ui.Option
	for _, r := range engage.Reasons {
		out = append(out, ui.Option{Value: string(r), Label: i18n.T(ctx, "engage.reason."+string(r)), Hint: i18n.T(ctx, "engage.reason_hint."+string(r))})
	}
	return out
}
