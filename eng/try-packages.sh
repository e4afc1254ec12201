#!/usr/bin/env bash
# Tries the packages of artifacts/packages as an operator would, from nothing, and prints what each step found: the .deb in a Debian of its own that is booted by
# systemd-nspawn, with a PostgreSQL and a fake WeChat beside it; the archive; the container image; the manual's page, the completion, the files of deploy/.
# Needs root and a Debian with debootstrap and systemd-container; what else is missing is said and left out. Ten minutes; nothing is left behind but artifacts/trial.
# Usage: eng/try-packages.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

packages=$PWD/artifacts/packages
trial=$PWD/artifacts/trial
suite=$(sed -nE 's/^VERSION_CODENAME=//p' /etc/os-release)
root=$trial/debian
appid=wx0000000000000001
failed=0
left_out=0
nspawn=
leader=
container=

ok() { printf 'ok      %s\n' "$*"; }
bad() { printf 'FAILED  %s\n' "$*"; failed=$((failed + 1)); }
left_out() { printf 'not tried  %s\n' "$*"; left_out=$((left_out + 1)); }
expect() { local what=$1; shift; if "$@"; then ok "$what"; else bad "$what"; fi; }
now() { date +%s%N; }
seconds_since() { awk -v a="$1" -v b="$(now)" 'BEGIN { printf "%.1f", (b - a) / 1e9 }'; }
has() { command -v "$1" >/dev/null; }

for tool in debootstrap systemd-nspawn nsenter; do
    has $tool || { echo "eng/try-packages.sh: $tool is missing: apt-get install debootstrap systemd-container util-linux" >&2; exit 1; }
