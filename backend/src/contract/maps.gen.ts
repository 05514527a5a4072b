// Generated from openapi/ogc/maps.yaml by make contract; not edited.
export interface paths {
    "/map": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A map of several collections */
        get: operations["all.dataset.getMap"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collections/{collectionId}/map": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A map of a collection in its default style */
        get: operations["collection.getMap"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collections/{collectionId}/styles/{styleId}/map": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A map of a collection in one of its styles */
        get: operations["collection.style.getMap"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collections/{collectionId}/map/tiles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Map tilesets of a collection in its default style */
        get: operations["collection.map.getTileSetsList"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collections/{collectionId}/map/tiles/{tileMatrixSetId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A map tileset of a collection in its default style */
        get: operations["collection.map.getTileSet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collections/{collectionId}/map/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A map tile of a collection in its default style
         * @description Mind the order: row before column, so that a template for QGIS and web maps ends in `{z}/{y}/{x}`. With `@2x` behind
         *     the column the tile has 512 pixels instead of 256, for screens with a high resolution. Labels are placed together
         *     for blocks of four by four tiles, so that none is cut between two of them.
         */
        get: operations["collection.map.getTile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collections/{collectionId}/styles/{styleId}/map/tiles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Map tilesets of a collection in one of its styles */
        get: operations["collection.style.map.getTileSetsList"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collections/{collectionId}/styles/{styleId}/map/tiles/{tileMatrixSetId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A map tileset of a collection in one of its styles */
        get: operations["collection.style.map.getTileSet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collections/{collectionId}/styles/{styleId}/map/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A map tile of a collection in one of its styles
         * @description Mind the order: row before column, so that a template for QGIS and web maps ends in `{z}/{y}/{x}`. With `@2x` behind
         *     the column the tile has 512 pixels instead of 256, for screens with a high resolution. Labels are placed together
         *     for blocks of four by four tiles, so that none is cut between two of them.
         */
        get: operations["collection.style.map.getTile"];
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
        mapTileSets: {
            links: components["schemas"]["links"];
            tilesets: components["schemas"]["mapTileSetItem"][];
        };
        mapTileSetItem: {
            title?: string;
            /** @enum {string} */
            dataType: "map";
            crs: string;
            tileMatrixSetURI?: string;
            links: components["schemas"]["links"];
        };
        mapCorners: {
            lowerLeft: number[];
            upperRight: number[];
            crs?: string;
        };
        mapTileSet: {
            title?: string;
            description?: string;
            keywords?: string[];
            license?: string;
            created?: string;
            updated?: string;
            /** @enum {string} */
            dataType: "map";
            crs: string;
            tileMatrixSetURI: string;
            mediaTypes?: string[];
            style?: {
                id: string;
                title: string;
            };
            links: components["schemas"]["links"];
            tileMatrixSetLimits?: {
                tileMatrix: string;
                minTileRow: number;
                maxTileRow: number;
                minTileCol: number;
                maxTileCol: number;
            }[];
            boundingBox?: components["schemas"]["mapCorners"];
        };
        mapTileJson: {
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
        /** @description [west, south, east, north] */
        Box: number[];
    };
    responses: {
        /**
         * @description The map. Its area is told in the headers, in the order of the axes of its coordinate system. What could not be drawn
         *     as the style says is told in `Map-Losses`, by code
         */
        Map: {
            headers: {
                /** @description The area drawn */
                "Content-Bbox"?: string;
                /** @description The coordinate system of the map */
                "Content-Crs"?: string;
                /** @description From when to when the data are */
                "Content-Datetime"?: string;
                /** @description What was left out or simplified, codes of the style report */
                "Map-Losses"?: string;
                [name: string]: unknown;
            };
            content: {
                "image/png": string;
                "image/jpeg": string;
                "image/webp": string;
                "text/html": string;
            };
        };
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
        /** @description A style of the collection; `_default` is the plain one of collections that have none */
        styleId: string;
        /** @description Which collections, by id or address, the lowest first. Without it all of them, areas below lines below points, at most 20 */
        collections: string[];
        /**
         * @description The part to be drawn: west, south, east, north in CRS84, or in the axis order of `bbox-crs`. West greater than east crosses
         *     the antimeridian. With six numbers the third and sixth are heights, which a map does not have
         */
        bbox: number[];
        /** @description Coordinate system of `bbox`, one of the collection's */
        "bbox-crs": string;
        /** @description The part to be drawn, axis by axis: `Lat(13.7:14.1),Lon(-61.1:-60.8)`, or `E(…),N(…)` of a projected `subset-crs`. `*` is open */
        subset: string;
        /** @description Coordinate system of `subset`, one of the collection's */
        "subset-crs": string;
        /** @description The middle of the map, instead of `bbox`; longitude and latitude, or two numbers in the axis order of `center-crs` */
        center: number[];
        /** @description Coordinate system of `center`, one of the collection's */
        "center-crs": string;
        /** @description Pixels from left to right, at most 4096. Without it as goes with the area and `height` */
        width: number;
        /** @description Pixels from top to bottom, at most 4096. Without it as goes with the area and `width` */
        height: number;
        /** @description 50000 draws 1 : 50 000, as WMS counts scales: in units of the coordinate system */
        "scale-denominator": number;
        /** @description How large a pixel is on the screen. With 0.14 everything is drawn twice as large, for screens with a high resolution */
        "mm-per-pixel": number;
        /** @description Coordinate system of the map, one of the collection's; without it the one the data are stored in */
        crs: string;
        /** @description Colour of the background: `0xFFFFFF`, `#ffffff` or a name of the W3C such as `white` */
        bgcolor: string;
        /** @description Whether the background is left out; without it yes, unless `bgcolor` is given. JPEG has no transparency */
        transparent: boolean;
        /** @description Colour where the coordinate system has no places, beyond the poles for instance; without it that of the background */
        "void-color": string;
        /** @description Whether nothing is drawn there; without it as the background */
        "void-transparent": boolean;
        /** @description Format of the answer; without it the Accept header decides */
        fMap: "png" | "jpeg" | "webp" | "html";
        /** @description Format of the tile; without it the Accept header decides */
        fMapTile: "png" | "jpeg" | "webp";
        /** @description WebMercatorQuad or WorldCRS84Quad */
        tileMatrixSetId: string;
        /** @description Zoom level */
        tileMatrix: string;
        /** @description Counts from the north */
        tileRow: string;
        /** @description Counts from the west; with `@2x` behind it the tile is twice as large */
        mapTileCol: string;
        /** @description Format of the answer; without it the Accept header decides */
        fTilesets: "json" | "html";
        /** @description Format of the answer; without it the Accept header decides. TileJSON is for WebMercatorQuad only */
        fTileset: "json" | "tilejson" | "html";
    };
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    "all.dataset.getMap": {
        parameters: {
            query?: {
                /** @description Which collections, by id or address, the lowest first. Without it all of them, areas below lines below points, at most 20 */
                collections?: components["parameters"]["collections"];
                /**
                 * @description The part to be drawn: west, south, east, north in CRS84, or in the axis order of `bbox-crs`. West greater than east crosses
                 *     the antimeridian. With six numbers the third and sixth are heights, which a map does not have
                 */
                bbox?: components["parameters"]["bbox"];
                /** @description Coordinate system of `bbox`, one of the collection's */
                "bbox-crs"?: components["parameters"]["bbox-crs"];
                /** @description The part to be drawn, axis by axis: `Lat(13.7:14.1),Lon(-61.1:-60.8)`, or `E(…),N(…)` of a projected `subset-crs`. `*` is open */
                subset?: components["parameters"]["subset"];
                /** @description Coordinate system of `subset`, one of the collection's */
                "subset-crs"?: components["parameters"]["subset-crs"];
                /** @description The middle of the map, instead of `bbox`; longitude and latitude, or two numbers in the axis order of `center-crs` */
                center?: components["parameters"]["center"];
                /** @description Coordinate system of `center`, one of the collection's */
                "center-crs"?: components["parameters"]["center-crs"];
                /** @description Pixels from left to right, at most 4096. Without it as goes with the area and `height` */
                width?: components["parameters"]["width"];
                /** @description Pixels from top to bottom, at most 4096. Without it as goes with the area and `width` */
                height?: components["parameters"]["height"];
                /** @description 50000 draws 1 : 50 000, as WMS counts scales: in units of the coordinate system */
                "scale-denominator"?: components["parameters"]["scale-denominator"];
                /** @description How large a pixel is on the screen. With 0.14 everything is drawn twice as large, for screens with a high resolution */
                "mm-per-pixel"?: components["parameters"]["mm-per-pixel"];
                /** @description Coordinate system of the map, one of the collection's; without it the one the data are stored in */
                crs?: components["parameters"]["crs"];
                /** @description Colour of the background: `0xFFFFFF`, `#ffffff` or a name of the W3C such as `white` */
                bgcolor?: components["parameters"]["bgcolor"];
                /** @description Whether the background is left out; without it yes, unless `bgcolor` is given. JPEG has no transparency */
                transparent?: components["parameters"]["transparent"];
                /** @description Colour where the coordinate system has no places, beyond the poles for instance; without it that of the background */
                "void-color"?: components["parameters"]["void-color"];
                /** @description Whether nothing is drawn there; without it as the background */
                "void-transparent"?: components["parameters"]["void-transparent"];
                /** @description Format of the answer; without it the Accept header decides */
                f?: components["parameters"]["fMap"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Map"];
            /** @description Not changed */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            503: components["responses"]["Problems"];
            "4XX": components["responses"]["Problems"];
        };
    };
    "collection.getMap": {
        parameters: {
            query?: {
                /**
                 * @description The part to be drawn: west, south, east, north in CRS84, or in the axis order of `bbox-crs`. West greater than east crosses
                 *     the antimeridian. With six numbers the third and sixth are heights, which a map does not have
                 */
                bbox?: components["parameters"]["bbox"];
                /** @description Coordinate system of `bbox`, one of the collection's */
                "bbox-crs"?: components["parameters"]["bbox-crs"];
                /** @description The part to be drawn, axis by axis: `Lat(13.7:14.1),Lon(-61.1:-60.8)`, or `E(…),N(…)` of a projected `subset-crs`. `*` is open */
                subset?: components["parameters"]["subset"];
                /** @description Coordinate system of `subset`, one of the collection's */
                "subset-crs"?: components["parameters"]["subset-crs"];
                /** @description The middle of the map, instead of `bbox`; longitude and latitude, or two numbers in the axis order of `center-crs` */
                center?: components["parameters"]["center"];
                /** @description Coordinate system of `center`, one of the collection's */
                "center-crs"?: components["parameters"]["center-crs"];
                /** @description Pixels from left to right, at most 4096. Without it as goes with the area and `height` */
                width?: components["parameters"]["width"];
                /** @description Pixels from top to bottom, at most 4096. Without it as goes with the area and `width` */
                height?: components["parameters"]["height"];
                /** @description 50000 draws 1 : 50 000, as WMS counts scales: in units of the coordinate system */
                "scale-denominator"?: components["parameters"]["scale-denominator"];
                /** @description How large a pixel is on the screen. With 0.14 everything is drawn twice as large, for screens with a high resolution */
                "mm-per-pixel"?: components["parameters"]["mm-per-pixel"];
                /** @description Coordinate system of the map, one of the collection's; without it the one the data are stored in */
                crs?: components["parameters"]["crs"];
                /** @description Colour of the background: `0xFFFFFF`, `#ffffff` or a name of the W3C such as `white` */
                bgcolor?: components["parameters"]["bgcolor"];
                /** @description Whether the background is left out; without it yes, unless `bgcolor` is given. JPEG has no transparency */
                transparent?: components["parameters"]["transparent"];
                /** @description Colour where the coordinate system has no places, beyond the poles for instance; without it that of the background */
                "void-color"?: components["parameters"]["void-color"];
                /** @description Whether nothing is drawn there; without it as the background */
                "void-transparent"?: components["parameters"]["void-transparent"];
                /** @description Format of the answer; without it the Accept header decides */
                f?: components["parameters"]["fMap"];
            };
            header?: never;
            path: {
                collectionId: components["parameters"]["collectionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Map"];
            /** @description Not changed */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            503: components["responses"]["Problems"];
            "4XX": components["responses"]["Problems"];
        };
    };
    "collection.style.getMap": {
        parameters: {
            query?: {
                /**
                 * @description The part to be drawn: west, south, east, north in CRS84, or in the axis order of `bbox-crs`. West greater than east crosses
                 *     the antimeridian. With six numbers the third and sixth are heights, which a map does not have
                 */
                bbox?: components["parameters"]["bbox"];
                /** @description Coordinate system of `bbox`, one of the collection's */
                "bbox-crs"?: components["parameters"]["bbox-crs"];
                /** @description The part to be drawn, axis by axis: `Lat(13.7:14.1),Lon(-61.1:-60.8)`, or `E(…),N(…)` of a projected `subset-crs`. `*` is open */
                subset?: components["parameters"]["subset"];
                /** @description Coordinate system of `subset`, one of the collection's */
                "subset-crs"?: components["parameters"]["subset-crs"];
                /** @description The middle of the map, instead of `bbox`; longitude and latitude, or two numbers in the axis order of `center-crs` */
                center?: components["parameters"]["center"];
                /** @description Coordinate system of `center`, one of the collection's */
                "center-crs"?: components["parameters"]["center-crs"];
                /** @description Pixels from left to right, at most 4096. Without it as goes with the area and `height` */
                width?: components["parameters"]["width"];
                /** @description Pixels from top to bottom, at most 4096. Without it as goes with the area and `width` */
                height?: components["parameters"]["height"];
                /** @description 50000 draws 1 : 50 000, as WMS counts scales: in units of the coordinate system */
                "scale-denominator"?: components["parameters"]["scale-denominator"];
                /** @description How large a pixel is on the screen. With 0.14 everything is drawn twice as large, for screens with a high resolution */
                "mm-per-pixel"?: components["parameters"]["mm-per-pixel"];
                /** @description Coordinate system of the map, one of the collection's; without it the one the data are stored in */
                crs?: components["parameters"]["crs"];
                /** @description Colour of the background: `0xFFFFFF`, `#ffffff` or a name of the W3C such as `white` */
                bgcolor?: components["parameters"]["bgcolor"];
                /** @description Whether the background is left out; without it yes, unless `bgcolor` is given. JPEG has no transparency */
                transparent?: components["parameters"]["transparent"];
                /** @description Colour where the coordinate system has no places, beyond the poles for instance; without it that of the background */
                "void-color"?: components["parameters"]["void-color"];
                /** @description Whether nothing is drawn there; without it as the background */
                "void-transparent"?: components["parameters"]["void-transparent"];
                /** @description Format of the answer; without it the Accept header decides */
                f?: components["parameters"]["fMap"];
            };
            header?: never;
            path: {
                collectionId: components["parameters"]["collectionId"];
                /** @description A style of the collection; `_default` is the plain one of collections that have none */
                styleId: components["parameters"]["styleId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Map"];
            /** @description Not changed */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            503: components["responses"]["Problems"];
            "4XX": components["responses"]["Problems"];
        };
    };
    "collection.map.getTileSetsList": {
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
                    "application/json": components["schemas"]["mapTileSets"];
                    "text/html": string;
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    "collection.map.getTileSet": {
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
            /** @description Address template and limits. With f=tilejson as TileJSON 3, for web maps */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["mapTileSet"] | components["schemas"]["mapTileJson"];
                    "text/html": string;
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    "collection.map.getTile": {
        parameters: {
            query?: {
                /** @description Colour of the background: `0xFFFFFF`, `#ffffff` or a name of the W3C such as `white` */
                bgcolor?: components["parameters"]["bgcolor"];
                /** @description Whether the background is left out; without it yes, unless `bgcolor` is given. JPEG has no transparency */
                transparent?: components["parameters"]["transparent"];
                /** @description Format of the tile; without it the Accept header decides */
                f?: components["parameters"]["fMapTile"];
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
                /** @description Counts from the west; with `@2x` behind it the tile is twice as large */
                tileCol: components["parameters"]["mapTileCol"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tile */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/png": string;
                    "image/jpeg": string;
                    "image/webp": string;
                };
            };
            /** @description Not changed */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            503: components["responses"]["Problems"];
            "4XX": components["responses"]["Problems"];
        };
    };
    "collection.style.map.getTileSetsList": {
        parameters: {
            query?: {
                /** @description Format of the answer; without it the Accept header decides */
                f?: components["parameters"]["fTilesets"];
            };
            header?: never;
            path: {
                collectionId: components["parameters"]["collectionId"];
                /** @description A style of the collection; `_default` is the plain one of collections that have none */
                styleId: components["parameters"]["styleId"];
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
                    "application/json": components["schemas"]["mapTileSets"];
                    "text/html": string;
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    "collection.style.map.getTileSet": {
        parameters: {
            query?: {
                /** @description Format of the answer; without it the Accept header decides. TileJSON is for WebMercatorQuad only */
                f?: components["parameters"]["fTileset"];
            };
            header?: never;
            path: {
                collectionId: components["parameters"]["collectionId"];
                /** @description A style of the collection; `_default` is the plain one of collections that have none */
                styleId: components["parameters"]["styleId"];
                /** @description WebMercatorQuad or WorldCRS84Quad */
                tileMatrixSetId: components["parameters"]["tileMatrixSetId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Address template and limits. With f=tilejson as TileJSON 3, for web maps */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["mapTileSet"] | components["schemas"]["mapTileJson"];
                    "text/html": string;
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    "collection.style.map.getTile": {
        parameters: {
            query?: {
                /** @description Colour of the background: `0xFFFFFF`, `#ffffff` or a name of the W3C such as `white` */
                bgcolor?: components["parameters"]["bgcolor"];
                /** @description Whether the background is left out; without it yes, unless `bgcolor` is given. JPEG has no transparency */
                transparent?: components["parameters"]["transparent"];
                /** @description Format of the tile; without it the Accept header decides */
                f?: components["parameters"]["fMapTile"];
            };
            header?: never;
            path: {
                collectionId: components["parameters"]["collectionId"];
                /** @description A style of the collection; `_default` is the plain one of collections that have none */
                styleId: components["parameters"]["styleId"];
                /** @description WebMercatorQuad or WorldCRS84Quad */
                tileMatrixSetId: components["parameters"]["tileMatrixSetId"];
                /** @description Zoom level */
                tileMatrix: components["parameters"]["tileMatrix"];
                /** @description Counts from the north */
                tileRow: components["parameters"]["tileRow"];
                /** @description Counts from the west; with `@2x` behind it the tile is twice as large */
                tileCol: components["parameters"]["mapTileCol"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tile */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/png": string;
                    "image/jpeg": string;
                    "image/webp": string;
                };
            };
            /** @description Not changed */
            304: {
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
