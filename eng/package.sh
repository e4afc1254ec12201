#!/usr/bin/env bash
# Makes what can be installed, from this checkout and for this kind of machine, into artifacts/packages: the .deb, the archive and the container image, each with the
# program's own runtime. See docs/install.md. The .deb needs dpkg-deb. The image needs its base; where the SDK's cannot be reached and --base names no other, one is
# made of Debian, which needs root, debootstrap, umoci, skopeo and docker-registry.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
    echo "usage: eng/package.sh [--base IMAGE] [deb] [archive] [image]"
    echo "  --base IMAGE           base of the image, of a registry of yours say: a Debian or Ubuntu with libssl3, ca-certificates and tzdata"
    echo "  deb, archive, image    only these; all three by default"
}

base=
wanted=
while [[ $# -gt 0 ]]; do
    case $1 in
        --base) base=${2:?"--base needs an image"}; shift 2 ;;
        deb | archive | image) wanted+=" $1"; shift ;;
        -h | --help) usage; exit 0 ;;
        *) echo "eng/package.sh: unknown option $1" >&2; usage >&2; exit 2 ;;
    esac
done
wanted=${wanted:-deb archive image}

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en
umask 022
packages=$PWD/artifacts/packages
work=$PWD/artifacts/packaging
program=$work/program
version=$(dotnet msbuild src/FollowerSync -getProperty:Version)
machine=$(uname -m)
maintainer=${MAINTAINER:-The FollowerSync authors <followersync@localhost>}
cache=$(dotnet nuget locals global-packages --list | sed 's|.*: ||; s|/$||')
# Of one commit, times are the same whenever it is packaged.
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}
publish=(dotnet publish src/FollowerSync --configuration Release --use-current-runtime --self-contained true
    --property:PublishReadyToRunComposite=false --property:RunAnalyzers=false
    --artifacts-path "$work/publish" --nologo --verbosity quiet)