done
[[ $(id -u) -eq 0 ]] || { echo "eng/try-packages.sh: needs root, to boot a Debian in a folder" >&2; exit 1; }
shopt -s nullglob
debs=("$packages"/followersync_*.deb)
archives=("$packages"/followersync-*.tar.gz)
[[ ${#debs[@]} -eq 1 && ${#archives[@]} -eq 1 ]] || {
    echo "eng/try-packages.sh: artifacts/packages has ${#debs[@]} .deb and ${#archives[@]} archives instead of one each: rm -r artifacts/packages, then eng/package.sh" >&2
    exit 1
}
deb=${debs[0]}

# In the booted Debian.
inside() { nsenter --target "$leader" --mount --uts --ipc --net --pid --cgroup -- "$@"; }
property() { inside systemctl show followersync --property "$1" --value; }
wait_for() {
    local seconds=$1
    shift
    for _ in $(seq $((seconds * 5))); do
        "$@" >/dev/null 2>&1 && return 0
        sleep 0.2
    done
    return 1
}

end() {
    local status=$?
    if [[ -n $container ]]; then kill "$container" 2>/dev/null || true; fi
    if [[ -n $leader ]]; then inside systemctl poweroff >/dev/null 2>&1 || true; fi
    if [[ -n $nspawn ]]; then
        for _ in $(seq 100); do kill -0 "$nspawn" 2>/dev/null || break; sleep 0.2; done
        kill "$nspawn" 2>/dev/null || true
    fi
    exit "$status"
}
trap end EXIT

echo "== the .deb"
printf '%s: %s MB, installed %s MB\n' "$(basename "$deb")" "$(du -m "$deb" | cut -f1)" "$(($(dpkg-deb --field "$deb" Installed-Size) / 1024))"
if has lintian; then
    lintian --allow-root --tag-display-limit 0 "$deb" >"$trial.lintian" 2>&1 || true
    grep -E '^[EW]:' "$trial.lintian" || true
    expect "lintian: no error" eval "! grep -q '^E:' '$trial.lintian'"
else
    left_out "lintian is not installed"
fi

echo "== a Debian from nothing"
begun=$(now)
rm -rf "$trial"
mkdir -p "$trial"
debootstrap --include=systemd,systemd-sysv,dbus,openssl,ca-certificates,tzdata,postgresql,curl,sudo,procps,man-db,bash-completion,fish,zsh \
    "$suite" "$root" >"$trial/debootstrap.log" 2>&1 || { tail -n 5 "$trial/debootstrap.log" >&2; bad "debootstrap"; exit 1; }
ok "debootstrap, with PostgreSQL: $(seconds_since "$begun") s, $(cat "$root/etc/debian_version")"
cp "$deb" "$root/root/"
begun=$(now)
# A network of its own: its ports are nobody else's.
systemd-nspawn --quiet --register=no --keep-unit --private-network --boot --directory "$root" >"$trial/boot.log" 2>&1 </dev/null &
nspawn=$!
leader_of() { leader=$(pgrep -P "$nspawn" | head -n 1); [[ -n $leader ]]; }
if ! wait_for 20 leader_of || ! wait_for 60 inside systemctl is-system-running --wait 2>/dev/null; then
    inside systemctl is-system-running 2>/dev/null | grep -qE 'running|degraded' || { tail -n 5 "$trial/boot.log" >&2; echo "systemd-nspawn --boot does not run here: the service cannot be tried." >&2; exit 1; }
fi
ok "booted by systemd-nspawn: $(seconds_since "$begun") s, $(inside systemctl --version | head -n 1)"

echo "== installed"
begun=$(now)
inside dpkg -i "/root/$(basename "$deb")" >"$trial/install.log" 2>&1 || { cat "$trial/install.log"; bad "dpkg -i"; exit 1; }
ok "dpkg -i: $(seconds_since "$begun") s"
expect "a user of its own: $(inside id followersync)" inside id -u followersync
expect "not started by itself, not enabled" eval '[[ $(property ActiveState) == inactive && $(inside systemctl is-enabled followersync) == disabled ]]'
expect "secrets: $(inside stat -c '%U:%G %a' /etc/followersync/secrets)" eval '[[ $(inside stat -c "%U:%G %a" /etc/followersync/secrets) == "root:followersync 750" ]]'
inside systemctl start followersync >/dev/null 2>&1 || true
sleep 1
expect "without settings: exit code $(property ExecMainStatus), restarts $(property NRestarts), state $(property ActiveState)" \
    eval '[[ $(property ExecMainStatus) == 2 && $(property NRestarts) == 0 && $(property ActiveState) == failed ]]'
said=$(inside journalctl -u followersync -o cat)
expect "it says which settings, and where from" eval '[[ $said == *"AppId must"* && $said == *"AppSecret must"* && $said == *"Settings come from /etc/followersync/appsettings.json"* ]]'

echo "== settings, as docs/install.md tells"
wait_for 30 inside runuser -u postgres -- psql -c 'select 1' || bad "PostgreSQL of the trial"
inside runuser -u postgres -- createuser followersync
inside runuser -u postgres -- createdb -O followersync followersync
inside systemd-run --quiet --unit emulator /usr/lib/followersync/followersync emulate --port 8090 --followers 5000
wait_for 20 inside curl -s http://127.0.0.1:8090/ || true
secret=$(inside journalctl -u emulator -o cat | sed -nE "s/.*AppSecret=([^ ]+).*/\1/p" | head -n 1)
appid=$(inside journalctl -u emulator -o cat | sed -nE "s/.*AppId=([^ ]+).*/\1/p" | head -n 1)
inside sed -i "s/\"AppId\": \"\"/\"AppId\": \"$appid\"/; s/\"BaseAddress\": \"[^\"]*\"/\"BaseAddress\": \"http:\/\/127.0.0.1:8090\"/" /etc/followersync/appsettings.json
printf '%s\n' "$secret" | inside install -o followersync -g followersync -m 400 /dev/stdin /etc/followersync/secrets/WeChat__Accounts__0__AppSecret
inside head -c 32 /dev/urandom | base64 | inside install -o followersync -g followersync -m 400 /dev/stdin /etc/followersync/secrets/Privacy__HashKey
status=0
inside sudo -u followersync followersync check >"$trial/check.log" 2>&1 || status=$?
expect "sudo -u followersync followersync check: exit code $status" [ "$status" -eq 0 ]
cat "$trial/check.log"
expect "no other user reads the secrets" eval '! inside sudo -u nobody cat /etc/followersync/secrets/Privacy__HashKey 2>/dev/null'

echo "== the service"
begun=$(now)
expect "systemctl enable --now" inside systemctl enable --now --quiet followersync
ok "READY after $(seconds_since "$begun") s, with the schema that check had made"
expect "/health/ready: $(inside curl -s http://127.0.0.1:8080/health/ready)" eval '[[ $(inside curl -s http://127.0.0.1:8080/health/ready) == ready ]]'
expect "the page: $(inside curl -s -o /dev/null -w '%{http_code}, %{size_download} bytes' http://127.0.0.1:8080/)" eval '[[ $(inside curl -s -o /dev/null -w "%{http_code}" http://127.0.0.1:8080/) == 200 ]]'
expect "the page in Chinese" eval 'inside curl -s -H "Accept-Language: zh-CN" http://127.0.0.1:8080/ | grep -q "lang=\"zh-CN\""'
synced() { [[ $(inside runuser -u postgres -- psql -Atc "select count(*) from wechat.followers" followersync) == 5000 ]]; }
expect "the first sync by itself: 5,000 followers after $(wait_for 60 synced && seconds_since "$begun") s" synced
told() { [[ $(property StatusText) == *"next scheduled sync"*"+08:00"* ]]; }
wait_for 20 told || true
expect "what it does is said: $(property StatusText)" told
inside systemctl status followersync --no-pager --lines 4 | sed 's/^/        /'
echo "        memory $(($(inside grep VmRSS "/proc/$(property MainPID)/status" | grep -oE '[0-9]+') / 1024)) MB, user $(inside ps -o user= -p "$(property MainPID)")"
inside journalctl -u followersync -o short-iso --no-pager | tail -n 3 | sed 's/^/        /'
expect "journal: no moment twice, priorities kept" eval '! inside journalctl -u followersync -o cat | grep -qE "^(<[0-9]>|20[0-9]{2}-)" && inside journalctl -u followersync -p warning -o cat -q | grep -qv "has started"'
# systemd-nspawn lays a boot of its own over the machine's, which a unit with a /proc of its own does not see.
known() { [[ $(inside runuser -u postgres -- psql -Atc "select host like '%/$(cat /proc/sys/kernel/random/boot_id)/%' from followersync.nodes where stopped_at is null" followersync) == t ]]; }
expect "known by the boot of its machine" known
score=$(inside systemd-analyze security followersync --no-pager 2>/dev/null | sed -nE 's/.*exposure level for followersync.service: ([0-9.]+).*/\1/p')
expect "systemd-analyze security: $score" awk -v s="${score:-10}" 'BEGIN { exit !(s <= 1.5) }'
expect "NoNewPrivs, seccomp, capabilities: $(inside grep -E '^(CapBnd|NoNewPrivs|Seccomp):' "/proc/$(property MainPID)/status" | tr '\n\t' '  ')" \
    inside grep -q 'CapBnd:.*0000000000000000' "/proc/$(property MainPID)/status"

echo "== the watchdog (6 s for the trial; the unit has $(inside systemctl show followersync -P WatchdogUSec))"
inside mkdir -p /run/systemd/system/followersync.service.d
printf '[Service]\nWatchdogSec=6s\nRestartSec=1s\n' | inside tee /run/systemd/system/followersync.service.d/trial.conf >/dev/null
inside systemctl daemon-reload
inside systemctl restart followersync
inside systemctl stop postgresql@15-main postgresql 2>/dev/null || inside systemctl stop 'postgresql@*'
sleep 20
expect "20 s without the database: restarts $(property NRestarts), live $(inside curl -s http://127.0.0.1:8080/health/live), $(inside curl -s http://127.0.0.1:8080/health/ready)" \
    eval '[[ $(property NRestarts) == 0 && $(inside curl -s http://127.0.0.1:8080/health/live) == live ]]'
inside systemctl start postgresql 'postgresql@*' 2>/dev/null || true
inside systemctl start postgresql
wait_for 30 eval '[[ $(inside curl -s http://127.0.0.1:8080/health/ready) == ready ]]' && ok "ready again by itself" || bad "ready again"
begun=$(now)
inside kill -STOP "$(property MainPID)"
restarted() { [[ $(property NRestarts) -ge 1 && $(property ActiveState) == active ]]; }
expect "kill -STOP: another process is up after $(wait_for 60 restarted && seconds_since "$begun") s" restarted
expect "the journal names the watchdog" eval 'inside journalctl -u followersync -o cat | grep -c "Watchdog timeout" >/dev/null'

echo "== stop, upgrade, removal"
begun=$(now)
inside systemctl stop followersync
expect "systemctl stop: $(seconds_since "$begun") s, result $(property Result), exit code $(property ExecMainStatus)" eval '[[ $(property Result) == success && $(property ExecMainStatus) == 0 ]]'
inside systemctl start followersync
process=$(property MainPID)
rm -rf "$trial/next"
dpkg-deb -R "$deb" "$trial/next"
sed -i 's/^Version: .*/&+next/' "$trial/next/DEBIAN/control"
dpkg-deb --root-owner-group -Znone --build "$trial/next" "$root/root/next.deb" >/dev/null
rm -rf "$trial/next"
begun=$(now)
inside dpkg -i /root/next.deb >"$trial/upgrade.log" 2>&1 || { cat "$trial/upgrade.log"; bad "upgrade"; }
expect "upgrade: $(seconds_since "$begun") s, restarted, settings kept" eval '[[ $(property MainPID) != '"$process"' && $(property ActiveState) == active ]] && inside grep -q '"$appid"' /etc/followersync/appsettings.json'
inside dpkg --remove followersync >"$trial/remove.log" 2>&1 || bad "removal"
expect "removed: program gone, settings and secrets kept, service ended" eval '! inside test -e /usr/lib/followersync && inside test -e /etc/followersync/secrets/Privacy__HashKey && ! inside pgrep -x followersync -u followersync'
inside dpkg -i "/root/$(basename "$deb")" >"$trial/again.log" 2>&1 || bad "installed again"
inside systemctl start followersync && ok "installed again: starts with its old settings" || bad "installed again"
inside install -D -o followersync /dev/null /var/lib/followersync/private/data/PG_VERSION
inside dpkg --purge followersync >"$trial/purge.log" 2>&1 || { cat "$trial/purge.log"; bad "purge"; }
expect "purged: a private database is left to its user, and told: $(grep -o 'kept.*' "$trial/purge.log")" inside test -e /var/lib/followersync/private/data/PG_VERSION -a ! -e /etc/followersync
inside rm -r /var/lib/followersync/private
inside dpkg -i "/root/$(basename "$deb")" >"$trial/again.log" 2>&1 || bad "installed again"
inside dpkg --purge followersync >"$trial/purge.log" 2>&1 || { cat "$trial/purge.log"; bad "purge"; }
expect "purged: nothing left" eval '! inside id followersync 2>/dev/null && ! inside test -e /etc/followersync && ! inside test -e /var/lib/followersync && ! inside test -e /etc/default/followersync'
expect "what was stored is still there" synced
inside systemctl stop emulator

echo "== the archive: $(basename "${archives[0]}"), $(du -m "${archives[0]}" | cut -f1) MB"
mkdir -p "$root/opt/archive"
tar -xzf "${archives[0]}" -C "$root/opt/archive" --strip-components 1
inside useradd --create-home newcomer
expect "unpacked it says its version: $(inside runuser -u newcomer -- /opt/archive/followersync --version)" inside runuser -u newcomer -- /opt/archive/followersync --version
begun=$(now)
status=0
inside runuser -u newcomer -- env PATH="/usr/lib/postgresql/$(ls "$root/usr/lib/postgresql" | tail -n 1)/bin:$PATH" HOME=/home/newcomer /opt/archive/followersync demo --once >"$trial/demo.log" 2>&1 || status=$?
expect "followersync demo --once, with a private PostgreSQL: exit code $status after $(seconds_since "$begun") s" [ $status -eq 0 ]
tail -n 3 "$trial/demo.log" | sed 's/^/        /'

echo "== the container image"
images=("$packages"/followersync-*.oci.tar)
if [[ ${#images[@]} -eq 0 ]]; then
    left_out "no image in artifacts/packages"
elif ! has umoci || ! has skopeo; then
    left_out "umoci and skopeo are not installed: the image is not unpacked"
else
    skopeo copy --quiet "oci-archive:${images[0]}" "oci:$trial/oci:followersync"
    umoci unpack --image "$trial/oci:followersync" "$trial/bundle" >/dev/null 2>&1
    ok "$(basename "${images[0]}"): $(du -m "${images[0]}" | cut -f1) MB; user $(skopeo inspect --config "oci:$trial/oci:followersync" | tr -d '\n ' | sed -E 's/.*"User":"([^"]*)".*/\1/'), entry $(skopeo inspect --config "oci:$trial/oci:followersync" | tr -d '\n ' | sed -E 's/.*"Entrypoint":\[([^]]*)\].*/\1/')"
    inside runuser -u postgres -- psql -qc "create role box login password 'of the trial'" -c "create database box owner box"
    inside systemd-run --quiet --unit emulator /opt/archive/followersync emulate --port 8090 --followers 5000
    mkdir -p "$trial/secrets"
    printf 'Host=127.0.0.1;Database=box;Username=box;Password=of the trial' >"$trial/secrets/ConnectionStrings__FollowerSync"
    printf '%s' "$secret" >"$trial/secrets/WeChat__Accounts__0__AppSecret"
    printf 'of the trial, long' >"$trial/secrets/StatusPage__Password"
    chown -R 10001:10001 "$trial/secrets"
    chmod 700 "$trial/secrets"
    chmod 400 "$trial/secrets"/*
    begun=$(now)
    systemd-nspawn --quiet --register=no --keep-unit --read-only --tmpfs=/tmp --directory "$trial/bundle/rootfs" --network-namespace-path="/proc/$leader/ns/net" \
        --bind-ro="$trial/secrets:/run/secrets" --setenv=WeChat__BaseAddress=http://127.0.0.1:8090 --setenv=WeChat__Accounts__0__AppId="$appid" \
        --setenv=StatusPage__Url=http://0.0.0.0:8080 --setenv=Secrets__Folder=/run/secrets --as-pid2 \
        setpriv --reuid 10001 --regid 10001 --clear-groups --no-new-privs /app/followersync run >"$trial/container.log" 2>&1 </dev/null &
    container=$!
    ready() { [[ $(inside curl -s http://127.0.0.1:8080/health/ready) == ready ]]; }
    expect "started as user 10001 on a disk that it cannot write: ready after $(wait_for 60 ready && seconds_since "$begun") s" ready
    ready || tail -n 5 "$trial/container.log"
    expect "the page asks for the password: $(inside curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:8080/), with it $(inside curl -s -o /dev/null -w '%{http_code}' -u me:'of the trial, long' http://127.0.0.1:8080/)" \
        eval '[[ $(inside curl -s -o /dev/null -w "%{http_code}" http://127.0.0.1:8080/) == 401 ]]'
    begun=$(now)
    # Its first process is systemd-nspawn's.
    kill -TERM "$(pgrep -P "$(pgrep -P "$container")")"
    ended() { ! kill -0 "$container" 2>/dev/null; }
    expect "SIGTERM: ended after $(wait_for 20 ended && seconds_since "$begun") s" ended
    status=0
    if ended; then
        wait "$container" || status=$?
        container=
    fi
    expect "SIGTERM: exit code $status" [ "$status" -eq 0 ]
fi

echo "== deploy"
if has kubectl; then
    expect "kubectl kustomize deploy/kubernetes: $(kubectl kustomize deploy/kubernetes | grep '^kind:' | sed 's/kind: //' | tr '\n' ' ')" eval 'kubectl kustomize deploy/kubernetes >/dev/null'
else
    left_out "kubectl is not installed: its files are only read by DeployedSettingsTests"
fi
if docker compose version >/dev/null 2>&1; then
    expect "docker compose config" eval 'FOLLOWERSYNC_APPID=$appid docker compose -f deploy/compose/compose.yaml config --quiet'
else
    left_out "docker compose is not installed: its file is only read by DeployedSettingsTests"
fi

echo "== the manual and completion"
texts=$trial/texts
mkdir -p "$texts"
dpkg-deb -x "$deb" "$texts"
gunzip -c "$texts/usr/share/man/man1/followersync.1.gz" >"$trial/followersync.1"
if has man; then
    warnings=$(LC_ALL=C.UTF-8 MANROFFSEQ='' MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z "$trial/followersync.1" 2>&1 >/dev/null || true)
    expect "man --warnings: ${warnings:-none}; $(LC_ALL=C.UTF-8 MANWIDTH=80 man -l "$trial/followersync.1" 2>/dev/null | wc -l) lines" [ -z "$warnings" ]
else
    left_out "man is not installed"
fi
if has mandoc; then
    expect "mandoc -Tlint: $(mandoc -Tlint -W warning "$trial/followersync.1" | wc -l) warnings" eval 'mandoc -Tlint -W warning "$trial/followersync.1"'
else
    left_out "mandoc is not installed"
fi
cp -r "$texts/usr/share/bash-completion" "$texts/usr/share/zsh" "$texts/usr/share/fish" "$root/root/"
cp -r "$texts/usr/lib/followersync" "$root/usr/lib/followersync"
ln -sf ../lib/followersync/followersync "$root/usr/bin/followersync"
expect "bash: $(inside bash -c '. /root/bash-completion/completions/followersync; COMP_LINE="followersync sta" COMP_POINT=16 COMP_WORDS=(followersync sta) COMP_CWORD=1; _followersync followersync sta followersync; echo "${COMPREPLY[*]}"')" \
    inside bash -c '. /root/bash-completion/completions/followersync; COMP_LINE="followersync sta" COMP_POINT=16 COMP_WORDS=(followersync sta) COMP_CWORD=1; _followersync followersync sta followersync; [[ ${COMPREPLY[*]} == *status* ]]'
expect "fish: $(inside fish -c 'source /root/fish/vendor_completions.d/followersync.fish; complete -C "followersync sta"' | head -n 1)" \
    inside fish -c 'source /root/fish/vendor_completions.d/followersync.fish; complete -C "followersync sta" | string match -q "status*"'
expect "zsh: sourced" inside zsh -c 'autoload -Uz compinit; compinit -u; source /root/zsh/vendor-completions/_followersync; [[ -n ${_comps[followersync]} ]]'

echo
echo "$failed failed, $left_out left out"
[[ $failed -eq 0 ]]
