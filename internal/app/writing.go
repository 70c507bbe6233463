package app

import "sifara/internal/publish/publishweb"

// writing is what those who write messages together need of the house.
func (h *House) writing() publishweb.Writing {
	return publishweb.Writing{Accounts: h.Channels}
}
