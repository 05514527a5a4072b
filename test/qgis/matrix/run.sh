#!/usr/bin/env bash
# Runs tests with the QGIS and GDAL of another Debian, those of the bridge unless others are named: bootstraps the suite into
# a cached folder, once, and enters it with chroot. The project and the real-world data lie inside at the same paths as
# outside. Needs root, debootstrap and about 3 GB a suite.
#   test/qgis/matrix/run.sh trixie [test files]     QGIS 3.40, GDAL 3.10
#   test/qgis/matrix/run.sh forky  [test files]     QGIS 3.44, GDAL 3.13
#   test/qgis/matrix/run.sh trixie --prepare        bootstraps only
# Ends with 69 where this machine or its network cannot have another Debian; nothing was tested then.
set -euo pipefail
suite=${1:?Which Debian suite? trixie has QGIS 3.40, forky 3.44}
shift
project=$(cd "$(dirname "$0")/../../.." && pwd)
data=$(cd "$project/.." && pwd)/shared/data
mirror=${SECIMS_DEBIAN_MIRROR:-http://deb.debian.org/debian}
root=${SECIMS_QGIS_MATRIX:-/var/cache/sec-ims/qgis-matrix}/$suite
# gdb, because QGIS tells with it where it died.
packages=(qgis python3-qgis python3-owslib gdal-bin gdb xvfb xauth xdotool imagemagick procps chromium
  python3-pyqt5.qtwebchannel python3-pyqt5.qtwebengine)

cannot() { printf '%s\n' "$1" >&2; exit 69; }
((EUID == 0)) || cannot 'The matrix needs root: debootstrap and chroot do.'
command -v debootstrap >/dev/null || cannot 'debootstrap is not installed: apt-get install debootstrap'
unshare --mount --pid --fork true 2>/dev/null || cannot 'Here nobody may mount, not even root: a container needs --privileged.'

bootstrap() {
  echo "== Bootstrapping Debian $suite"
  rm -rf "$root"
  mkdir -p "$root"
  # This Debian may not know the names of later ones; all are bootstrapped in the same way.
  local script=/usr/share/debootstrap/scripts/$suite
  [[ -e $script ]] || script=/usr/share/debootstrap/scripts/sid
  debootstrap --variant=minbase "$suite" "$root" "$mirror" "$script" >"$root.log" 2>&1 || return 1
  # Whoever loses power here bootstraps anew.
  echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/90matrix"
  # Nobody reads manuals in there.
  printf 'path-exclude /usr/share/%s/*\n' doc man locale >>"$root/etc/dpkg/dpkg.cfg.d/90matrix"
  # A mirror may lag behind.
  echo 'Acquire::Check-Valid-Until "no";' >"$root/etc/apt/apt.conf.d/90matrix"
  # No daemon is to start in there.
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
  chmod +x "$root/usr/sbin/policy-rc.d"
  touch "$root.base"
}

install() {
  # What was broken off is taken up again.
  chroot "$root" env DEBIAN_FRONTEND=noninteractive sh -c \
    "dpkg --configure -a && apt-get update -qq && apt-get install -y -qq --no-install-recommends ${packages[*]} && apt-get clean" >>"$root.log" 2>&1
}

failed() { tail -n 20 "$root.log" >&2; cannot "Debian $suite could not be had from $mirror."; }

# What is complete says so beside it: the base, and the packages that are in it. Two runs do not bootstrap at once.
mkdir -p "$(dirname "$root")"
exec {lock}>"$root.lock"
flock "$lock"
if [[ $(cat "$root.ready" 2>/dev/null) != "${packages[*]}" ]]; then
  rm -f "$root.ready"
  [[ -e $root.base ]] || bootstrap || failed
  install || failed
  echo "${packages[*]}" >"$root.ready"
fi
exec {lock}>&-
[[ ${1:-} != --prepare ]] || exit 0

shots=${SECIMS_SCREENSHOTS:-}
chroot "$root" dpkg-query -W -f '== QGIS ${Version} of Debian '"$suite"'\n' qgis
# Mounts and processes are in namespaces of their own, and go with them.
exec unshare --mount --pid --fork --kill-child bash -euc '
  root=$1 project=$2 data=$3 shots=$4
  shift 4
  mount -t proc proc "$root/proc"
  mount --rbind /dev "$root/dev"
  mount -t tmpfs tmpfs "$root/tmp"
  mkdir -p "$root$project" "$root$data"
  mount --bind "$project" "$root$project"
  [[ ! -d $data ]] || mount --bind -o ro "$data" "$root$data"
  [[ ! -d $shots ]] || { mkdir -p "$root$shots" && mount --bind "$shots" "$root$shots"; }
  exec chroot "$root" /usr/bin/env -i HOME=/root LANG=C.UTF-8 TZ=UTC SECIMS_NO_QTWEBKIT=1 ${CI:+CI="$CI"} \
    ${shots:+SECIMS_SCREENSHOTS="$shots"} \
    PATH="$project/node_modules/.bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin" \
    sh -c "cd \"\$0\" && exec node node_modules/vitest/vitest.mjs run -c test/vitest.config.ts \"\$@\"" "$project" "$@"
' matrix "$root" "$project" "$data" "$shots" "${@:-test/qgis/app-}"
