# make demo    a whole municipality on this machine, at the address that it prints
# make test    every check there is
# Needs: Rust (rustup), git, make, a C compiler. The rest is installed from the distribution: tools/packages.txt

SHELL := /bin/bash
.PHONY: help setup demo test fmt lint clean
.DEFAULT_GOAL := help

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile
	@echo "make setup   installs what demo and test need"
	@echo "make fmt     lays out the code"
	@echo "make lint    clippy and shellcheck"
	@echo "make clean   removes what was built"

setup:
	@tools/install.sh demo test
	@tools/referees.sh

demo:
	@tools/install.sh demo
	cargo build --release --locked -p novads-server
	@exec "$${CARGO_TARGET_DIR:-target}/release/novads" serve --demo

test:
	@tools/test.sh

fmt:
	cargo fmt --all

lint:
	cargo clippy --workspace --locked -- -D warnings
	shellcheck tools/*.sh tools/summary .ci/run

clean:
	cargo clean
	rm -rf .cache assets/node_modules kernel/ui/dist
