-- Which accounts a post responds to: target is the pseudonym of the account that
-- it passes on (kind 1), answers (2) or names (3), as its authors are called;
-- object what it passes on or answers, 0 when that is not known. Kept for 91
-- days.
CREATE TABLE listen_response (
	post BIGINT NOT NULL, target BIGINT NOT NULL, kind BIGINT NOT NULL, object BIGINT NOT NULL,
	PRIMARY KEY (post, target)
);
