# SPDX-License-Identifier: AGPL-3.0-or-later
# Shortcuts. Meson does the work: see doc/development.md.

ADDR ?= 127.0.0.1
PORT ?= 8080
SECONDS ?= 60

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset check check-long release deb format fuzz bench clean

help: ## these lines
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r a b; do printf '%-18s %s\n' "$$a" "$$b"; done

demo: ## builds Samsyn, fills it with exercise data, serves it (ADDR=, PORT=)
	@ADDR='$(ADDR)' PORT='$(PORT)' tools/demo.sh

demo-reset: ## the same from the start, with new exercise data
	@ADDR='$(ADDR)' PORT='$(PORT)' tools/demo.sh --reset

check: ## every test on SQLite and PostgreSQL; ends with "N passed, N failed"
	@command -v python3 >/dev/null || tools/deps.sh build
	@tools/check

check-long: ## check, and the package, fuzzing and benchmarks
	@command -v python3 >/dev/null || tools/deps.sh build
	@tools/check --long

release: ## build-release/src/cmd/samsyn
	@tools/release.sh

deb: ## the Debian package, in build-deb/
	@tools/deb.sh

format: ## lays out the C code
	git ls-files -z '*.c' '*.h' | xargs -0 clang-format -i

fuzz: ## each fuzz target SECONDS= seconds (60), in build-fuzz/
	@tools/deps.sh build test
	@tools/fuzz --seconds '$(SECONDS)'

bench: ## the figures of doc/performance.md
	@tools/bench.sh

clean: ## removes what was built, not demo-data
	rm -rf build-release build-check-gcc build-check-clang build-fuzz build-deb build-bench
