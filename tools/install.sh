#!/usr/bin/env bash
# Installs what is missing of the sets named: tools/install.sh demo test
# Asks the package manager only if something is missing, so a second run costs nothing.
set -eu

list="$(dirname "$0")/packages.txt"

is_there() {
    local word
    for word in $1; do
        case "$word" in
            cmd:*) command -v "${word#cmd:}" >/dev/null 2>&1 && return 0 ;;
            file:*) compgen -G "${word#file:}" >/dev/null && return 0 ;;
            py:*) python3 -c "import ${word#py:}" >/dev/null 2>&1 && return 0 ;;
        esac
    done
    return 1
}

trim() {
    # The words of a column, without the blanks around them.
    # shellcheck disable=SC2086
    set -f -- $1
    set +f
    echo "$*"
}

missing=()
while IFS='|' read -r set package there why; do
    set=$(trim "$set")
    case "$set" in '' | '#'*) continue ;; esac
    case " $* " in *" $set "*) ;; *) continue ;; esac
    if ! is_there "$there"; then
        package=$(trim "$package")
        missing+=("$package")
        echo "missing: $package ($(trim "$why"))"
    fi
done <"$list"

if [ ${#missing[@]} -eq 0 ]; then
    exit 0
fi

line="apt-get install -y --no-install-recommends ${missing[*]}"
if ! command -v apt-get >/dev/null 2>&1; then
    echo "There is no apt-get here. Install what Debian calls: ${missing[*]}" >&2
    exit 1
elif [ "$(id -u)" -eq 0 ]; then
    root=(env)
elif command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
    root=(sudo env)
else
    echo "As root, run:" >&2
    echo "    apt-get update && $line" >&2
    exit 1
fi

root+=(DEBIAN_FRONTEND=noninteractive)
"${root[@]}" apt-get update -qq
# shellcheck disable=SC2086
"${root[@]}" $line
