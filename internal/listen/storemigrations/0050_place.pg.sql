-- Posts by hour and country, kept as the other counts are.
CREATE TABLE listen_place_count (
	hour BIGINT NOT NULL, country TEXT NOT NULL, posts BIGINT NOT NULL,
	PRIMARY KEY (hour, country)
);
