# netseam: `make help` lists what there is.
SHELL := /bin/bash
.DEFAULT_GOAL := help

LISTEN ?= 127.0.0.1:8080
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
PKG ?= ./...

TOOLS := .cache/bin
GOLANGCI := $(TOOLS)/golangci-lint
MODULES := node_modules/.package-lock.json
PAGE := frontend/dist/index.html
PAGE_SOURCES := $(filter-out %.test.ts,$(shell find frontend -type f \
	-not -path 'frontend/dist/*' -not -path '*/node_modules/*' -not -path 'frontend/test/*' -not -name '*.go' 2>/dev/null))

.PHONY: help setup build run check fmt lint advice test race fuzz bench bench-browser browser fabric kubelab generate release clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## install all that the tests need (Debian and Ubuntu, as root or with sudo)
	@test/run-setup

build: $(PAGE) ## bin/netseam with the page in it
	go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o bin/netseam ./server/cmd/netseam

run: build ## the small world that does not exist, on http://127.0.0.1:8080
	@exec bin/netseam demo --listen $(LISTEN)

check: ## format, lint, unit and race tests: before each commit
	@test/run lint frontend unit race

fmt: $(GOLANGCI) $(MODULES) ## format all code
	$(GOLANGCI) fmt ./...
	npm run --silent fmt

lint: ## what the machines can say about Go, TypeScript and shell code
	@test/run lint

advice: $(GOLANGCI) ## functions and files that have grown long; no errors
	@$(GOLANGCI) run --enable-only funlen,gocognit --issues-exit-code 0 $(PKG)
	@git ls-files '*.go' '*.ts' '*.svelte' | grep -vE '\.pb\.go$$|/gen/' | xargs wc -l | \
		awk '$$2 != "total" && $$1 > ($$2 ~ /\.go$$/ ? 400 : 300) {print $$2 ": " $$1 " lines"}'

test: ## install what is missing and run every tier; make test PKG=./server/hub runs one package
	@PKG='$(filter-out ./...,$(PKG))' test/run $(if $(filter-out ./...,$(PKG)),unit,setup $(if $(CI),tree generated lint) all)

race: ## unit tests with the race detector, or PKG=./server/hub
	@PKG='$(filter-out ./...,$(PKG))' test/run race

fuzz: ## every fuzz target, FUZZTIME=10m or 40000x inputs, or PKG=./collectors/snmp
	@PKG='$(filter-out ./...,$(PKG))' test/run fuzz

bench: ## Go benchmarks, or PKG=./server/graph
	go test -run '^$$' -bench . -benchmem $(PKG)

bench-browser: build $(MODULES) ## the page at `huge` for ten minutes in Chromium; MINUTES=3 is shorter
	node test/bench/browser.mjs --size $(or $(SIZE),huge) --minutes $(or $(MINUTES),10)

browser: ## journeys in Chromium, in the small world and on both labs
	@test/run netsim labs

fabric: ## real lldpd, snmpd and FRR in network namespaces (needs root)
	@test/run fabric

kubelab: ## real Kubernetes control planes; the first time builds them
	@test/run labkube kubelab

generate: $(MODULES) ## code from api/netseam.proto and api/openapi.yaml, and the reference pages of the manual
	npm run --silent generate
	go tool -modfile=test/tools/tools.mod oapi-codegen -config api/rest/oapi-codegen.yaml api/openapi.yaml
	go run ./test/tools/reference
	@mkdir -p .cache
	go run ./server/cmd/netseam reference > .cache/cli.md && mv .cache/cli.md server/docs/cli.md

release: $(PAGE) ## static binaries for Linux on amd64 and arm64, with checksums, in dist/
	rm -rf dist && mkdir dist
	for arch in amd64 arm64; do \
		CGO_ENABLED=0 GOOS=linux GOARCH=$$arch go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' \
			-o dist/netseam-$(VERSION)-linux-$$arch ./server/cmd/netseam || exit 1; \
	done
	cd dist && sha256sum netseam-* > SHA256SUMS && cat SHA256SUMS

clean: ## what was built, but not the caches in .cache
	rm -rf bin dist node_modules test/out
	find frontend/dist -mindepth 1 -not -name .gitkeep -delete

$(MODULES): package.json package-lock.json
	npm ci --no-audit --no-fund
	@touch $@

$(PAGE): $(MODULES) $(PAGE_SOURCES)
	npm run --silent build
	@touch $@

$(GOLANGCI) $(TOOLS)/gotestsum: $(TOOLS)/%: test/tools/tools.mod
	@mkdir -p $(TOOLS)
	@echo "building $* (once)"
	@package=$$(go list -modfile=test/tools/tools.mod -f '{{.ImportPath}}' tool | grep '/$*$$') && \
		go build -modfile=test/tools/tools.mod -trimpath -o $@ "$$package"
	@touch $@