need() {
    local tool missing=()
    for tool in "$@"; do
        command -v "$tool" >/dev/null || missing+=("$tool")
    done
    [[ ${#missing[@]} -eq 0 ]] || { echo "eng/package.sh: missing for this: ${missing[*]}. In Debian the packages have these names (apt-get install ...)." >&2; exit 1; }
}

# What else is in the packages, under which licence: of every library what it says of itself.
licences() {
    local id library
    grep -B1 '"type": "package"' "$program/followersync.deps.json" | sed -nE 's|^ *"([^"/]+)/([^"]+)": \{|\1 \2|p' | while read -r id library; do
        printf '%s %s: %s\n' "$id" "$library" "$(sed -nE 's/.*<license(Url| [^>]*)>([^<]+)<.*/\2/p' "$cache/${id,,}/$library/${id,,}.nuspec" | head -n 1)"
    done
    sed -nE 's/.*"uplot": "([^"]+)".*/uPlot \1, the charts of the status page: MIT/p' src/FollowerSync/StatusPage/Charts/package.json
}

make_program() {
    echo "Publishing the program …"
    rm -rf "$program"
    "${publish[@]}" --output "$program"
    find "$program" \( -name '*.pdb' -o -name 'FollowerSync*.xml' -o -name 'followersync*.xml' -o -name '*.staticwebassets.endpoints.json' \) -delete
    find "$program" -type f -exec chmod 644 {} +
    chmod 755 "$program/followersync" "$program/createdump"
}

make_texts() {
    local shell texts=$work/texts
    rm -rf "$texts"
    mkdir -p "$texts"
    "$program/followersync" manual --language en | gzip -9n >"$texts/followersync.1.gz"
    for shell in bash zsh fish; do
        "$program/followersync" completion $shell >"$texts/$shell"
    done
    {
        printf 'FollowerSync %s\nCopyright (C) %s The FollowerSync authors. All rights reserved.\n\n' "$version" "$(date --utc --date="@$SOURCE_DATE_EPOCH" +%Y)"
        printf 'The .NET runtime and the ASP.NET Core runtime: Copyright (c) .NET Foundation and contributors, MIT; what they carry of others is named in THIRD-PARTY-NOTICES.\n\n'
        printf 'Libraries, and the licence each names (full texts: /usr/share/common-licenses, or where the library comes from):\n'
        licences
    } >"$texts/copyright"
    local notices=("$cache"/microsoft.netcore.app.runtime.linux-*/"$(dotnet --version | cut -d. -f1)".*/THIRD-PARTY-NOTICES.TXT)
    gzip -9nc "${notices[-1]}" >"$texts/THIRD-PARTY-NOTICES.gz"
    # What an operator edits: a database on this machine, entered without a password, and secrets in files.
    sed -e 's|// Empty: a private PostgreSQL on this machine. Otherwise: |// As it stands: the PostgreSQL of this machine, by the name of the service'"'"'s user. Otherwise: |' \
        -e 's|"FollowerSync": ""|"FollowerSync": "Host=/run/postgresql;Database=followersync;Username=followersync"|' \
        -e 's|^    "Folder": ""|    "Folder": "secrets"|' appsettings.json >"$texts/appsettings.json"
    [[ $(diff appsettings.json "$texts/appsettings.json" | grep -c '^>') -eq 3 ]] || { echo "eng/package.sh: appsettings.json has changed; see to the sed above." >&2; exit 1; }
}

make_deb() {
    need dpkg-deb dpkg
    local root=$work/deb architecture deb
    architecture=$(dpkg --print-architecture)
    deb=$packages/followersync_${version}_$architecture.deb
    rm -rf "$root"
    mkdir -p "$root/usr/lib" "$root/usr/bin"
    cp -r "$program" "$root/usr/lib/followersync"
    ln -s ../lib/followersync/followersync "$root/usr/bin/followersync"
    ln -sf /etc/followersync/appsettings.json "$root/usr/lib/followersync/appsettings.json"
    install -Dm644 "$work/texts/appsettings.json" "$root/etc/followersync/appsettings.json"
    install -dm750 "$root/etc/followersync/secrets"
    install -Dm644 deploy/systemd/followersync.default "$root/etc/default/followersync"
    install -Dm644 deploy/systemd/followersync.service "$root/lib/systemd/system/followersync.service"
    install -Dm644 deploy/systemd/followersync.sysusers "$root/usr/lib/sysusers.d/followersync.conf"
    install -Dm644 "$work/texts/followersync.1.gz" "$root/usr/share/man/man1/followersync.1.gz"
    install -Dm644 "$work/texts/bash" "$root/usr/share/bash-completion/completions/followersync"
    install -Dm644 "$work/texts/zsh" "$root/usr/share/zsh/vendor-completions/_followersync"
    install -Dm644 "$work/texts/fish" "$root/usr/share/fish/vendor_completions.d/followersync.fish"
    install -Dm644 "$work/texts/copyright" "$root/usr/share/doc/followersync/copyright"
    install -Dm644 "$work/texts/THIRD-PARTY-NOTICES.gz" "$root/usr/share/doc/followersync/THIRD-PARTY-NOTICES.gz"
    gzip -9nc CHANGELOG.md >"$root/usr/share/doc/followersync/CHANGELOG.md.gz"
    printf 'followersync (%s) stable; urgency=medium\n\n  * See CHANGELOG.md.gz.\n\n -- %s  %s\n' "$version" "$maintainer" "$(date --utc --date="@$SOURCE_DATE_EPOCH" -R)" \
        | gzip -9n >"$root/usr/share/doc/followersync/changelog.gz"
    install -Dm644 deploy/debian/lintian-overrides "$root/usr/share/lintian/overrides/followersync"
    install -dm755 "$root/DEBIAN"
    install -m755 deploy/debian/postinst deploy/debian/prerm deploy/debian/postrm "$root/DEBIAN"
    printf '%s\n' /etc/followersync/appsettings.json /etc/default/followersync >"$root/DEBIAN/conffiles"
    sed -e "s/@MAINTAINER@/$maintainer/" -e "s/@VERSION@/$version/" -e "s/@ARCHITECTURE@/$architecture/" -e "s/@SIZE@/$(du -sk --exclude=DEBIAN "$root" | cut -f1)/" deploy/debian/control >"$root/DEBIAN/control"
    (cd "$root" && find . -path ./DEBIAN -prune -o -type f -printf '%P\0' | sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
    rm -f "$deb"
    dpkg-deb --root-owner-group -Zxz --build "$root" "$deb" >/dev/null
    echo "$deb"
}

make_archive() {
    local name=followersync-$version-linux-$machine
    local root=$work/archive/$name
    rm -rf "$work/archive"
    mkdir -p "$root/share"
    cp -r "$program/." "$root"
    cp "$work/texts/copyright" "$work/texts/THIRD-PARTY-NOTICES.gz" "$work/texts/followersync.1.gz" deploy/systemd/followersync.service "$root/share"
    tar -C "$work/archive" --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner -cf - "$name" | gzip -9n >"$packages/$name.tar.gz"
    echo "$packages/$name.tar.gz"
}

registry=
end_registry() { [[ -z $registry ]] || kill "$registry" 2>/dev/null || true; }
trap end_registry EXIT

# The SDK takes a base from a registry alone: one on this machine, for as long as it takes.
own_base() {
    need debootstrap umoci skopeo docker-registry
    [[ $(id -u) -eq 0 ]] || { echo "eng/package.sh: making a base of Debian needs root. Or name a base: --base IMAGE" >&2; exit 1; }
    local root=$work/base port=15000
    rm -rf "$root" "$work/oci" "$work/registry"
    mkdir -p "$work/registry"
    debootstrap --variant=minbase --include=ca-certificates,tzdata,openssl stable "$root" >"$work/debootstrap.log"
    rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "$root"/var/log/* "$root"/usr/share/doc/* "$root"/usr/share/man/* "$root"/usr/share/locale/*
    umoci init --layout "$work/oci"
    umoci new --image "$work/oci:base"
    umoci insert --image "$work/oci:base" "$root" /
    umoci config --image "$work/oci:base" --config.env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
    printf 'version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: %s\nhttp:\n  addr: 127.0.0.1:%s\n' "$work/registry" "$port" >"$work/registry.yml"
    docker-registry serve "$work/registry.yml" >"$work/registry.log" 2>&1 &
    registry=$!
    for _ in $(seq 50); do
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break
        sleep 0.1
    done
    skopeo copy --quiet --dest-tls-verify=false "oci:$work/oci:base" "docker://127.0.0.1:$port/debian:stable"
    export DOTNET_CONTAINER_INSECURE_REGISTRIES=127.0.0.1:$port
    base=127.0.0.1:$port/debian:stable
}

publish_image() {
    "${publish[@]}" --target:PublishContainer --property:ContainerArchiveOutputPath="$image" ${base:+--property:ContainerBaseImage="$base"}
}

make_image() {
    image=$packages/followersync-$version-linux-$machine.oci.tar
    rm -f "$image"
    echo "Making the image …"
    if [[ -n $base ]]; then
        publish_image
    elif ! publish_image >"$work/image.log" 2>&1; then
        # Where it finds no registry it says so by an error of its own, or by the exception of its task.
        grep -qE 'CONTAINER[0-9]|CreateNewImage' "$work/image.log" || { cat "$work/image.log" >&2; exit 1; }
        echo "The SDK's base image cannot be had ($work/image.log tells why): making one of Debian …"
        own_base
        publish_image
    fi
    echo "$image"
}

mkdir -p "$packages"
if [[ $wanted == *deb* || $wanted == *archive* ]]; then
    make_program
    make_texts
fi
for one in $wanted; do
    "make_$one"
done
