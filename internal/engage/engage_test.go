package engage_test

import (
	"testing"

	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/engage"
	"sifara/internal/engage/engagetest"
	"sifara/internal/i18n"
	"sifara/internal/web"
)

type house = engagetest.House

func each(t *testing.T, run func(t *testing.T, h *house)) {
	t.Helper()
	dbtest.Each(t, engagetest.Migrations, func(t *testing.T, d *db.DB) { run(t, engagetest.New(t, d)) })
}

func TestLocales(t *testing.T) {
	c, err := i18n.Load(web.Locales(), engage.Locales())
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Check(); err != nil {
		t.Error(err)
	}
}
