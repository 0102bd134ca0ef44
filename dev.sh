#!/bin/sh
# Everything from a fresh clone: sets itself up, then runs, tests, shows. `./dev.sh help` lists it.
set -eu

here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
cd "$here"
venv=$here/.venv
py=$venv/bin/python

# What Qt needs even without a screen: library, Debian package.
offscreen="libEGL.so.1:libegl1 libGL.so.1:libgl1 libfontconfig.so.1:libfontconfig1
libdbus-1.so.3:libdbus-1-3 libxkbcommon.so.0:libxkbcommon0 libglib-2.0.so.0:libglib2.0-0
libbrotlidec.so.1:libbrotli1 libX11.so.6:libx11-6"
# What it needs besides for a window under X.
window="libxcb-cursor.so.0:libxcb-cursor0 libxcb-icccm.so.4:libxcb-icccm4
libxcb-keysyms.so.1:libxcb-keysyms1 libxcb-shape.so.0:libxcb-shape0 libxcb-image.so.0:libxcb-image0
libxcb-randr.so.0:libxcb-randr0 libxcb-render-util.so.0:libxcb-render-util0
libxcb-sync.so.1:libxcb-sync1 libxcb-xfixes.so.0:libxcb-xfixes0 libxcb-xkb.so.1:libxcb-xkb1
libxkbcommon-x11.so.0:libxkbcommon-x11-0 libX11-xcb.so.1:libx11-xcb1"

say() { printf '%s\n' "$*"; }
fail() { printf 'dev.sh: %s\n' "$*" >&2; exit 1; }

usage() {
    cat <<'EOF'
./dev.sh run [--vnc]   the kiosk with desk, sync and tracking page; without a screen, the demo
./dev.sh test [...]    every test (what follows goes to pytest)
./dev.sh demo [...]    a day in a minute, without a screen, into demo-out/
./dev.sh desk          the desk alone
./dev.sh serve         the tracking page alone
./dev.sh campaign NAME [...]  a long run: clock, crash, ext4, failover, full, hypothesis, keep,
                       model, monkey, paper, postgres, rot, skew
./dev.sh screens       every screen in every size and language into screens-out/
./dev.sh bundle        a folder that runs without Python, into dist/
./dev.sh bench [PART]  what things cost beside the bare thing: start, idle, taps, input, store,
                       door, paper, evidence; browser: the same beside Chromium with a web form;
                       province: five hundred kiosks, ten million events (half an hour)
./dev.sh check         style and types
./dev.sh zhaocha ...   any command of the program
EOF
}

python_found() {
    for name in python3 python3.13 python3.12 python3.11; do
        if command -v "$name" >/dev/null 2>&1 &&
            "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null &&
            "$name" -c 'import venv, ensurepip' 2>/dev/null; then
            command -v "$name"
            return 0
        fi
    done
    return 1
}

missing() {
    known=$(/sbin/ldconfig -p 2>/dev/null || true)
    for pair in $1; do
        case $known in
            *"${pair%%:*}"*) ;;
            *) printf '%s ' "${pair##*:}" ;;
        esac
    done
}

install_packages() {
    [ -n "$1" ] || return 0
    command -v apt-get >/dev/null 2>&1 || fail "please install these libraries first: $1"
    if [ "$(id -u)" = 0 ]; then as=""; elif sudo -n true 2>/dev/null; then as="sudo"; else
        fail "please run this once: sudo apt-get install -y $1"
    fi
    say "Setting up: $1"
    told=$(mktemp)
    $as apt-get update -qq >"$told" 2>&1 || { cat "$told" >&2; fail "is there a network?"; }
    names=""
    for name in $1; do
        # Ubuntu 24.04 and Debian 13 renamed some libraries.
        if apt-cache show "$name" >/dev/null 2>&1; then names="$names $name"; else
            names="$names ${name}t64"
        fi
    done
    # shellcheck disable=SC2086
    $as env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $names \
        >"$told" 2>&1 || { cat "$told" >&2; fail "apt-get could not install:$names"; }
    rm -f "$told"
}

has_screen() {
    [ -n "${WAYLAND_DISPLAY:-}" ] && return 0
    [ -n "${DISPLAY:-}" ] || return 1
    # A DISPLAY that nobody answers is no screen.
    "$py" - <<'EOF' 2>/dev/null
import ctypes, sys
x = ctypes.CDLL("libX11.so.6")
x.XOpenDisplay.restype = ctypes.c_void_p
sys.exit(not x.XOpenDisplay(None))
EOF
}

