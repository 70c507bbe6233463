-- The languages in which a person can vouch for a text. Whoever is entered
-- already keeps what they could do: any. New people read their own.
ALTER TABLE org_person ADD COLUMN reads TEXT NOT NULL DEFAULT '["ar","ckb","kmr","en"]';
