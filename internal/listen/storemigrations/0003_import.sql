-- How far each import is, written together with the posts it stored: whoever
-- goes on after a crash goes on exactly there.
CREATE TABLE listen_import_progress (
	import TEXT PRIMARY KEY,
	read_to BIGINT NOT NULL,
	line BIGINT NOT NULL,
	read_posts BIGINT NOT NULL,
	stored BIGINT NOT NULL,
	duplicates BIGINT NOT NULL,
	rejected BIGINT NOT NULL,
	wall_us BIGINT NOT NULL,
	cpu_us BIGINT NOT NULL,
	first_at BIGINT NOT NULL,
	last_at BIGINT NOT NULL
);
-- The beginning of a rejected line may name its author: it is sealed.
CREATE TABLE listen_import_reject (
	import TEXT NOT NULL,
	line BIGINT NOT NULL,
	reason TEXT NOT NULL,
	sealed TEXT NOT NULL,
	PRIMARY KEY (import, line)
);
