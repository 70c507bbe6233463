-- Lists of letters, and who asked to get them. Addresses are sealed by the
-- vault; address_hash is a keyed hash by which one address is found again.
CREATE TABLE publish_newsletter_list (
	id TEXT PRIMARY KEY,
	slug TEXT NOT NULL UNIQUE,
	mission_id TEXT NOT NULL,
	names TEXT NOT NULL,
	abouts TEXT NOT NULL,
	topics TEXT NOT NULL,
	open BOOLEAN NOT NULL,
	digest TEXT NOT NULL,
	digest_hour BIGINT NOT NULL,
	digest_day BIGINT NOT NULL,
	digest_upto BIGINT NOT NULL,
	digest_by TEXT NOT NULL,
	version BIGINT NOT NULL,
	created_by TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	closed_at BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE publish_newsletter_subscriber (
	id TEXT PRIMARY KEY,
	list_id TEXT NOT NULL REFERENCES publish_newsletter_list (id),
	address_hash TEXT NOT NULL,
	address TEXT NOT NULL,
	lang TEXT NOT NULL,
	country TEXT NOT NULL,
	topics TEXT NOT NULL,
	consent TEXT NOT NULL,
	consent_at BIGINT NOT NULL,
	soft_bounces BIGINT NOT NULL DEFAULT 0,
	created_at BIGINT NOT NULL,
	UNIQUE (list_id, address_hash)
);
CREATE INDEX publish_newsletter_subscriber_turn ON publish_newsletter_subscriber (list_id, id);
CREATE INDEX publish_newsletter_subscriber_hash ON publish_newsletter_subscriber (address_hash);

-- Sign-ups that wait for the click in the letter.
CREATE TABLE publish_newsletter_request (
	id TEXT PRIMARY KEY,
	address_hash TEXT NOT NULL,
	address TEXT NOT NULL,
	lang TEXT NOT NULL,
	country TEXT NOT NULL,
	lists TEXT NOT NULL,
	topics TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	expires_at BIGINT NOT NULL
);
CREATE INDEX publish_newsletter_request_hash ON publish_newsletter_request (address_hash, created_at);
CREATE INDEX publish_newsletter_request_end ON publish_newsletter_request (expires_at);

-- Who left, bounced or complained: only the keyed hash is kept, so that an
-- import does not bring them back.
CREATE TABLE publish_newsletter_left (
	list_id TEXT NOT NULL,
	address_hash TEXT NOT NULL,
	reason TEXT NOT NULL,
	at BIGINT NOT NULL,
	PRIMARY KEY (list_id, address_hash)
);

CREATE TABLE publish_newsletter_letter (
	id TEXT PRIMARY KEY,
	list_id TEXT NOT NULL REFERENCES publish_newsletter_list (id),
	mission_id TEXT NOT NULL,
	slug TEXT NOT NULL UNIQUE,
	kind TEXT NOT NULL,
	occasion TEXT NOT NULL,
	messages TEXT NOT NULL,
	segment TEXT NOT NULL,
	subjects TEXT NOT NULL,
	worded_by TEXT NOT NULL,
	utm BOOLEAN NOT NULL,
	test_share BIGINT NOT NULL,
	test_hours BIGINT NOT NULL,
	decide_at BIGINT NOT NULL DEFAULT 0,
	winner TEXT NOT NULL DEFAULT '',
	outcome TEXT NOT NULL DEFAULT '',
	state TEXT NOT NULL,
	why TEXT NOT NULL DEFAULT '',
	trouble TEXT NOT NULL DEFAULT '',
	not_after BIGINT NOT NULL,
	prepared TEXT NOT NULL DEFAULT '',
	ready BOOLEAN NOT NULL DEFAULT FALSE,
	total BIGINT NOT NULL DEFAULT 0,
	sent BIGINT NOT NULL DEFAULT 0,
	failed BIGINT NOT NULL DEFAULT 0,
	dead BIGINT NOT NULL DEFAULT 0,
	base_sent BIGINT NOT NULL DEFAULT 0,
	base_dead BIGINT NOT NULL DEFAULT 0,
	holder TEXT NOT NULL DEFAULT '',
	held_until BIGINT NOT NULL DEFAULT 0,
	flying TEXT NOT NULL DEFAULT '',
	created_by TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	sent_by TEXT NOT NULL DEFAULT '',
	started_at BIGINT NOT NULL DEFAULT 0,
	ended_at BIGINT NOT NULL DEFAULT 0,
	version BIGINT NOT NULL,
	UNIQUE (list_id, occasion)
);
CREATE INDEX publish_newsletter_letter_state ON publish_newsletter_letter (state);
CREATE INDEX publish_newsletter_letter_started ON publish_newsletter_letter (started_at, id);

CREATE TABLE publish_newsletter_edition (
	letter_id TEXT NOT NULL REFERENCES publish_newsletter_letter (id),
	lang TEXT NOT NULL,
	subject TEXT NOT NULL,
	subject_b TEXT NOT NULL,
	html TEXT NOT NULL,
	plain TEXT NOT NULL,
	content TEXT NOT NULL,
	PRIMARY KEY (letter_id, lang)
);

-- Clicks are counted by letter, language, wording and link, and by nothing else.
CREATE TABLE publish_newsletter_link (
	letter_id TEXT NOT NULL REFERENCES publish_newsletter_letter (id),
	lang TEXT NOT NULL,
	n BIGINT NOT NULL,
	url TEXT NOT NULL,
	clicks_a BIGINT NOT NULL DEFAULT 0,
	clicks_b BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (letter_id, lang, n)
);

-- The ledger: one row for each recipient of a letter.
CREATE TABLE publish_newsletter_delivery (
	letter_id TEXT NOT NULL REFERENCES publish_newsletter_letter (id),
	n BIGINT NOT NULL,
	subscriber_id TEXT NOT NULL,
	lang TEXT NOT NULL,
	wording TEXT NOT NULL,
	state TEXT NOT NULL,
	due_at BIGINT NOT NULL DEFAULT 0,
	slotted BOOLEAN NOT NULL DEFAULT FALSE,
	attempts BIGINT NOT NULL DEFAULT 0,
	code BIGINT NOT NULL DEFAULT 0,
	at BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (letter_id, n)
);
CREATE INDEX publish_newsletter_delivery_later ON publish_newsletter_delivery (letter_id, due_at, n) WHERE state = 'later';

CREATE TABLE publish_newsletter_key (
	selector TEXT PRIMARY KEY,
	algorithm TEXT NOT NULL,
	private TEXT NOT NULL,
	public TEXT NOT NULL,
	active BOOLEAN NOT NULL,
	created_by TEXT NOT NULL,
	created_at BIGINT NOT NULL
);

CREATE TABLE publish_newsletter_setting (
	id BIGINT PRIMARY KEY,
	data TEXT NOT NULL,
	version BIGINT NOT NULL
);
INSERT INTO publish_newsletter_setting (id, data, version) VALUES (1, '{}', 0);
