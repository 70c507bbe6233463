-- Which items of a feed are stored: feeds repeat them, change their dates, or
-- give none.
CREATE TABLE listen_feed_item (
	source BIGINT NOT NULL,
	item BIGINT NOT NULL,
	seen BIGINT NOT NULL,
	PRIMARY KEY (source, item)
);
