-- The weekly slots of a mission, or of the ministry under the empty id: so many
-- messages go out at a minute of a weekday (0 is Sunday), of any kind or channel
-- where none is named.
CREATE TABLE publish_slot (
	id TEXT PRIMARY KEY,
	mission_id TEXT NOT NULL,
	kind TEXT NOT NULL,
	channel TEXT NOT NULL,
	weekday BIGINT NOT NULL,
	minute BIGINT NOT NULL,
	places BIGINT NOT NULL,
	version BIGINT NOT NULL,
	edited_by TEXT NOT NULL,
	edited_at BIGINT NOT NULL,
	UNIQUE (mission_id, kind, channel, weekday, minute)
);
