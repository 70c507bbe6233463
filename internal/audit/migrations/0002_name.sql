-- The names under which the logs of the house are signed, fixed at the first start.
CREATE TABLE audit_name (
	log TEXT PRIMARY KEY,
	name TEXT NOT NULL
);
