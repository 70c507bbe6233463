-- What colleagues say to each other about a message, and whom they call by it. A
-- comment may be about a place in the text of a language: the words it quotes.
CREATE TABLE publish_discuss_comment (
	id TEXT PRIMARY KEY,
	message_id TEXT NOT NULL REFERENCES publish_message (id),
	lang TEXT NOT NULL DEFAULT '',
	quote TEXT NOT NULL DEFAULT '',
	body TEXT NOT NULL,
	author_id TEXT NOT NULL,
	at BIGINT NOT NULL,
	resolved_at BIGINT NOT NULL DEFAULT 0,
	resolved_by TEXT NOT NULL DEFAULT ''
);
CREATE INDEX publish_discuss_comment_message ON publish_discuss_comment (message_id, at);

-- Somebody who is called by a comment. Done_at is when they said that they have
-- seen to it.
CREATE TABLE publish_discuss_mention (
	comment_id TEXT NOT NULL REFERENCES publish_discuss_comment (id),
	person_id TEXT NOT NULL,
	done_at BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (comment_id, person_id)
);
CREATE INDEX publish_discuss_mention_person ON publish_discuss_mention (person_id, done_at);

-- Whether something in a message is true, asked of a person or of a desk (a
-- mission or a department). Who is asked sees the claim and the question, and the
-- message only if they may anyway.
CREATE TABLE publish_discuss_check (
	id TEXT PRIMARY KEY,
	message_id TEXT NOT NULL REFERENCES publish_message (id),
	lang TEXT NOT NULL,
	claim TEXT NOT NULL,
	question TEXT NOT NULL DEFAULT '',
	person_id TEXT NOT NULL DEFAULT '',
	unit_id TEXT NOT NULL DEFAULT '',
	asked_by TEXT NOT NULL,
	asked_at BIGINT NOT NULL,
	verdict TEXT NOT NULL DEFAULT '',
	answer TEXT NOT NULL DEFAULT '',
	sources TEXT NOT NULL DEFAULT '',
	answered_by TEXT NOT NULL DEFAULT '',
	answered_at BIGINT NOT NULL DEFAULT 0,
	dropped_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX publish_discuss_check_message ON publish_discuss_check (message_id, asked_at);
CREATE INDEX publish_discuss_check_person ON publish_discuss_check (person_id, answered_at);
CREATE INDEX publish_discuss_check_unit ON publish_discuss_check (unit_id, answered_at);
