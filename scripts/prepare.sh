# Sourced by the other scripts: finds Swift, installs what is missing. Expects `set -euo pipefail`.

readonly build_packages=(libssl-dev libargon2-dev libpq-dev libcrypt-dev libsqlite3-dev pkg-config)
readonly test_packages=(postgresql python3 python3-venv chromium chromium-driver openssl apache2-bin
    libapache2-mod-auth-openidc oidc-agent-cli)

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

# Runs a command as root: directly when we are root, through sudo otherwise.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "root is needed for: $*  (run it yourself, then start this script again)"
    fi
}

require_swift() {
    if ! command -v swift >/dev/null; then
        cat >&2 <<'MESSAGE'
error: Swift is not on PATH.

Martlet needs Swift 6.3. Get it from https://www.swift.org/install/linux/ (swiftly installs it in one step), open a new
terminal so that `swift --version` answers, and start this script again.
MESSAGE
        exit 1
    fi
    local version
    version=$(swift --version 2>/dev/null | grep -oE 'Swift version [0-9]+\.[0-9]+' | grep -oE '[0-9]+\.[0-9]+' | head -n 1)
    case "$version" in
        6.[3-9] | 6.[1-9][0-9] | [7-9].*) ;;
        *) die "Swift ${version:-of unknown version} is too old: Martlet needs 6.3 or later, see https://www.swift.org/install/linux/" ;;
    esac
}

is_installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# Installs those of the named Debian packages that are missing; asks the network for nothing when all are present.
install_packages() {
    if ! command -v dpkg-query >/dev/null; then
        say "not a Debian system: make sure that these are installed (Debian's names): $*"
        return
    fi
    local package missing=()
    for package in "$@"; do
        is_installed "$package" || missing+=("$package")
    done
    [ "${#missing[@]}" -gt 0 ] || return 0
    say "installing ${missing[*]}"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}

# Makes .venv with the pinned packages of the Python tests; does nothing when they did not change.
prepare_python() {
    local requirements=(Tests/EndToEnd/requirements.txt Tests/Conformance/requirements.txt) stamp=.venv/requirements.installed
    cat "${requirements[@]}" | cmp -s - "$stamp" && return 0
    say "installing the packages of the Python tests into .venv"
    [ -x .venv/bin/python ] || python3 -m venv .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check "${requirements[@]/#/--requirement=}"
    cat "${requirements[@]}" >"$stamp"
}

# Runs the conformance modules: each once, or with --whole in every plan and variant. Further arguments go to pytest.
run_conformance() {
    say "conformance modules"
    (cd Tests/Conformance && ../../.venv/bin/python -m pytest "$@")
}
