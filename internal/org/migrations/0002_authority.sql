CREATE TABLE org_role (
	key TEXT PRIMARY KEY,
	names TEXT NOT NULL,
	standard BOOLEAN NOT NULL,
	permissions TEXT NOT NULL,
	version BIGINT NOT NULL
);
CREATE TABLE org_assignment (
	id TEXT PRIMARY KEY,
	person_id TEXT NOT NULL REFERENCES org_person (id),
	role TEXT NOT NULL REFERENCES org_role (key),
	level TEXT NOT NULL,
	unit TEXT NOT NULL,
	from_at BIGINT NOT NULL,
	until_at BIGINT NOT NULL,
	reason TEXT NOT NULL,
	granted_by TEXT NOT NULL,
	granted_at BIGINT NOT NULL,
	ended_at BIGINT NOT NULL,
	ended_by TEXT NOT NULL,
	end_reason TEXT NOT NULL
);
CREATE INDEX org_assignment_person ON org_assignment (person_id, from_at);
CREATE INDEX org_assignment_unit ON org_assignment (level, unit, role);
CREATE INDEX org_assignment_role ON org_assignment (role);
CREATE TABLE org_standin (
	id TEXT PRIMARY KEY,
	person_id TEXT NOT NULL REFERENCES org_person (id),
	for_person_id TEXT NOT NULL REFERENCES org_person (id),
	from_at BIGINT NOT NULL,
	until_at BIGINT NOT NULL,
	reason TEXT NOT NULL,
	appointed_by TEXT NOT NULL,
	appointed_at BIGINT NOT NULL,
	ended_at BIGINT NOT NULL,
	ended_by TEXT NOT NULL
);
CREATE INDEX org_standin_person ON org_standin (person_id, until_at);
CREATE INDEX org_standin_for ON org_standin (for_person_id, until_at);
