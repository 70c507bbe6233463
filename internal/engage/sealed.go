package engage

import "sifara/internal/vault/sealed"

// Sealed lists the columns of this context that the vault seals.
func (s *Service) Sealed() []sealed.Column {
	return []sealed.Column{
		{DB: s.DB, Table: "engage_question", Value: "email", Key: []string{"id"}, Purpose: func(k []string) string { return emailPurpose(k[0]) }},
	}
}
