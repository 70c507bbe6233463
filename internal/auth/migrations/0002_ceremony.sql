-- What is kept on our side between asking a browser for a passkey and its answer; each is used once.
CREATE TABLE auth_ceremony (
	id_hash TEXT PRIMARY KEY,
	data TEXT NOT NULL,
	expires_at BIGINT NOT NULL
);
CREATE INDEX auth_ceremony_expires ON auth_ceremony (expires_at);
