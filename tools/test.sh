#!/usr/bin/env bash
# Every check, phase by phase, with the time that each took; goes on after a failure and fails at the end.
# The last line is 'N passed, N failed' over all test runners.
set -u

cd "$(dirname "$0")/.." || exit 1
logs=.cache/test
rm -rf "$logs"
mkdir -p "$logs"
export CARGO_TERM_COLOR="${CARGO_TERM_COLOR:-never}"
NOVADS_REFEREES="$PWD/.cache/venv/bin/python"
export NOVADS_REFEREES
timings=()
broken=()

# phase NAME COMMAND...
phase() {
    local name=$1 begin=$SECONDS status
    shift
    printf '\n== %s\n' "$name"
    "$@" 2>&1 | tee "$logs/$name.log"
    status=${PIPESTATUS[0]}
    timings+=("$(printf '%5d s  %s' $((SECONDS - begin)) "$name")")
    if [ "$status" -ne 0 ]; then
        broken+=("$name")
        touch "$logs/$name.broken"
    fi
}

tests() {
    if cargo nextest --version >/dev/null 2>&1; then
        cargo nextest run --workspace --locked --no-fail-fast
    else
        cargo test --workspace --locked --no-fail-fast --lib --bins --tests
    fi
}

# What the advisories say changes without us: heard, not obeyed, and not there without a network.
dependencies() {
    cargo deny --locked check bans licenses sources || return 1
    timeout 60 cargo deny --locked check advisories || echo "advisories: see above; no failure"
}

browser() {
    if ! npm --prefix tests/browser ls >/dev/null 2>&1; then
        npm --prefix tests/browser ci --no-audit --no-fund || return 1
    fi
    NOVADS_BIN="${CARGO_TARGET_DIR:-$PWD/target}/debug/novads" node tests/browser/run.mjs
}

tools/install.sh demo test || exit 1
phase referees tools/referees.sh
phase format cargo fmt --all --check
phase scripts shellcheck tools/*.sh tools/summary .ci/run
phase clippy cargo clippy --workspace --locked -- -D warnings
phase tests tests
phase doctests cargo test --workspace --locked --doc --no-fail-fast
if cargo deny --version >/dev/null 2>&1; then
    phase dependencies dependencies
fi
if [ -f tests/browser/run.mjs ]; then
    phase browser browser
fi

printf '\n== times\n'
printf '%s\n' "${timings[@]}"
if [ ${#broken[@]} -gt 0 ]; then
    printf '\nbroken: %s\n' "${broken[*]}"
fi
echo
tools/summary "$logs"
[ ${#broken[@]} -eq 0 ]
