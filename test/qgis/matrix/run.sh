#!/usr/bin/env bash
# Runs tests with the QGIS and GDAL of another Debian, those of the bridge unless others are named: bootstraps the suite into
# a cached folder, once, and enters it with chroot. The project and the real-world data lie inside at the same paths as
# outside. Needs root, debootstrap and about 3 GB a suite.
#   test/qgis/matrix/run.sh trixie [test files]     QGIS 3.40, GDAL 3.10
#   test/qgis/matrix/run.sh forky  [test files]     QGIS 3.44, GDAL 3.13
set -euo pipefail
suite=${1:?Which Debian suite? trixie has QGIS 3.40, forky 3.44}
shift
project=$(cd "$(dirname "$0")/../../.." && pwd)
data=$(cd "$project/.." && pwd)/shared/data
mirror=${SECIMS_DEBIAN_MIRROR:-http://deb.debian.org/debian}
root=${SECIMS_QGIS_MATRIX:-${XDG_CACHE_HOME:-$HOME/.cache}/sec-ims/qgis-matrix}/$suite
packages=(qgis python3-qgis python3-owslib gdal-bin xvfb xauth xdotool imagemagick procps chromium
  python3-pyqt5.qtwebchannel python3-pyqt5.qtwebengine)

((EUID == 0)) || { echo 'The matrix needs root: debootstrap and chroot do.' >&2; exit 1; }
command -v debootstrap >/dev/null || { echo 'debootstrap is not installed: apt-get install debootstrap' >&2; exit 1; }

if [[ ! -e $root.ready ]]; then
  echo "== Bootstrapping Debian $suite"
  rm -rf "$root"
  mkdir -p "$root"
  # This Debian may not know the names of later ones; all are bootstrapped in the same way.
  script=/usr/share/debootstrap/scripts/$suite
  [[ -e $script ]] || script=/usr/share/debootstrap/scripts/sid
  debootstrap --variant=minbase "$suite" "$root" "$mirror" "$script" >"$root.log" 2>&1 ||
    { tail -n 20 "$root.log" >&2; exit 1; }
  # Whoever loses power here bootstraps anew.
  echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/90matrix"
  # Nobody reads manuals in there.
  printf 'path-exclude /usr/share/%s/*\n' doc man locale >>"$root/etc/dpkg/dpkg.cfg.d/90matrix"
  # A mirror may lag behind.
  echo 'Acquire::Check-Valid-Until "no";' >"$root/etc/apt/apt.conf.d/90matrix"
  # No daemon is to start in there.
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
  chmod +x "$root/usr/sbin/policy-rc.d"
  chroot "$root" env DEBIAN_FRONTEND=noninteractive sh -c \
    "apt-get update -qq && apt-get install -y -qq --no-install-recommends ${packages[*]} && apt-get clean" \
    >>"$root.log" 2>&1 || { tail -n 20 "$root.log" >&2; exit 1; }
  touch "$root.ready"
fi

mkdir -p "$root$project" "$root$data"
chroot "$root" dpkg-query -W -f '== QGIS ${Version} of Debian '"$suite"'\n' qgis
# Mounts and processes are in namespaces of their own, and go with them.
exec unshare --mount --pid --fork --kill-child bash -euc '
  root=$1 project=$2 data=$3
  shift 3
  mount -t proc proc "$root/proc"
  mount --rbind /dev "$root/dev"
  mount -t tmpfs tmpfs "$root/tmp"
  mount --bind "$project" "$root$project"
  [[ ! -d $data ]] || mount --bind -o ro "$data" "$root$data"
  exec chroot "$root" /usr/bin/env -i HOME=/root LANG=C.UTF-8 TZ=UTC SECIMS_NO_QTWEBKIT=1 ${CI:+CI="$CI"} \
    ${SECIMS_SCREENSHOTS:+SECIMS_SCREENSHOTS="$SECIMS_SCREENSHOTS"} \
    PATH="$project/node_modules/.bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin" \
    sh -c "cd \"\$0\" && exec node node_modules/vitest/vitest.mjs run -c test/vitest.config.ts \"\$@\"" "$project" "$@"
' matrix "$root" "$project" "$data" "${@:-test/qgis/app-}"
