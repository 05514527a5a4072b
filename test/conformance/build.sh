#!/usr/bin/env bash
# Compiles a suite from its public source, at the commit named here: for when Maven Central does not have the released one.
#   build.sh features|tiles|csw FOLDER    leaves FOLDER/built/SUITE/classes and its libraries in FOLDER/libraries
# ETS_SOURCES: a folder or address that has the repositories, where GitHub cannot be reached.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
suite=$1
mkdir -p "$2"
folder=$(cd "$2" && pwd)
engine_commit=804390dc9073d44a7d67a373f2229372503e5129
base=${ETS_SOURCES:-https://github.com/opengeospatial}

source_of() { # repository, commit
  local target=$folder/sources/$1
  [ "$(git -C "$target" rev-parse HEAD 2>/dev/null)" = "$2" ] && return
  rm -rf "$target"
  git init -q "$target"
  git -C "$target" fetch -q --depth 1 "$base/$1" "$2"
  git -C "$target" -c advice.detachedHead=false checkout -q FETCH_HEAD
}

libraries() { # profile of libraries.xml
  local target=$folder/libraries/$1
  cmp -s "$here/libraries.xml" "$target/libraries.xml" && return
  rm -rf "$target"
  mvn -q -B -Dstyle.color=never -f "$here/libraries.xml" -P "$1" org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies \
    "-DoutputDirectory=$target" >&2
  cp "$here/libraries.xml" "$target/"
}

compile() { # classes, class path, folders of sources …
  local classes=$1 path=$2
  shift 2
  mkdir -p "$classes"
  find "$@" -name '*.java' ! -name package-info.java >"$classes.list"
  javac -nowarn -proc:none -encoding UTF-8 -d "$classes" -cp "$path" "@$classes.list" 2>"$classes.log" ||
    { cat "$classes.log" >&2; exit 1; }
}

# Maven fills these in; everything else is copied as it is.
resources() { # repository, code of the suite, version of the standard, classes
  local source=$folder/sources/$1 properties
  cp -r "$source/src/main/resources/." "$4/"
  find "$4" -name ets.properties | while read -r properties; do
    sed -i "s/\${ets-code}/$2/g; s/\${spec-version}/$3/g; s/\${project\.version}/$1/g; s/\${project\.name}/$1/g" "$properties"
  done
}

testng() { # repository, commit, code of the suite
  local classes=$folder/built/$suite/classes
  source_of "$1" "$2"
  # The released one wants a TestNG that is older than the suites'.
  source_of teamengine "$engine_commit"
  libraries testng
  compile "$classes" "$folder/libraries/testng/*" "$folder"/sources/teamengine/teamengine-{spi/src/main/java,core/src/main/java/com/occamlab/te/vocabulary} \
    "$folder/sources/$1/src/main/java"
  cp -r "$folder/sources/teamengine/teamengine-spi/src/main/resources/." "$classes/"
  resources "$1" "$3" 1.0 "$classes"
}

[ -e "$folder/built/$suite/done" ] && cmp -s "$0" "$folder/built/$suite/done" && exit 0
echo "$suite: compiling it from its source …" >&2
rm -rf "$folder/built/$suite"
mkdir -p "$folder/built/$suite"
case $suite in
features) testng ets-ogcapi-features10 a314c1e6a9278b14ab9a2ed865cfe36d202f0125 ogcapi-features-1.0 ;;
tiles) testng ets-ogcapi-tiles10 94900dbf03ed5b373dd785fdee7dbc16c5f1bc36 ogcapi-tiles-1.0 ;;
csw)
  source_of teamengine "$engine_commit"
  source_of ets-csw202 0070d5eabee1f67ba08db91cfef77871871d2170
  libraries ctl
  # It would fetch Java's DTD of properties from java.sun.com to read what it has just written itself.
  sed -i 's/^\(\s*\)doc = builder\.parse(new ByteArrayInputStream/\1builder.setEntityResolver((name, place) -> new org.xml.sax.InputSource(new java.io.StringReader("")));\n&/' \
    "$folder/sources/ets-csw202/src/main/java/org/opengis/cite/csw20/TestRunArguments.java"
  engine=$folder/sources/teamengine
  classes=$folder/built/csw/classes
  compile "$classes" "$folder/libraries/ctl/*" "$engine"/teamengine-{spi,spi-ctl,core}/src/main/java \
    "$folder/sources/ets-csw202/src/main/java"
  cp -r "$engine"/teamengine-{core,resources,spi}/src/main/resources/. "$classes/"
  resources ets-csw202 csw 2.0.2 "$classes"
  mkdir -p "$folder/built/csw/scripts/csw/2.0.2" "$classes/csw/2.0.2"
  cp -r "$folder/sources/ets-csw202/src/main/scripts/ctl" "$folder/built/csw/scripts/csw/2.0.2/"
  cp -r "$folder/sources/ets-csw202/src/main/resources" "$folder/built/csw/scripts/csw/2.0.2/"
  cp -r "$folder/sources/ets-csw202/src/main/scripts/ctl" "$classes/csw/2.0.2/"
  ;;
*) echo "Which suite? features, tiles or csw" >&2; exit 2 ;;
esac
cp "$0" "$folder/built/$suite/done"
