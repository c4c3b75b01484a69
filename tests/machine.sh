#!/bin/sh
# What the tests want of the machine: a browser with Chinese letters, and PostgreSQL. Where we are not root the
# browser tests are left out with their reason, and PostgreSQL comes from the Python package in the lock.
set -eu
[ "$(id -u)" = 0 ] || exit 0
command -v apt-get >/dev/null || exit 0
wanted=""
command -v chromium >/dev/null || wanted="$wanted chromium"
[ -d /usr/share/fonts/opentype/noto ] || wanted="$wanted fonts-noto-cjk"
[ -n "$(ls -d /usr/lib/postgresql/*/bin/initdb 2>/dev/null)" ] || wanted="$wanted postgresql"
[ -z "$wanted" ] && exit 0
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086 # a list of words on purpose
apt-get install -y -qq --no-install-recommends $wanted >/dev/null
