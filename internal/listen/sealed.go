package listen

import "sifara/internal/vault/sealed"

// Sealed lists the columns of this context, in both of its stores, that the
// vault seals.
func (s *Service) Sealed() []sealed.Column {
	return []sealed.Column{
		{DB: s.db, Table: "listen_pseudonym_key", Value: "sealed", Key: []string{"period"}, Purpose: func(k []string) string { return pseudonymPurpose + "/" + k[0] }},
		{DB: s.db, Table: "listen_source", Value: "token", Key: []string{"id"}, Purpose: func(k []string) string { return tokenPurpose(k[0]) }},
		{DB: s.store, Table: "listen_import_reject", Value: "sealed", Key: []string{"import", "line"}, Purpose: func(k []string) string { return rejectPurpose(k[0]) }},
	}
}
