-- What a person proves themselves with. Secrets are hashed, or sealed in the vault.
CREATE TABLE auth_account (
	person_id TEXT PRIMARY KEY,
	password TEXT NOT NULL DEFAULT '',
	password_at BIGINT NOT NULL DEFAULT 0,
	totp TEXT NOT NULL DEFAULT '',
	totp_at BIGINT NOT NULL DEFAULT 0,
	totp_step BIGINT NOT NULL DEFAULT 0,
	disabled_at BIGINT NOT NULL DEFAULT 0,
	created_at BIGINT NOT NULL
);

CREATE TABLE auth_passkey (
	id TEXT PRIMARY KEY,
	person_id TEXT NOT NULL REFERENCES auth_account (person_id),
	name TEXT NOT NULL,
	credential TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	used_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX auth_passkey_person ON auth_passkey (person_id);

CREATE TABLE auth_recovery (
	person_id TEXT NOT NULL REFERENCES auth_account (person_id),
	code_hash TEXT NOT NULL,
	used_at BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (person_id, code_hash)
);

CREATE TABLE auth_subject (
	issuer TEXT NOT NULL,
	subject TEXT NOT NULL,
	person_id TEXT NOT NULL REFERENCES auth_account (person_id),
	linked_at BIGINT NOT NULL,
	PRIMARY KEY (issuer, subject)
);
CREATE INDEX auth_subject_person ON auth_subject (person_id);

-- Links sent by mail: invitation or reset. The secret exists only in the letter.
CREATE TABLE auth_link (
	id TEXT PRIMARY KEY,
	person_id TEXT NOT NULL REFERENCES auth_account (person_id),
	kind TEXT NOT NULL,
	secret_hash TEXT NOT NULL DEFAULT '',
	created_by TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	expires_at BIGINT NOT NULL,
	sent_at BIGINT NOT NULL DEFAULT 0,
	used_at BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX auth_link_secret ON auth_link (secret_hash) WHERE secret_hash <> '';
CREATE INDEX auth_link_person ON auth_link (person_id);

-- The session store of the console: the token is hashed.
CREATE TABLE auth_session (
	token_hash TEXT PRIMARY KEY,
	data BLOB NOT NULL,
	expires_at BIGINT NOT NULL
);
CREATE INDEX auth_session_expires ON auth_session (expires_at);

-- One row for each time somebody signed in.
CREATE TABLE auth_signin (
	id TEXT PRIMARY KEY,
	person_id TEXT NOT NULL REFERENCES auth_account (person_id),
	method TEXT NOT NULL,
	browser TEXT NOT NULL,
	system TEXT NOT NULL,
	network TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	seen_at BIGINT NOT NULL,
	confirmed_at BIGINT NOT NULL,
	expires_at BIGINT NOT NULL,
	ended_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX auth_signin_person ON auth_signin (person_id, created_at);

-- Browsers from which a person has signed in before: a stranger's failures never hold them up.
CREATE TABLE auth_device (
	person_id TEXT NOT NULL REFERENCES auth_account (person_id),
	secret_hash TEXT NOT NULL,
	seen_at BIGINT NOT NULL,
	PRIMARY KEY (person_id, secret_hash)
);

-- Failures by a keyed hash of what was tried from where; no address is kept.
CREATE TABLE auth_attempt (
	key TEXT PRIMARY KEY,
	failures BIGINT NOT NULL,
	last_at BIGINT NOT NULL,
	next_at BIGINT NOT NULL
);
CREATE INDEX auth_attempt_last ON auth_attempt (last_at);

CREATE TABLE auth_token (
	id TEXT PRIMARY KEY,
	person_id TEXT NOT NULL REFERENCES auth_account (person_id),
	name TEXT NOT NULL,
	secret_hash TEXT NOT NULL UNIQUE,
	permissions TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	expires_at BIGINT NOT NULL,
	used_at BIGINT NOT NULL DEFAULT 0,
	revoked_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX auth_token_person ON auth_token (person_id);

-- Answers to requests that carried an Idempotency-Key.
CREATE TABLE auth_idempotency (
	actor_id TEXT NOT NULL,
	key TEXT NOT NULL,
	request_hash TEXT NOT NULL,
	status BIGINT NOT NULL DEFAULT 0,
	header TEXT NOT NULL DEFAULT '',
	body BLOB,
	created_at BIGINT NOT NULL,
	PRIMARY KEY (actor_id, key)
);
CREATE INDEX auth_idempotency_created ON auth_idempotency (created_at);

CREATE TABLE auth_setting (
	name TEXT PRIMARY KEY,
	value TEXT NOT NULL
);
