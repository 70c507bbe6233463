# Sifara. `make help` lists what can be made.

PORT ?= 8080
DATA ?= data
GO   ?= go

# One way to compile for checks, tests and the program: what one has compiled the
# next need not. Programs carry no tables for a debugger, which spares tests their
# slowest part. Pages and API operations, and what runs once for a click or a start,
# are not inlined, which keeps the program small (docs/decisions/0017).
COLD = sifara/...web sifara/cmd/sifara $(addprefix sifara/internal/,org/... auth/... audit/... channels/... engage/... planning/... assess/... demo/... app/... \
	blob/... command/... fetch/... jobs/... \
	$(addprefix listen/,brief campaign collect group privacy score) \
	$(addprefix publish/,agenda calendar campaign caption clash discuss occasion prayer preview response share slot term theme timing websub witness)) \
	$(addprefix github.com/,minio/... go-webauthn/... go-jose/... fxamacker/... riverqueue/... lib/... danielgtaylor/... spf13/... BurntSushi/... \
	coreos/... jackc/... emersion/... yuin/... vmihailenco/... mmcdole/... tinylib/... microcosm-cc/... ccojocar/... pquerna/... google/... go-viper/... tidwall/... golang-jwt/... boombuler/...) \
	golang.org/x/oauth2/... crypto/tls crypto/x509
GOFLAGS_OURS = -trimpath -ldflags=-w $(foreach p,$(COLD),-gcflags=$p=-l)
export GOFLAGS := $(strip $(filter-out -trimpath -ldflags=% -gcflags=%,$(shell $(GO) env GOFLAGS)) $(GOFLAGS_OURS))
export CGO_ENABLED := 0

# modernc's SQLite is C translated to Go: its own memory is beyond the race
# detector, which only makes it ten times slower. Our code is instrumented. What
# is written in Go there is too: it uses sync.Map, whose code the linker takes from
# one of its users for all, and without instrumentation every cache in a sync.Map
# (of encoding/json, encoding/gob) would look like a race.
# The detector itself needs cgo.
RACE = CGO_ENABLED=1 $(GO) test -race $(foreach p,sqlite/lib libc memory,-gcflags='modernc.org/$(p)=-race=false')

.DEFAULT_GOAL := help
.PHONY: help run build assets generate check test test-unit test-browser bench fmt clean tools

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: build ## Build and serve on http://localhost:$(PORT); the first start sets up the demonstration ministry
	@bin/sifara serve --demo --data $(DATA) --listen localhost:$(PORT)

build: assets ## Make bin/sifara
	@mkdir -p bin
	$(GO) build -ldflags '-s -w -X sifara/internal/app.version=$(VERSION)' -o bin/sifara ./cmd/sifara

VERSION = $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)

ASSET_SOURCES = $(shell find assets -path assets/node_modules -prune -o -type f -print) assets/package-lock.json $(wildcard internal/assetbuild/*.go)

assets: internal/web/static/dist/manifest.json ## Bundle styles, scripts and fonts into the binary's static files

internal/web/static/dist/manifest.json: assets/node_modules/.package-lock.json $(ASSET_SOURCES)
	$(GO) run ./internal/assetbuild
	@touch $@

assets/node_modules/.package-lock.json: assets/package.json assets/package-lock.json
	cd assets && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

generate: ## Write the Go code of the views again
	$(GO) tool templ generate

fmt: ## Format Go and views
	gofmt -w cmd internal test
	$(GO) tool templ fmt internal

tools: ## Install what tests need when it is missing (root), or say what to install
	@test/tools

check: assets ## Fast checks: formatting, generated code, vet, staticcheck, short tests on SQLite, no browser
	@test/lint
	$(GO) test -short ./cmd/... ./internal/...

test: tools assets ## Everything: checks, both engines, race detector, real browser
	@test/lint
	@test/with-postgres $(MAKE) --no-print-directory test-unit test-browser

# These only compute: without goroutines there are no races, and the detector
# makes them ten times slower (TestComputingPackages).
COMPUTING = ./internal/listen/burst ./internal/listen/coordination ./internal/listen/forecast ./internal/text/names ./internal/text/near

# The linter has vetted everything. What the race detector would make take
# minutes is left to the second run (TestNothingIsLeftOut).
test-unit: assets
	$(RACE) -vet=off -timeout 20m $$($(GO) list ./cmd/... ./internal/... | grep -vxF "$$($(GO) list $(COMPUTING))")
	$(GO) test -vet=off -timeout 10m $(COMPUTING) ./internal/text/classify ./internal/text/classify/train ./internal/text/language/corpus
	$(GO) test -vet=off -timeout 10m -run 'TestCoordinateRealFiles|TestCrises|TestForecastsOfPosts|TestGigabyteLine|TestImportInterrupted|TestRealPosts' ./internal/listen

test-browser: build
	$(GO) test -vet=off -timeout 25m -count=1 ./test/...

bench: build ## Run the benchmarks of docs/benchmarks.md
	@test/bench/run

clean: ## Remove what was built, not the data
	rm -rf bin assets/node_modules
	find internal/web/static/dist -mindepth 1 ! -name .gitkeep -delete
