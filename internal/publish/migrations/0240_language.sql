-- Which languages a route wants, and whether a message may go out without them;
-- what it lacked when it did.
ALTER TABLE publish_route ADD COLUMN required TEXT NOT NULL DEFAULT '';
ALTER TABLE publish_route ADD COLUMN incomplete TEXT NOT NULL DEFAULT '';
ALTER TABLE publish_message ADD COLUMN lacks TEXT NOT NULL DEFAULT '';
