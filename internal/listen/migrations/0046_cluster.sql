-- Matters that are much spoken of and that no desk has asked for: clusters of
-- stories, found by a job. They are bounded and forgotten when nothing is added.
CREATE TABLE listen_cluster (
	id TEXT PRIMARY KEY,
	words TEXT NOT NULL,
	stories BIGINT NOT NULL,
	posts BIGINT NOT NULL,
	first_at BIGINT NOT NULL,
	last_at BIGINT NOT NULL,
	dismissed_by TEXT NOT NULL,
	dismissed_at BIGINT NOT NULL
);
CREATE TABLE listen_cluster_story (
	story BIGINT PRIMARY KEY,
	cluster_id TEXT NOT NULL REFERENCES listen_cluster (id),
	posts BIGINT NOT NULL
);
CREATE INDEX listen_cluster_story_cluster ON listen_cluster_story (cluster_id, posts);
