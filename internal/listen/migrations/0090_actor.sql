-- The register of public actors: accounts that may be named and measured, why,
-- and until when.
CREATE TABLE listen_actor (
	id TEXT PRIMARY KEY,
	name TEXT NOT NULL,
	kind TEXT NOT NULL,
	country TEXT NOT NULL,
	reason TEXT NOT NULL,
	state TEXT NOT NULL,
	ends_at BIGINT NOT NULL,
	entered_by TEXT NOT NULL,
	entered_at BIGINT NOT NULL,
	confirmed_by TEXT NOT NULL,
	confirmed_at BIGINT NOT NULL,
	ended_by TEXT NOT NULL,
	ended_at BIGINT NOT NULL,
	end_reason TEXT NOT NULL,
	renews_to BIGINT NOT NULL,
	renew_reason TEXT NOT NULL,
	renewed_by TEXT NOT NULL
);
CREATE INDEX listen_actor_state ON listen_actor (state, ends_at);

-- Its accounts. The names are removed when the entry ends.
CREATE TABLE listen_actor_account (
	network TEXT NOT NULL,
	handle TEXT NOT NULL,
	actor_id TEXT NOT NULL REFERENCES listen_actor (id),
	PRIMARY KEY (network, handle)
);

-- What was measured, by the last day of the stretch (Unix time / 86400) and its
-- length in days. They go with the entry.
CREATE TABLE listen_actor_figure (
	actor_id TEXT NOT NULL REFERENCES listen_actor (id),
	days BIGINT NOT NULL,
	day BIGINT NOT NULL,
	figure TEXT NOT NULL,
	PRIMARY KEY (actor_id, days, day)
);

-- What all were measured in.
CREATE TABLE listen_influence_run (
	days BIGINT NOT NULL,
	day BIGINT NOT NULL,
	measured_at BIGINT NOT NULL,
	measure TEXT NOT NULL,
	PRIMARY KEY (days, day)
);
