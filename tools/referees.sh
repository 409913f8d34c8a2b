#!/usr/bin/env bash
# Puts the referees of tools/referees.txt into .cache/venv, once per version of that list.
set -eu

cd "$(dirname "$0")/.."
venv=.cache/venv
stamp=$venv/referees.txt

if cmp -s tools/referees.txt "$stamp"; then
    exit 0
fi
mkdir -p .cache
python3 -m venv --clear "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check --requirement tools/referees.txt
cp tools/referees.txt "$stamp"
