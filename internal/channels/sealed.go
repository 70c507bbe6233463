package channels

import "sifara/internal/vault/sealed"

// Sealed lists the columns of this context that the vault seals.
func (s *Service) Sealed() []sealed.Column {
	secret := func(k []string) string { return secretPurpose(k[0]) }
	return []sealed.Column{
		{DB: s.DB, Table: "channels_account", Value: "recovery", Key: []string{"id"}, Purpose: func(k []string) string { return recoveryPurpose(k[0]) }},
		{DB: s.DB, Table: "channels_webhook", Value: "secret", Key: []string{"id"}, Purpose: secret},
		{DB: s.DB, Table: "channels_webhook", Value: "old_secret", Key: []string{"id"}, Purpose: secret},
	}
}
