-- Days off that are no weekend: the ministry's own (without a mission), which
-- every mission inherits, and those of one mission.
CREATE TABLE org_holiday (
	id TEXT PRIMARY KEY,
	mission_id TEXT REFERENCES org_mission (id),
	names TEXT NOT NULL,
	calendar TEXT NOT NULL,
	year BIGINT NOT NULL,
	month BIGINT NOT NULL,
	day BIGINT NOT NULL,
	days BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	version BIGINT NOT NULL
);
CREATE INDEX org_holiday_mission ON org_holiday (mission_id);

-- Where a holiday is not kept: mission '' is the ministry and so everybody;
-- year is that of one occurrence in the holiday's own calendar, 0 all of them.
CREATE TABLE org_unkept (
	holiday_id TEXT NOT NULL REFERENCES org_holiday (id),
	mission_id TEXT NOT NULL,
	year BIGINT NOT NULL,
	PRIMARY KEY (holiday_id, mission_id, year)
);
