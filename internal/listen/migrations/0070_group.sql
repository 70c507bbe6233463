-- A look for groups at the posts of a period. At most one is running in the
-- whole house: it needs much memory.
CREATE TABLE listen_group_run (
	id TEXT PRIMARY KEY,
	topic_id TEXT NOT NULL,
	from_at BIGINT NOT NULL,
	until_at BIGINT NOT NULL,
	window_seconds BIGINT NOT NULL,
	state TEXT NOT NULL,
	asked_by TEXT NOT NULL,
	asked_at BIGINT NOT NULL,
	started_at BIGINT NOT NULL,
	finished_at BIGINT NOT NULL,
	posts BIGINT NOT NULL,
	left_out BIGINT NOT NULL,
	more BOOLEAN NOT NULL,
	found BIGINT NOT NULL,
	reason TEXT NOT NULL
);
CREATE UNIQUE INDEX listen_group_run_one ON listen_group_run (state) WHERE state = 'running';
CREATE INDEX listen_group_run_asked ON listen_group_run (asked_at);

-- A group of accounts that act together. No list of its accounts is kept: only
-- how many they are and how they hang together, by numbers of their own.
CREATE TABLE listen_group (
	id TEXT PRIMARY KEY,
	run_id TEXT NOT NULL REFERENCES listen_group_run (id),
	topic_id TEXT NOT NULL,
	kinds TEXT NOT NULL,
	accounts BIGINT NOT NULL,
	posts BIGINT NOT NULL,
	objects BIGINT NOT NULL,
	p DOUBLE PRECISION NOT NULL,
	spread_seconds DOUBLE PRECISION NOT NULL,
	first_at BIGINT NOT NULL,
	last_at BIGINT NOT NULL,
	network TEXT NOT NULL,
	spread TEXT NOT NULL,
	state TEXT NOT NULL,
	reason TEXT NOT NULL,
	set_by TEXT NOT NULL,
	set_at BIGINT NOT NULL,
	found_at BIGINT NOT NULL,
	seen_at BIGINT NOT NULL
);
CREATE INDEX listen_group_seen ON listen_group (state, seen_at);

-- The posts that show it.
CREATE TABLE listen_group_post (
	group_id TEXT NOT NULL REFERENCES listen_group (id),
	post BIGINT NOT NULL,
	kind TEXT NOT NULL,
	object TEXT NOT NULL,
	PRIMARY KEY (group_id, post, kind, object)
);
CREATE INDEX listen_group_post_post ON listen_group_post (post);

-- Sources whose accounts are media that an official entered: what they repeat
-- at once is syndication.
CREATE TABLE listen_group_media (
	source_id TEXT PRIMARY KEY,
	reason TEXT NOT NULL,
	entered_by TEXT NOT NULL,
	entered_at BIGINT NOT NULL
);
