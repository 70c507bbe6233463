// Package share shows a message that is not public yet to named readers outside the
// house: a journalist, another ministry, an interpreter. Usually it stands under an
// embargo: a time before which nothing of it may be made public.
//
// Each reader has a link of their own, with 256 random bits, of which the house
// keeps the SHA-256 only: it is shown once to the official who makes it. The reader
// accepts the embargo before they are shown anything of the message, not even its
// title. The page, also on paper, names the reader; it bears no hidden mark. Kept of
// the reading are the time of the acceptance, the first and the last opening of the
// text and the number of openings; no address, no browser.
//
// # What a link leads to
//
//	nothing   revoked, its time is over, or the message can not go out any more
//	          (NotAfter): the same answer as to a link that never was
//	wait      the message is not on its way to the public: it is a draft again,
//	          because somebody edited it, recalled it, sent it back, or dropped what
//	          a pause had held up. Words that nobody vouches for are not shown
//	ask       the embargo is not accepted, or is another one since: later, earlier or
//	          lifted, it is accepted anew
//	text      the languages of the share, as approvals are bound to them; what is
//	          stored beside its hash and does not give it is not shown
//	public    the message was released while the link was valid: to its page, which
//	          says so when it was withdrawn since
//
// A link lasts until a moment that the official chooses, thirty days from its making
// at most, and shows the text until the release at most. That an embargo moves does
// not make it last longer: who needs more time gets another link. A share is revoked
// by officials only. A pause of publishing does not stop links, for nothing becomes
// public by them; Revoke and RevokeAll do.
//
// Readers and their links are forgotten ninety days after the link ended. The record
// keeps who shared what with whom.
//
// Table: publish_share. Live topic: that of the message. Job: publish.share_sweep.
package share
