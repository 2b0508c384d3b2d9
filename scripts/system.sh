#!/usr/bin/env bash
# Debian packages for the tests, of browsers, of Redis and of nginx: installed where that is possible, else said to be missing.
# With the word "all" also the browsers, and the proxy, that only `make test-all` tries.
set -euo pipefail

missing=()
browser=chromium-headless-shell  # Debian has it, Ubuntu does not; the whole browser would do
command -v $browser google-chrome >/dev/null || missing+=($browser)
fonts=$(find /usr/share/fonts -name '*.[to]tf' 2>/dev/null || true)
[ -n "$fonts" ] || missing+=(fonts-dejavu-core)
command -v pdftotext >/dev/null || missing+=(poppler-utils)
command -v redis-server >/dev/null || missing+=(redis-server)
command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || missing+=(nginx-light)
if [ "${1:-}" = all ]; then
    command -v chromium >/dev/null || command -v google-chrome >/dev/null || missing+=(chromium)
    command -v firefox-esr >/dev/null || command -v firefox >/dev/null || missing+=(firefox-esr)
    command -v WebKitWebDriver >/dev/null || missing+=(webkit2gtk-driver)
    command -v Xvfb >/dev/null || missing+=(xvfb)
    command -v caddy >/dev/null || missing+=(caddy)
fi
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-cache show $browser >/dev/null 2>&1 || missing=("${missing[@]/$browser/chromium}")
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null && exit 0
    echo "apt-get could not install ${missing[*]}."
fi
echo "Missing: ${missing[*]}. The tests that need them (browsers: tests/e2e, unless there is another one) will be skipped; the others run."
