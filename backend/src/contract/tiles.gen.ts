// Generated from openapi/ogc/tiles.yaml by make contract; not edited.
export interface paths {
    "/tileMatrixSets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tile matrix sets in which there are tiles */
        get: operations["tiles.getTileMatrixSetsList"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tileMatrixSets/{tileMatrixSetId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A tile matrix set */
        get: operations["tiles.getTileMatrixSet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collections/{collectionId}/tiles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tilesets of a collection */
        get: operations["collection.vector.getTileSetsList"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collections/{collectionId}/tiles/{tileMatrixSetId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A tileset of a collection */
        get: operations["collection.vector.getTileSet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collections/{collectionId}/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A vector tile
         * @description Mind the order: row before column, so that a template for QGIS and web maps ends in `{z}/{y}/{x}`. A tile has one
         *     layer, named like the collection. Below zoom level 14 vertices snap to a quarter of a pixel, features smaller than
         *     half a pixel and points become one for each half pixel, and of very many features a share is shown.
         */
        get: operations["collection.vector.getTile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        links: components["schemas"]["Link"][];
        tileMatrixSets: {
            links?: components["schemas"]["links"];
            tileMatrixSets: {
                id: string;
                title?: string;
                uri?: string;
                crs?: string;
                links: components["schemas"]["links"];
            }[];
        };
        tileMatrixSet: {
            id?: string;
            title?: string;
            uri?: string;
            crs: string;
            /** @description As TMS 1.0 calls the id; for older clients */
            identifier?: string;
            /** @description As TMS 1.0 calls the crs; for older clients */
            supportedCRS?: string;
            boundingBox?: {
                lowerLeft: components["schemas"]["corner"];
                upperRight: components["schemas"]["corner"];
                lowerCorner?: components["schemas"]["corner"];
                upperCorner?: components["schemas"]["corner"];
                crs?: string;
            };
            orderedAxes?: string[];
            wellKnownScaleSet?: string;
            links?: components["schemas"]["links"];
            tileMatrices: {
                id: string;
                scaleDenominator: number;
                cellSize: number;
                /** @enum {string} */
                cornerOfOrigin?: "topLeft";
                identifier?: string;
                topLeftCorner?: components["schemas"]["corner"];
                pointOfOrigin: number[];
                tileWidth: number;
                tileHeight: number;
                matrixWidth: number;
                matrixHeight: number;
            }[];
        };
        tileSets: {
            links: components["schemas"]["links"];
            tilesets: components["schemas"]["tileSetItem"][];
        };
        tileSetItem: {
            title?: string;
            /** @enum {string} */
            dataType: "vector";
            crs: string;
            tileMatrixSetURI?: string;
            links: components["schemas"]["links"];
        };
        corner: number[];
        boundingBox: {
            lowerLeft: number[];
            upperRight: number[];
            crs?: string;
        };
        tileSet: {
            title?: string;
            description?: string;
            keywords?: string[];
            license?: string;
            created?: string;
            updated?: string;
            /** @enum {string} */
            dataType: "vector";
            crs: string;
            tileMatrixSetURI: string;
            mediaTypes?: string[];
            links: components["schemas"]["links"];
            tileMatrixSetLimits?: {
                tileMatrix: string;
                minTileRow: number;
                maxTileRow: number;
                minTileCol: number;
                maxTileCol: number;
            }[];
            boundingBox?: components["schemas"]["boundingBox"];
            layers?: {
                id: string;
                title?: string;
                description?: string;
                /** @enum {string} */
                dataType: "vector";
                geometryDimension?: number;
                minTileMatrix?: string;
                maxTileMatrix?: string;
                boundingBox?: components["schemas"]["boundingBox"];
                propertiesSchema?: {
                    [key: string]: unknown;
                };
            }[];
        };
        tileJson: {
            /** @enum {string} */
            tilejson: "3.0.0";
            name?: string;
            description?: string;
            attribution?: string;
            version?: string;
            /** @enum {string} */
            scheme?: "xyz";
            tiles: string[];
            minzoom?: number;
            maxzoom?: number;
            bounds?: components["schemas"]["Box"];
            center?: number[];
            vector_layers: {
                id: string;
                description?: string;
                minzoom?: number;
                maxzoom?: number;
                fields: {
                    [key: string]: string;
                };
            }[];
        };
        Link: {
            href: string;
            rel: string;
            type?: string;
            title?: string;
            hreflang?: string;
            length?: number;
            templated?: boolean;
            protocol?: string;
            name?: string;
            profile?: string[];
        };
        /**
         * @description Last segment of a problem's type; stable for ever.
         * @enum {string}
         */
        ProblemCode: "address-not-fetched" | "address-unreadable" | "answer-takes-too-long" | "archive-damaged" | "archive-refused" | "archive-too-large" | "area-elsewhere" | "area-wrong" | "band-unknown" | "bbox-wrong" | "body-crs-differs" | "body-missing" | "body-too-large" | "capabilities-not-found" | "changed-while-attaching" | "changed-while-publishing" | "checksum-differs" | "checksum-unknown" | "collection-deprecated" | "collection-id-fixed" | "collection-id-taken" | "collection-is-raster" | "conflict" | "content-encoded" | "content-type-missing" | "coordinates-out-of-range" | "coverage-elsewhere" | "coverage-too-large" | "coverage-wrong" | "crs-cannot-hold-data" | "crs-missing" | "crs-needed" | "crs-not-identified" | "crs-not-offered" | "crs-not-supported" | "csv-column-missing" | "csw-filter-wrong" | "csw-operation-unknown" | "csw-parameter-missing" | "csw-parameter-wrong" | "csw-property-unknown" | "csw-request-unreadable" | "csw-version-not-offered" | "cursor-wrong" | "custodian-needs-domain" | "data-replaced" | "data-replaced-meanwhile" | "datetime-wrong" | "disk-full" | "domain-unknown" | "duplicate-ids" | "edit-too-large" | "feature-does-not-fit" | "file-damaged" | "file-empty" | "file-encrypted" | "file-has-no-content" | "file-mislabelled" | "file-part-missing" | "file-type-not-accepted" | "file-type-not-allowed" | "filter-function-unknown" | "filter-not-computable" | "filter-property-unknown" | "filter-too-large" | "filter-type-wrong" | "filter-unreadable" | "form-broken" | "form-oversized" | "form-part-unexpected" | "format-not-loadable" | "geometry-broken" | "geometry-has-no-place" | "gone" | "idempotency-mismatch" | "ids-used-up" | "invalid-request" | "json-too-deep" | "large-file-not-geopackage" | "layer-missing" | "layer-needed" | "layer-too-large" | "layer-unreadable" | "load-disagrees" | "map-has-no-place" | "map-style-unknown" | "map-too-detailed" | "map-too-large" | "map-view-wrong" | "method-not-allowed" | "no-coverage" | "not-acceptable" | "not-allowed" | "not-found" | "not-iso-metadata" | "not-json" | "not-signed-in" | "nothing-to-publish" | "number-not-finite" | "other-server-answers-too-much" | "other-server-moved" | "other-server-no-picture" | "other-server-other-grid" | "other-server-refused" | "other-server-silent" | "other-servers-busy" | "part-too-large" | "precondition-failed" | "precondition-required" | "preview-impossible" | "property-unknown" | "property-value-wrong" | "publication-cancelled" | "publication-not-done" | "publication-running" | "qml-refused" | "range-not-satisfiable" | "raster-not-supported" | "raster-too-large" | "raster-without-place" | "reader-failed" | "reader-stopped" | "record-incomplete" | "review-queue-full" | "rows-unreadable" | "schema-changed" | "shapefile-ambiguous" | "shapefile-incomplete" | "shapefile-missing" | "sld-refused" | "sort-key-wrong" | "staging-differs" | "state-conflict" | "style-does-not-fit" | "style-in-use" | "style-not-attached" | "submission-file-active" | "submission-file-not-ready" | "submission-filled-by-program" | "submission-incomplete" | "submission-link-expired" | "submission-link-unknown" | "submission-needs-address" | "submission-needs-exception" | "submission-needs-file" | "submission-stamp-unknown" | "submission-state-conflict" | "submission-too-quick" | "submission-uploads-too-many" | "submissions-too-many" | "text-search-wrong" | "text-unusable" | "token-ended" | "token-in-url" | "too-many-failures" | "too-many-features" | "too-many-fields" | "too-many-layers" | "tus-metadata-broken" | "tus-version-unknown" | "unavailable" | "unknown-parameter" | "unsupported-media-type" | "upload-bytes-lost" | "upload-complete" | "upload-empty" | "upload-in-use" | "upload-locked" | "upload-longer-than-said" | "upload-not-ready" | "upload-offset-wrong" | "upload-stalled" | "upload-taken-over" | "upload-too-large" | "value-too-long" | "view-name-invalid" | "wms-crs-unknown" | "wms-format-unknown" | "wms-layer-unknown" | "wms-operation-unknown" | "wms-parameter-missing" | "wms-parameter-wrong" | "wms-point-outside" | "wms-style-unknown" | "xml-doctype" | "xml-empty" | "xml-encoding" | "xml-not-well-formed" | "xml-too-deep" | "xml-too-large" | "xml-too-many-attributes" | "xml-too-many-elements";
        /** @description RFC 9457 problem document; `code` and `description` repeat type and detail for OGC clients. */
        Problem: {
            /** @example /problems/crs-unknown */
            type: string;
            title: string;
            status: number;
            detail: string;
            code: components["schemas"]["ProblemCode"];
            description: string;
            traceId?: string;
        } & {
            [key: string]: unknown;
        };
        /** @description [west, south, east, north] */
        Box: number[];
    };
    responses: {
        /** @description What was found, what was expected, what to do */
        Problems: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: {
        collectionId: string;
        /** @description WebMercatorQuad or WorldCRS84Quad */
        tileMatrixSetId: string;
        /** @description Zoom level */
        tileMatrix: string;
        /** @description Counts from the north */
        tileRow: string;
        /** @description Counts from the west */
        tileCol: string;
        /** @description Format of the answer */
        fTileMatrixSet: "json" | "html";
        /** @description Format of the answer; without it the Accept header decides */
        fTilesets: "json" | "html";
        /** @description Format of the answer; without it the Accept header decides. TileJSON is for WebMercatorQuad only */
        fTileset: "json" | "tilejson" | "html";
        /** @description Format of the tile */
        fTile: "mvt";
    };
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    "tiles.getTileMatrixSetsList": {
        parameters: {
            query?: {
                /** @description Format of the answer */
                f?: components["parameters"]["fTileMatrixSet"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Identifiers and links */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["tileMatrixSets"];
                    "text/html": string;
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    "tiles.getTileMatrixSet": {
        parameters: {
            query?: {
                /** @description Format of the answer */
                f?: components["parameters"]["fTileMatrixSet"];
            };
            header?: never;
            path: {
                /** @description WebMercatorQuad or WorldCRS84Quad */
                tileMatrixSetId: components["parameters"]["tileMatrixSetId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Coordinate system, and for each zoom level the scale and the number of tiles */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["tileMatrixSet"];
                    "text/html": string;
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    "collection.vector.getTileSetsList": {
        parameters: {
            query?: {
                /** @description Format of the answer; without it the Accept header decides */
                f?: components["parameters"]["fTilesets"];
            };
            header?: never;
            path: {
                collectionId: components["parameters"]["collectionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One for each tile matrix set; none for a collection without geometry */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["tileSets"];
                    "text/html": string;
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    "collection.vector.getTileSet": {
        parameters: {
            query?: {
                /** @description Format of the answer; without it the Accept header decides. TileJSON is for WebMercatorQuad only */
                f?: components["parameters"]["fTileset"];
            };
            header?: never;
            path: {
                collectionId: components["parameters"]["collectionId"];
                /** @description WebMercatorQuad or WorldCRS84Quad */
                tileMatrixSetId: components["parameters"]["tileMatrixSetId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Address template, limits, and the properties of the features. With f=tilejson as TileJSON 3, for web maps */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["tileSet"] | components["schemas"]["tileJson"];
                    "text/html": string;
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    "collection.vector.getTile": {
        parameters: {
            query?: {
                /** @description Format of the tile */
                f?: components["parameters"]["fTile"];
            };
            header?: never;
            path: {
                collectionId: components["parameters"]["collectionId"];
                /** @description WebMercatorQuad or WorldCRS84Quad */
                tileMatrixSetId: components["parameters"]["tileMatrixSetId"];
                /** @description Zoom level */
                tileMatrix: components["parameters"]["tileMatrix"];
                /** @description Counts from the north */
                tileRow: components["parameters"]["tileRow"];
                /** @description Counts from the west */
                tileCol: components["parameters"]["tileCol"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tile, compressed with gzip for those who accept it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.mapbox-vector-tile": string;
                };
            };
            /** @description Nothing is there */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            503: components["responses"]["Problems"];
            "4XX": components["responses"]["Problems"];
        };
    };
}
