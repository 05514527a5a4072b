#!/usr/bin/env bash
# Runs the executable test suites of the OGC against the program and writes results.md. Needs Java 17 and Maven, which
# brings the released suites from Maven Central; what is not there is compiled from its source (build.sh), for which git
# and GitHub are needed, or ETS_SOURCES. A suite from elsewhere is named by its class path:
#   ETS_FEATURES_CLASSPATH, ETS_TILES_CLASSPATH, ETS_CSW_CLASSPATH, and for CSW ETS_CSW_SCRIPTS (the folder that holds
#   csw/2.0.2/ctl) and ETS_CSW_DATA (the folder of its records); ETS_…_VERSION is what the results call it.
# Ends with 0: nothing failed; 1: something did; 3: nothing failed, but a suite could not be obtained.
set -uo pipefail
cd "$(dirname "$0")/../.."
cache=${ETS_CACHE:-node_modules/.cache/sec-ims/conformance}
work=$(mktemp -d)
server=
trap '[ -n "$server" ] && kill "$server" 2>/dev/null; wait 2>/dev/null; rm -rf "$work"' EXIT
mkdir -p "$cache"
cache=$(cd "$cache" && pwd)

# artefact:version:type:classifier → file in the cache; says nothing when it is not to be had
obtain() {
  local name=${1//:/-}
  [ -s "$cache/$name/done" ] || {
    mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy \
      "-Dartifact=org.opengis.cite:$1" "-DoutputDirectory=$cache/$name" >"$work/maven.log" 2>&1 || return 1
    echo yes >"$cache/$name/done"
  }
  find "$cache/$name" -name 'ets-*' | head -1
}

serve() {
  [ -n "$server" ] && { kill "$server"; wait "$server" 2>/dev/null; }
  node test/conformance/serve.ts "$@" >"$work/serve.log" 2>"$work/serve.err" &
  server=$!
  for _ in $(seq 180); do
    url=$(sed -n 's/^ready //p' "$work/serve.log")
    [ -n "$url" ] && return
    kill -0 "$server" 2>/dev/null || break
    sleep 1
  done
  cat "$work/serve.log" "$work/serve.err" >&2
  echo 'The program did not start.' >&2
  exit 1
}

# Properties as XML, without the DOCTYPE that parsers would fetch.
properties() {
  echo '<?xml version="1.0" encoding="UTF-8"?><properties version="1.0">'
  while [ $# -gt 0 ]; do
    echo "<entry key=\"$1\">${2//&/&amp;}</entry>"
    shift 2
  done
  echo '</properties>'
}

summary=()
testng() { # suite, class, class path, version, properties …
  local suite=$1 main=$2 path=$3 version=$4
  shift 4
  properties "$@" >"$work/$suite.xml"
  mkdir -p "$work/$suite"
  echo "$suite: running $version …"
  java -cp "$path" "$main" -o "$work/$suite" "$work/$suite.xml" >"$work/$suite.log" 2>&1 || tail -5 "$work/$suite.log" >&2
  summary+=("$suite=$version=$work/$suite")
}
absent() {
  echo "$1: $2 is not to be had from Maven Central here, nor its source; name a class path instead (see run.sh)." >&2
  summary+=("$1=$2=")
}

# suite, artefact, profile of its libraries → class path: the released suite, or what was compiled
class_path() {
  obtain "$2" && return
  test/conformance/build.sh "$1" "$cache" || return
  echo "$cache/built/$1/classes:$cache/libraries/$3/*"
}
# suite, repository, released version, class path → what the results call it
version_of() {
  local source=$cache/sources/$2
  case $4 in
    *"/built/$1/classes:"*) echo "$(sed -n 's:^  <version>\(.*\)</version>.*:\1:p' "$source/pom.xml" | head -1), source of $(git -C "$source" log -1 --format='%cs (%h)')" ;;
    *) echo "$3" ;;
  esac
}

features=${ETS_FEATURES_CLASSPATH:-$(class_path features ets-ogcapi-features10:1.9:jar:aio testng)}
tiles=${ETS_TILES_CLASSPATH:-$(class_path tiles ets-ogcapi-tiles10:1.2:jar:aio testng)}
csw=${ETS_CSW_CLASSPATH:-$(class_path csw ets-csw20:1.19:jar:aio ctl)}
scripts=${ETS_CSW_SCRIPTS:-}
data=${ETS_CSW_DATA:-}
if [[ $csw == *"/built/csw/classes:"* ]]; then
  scripts=${scripts:-$cache/built/csw/scripts}
  data=${data:-$cache/built/csw/classes/data}
fi
if [ -n "$csw" ] && [ -z "$scripts" ]; then
  archive=$(obtain ets-csw20:1.19:zip:ctl) && scripts=$work/scripts && mkdir -p "$scripts" &&
    (cd "$scripts" && jar xf "$archive")
fi
if [ -n "$csw" ] && [ -z "$data" ]; then
  data=$work/records/data
  mkdir -p "$work/records" && (cd "$work/records" && jar xf "$csw" data)
fi

[ -n "$features$tiles" ] && serve
if [ -n "$features" ]; then
  testng features org.opengis.cite.ogcapifeatures10.TestNGController "$features" "${ETS_FEATURES_VERSION:-$(version_of features ets-ogcapi-features10 1.9 "$features")}" \
    iut "$url/ogc/" noofcollections -1
else absent features ets-ogcapi-features10:1.9; fi
if [ -n "$tiles" ]; then
  set_uri=http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad
  # The tile of zoom 8 that the whole island lies in.
  testng tiles org.opengis.cite.ogcapitiles10.TestNGController "$tiles" "${ETS_TILES_VERSION:-$(version_of tiles ets-ogcapi-tiles10 1.2 "$tiles")}" \
    iut "$url/ogc/" noofcollections -1 tilematrixsetdefinitionuri "$set_uri" \
    urltemplatefortiles "$url/ogc/collections/parishes_quarters/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}" \
    tilematrix 8 mintilerow 118 maxtilerow 118 mintilecol 84 maxtilecol 84
else absent tiles ets-ogcapi-tiles10:1.2; fi
if [ -n "$csw" ] && [ -n "$scripts" ]; then
  serve "$data"
  version=${ETS_CSW_VERSION:-$(version_of csw ets-csw202 1.19 "$csw")}
  properties capabilities.url "$url/csw?service=CSW&request=GetCapabilities&version=2.0.2" >"$work/csw.xml"
  mkdir -p "$work/csw" "$work/base"
  cp -r "$scripts" "$work/base/scripts"
  echo "csw: running $version …"
  java "-DTE_BASE=$work/base" "-Djava.io.tmpdir=$work/csw" -cp "$csw" org.opengis.cite.csw20.CtlController "$work/csw.xml" \
    >"$work/csw.log" 2>&1 || tail -5 "$work/csw.log" >&2
  summary+=("csw=$version=$work/csw")
else absent csw ets-csw20:1.19; fi

commit=$(git rev-parse --short HEAD)
node test/conformance/summarise.ts "$commit" "${summary[@]}"
