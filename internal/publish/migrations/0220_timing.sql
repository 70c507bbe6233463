-- When a mission, or the ministry under the empty id, speaks and is silent:
-- the standard counts without a row. Minutes; places in ten-thousandths of a
-- degree.
CREATE TABLE publish_timing_hours (
	mission_id TEXT PRIMARY KEY,
	method TEXT NOT NULL,
	shadow TEXT NOT NULL,
	high_latitude TEXT NOT NULL,
	lat BIGINT NOT NULL,
	lon BIGINT NOT NULL,
	day_from BIGINT NOT NULL,
	day_until BIGINT NOT NULL,
	friday_before BIGINT NOT NULL,
	friday_after BIGINT NOT NULL,
	prayer_after BIGINT NOT NULL,
	iftar_before BIGINT NOT NULL,
	iftar_after BIGINT NOT NULL,
	version BIGINT NOT NULL,
	edited_by TEXT NOT NULL,
	edited_at BIGINT NOT NULL
);