# The printers of the tests: a whole IPP printer and CUPS. Without them their tests are skipped, and
# say so; a machine that may not install them still runs all others.
has_printers() {
    [ "$(uname -s)" = Linux ] && command -v apt-get >/dev/null 2>&1 || return 0
    [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null || return 0
    wanted=""
    for pair in ippeveprinter:cups-ipp-utils cupsd:cups-daemon dbus-daemon:dbus; do
        PATH=$PATH:/usr/sbin command -v "${pair%%:*}" >/dev/null 2>&1 || wanted="$wanted ${pair##*:}"
    done
    (install_packages "$(echo $wanted)") || say "The tests of office printers are skipped."
}

# The servers of the tests that the wheel's Postgres cannot stand for: one with TLS, and a pooler. They
# are services, so they are put on a machine for tests alone; elsewhere their tests say what they miss.
has_servers() {
    [ "$(uname -s)" = Linux ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 || return 0
    wanted=""
    ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || wanted="postgresql"
    PATH=$PATH:/usr/sbin command -v pgbouncer >/dev/null 2>&1 || wanted="$wanted pgbouncer"
    command -v openssl >/dev/null 2>&1 || wanted="$wanted openssl"
    (install_packages "$(echo $wanted)") || say "The tests of TLS and of a pooler are skipped."
}

# The cluster of the failover campaign. Its packages bring services, which nobody wants here: none is
# started while they are put on, nor after the next start of the machine.
has_cluster() (
    [ "$(uname -s)" = Linux ] && command -v apt-get >/dev/null 2>&1 || exit 0
    wanted=""
    command -v patroni >/dev/null 2>&1 || wanted="patroni"
    command -v etcd >/dev/null 2>&1 || wanted="$wanted etcd-server"
    ls /usr/lib/postgresql/*/bin/pg_rewind >/dev/null 2>&1 || wanted="$wanted postgresql"
    [ -n "$wanted" ] || exit 0
    if [ "$(id -u)" = 0 ]; then as=""; else as="sudo -n"; fi
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
        trap '$as rm -f "$policy"' EXIT
        printf '#!/bin/sh\nexit 101\n' | $as tee "$policy" >/dev/null
        $as chmod 755 "$policy"
    fi
    install_packages "$(echo $wanted)"
    $as systemctl --quiet disable patroni etcd postgresql >/dev/null 2>&1 || true
)

# The crash recorder of the tests is a small C library.
has_compiler() {
    [ "$(uname -s)" != Linux ] || command -v cc >/dev/null 2>&1 || install_packages "gcc libc6-dev"
}

# The campaign of wrong clocks sets them with libfaketime.
has_faketime() {
    [ "$(uname -s)" != Linux ] || ls /usr/lib/*/faketime/libfaketimeMT.so.1 >/dev/null 2>&1 ||
        (install_packages libfaketime) || true
}

# Some tests ask a real speech program; where it cannot be installed, they are skipped.
has_speech() {
    [ "$(uname -s)" != Linux ] || command -v espeak-ng >/dev/null 2>&1 ||
        (install_packages espeak-ng) || true
}

# A screen nobody sees, a hand on it and a window manager, for the tests that try to leave the kiosk;
# where they cannot be installed, those are skipped.
has_unseen_screen() {
    [ "$(uname -s)" = Linux ] || return 0
    wanted=$(missing "$window libXtst.so.6:libxtst6")
    command -v Xvfb >/dev/null 2>&1 || wanted="$wanted xvfb"
    command -v openbox >/dev/null 2>&1 || wanted="$wanted openbox"
    (install_packages "$(echo $wanted)") || say "The tests of ways out of the kiosk are skipped."
}

set_up() {
    wanted=""
    if ! python_found >/dev/null; then
        wanted="python3 python3-venv"
        command -v apt-cache >/dev/null 2>&1 && apt-cache show python3.11 >/dev/null 2>&1 &&
            wanted="python3.11 python3.11-venv"
    fi
    if [ "$(uname -s)" = Linux ]; then
        wanted="$wanted $(missing "$offscreen")"
        [ -z "${DISPLAY:-}" ] || wanted="$wanted $(missing "$window")"
    fi
    install_packages "$(echo $wanted)"
    stamp=$(cksum <requirements.lock)
    [ "$(cat "$venv/.stamp" 2>/dev/null || true)" = "$stamp" ] && return 0
    found=$(python_found) || fail "Python 3.11, 3.12 or 3.13 with venv is needed"
    say "Setting up (1/3): a Python of its own, from $found"
    [ -x "$py" ] && "$py" -c 'import pip' 2>/dev/null || "$found" -m venv --clear "$venv"
    say "Setting up (2/3): the parts, about 200 MB, once"
    PIP_ROOT_USER_ACTION=ignore "$py" -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock ||
        fail "the parts could not be installed; run the same command again"
    say "Setting up (3/3): making it start fast"
    site=$("$py" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    printf '%s\n' "$here" >"$site/zhaocha.pth"
    printf '#!/bin/sh\nexec "%s" -m kiosk "$@"\n' "$py" >"$venv/bin/zhaocha"
    chmod +x "$venv/bin/zhaocha"
    unset PYTHONDONTWRITEBYTECODE
    # PySide carries a part of itself as text and compiles it at every start, unless it is a folder.
    SBK_EMBED=0 "$py" -c 'import PySide6.QtCore' || true
    "$py" -m compileall -q kiosk db "$site/shiboken6" >/dev/null || true
    printf '%s' "$stamp" >"$venv/.stamp"
}

verb=${1:-help}
[ $# -gt 0 ] && shift
case $verb in
    run)
        set_up
        if [ "${1:-}" = --vnc ]; then
            say "A live kiosk for a VNC viewer at 127.0.0.1, port 5900; Ctrl-C ends it."
            export QT_QPA_PLATFORM=vnc:size=1080x1920:addr=127.0.0.1
            exec "$py" -m kiosk kiosk
        fi
        if [ "$(uname -s)" = Linux ] && ! has_screen; then
            say "There is no screen here, so the demo shows the same without one."
            "$py" -m kiosk demo --out demo-out
            say "For a live kiosk over VNC: ./dev.sh run --vnc"
            exit 0
        fi
        exec "$py" -m kiosk hall "$@"
        ;;
    test)
        set_up
        has_compiler
        has_speech
        has_faketime
        has_printers
        has_servers
        has_unseen_screen
        export QT_QPA_PLATFORM=offscreen QT_QUICK_BACKEND=software
        # Two workers: a file's tests stay together, since they share what took long to start.
        exec "$py" -m pytest -n 2 --dist loadfile "$@"
        ;;
    demo | desk | serve)
        set_up
        exec "$py" -m kiosk "$verb" "$@"
        ;;
    campaign)
        name=${1:-}
        [ -n "$name" ] && [ -f "tests/$name/__main__.py" ] || fail "name a campaign: clock, crash, ext4, failover, full, hypothesis, keep, model, monkey, paper, postgres, rot, skew"
        shift
        set_up
        has_compiler
        [ "$name" != clock ] || has_faketime
        [ "$name" != failover ] || has_cluster
        exec "$py" -m "tests.$name" "$@"
        ;;
    screens)
        set_up
        export QT_QPA_PLATFORM=offscreen QT_QUICK_BACKEND=software
        exec "$py" -m tests.screens "$@"
        ;;
    bundle)
        set_up
        command -v objdump >/dev/null 2>&1 || install_packages binutils
        "$py" -m PyInstaller --noconfirm --log-level ERROR installer.spec
        say "The bundle is dist/zhaocha; start dist/zhaocha/zhaocha"
        ;;
    bench)
        set_up
        if [ "$(uname -s)" = Linux ]; then
            wanted=$(missing "$window libXtst.so.6:libxtst6")
            command -v Xvfb >/dev/null 2>&1 || wanted="$wanted xvfb"
            install_packages "$(echo $wanted)"
        fi
        exec "$py" -m tests.bench "$@"
        ;;
    check)
        set_up
        "$py" -m ruff check . && "$py" -m ruff format --check . && exec "$py" -m mypy
        ;;
    zhaocha)
        set_up
        exec "$py" -m kiosk "$@"
        ;;
    help | -h | --help) usage ;;
    *)
        usage >&2
        fail "there is no verb '$verb'"
        ;;
esac
