package i18n

import (
	"context"
	"testing"
)

func TestContext(t *testing.T) {
	p := words(t).Printer(English)
	ctx := WithPrinter(t.Context(), p)
	if got := From(ctx); got != p {
		t.Errorf("From() = %v, want the printer given", got)
	}
	if got, want := T(ctx, "m", "count", 2), "2 messages"; got != want {
		t.Errorf("T() = %q, want %q", got, want)
	}
}

func TestContextWithoutPrinter(t *testing.T) {
	for name, ctx := range map[string]context.Context{
		"none": t.Context(),
		"nil":  WithPrinter(t.Context(), nil),
	} {
		p := From(ctx)
		if p == nil || p.Lang() != Arabic {
			t.Fatalf("%s: From() = %v, want an Arabic printer", name, p)
		}
		if got, want := p.T("publish.title"), "⟦publish.title⟧"; got != want {
			t.Errorf("%s: T() = %q, want %q", name, got, want)
		}
		if got, want := p.Date(morning), "٣ أيار ٢٠١٦"; got != want {
			t.Errorf("%s: Date() = %q, want %q", name, got, want)
		}
	}
}
