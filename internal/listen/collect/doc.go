// Package collect reads what is publicly said where it is said: one Reader for
// each protocol, all with one way to hand over what they find.
//
//	Mastodon   REST API: public, local and hashtag timelines        polled
//	Telegram   Bot API: getUpdates, posts of channels               polled
//	YouTube    Data API v3: commentThreads, comments                polled
//	ActivityPub outbox of an actor                                  polled
//	Facebook   Graph API: posts of a page, comments                 polled
//	Instagram  Graph API: media of an account, comments             polled
//	XSearch    X API v2: recent search                              polled
//	XStream    X API v2: filtered stream                            stream
//	Jetstream  Bluesky: Jetstream's /subscribe over a websocket     stream
//	Wikimedia  EventStreams: recent changes over Server-Sent Events stream
//
// A reader keeps nothing between two calls. All it knows of earlier calls is
// the cursor, a text of its own making that the caller stores together with the
// items in one transaction: so a crash at any moment loses nothing, and what
// comes twice has the same Key.
//
// Memory is bounded whatever the other side sends: answers by fetch, events by
// maxEvent, what waits to be delivered by the batch, for reading stops while
// the caller stores. Nothing here knows a database or a page; tokens are values
// that the caller brings.
package collect
