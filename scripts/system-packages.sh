#!/bin/sh
# Install what neuroreel needs from the operating system, if it is missing; silent where nothing is.
#
#     scripts/system-packages.sh [PYTHON]        # PYTHON: the interpreter that the environment is made with (python3)
#     scripts/system-packages.sh --readers       # what the tests open our films, pages and slides with
#
# On Linux the Python bindings of Cairo and Pango are compiled on the spot: hence the headers, pkg-config and a
# compiler. Noto CJK brings the Chinese letters.
set -eu

readers="chromium ffmpeg libreoffice-impress poppler-utils pandoc fonts-dejavu-core"
python=${1:-python3}
debian="gcc libc6-dev pkg-config libcairo2-dev libpango1.0-dev fonts-noto-cjk"
homebrew="cairo pango pkgconf font-noto-serif-cjk-sc"

say() { printf 'neuroreel: %s\n' "$*" >&2; }
fail() {
    say "$@"
    exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

require_python() {
    have "$python" || fail "there is no command '$python' here; install Python 3.11 or newer, or: make PYTHON=/path/to/python"
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        fail "Python 3.11 or newer is needed, $python is $("$python" -c 'import platform; print(platform.python_version())');" \
            "name another one: make PYTHON=python3.12"
}

# Debian keeps the headers and ensurepip in packages of their own, named after the version: python3.11-dev, -venv.
missing_python_parts() {
    "$python" - <<'CODE'
import importlib.util
import pathlib
import sys
import sysconfig

name = "python{}.{}".format(*sys.version_info)
if not pathlib.Path(sysconfig.get_path("include"), "Python.h").exists():
    print(name + "-dev")
if importlib.util.find_spec("ensurepip") is None:
    print(name + "-venv")
CODE
}

# Prints what to put before a command that must run as root: nothing, or sudo where that can work; fails where neither can.
root_prefix() {
    if [ "$(id -u)" -eq 0 ]; then
        echo
    elif have sudo && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
        echo sudo
    else
        return 1
    fi
}

python_packages() {
    if have "$python"; then
        missing_python_parts
    elif [ "$python" = python3 ]; then
        echo python3 python3-dev python3-venv
    fi
}

# Installs those of the packages named that are missing.
install_debian() {
    missing=""
    for package in "$@"; do
        dpkg -s "$package" 2>/dev/null | grep -q '^Status: install ok installed' || missing="$missing $package"
    done
    missing=$(echo $missing) # on one line, without the outer blanks
    [ -n "$missing" ] || return 0
    say "installing from the system's packages: $missing"
    prefix=$(root_prefix) ||
        fail "only root may do that; run this, then make again:  sudo apt-get update && sudo apt-get install -y $missing"
    # shellcheck disable=SC2086  # a list of names, and a prefix that may be nothing
    { # a machine without package lists, or with old ones, finds nothing: fetch them first
        $prefix apt-get update -q &&
            $prefix env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing
    } || fail "apt-get did not succeed; its own words stand above"
}

install_homebrew() {
    missing=""
    for package in $homebrew; do
        brew list "$package" >/dev/null 2>&1 || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    say "installing with Homebrew:$missing"
    # shellcheck disable=SC2086  # a list of names
    brew install $missing
}

check_other() {
    pkg-config --exists cairo pangocairo 2>/dev/null && return 0
    fail "install a C compiler, pkg-config, the headers of Python, Cairo and Pango, and the font Noto Serif CJK, then make" \
        "again; on Fedora: sudo dnf install gcc pkgconf python3-devel cairo-devel pango-devel google-noto-serif-cjk-fonts;" \
        "on Arch: sudo pacman -S gcc pkgconf python cairo pango noto-fonts-cjk"
}

# shellcheck disable=SC2086  # lists of names, here and below
if [ "$python" = --readers ]; then
    if have apt-get && have dpkg; then install_debian $readers; else say "tests skip what opens in one of: $readers"; fi
    exit 0
fi
if have "$python"; then require_python; fi
case "$(uname -s)" in
Darwin)
    have brew || fail "install Homebrew, or else these libraries by your own means, then make again: $homebrew"
    install_homebrew
    ;;
*)
    if have apt-get && have dpkg; then install_debian $debian $(python_packages); else check_other; fi
    ;;
esac
require_python
"$python" -c 'import ensurepip, venv' 2>/dev/null ||
    fail "$python cannot make virtual environments (its modules venv and ensurepip are missing); install them, or name" \
        "another one: make PYTHON=python3.12"
