#!/bin/sh
# Builds the image and starts it as an operator would, without a daemon and without a registry: buildah on a small
# Debian made here. So it proves the steps of the Dockerfile, not the published base image. Wants root, buildah and
# debootstrap (Debian packages); takes some minutes, so `make test` leaves it out.
set -eu
cd "$(dirname "$0")/.."
for tool in buildah debootstrap; do
    command -v "$tool" >/dev/null || { echo "left out: $tool is not installed"; exit 0; }
done
[ "$(id -u)" = 0 ] || { echo "left out: a base system can be made by root only"; exit 0; }

folder=$(mktemp -d)
export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot
buildah() { command buildah --root "$folder/storage" --runroot "$folder/run" "$@"; }
tidy() {
    [ -z "${server:-}" ] || inside sh -c 'kill -KILL "$(cat /data/pid)"' 2>/dev/null || true
    buildah rm --all >/dev/null 2>&1 || true
    rm -rf --one-file-system "$folder"
}
trap tidy EXIT
trap 'exit 1' INT TERM

echo "a base system"
debootstrap --variant=minbase --include=python3,python3-venv,ca-certificates bookworm "$folder/base" >"$folder/log" 2>&1 ||
    { tail "$folder/log"; exit 1; }
base=$(buildah from scratch)
buildah add -q "$base" "$folder/base" / >/dev/null
buildah commit -q "$base" localhost/base >/dev/null
buildah rm "$base" >/dev/null
rm -rf "$folder/base"

echo "the image"
# What this machine trusts and where its pip looks holds for the build too.
set -- --volume /etc/ssl/certs:/etc/ssl/certs:ro
[ ! -f /etc/pip.conf ] || set -- "$@" --volume /etc/pip.conf:/etc/pip.conf:ro
buildah bud --quiet --format docker --network host --build-arg PYTHON_IMAGE=localhost/base "$@" --tag unionbot . >/dev/null

shown=$(buildah inspect --type image --format \
    '{{.Docker.Config.User}} {{.Docker.Config.StopSignal}} {{.Docker.Config.Volumes}} {{.Docker.Config.Healthcheck}}' unionbot)
case $shown in "10001:10001 SIGTERM map[/data:{} /keys:{}]"*healthz*) ;; *) echo "declared otherwise: $shown"; exit 1 ;; esac

bot=$(buildah from unionbot)
inside() { buildah run --user 10001:10001 --network host "$bot" -- "$@"; }
echo "the commands"
inside python -m bot --help >/dev/null
inside python -m bot knowledge check
inside python -m bot ask 怎么入会 >/dev/null
inside pg_dump --version
inside sh -c 'test "$(id -u)" = 10001 && test -w /data && test -w /keys && ! test -w /app && ! test -w /venv'
if inside python -m bot serve 2>"$folder/refusal"; then echo "served without settings"; exit 1; fi
grep UNIONBOT_WECHAT_APPID "$folder/refusal"

echo "the server, for an account that does not exist"
port=$((20000 + $$ % 20000))
buildah config --env UNIONBOT_PORT=$port --env UNIONBOT_WECHAT_APPID=wx0000000000000000 \
    --env UNIONBOT_WECHAT_SECRET=made-up --env UNIONBOT_WECHAT_TOKEN=madeup --env UNIONBOT_WECHAT_MODE=safe \
    --env UNIONBOT_WECHAT_AES_KEY=abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG "$bot"
inside sh -c 'echo $$ >/data/pid; exec python -m bot serve' 2>"$folder/log" &
server=$!
ready="from urllib.request import build_opener, ProxyHandler as P
print(build_opener(P({})).open('http://127.0.0.1:$port/readyz', timeout=5).read().decode())"
tries=0
until inside python -c "$ready" 2>"$folder/unready"; do
    tries=$((tries + 1))
    [ "$tries" -lt 30 ] || { cat "$folder/log" "$folder/unready"; exit 1; }
    sleep 1
done
inside python -c "$(buildah inspect --type image --format '{{index .Docker.Config.Healthcheck.Test 3}}' unionbot)"
inside python -m bot backup /data/backup.zip
inside sh -c 'kill -TERM "$(cat /data/pid)"'
wait "$server"
server=
grep -q stopping "$folder/log"
inside python -m bot restore /data/backup.zip
echo "the image is in order"
