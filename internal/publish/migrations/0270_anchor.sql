-- What stays alike when a released text is translated, and the stems of its
-- words: by these a rendering in other words is found. publish_proof.anchors is
-- the edition of the reading by which a text was read; 0 when it was not yet.
ALTER TABLE publish_proof ADD COLUMN anchors INTEGER NOT NULL DEFAULT 0;
CREATE INDEX publish_proof_anchors ON publish_proof (anchors, seq);

-- In how many texts each stands.
CREATE TABLE publish_anchor (
	anchor BIGINT PRIMARY KEY,
	texts BIGINT NOT NULL
);
CREATE TABLE publish_anchor_text (
	anchor BIGINT NOT NULL,
	seq BIGINT NOT NULL REFERENCES publish_proof (seq),
	PRIMARY KEY (anchor, seq)
);
CREATE INDEX publish_anchor_text_seq ON publish_anchor_text (seq);
