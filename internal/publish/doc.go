// Package publish keeps the messages of the ministry and its missions, from
// the first draft to the public page: what is said, in which languages, who
// vouched for it, when it became public, and when it was taken back.
//
// A message is one statement, news item, event, page or other text (see Kind)
// in up to four languages, with the details that its kind needs. One language is the source; a translation remembers the hash of
// the source it was made from, so that it shows when it is older than its
// source. A route (by mission, topic, kind and sensitivity, the most specific
// first; by channel too) names the approvals that a message needs; the last step of a route is
// always the release. Steps wait one after the other or in groups, of which all
// or one must be taken; they ask for a permission and perhaps for roles,
// offices or people, and pass on to others what waits too long.
//
// # Life of a message
//
//	         edit (voids approvals)
//	  ┌───────────────┬──────────────┬─────────────┐
//	  ▼               │              │             │
//	draft ─ submit ▸ in_review ─ last approval ▸ approved ─ schedule ▸ scheduled
//	  ▲               │              │             │  ▲               │
//	  │ edit          │ reject       │ reject      │  └─ unschedule ──┤ at its time,
//	rejected ◂────────┴──────────────┘             │     or it failed │ by a job
//	  └─ submit ▸ in_review             release    ▼                  ▼
//	                                       released ◂─────────────────┘
//	any of the above ─ emergency ▸ released    │ withdraw, or NotAfter passed
//	                                           ▼
//	                                       withdrawn
//
// What holds in every state (TestNothingUnapprovedGoesOut walks at random and
// asks):
//
//   - An approval is bound to Message.ContentHash, which covers all that goes
//     out. Any edit changes the hash and voids the approvals given so far; they
//     stay on record with the reason.
//   - Who edited a message, or in whose name it was edited, takes none of its
//     steps, neither in person nor with a stand-in who acts in their name.
//     Where the route says so, nobody takes two steps, and who releases is
//     another than who cleared, whoever acts in whose name.
//   - A release checks everything again in its own transaction, the hash of the
//     stored texts included. Nothing is released before its embargo, after its
//     NotAfter, or while a pause covers it, unless it is on the whitelist.
//   - Who reviews a language reads it. A required language that is missing, or a
//     translation older than its source, stops the message, unless its route lets it
//     go out incomplete; what it lacked is kept with it and said on its page.
//   - A heated text (see Tone) takes at least the route of the next sensitivity, or
//     its approvals besides those of a route for any (see heatedRoute), and cools off, the longer the hotter, from its submission. Only a second person
//     ends that early, with a reason, and somebody else releases it then.
//   - An emergency release skips the steps, never the record: it carries its
//     reason, must be judged afterwards within the route's time, and is counted.
//   - What was public is never edited or removed. A withdrawn message keeps its
//     page, with the note.
//
// Every act is one transaction that locks the message, so two nodes, or a node
// killed at any moment, release a message once or not at all.
//
// Messages may serve a campaign of the house: publish/campaign, which stands on
// this package.
//
// A message that is on its way may be shown to named readers outside before its
// release: publish/share, which stands on this package too.
//
// A pause stops releases and whatever other senders let out through Pass. It
// takes turns with them at one row, so that once it is confirmed nothing
// leaves. A plan that falls due meanwhile is held up: it stays scheduled with
// HeldAt set, until an official lets it out, plans it anew or drops it.
//
// A planned message may wait in the queue of its speaker for a weekly slot
// (publish/slot). What missed its slot because nothing ran takes a later one,
// and those behind it follow; it is not let out late with others.
//
// Tables: publish_message, publish_variant, publish_attachment, publish_version
// (what each edit made, who did it), publish_approval, publish_route,
// publish_pause, publish_queue, publish_site (what missions say of
// themselves), publish_gate, publish_sender, publish_cool (what heat
// led to at each submission), publish_autosave (what somebody typed and has not
// saved yet); and those of the public log and the counters of views.
// Events: Submitted, Waiting, Released, Withdrawn. Live topics: publish.messages,
// publish.message:ID, and "site" whenever something public changes. Jobs:
// publish.release at the planned time; publish.sweep every minute, which also
// catches what a lost job left, withdraws what has expired, and reminds.
package publish
