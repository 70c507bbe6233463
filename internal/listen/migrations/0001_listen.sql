CREATE TABLE listen_source (
	id TEXT PRIMARY KEY,
	number BIGINT NOT NULL UNIQUE,
	kind TEXT NOT NULL,
	name TEXT NOT NULL,
	url TEXT NOT NULL,
	site TEXT NOT NULL,
	lang TEXT NOT NULL,
	country TEXT NOT NULL,
	grade TEXT NOT NULL,
	mission_id TEXT NOT NULL,
	paused BOOLEAN NOT NULL,
	every_minutes BIGINT NOT NULL,
	etag TEXT NOT NULL,
	last_modified TEXT NOT NULL,
	next_at BIGINT NOT NULL,
	last_try_at BIGINT NOT NULL,
	last_success_at BIGINT NOT NULL,
	last_new_at BIGINT NOT NULL,
	failures BIGINT NOT NULL,
	last_error TEXT NOT NULL,
	moved_from TEXT NOT NULL,
	posts BIGINT NOT NULL,
	version BIGINT NOT NULL,
	created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX listen_source_url ON listen_source (kind, url, name);
CREATE INDEX listen_source_next ON listen_source (next_at);

CREATE TABLE listen_topic (
	id TEXT PRIMARY KEY,
	names TEXT NOT NULL,
	terms TEXT NOT NULL,
	countries TEXT NOT NULL,
	mission_id TEXT NOT NULL,
	department_id TEXT NOT NULL,
	watched BOOLEAN NOT NULL,
	version BIGINT NOT NULL,
	terms_version BIGINT NOT NULL,
	counted_version BIGINT NOT NULL,
	archived BOOLEAN NOT NULL,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL
);

CREATE TABLE listen_import (
	id TEXT PRIMARY KEY,
	name TEXT NOT NULL,
	fingerprint TEXT NOT NULL,
	file TEXT NOT NULL,
	size BIGINT NOT NULL,
	source_id TEXT NOT NULL,
	mapping TEXT NOT NULL,
	state TEXT NOT NULL,
	error TEXT NOT NULL,
	report TEXT NOT NULL,
	created_by TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	finished_at BIGINT NOT NULL
);
CREATE INDEX listen_import_fingerprint ON listen_import (fingerprint);

CREATE TABLE listen_warning (
	id TEXT PRIMARY KEY,
	series TEXT NOT NULL,
	topic_id TEXT NOT NULL,
	term TEXT NOT NULL,
	country TEXT NOT NULL,
	mission_id TEXT NOT NULL,
	department_id TEXT NOT NULL,
	raised_at BIGINT NOT NULL,
	since BIGINT NOT NULL,
	until BIGINT NOT NULL,
	observed BIGINT NOT NULL,
	expected DOUBLE PRECISION NOT NULL,
	score DOUBLE PRECISION NOT NULL,
	evidence TEXT NOT NULL,
	state TEXT NOT NULL,
	decision_id TEXT NOT NULL,
	closed_by TEXT NOT NULL,
	closed_at BIGINT NOT NULL,
	reason TEXT NOT NULL,
	version BIGINT NOT NULL,
	UNIQUE (series, since)
);
CREATE INDEX listen_warning_state ON listen_warning (state, raised_at);
CREATE INDEX listen_warning_series ON listen_warning (series, until);
