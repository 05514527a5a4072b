# What developers type. `npm start` and `npm test` need none of this.
PATH := $(CURDIR)/node_modules/.bin:$(PATH)
export PATH

.PHONY: help setup start test check format contract bench conformance examples figures qgis-matrix client-matrix clients bridge

help: ## Show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 18

setup: ## Install what is missing
	@node backend/setup.mjs

start: ## Run the program on its embedded database
	npm start

test: ## Run every test this machine can run
	npm test

check: setup ## Format, lint, types, import rules and the contract
	biome check .
	tsc -p .
	tsc -p qgis-bridge/panel
	tsc -p backend/web
	node test/check-imports.ts
	node openapi/make.mjs --check

format: setup ## Put the code in shape
	biome check --write .

contract: setup ## Make types and documents from openapi/
	node openapi/make.mjs

bridge: setup ## Build the QGIS plugin into qgis-bridge/dist
	node qgis-bridge/src/build.ts

bench: setup ## Measure speed and memory; TEST_DATABASE_URL names a PostgreSQL server, ogr2ogr is the peer
	node test/bench/start.bench.ts --write
	node test/bench/ingest.bench.ts --write
	node test/bench/items.bench.ts --write
	node test/bench/tiles.bench.ts --write
	node test/bench/records.bench.ts --write
	node test/bench/web.bench.ts --write
	node test/bench/publish.bench.ts --write
	node test/bench/rasters.bench.ts --write

figures: setup ## Take the pictures of the user guide anew; needs Chromium
	SECIMS_FIGURES=$(CURDIR)/backend/docs/user-guide/figures npm test -- test/web/figures

conformance: setup ## Run the executable test suites of the OGC; needs Java 17 and Maven
	test/conformance/run.sh

examples: setup ## Make the example layers anew (styles need QGIS)
	node examples/generate.ts

# Programs that people use with the server: QGIS with PyQGIS and MetaSearch, GDAL, OWSLib.
CLIENTS := test/clients test/ogc/features-gdal test/ogc/features-filter-gdal test/ogc/tiles-clients test/ogc/csw-metasearch \
  test/ogc/csw-owslib test/ogc/records-owslib test/qgis/examples-in-qgis

clients: setup ## Test the server with the QGIS, GDAL and OWSLib of this machine
	npm test -- $(CLIENTS)

client-matrix: setup ## The same with QGIS 3.40 and GDAL 3.10, and with QGIS 3.44 and GDAL 3.13; needs root and debootstrap
	test/qgis/matrix/run.sh trixie $(CLIENTS)
	test/qgis/matrix/run.sh forky $(CLIENTS)

BRIDGE := test/qgis/app- test/qgis/shim- test/qgis/operations test/qgis/style-registry

qgis-matrix: setup ## Test the bridge in QGIS 3.40 and 3.44 of newer Debians; needs root and debootstrap
	test/qgis/matrix/run.sh trixie $(BRIDGE)
	test/qgis/matrix/run.sh forky $(BRIDGE)
