-- How the sites of missions look, and under the empty id that of the ministry: a
-- row for each saving, of which the newest counts. Colours as "#rrggbb".
CREATE TABLE publish_theme (
	mission_id TEXT NOT NULL,
	version BIGINT NOT NULL,
	own BOOLEAN NOT NULL,
	accent TEXT NOT NULL,
	ink TEXT NOT NULL,
	dark_accent TEXT NOT NULL,
	dark_ink TEXT NOT NULL,
	follows BOOLEAN NOT NULL,
	header TEXT NOT NULL,
	logo_id TEXT NOT NULL,
	alt TEXT NOT NULL,
	saved_by TEXT NOT NULL,
	saved_at BIGINT NOT NULL,
	PRIMARY KEY (mission_id, version)
);

-- The emblems that were uploaded for them.
CREATE TABLE publish_theme_logo (
	id TEXT PRIMARY KEY,
	mission_id TEXT NOT NULL,
	digest TEXT NOT NULL,
	media_type TEXT NOT NULL,
	size BIGINT NOT NULL,
	width BIGINT NOT NULL,
	height BIGINT NOT NULL,
	added_by TEXT NOT NULL,
	added_at BIGINT NOT NULL
);
CREATE INDEX publish_theme_logo_mission ON publish_theme_logo (mission_id);
