package auth

import "sifara/internal/vault/sealed"

// Sealed lists the columns of this context that the vault seals.
func (s *Service) Sealed() []sealed.Column {
	return []sealed.Column{
		{DB: s.DB, Table: "auth_account", Value: "totp", Key: []string{"person_id"}, Purpose: func(k []string) string { return totpPurpose(k[0]) }},
		{DB: s.DB, Table: "auth_idempotency", Value: "header", Key: []string{"actor_id", "key"}, Purpose: func(k []string) string { return answerPurpose(k[0], k[1]) }},
	}
}
