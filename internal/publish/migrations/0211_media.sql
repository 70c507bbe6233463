-- Whose a file is and on what terms it is shown; what is written under it, JSON by
-- language; the point of a picture that every crop keeps, in hundredths of its size
-- from its middle.
ALTER TABLE publish_attachment ADD COLUMN caption TEXT NOT NULL DEFAULT '';
ALTER TABLE publish_attachment ADD COLUMN author TEXT NOT NULL DEFAULT '';
ALTER TABLE publish_attachment ADD COLUMN licence TEXT NOT NULL DEFAULT '';
ALTER TABLE publish_attachment ADD COLUMN source TEXT NOT NULL DEFAULT '';
ALTER TABLE publish_attachment ADD COLUMN focus_x BIGINT NOT NULL DEFAULT 0;
ALTER TABLE publish_attachment ADD COLUMN focus_y BIGINT NOT NULL DEFAULT 0;
