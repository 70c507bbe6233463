CREATE TABLE org_ministry (
	id INTEGER PRIMARY KEY CHECK (id = 1),
	names TEXT NOT NULL,
	country TEXT NOT NULL,
	city TEXT NOT NULL,
	time_zone TEXT NOT NULL,
	weekend TEXT NOT NULL,
	languages TEXT NOT NULL,
	email TEXT NOT NULL,
	phone TEXT NOT NULL,
	address TEXT NOT NULL,
	version BIGINT NOT NULL
);
CREATE TABLE org_department (
	id TEXT PRIMARY KEY,
	parent_id TEXT REFERENCES org_department (id),
	kind TEXT NOT NULL,
	names TEXT NOT NULL,
	open BOOLEAN NOT NULL,
	created_at BIGINT NOT NULL,
	version BIGINT NOT NULL
);
CREATE TABLE org_mission (
	id TEXT PRIMARY KEY,
	slug TEXT NOT NULL UNIQUE,
	kind TEXT NOT NULL,
	names TEXT NOT NULL,
	city TEXT NOT NULL,
	country TEXT NOT NULL,
	jurisdiction TEXT NOT NULL,
	time_zone TEXT NOT NULL,
	weekend TEXT NOT NULL,
	languages TEXT NOT NULL,
	lat DOUBLE PRECISION NOT NULL,
	lon DOUBLE PRECISION NOT NULL,
	email TEXT NOT NULL,
	phone TEXT NOT NULL,
	address TEXT NOT NULL,
	open BOOLEAN NOT NULL,
	created_at BIGINT NOT NULL,
	closed_at BIGINT NOT NULL,
	version BIGINT NOT NULL
);
CREATE TABLE org_person (
	id TEXT PRIMARY KEY,
	name TEXT NOT NULL,
	post TEXT NOT NULL,
	mission_id TEXT REFERENCES org_mission (id),
	department_id TEXT REFERENCES org_department (id),
	email TEXT NOT NULL,
	language TEXT NOT NULL,
	active BOOLEAN NOT NULL,
	found_by TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	version BIGINT NOT NULL
);
CREATE UNIQUE INDEX org_person_email ON org_person (email) WHERE email <> '';
CREATE INDEX org_person_mission ON org_person (mission_id);
CREATE INDEX org_person_department ON org_person (department_id);

-- org_posting is the history of a person's posts; the open one has until_at 0.
CREATE TABLE org_posting (
	id TEXT PRIMARY KEY,
	person_id TEXT NOT NULL REFERENCES org_person (id),
	mission_id TEXT REFERENCES org_mission (id),
	department_id TEXT REFERENCES org_department (id),
	post TEXT NOT NULL,
	from_at BIGINT NOT NULL,
	until_at BIGINT NOT NULL
);
CREATE INDEX org_posting_person ON org_posting (person_id, from_at);
CREATE INDEX org_posting_mission ON org_posting (mission_id, from_at);
