// Generated from openapi/ogc/features.yaml by make contract; not edited.
export interface paths {
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Landing page */
        get: operations["getLanding"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/conformance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Standards this API conforms to */
        get: operations["getConformance"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This API as an OpenAPI document, with a path for each collection */
        get: operations["getApi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same document under the name pygeoapi gives it (R6.7) */
        get: operations["getOpenapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The collections */
        get: operations["listCollections"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collections/{collectionId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One collection */
        get: operations["getCollection"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collections/{collectionId}/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Features of a collection
         * @description Any property of the collection that `queryables` lists is a parameter too: `name=value` keeps the features
         *     where it has that value; several are combined with AND, and with `filter`, `bbox` and `datetime`.
         */
        get: operations["getItems"];
        put?: never;
        /**
         * Add a feature, or several at once
         * @description A GeoJSON Feature, or a FeatureCollection of at most 10 000, of which all are added or none. Ids are given by the
         *     server. Coordinates are in CRS84 unless the header Content-Crs names another of the collection's systems.
         */
        post: operations["createItems"];
        delete?: never;
        /** What who asks may do here; POST is in Allow for those who may add features */
        options: operations["getItemsOptions"];
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collections/{collectionId}/items/{featureId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One feature */
        get: operations["getItem"];
        /** Put another feature in the place of this one; properties that it lacks are null */
        put: operations["replaceItem"];
        post?: never;
        /** Delete a feature */
        delete: operations["deleteItem"];
        /** What who asks may do with a feature */
        options: operations["getItemOptions"];
        head?: never;
        /** Change the geometry, or some properties, of a feature (JSON Merge Patch, RFC 7396) */
        patch: operations["updateItem"];
        trace?: never;
    };
    "/collections/{collectionId}/queryables": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Properties that can be used in filters, and as parameters of the features */
        get: operations["getQueryables"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collections/{collectionId}/sortables": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Properties by which features can be sorted */
        get: operations["getSortables"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collections/{collectionId}/schema": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The properties of the features, with their types */
        get: operations["getSchema"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collections/{collectionId}/schema.xsd": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same as GML application schema, from which GDAL takes the types */
        get: operations["getXmlSchema"];
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
        landingPage: {
            title: string;
            description?: string;
            links: components["schemas"]["Link"][];
        };
        confClasses: {
            conformsTo: string[];
            links?: components["schemas"]["Link"][];
        };
        extent: {
            spatial?: {
                bbox: components["schemas"]["Box"][];
                crs: string;
                storageCrsBbox?: number[][];
            };
            temporal?: {
                interval: (string | null)[][];
                trs?: string;
            };
        };
        collection: {
            id: string;
            title: string;
            description?: string;
            keywords?: string[];
            license?: string;
            created?: string;
            updated?: string;
            /** @description The record is deprecated; a link with rel successor-version leads to what replaces it (Q24) */
            deprecated?: boolean;
            extent?: components["schemas"]["extent"];
            /**
             * @description Absent for a raster, which has no items
             * @enum {string}
             */
            itemType?: "feature";
            itemCount?: number;
            /**
             * Format: date-time
             * @description Last edit of its features since the data were published; absent when there was none
             */
            edited?: string;
            raster?: components["schemas"]["raster"];
            crs?: string[];
            storageCrs?: string;
            links: components["schemas"]["Link"][];
        };
        /** @description Cells and bands of a raster; absent for features */
        raster: {
            width: number;
            height: number;
            /** @enum {string} */
            dataType: "uint8" | "int8" | "uint16" | "int16" | "uint32" | "int32" | "float32" | "float64";
            /** @description In units of storageCrs */
            cellSize: number[];
            noData: number | null;
            bands: {
                number: number;
                name: string | null;
                /** @enum {string} */
                color: "gray" | "red" | "green" | "blue" | "alpha" | "palette" | "undefined";
                unit?: string;
                scale?: number;
                offset?: number;
                minimum?: number;
                maximum?: number;
                mean?: number;
                standardDeviation?: number;
            }[];
        };
        collections: {
            links: components["schemas"]["Link"][];
            crs?: string[];
            numberMatched?: number;
            numberReturned?: number;
            collections: components["schemas"]["collection"][];
        };
        geometryOrNull: {
            /** @enum {string} */
            type: "Point" | "MultiPoint" | "LineString" | "MultiLineString" | "Polygon" | "MultiPolygon" | "GeometryCollection";
            coordinates?: unknown[];
            geometries?: components["schemas"]["geometryOrNull"][];
        } | null;
        feature: {
            /** @enum {string} */
            type: "Feature";
            /** Format: int64 */
            id: number;
            geometry: components["schemas"]["geometryOrNull"];
            properties: {
                [key: string]: unknown;
            };
            links?: components["schemas"]["Link"][];
        };
        /** @description Names and types of the properties are those of the collection's `schema` */
        newFeature: {
            /** @enum {string} */
            type: "Feature";
            geometry: components["schemas"]["geometryOrNull"];
            properties: {
                [key: string]: unknown;
            } | null;
        };
        newFeatures: components["schemas"]["newFeature"] | {
            /** @enum {string} */
            type: "FeatureCollection";
            features: components["schemas"]["newFeature"][];
        };
        featurePatch: {
            geometry?: components["schemas"]["geometryOrNull"];
            /** @description What is null is cleared, what is absent stays */
            properties?: {
                [key: string]: unknown;
            } | null;
        };
        created: {
            numberCreated: number;
            /** @description In the order in which the features came */
            ids: (number | string)[];
            links: components["schemas"]["Link"][];
        };
        /** @description A feature, or a collection of features, in JSON-FG (OGC 21-045) */
        jsonfg: {
            /** @enum {string} */
            type: "Feature" | "FeatureCollection";
            conformsTo: string[];
            /** @description Id of the collection */
            featureType: string;
            featureSchema?: string;
            /** @description Coordinate system of `place` */
            coordRefSys?: string;
            geometryDimension?: number;
            links: components["schemas"]["Link"][];
        } & {
            [key: string]: unknown;
        };
        featureCollection: {
            /** @enum {string} */
            type: "FeatureCollection";
            features: components["schemas"]["feature"][];
            /** @description Exact, or absent when counting would take too long */
            numberMatched?: number;
            numberReturned: number;
            /** Format: date-time */
            timeStamp: string;
            links: components["schemas"]["Link"][];
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
        /** @description Most features of one answer. A larger number than the maximum counts as the maximum */
        limit: number;
        /** @description Features to leave out at the start. Following the `next` links is faster */
        offset: number;
        /** @description Where a page starts; taken from a `next` link, not made by hand */
        cursor: string;
        /**
         * @description Only features that intersect the box: west, south, east, north in CRS84, or in the axis order of `bbox-crs`;
         *     with six numbers the third and sixth are heights. West greater than east crosses the antimeridian
         */
        bbox: number[];
        /** @description Coordinate system of `bbox`, one of the collection's */
        "bbox-crs": string;
        /** @description Only features of this time: an instant, or an interval such as 2020-01-01/2020-12-31 or 2020-01-01/.. */
        datetime: string;
        /**
         * @description Only features for which this is true, in CQL2 (OGC 21-065r2): comparisons, LIKE, BETWEEN, IN, IS NULL, arithmetic,
         *     CASEI and ACCENTI, S_ functions with the geometry (`geometry`, also `geom`), T_ functions with times.
         *     Names are those of `queryables`, in double quotes when they have other characters than letters and digits.
         *     Example: `population > 1000 AND S_INTERSECTS(geometry,BBOX(-61.1,13.7,-60.8,14.2))`
         */
        filter: string;
        /** @description Language of `filter`; cql-text is an older name of cql2-text */
        "filter-lang": "cql2-text" | "cql2-json" | "cql-text";
        /** @description Coordinate system of the geometries in `filter`, one of the collection's, in the authority's axis order */
        "filter-crs": string;
        /**
         * @description Words to look for in all properties that are text, whatever their case. Words with spaces between them stand next to
         *     each other in this order; of several with commas between them one suffices
         */
        q: string[];
        /**
         * @description Properties to sort by, those that `sortables` lists, separated by commas; with - in front from last to first.
         *     Features without a value come last. Of long texts the first 100 characters count
         */
        sortby: string[];
        /** @description Only these properties of the features, separated by commas */
        properties: string[];
        /** @description Features without their geometries */
        skipGeometry: boolean;
        /**
         * @description How GeoJSON is written (OGC 21-045): rfc7946, or as JSON-FG, jsonfg or jsonfg-plus (which has a geometry in
         *     longitude and latitude beside one in another system). Profiles that are not known are passed over
         */
        profile: string[];
        /** @description Coordinate system of the answer, one of the collection's */
        crs: string;
        /** @description Format of the answer; without it the Accept header decides */
        f: "json" | "html";
        /** @description Format of the answer; without it the Accept header decides */
        fItems: "json" | "geojson" | "jsonfg" | "csv" | "flatgeobuf" | "fgb" | "html";
        collectionId: string;
        featureId: string;
        /** @description Coordinate system of the geometries in the body, one of the collection's; with or without angle brackets */
        contentCrs: string;
        /** @description ETag of the feature as you saw it; when it has changed since, nothing is done (412) */
        ifMatch: string;
        /** @description Makes repeating this request harmless for 24 hours */
        IdempotencyKey: string;
    };
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getLanding: {
        parameters: {
            query?: {
                /** @description Format of the answer; without it the Accept header decides */
                f?: components["parameters"]["f"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Title and links */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["landingPage"];
                    "text/html": string;
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    getConformance: {
        parameters: {
            query?: {
                /** @description Format of the answer; without it the Accept header decides */
                f?: components["parameters"]["f"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description URIs of conformance classes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["confClasses"];
                    "text/html": string;
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    getApi: {
        parameters: {
            query?: {
                /** @description Format of the answer; without it the Accept header decides */
                f?: components["parameters"]["f"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OpenAPI 3.0.3 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.oai.openapi+json;version=3.0": {
                        [key: string]: unknown;
                    };
                    "text/html": string;
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    getOpenapi: {
        parameters: {
            query?: {
                /** @description Format of the answer; without it the Accept header decides */
                f?: components["parameters"]["f"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OpenAPI 3.0.3 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.oai.openapi+json;version=3.0": {
                        [key: string]: unknown;
                    };
                    "text/html": string;
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    listCollections: {
        parameters: {
            query?: {
                /** @description Format of the answer; without it the Accept header decides */
                f?: components["parameters"]["f"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every published layer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["collections"];
                    "text/html": string;
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    getCollection: {
        parameters: {
            query?: {
                /** @description Format of the answer; without it the Accept header decides */
                f?: components["parameters"]["f"];
            };
            header?: never;
            path: {
                collectionId: components["parameters"]["collectionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What it holds, where, and in which coordinate systems */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["collection"];
                    "text/html": string;
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    getItems: {
        parameters: {
            query?: {
                /** @description Most features of one answer. A larger number than the maximum counts as the maximum */
                limit?: components["parameters"]["limit"];
                /** @description Features to leave out at the start. Following the `next` links is faster */
                offset?: components["parameters"]["offset"];
                /** @description Where a page starts; taken from a `next` link, not made by hand */
                cursor?: components["parameters"]["cursor"];
                /**
                 * @description Only features that intersect the box: west, south, east, north in CRS84, or in the axis order of `bbox-crs`;
                 *     with six numbers the third and sixth are heights. West greater than east crosses the antimeridian
                 */
                bbox?: components["parameters"]["bbox"];
                /** @description Coordinate system of `bbox`, one of the collection's */
                "bbox-crs"?: components["parameters"]["bbox-crs"];
                /** @description Only features of this time: an instant, or an interval such as 2020-01-01/2020-12-31 or 2020-01-01/.. */
                datetime?: components["parameters"]["datetime"];
                /**
                 * @description Only features for which this is true, in CQL2 (OGC 21-065r2): comparisons, LIKE, BETWEEN, IN, IS NULL, arithmetic,
                 *     CASEI and ACCENTI, S_ functions with the geometry (`geometry`, also `geom`), T_ functions with times.
                 *     Names are those of `queryables`, in double quotes when they have other characters than letters and digits.
                 *     Example: `population > 1000 AND S_INTERSECTS(geometry,BBOX(-61.1,13.7,-60.8,14.2))`
                 */
                filter?: components["parameters"]["filter"];
                /** @description Language of `filter`; cql-text is an older name of cql2-text */
                "filter-lang"?: components["parameters"]["filter-lang"];
                /** @description Coordinate system of the geometries in `filter`, one of the collection's, in the authority's axis order */
                "filter-crs"?: components["parameters"]["filter-crs"];
                /**
                 * @description Words to look for in all properties that are text, whatever their case. Words with spaces between them stand next to
                 *     each other in this order; of several with commas between them one suffices
                 */
                q?: components["parameters"]["q"];
                /**
                 * @description Properties to sort by, those that `sortables` lists, separated by commas; with - in front from last to first.
                 *     Features without a value come last. Of long texts the first 100 characters count
                 */
                sortby?: components["parameters"]["sortby"];
                /** @description Only these properties of the features, separated by commas */
                properties?: components["parameters"]["properties"];
                /** @description Features without their geometries */
                skipGeometry?: components["parameters"]["skipGeometry"];
                /** @description Coordinate system of the answer, one of the collection's */
                crs?: components["parameters"]["crs"];
                /**
                 * @description How GeoJSON is written (OGC 21-045): rfc7946, or as JSON-FG, jsonfg or jsonfg-plus (which has a geometry in
                 *     longitude and latitude beside one in another system). Profiles that are not known are passed over
                 */
                profile?: components["parameters"]["profile"];
                /** @description Format of the answer; without it the Accept header decides */
                f?: components["parameters"]["fItems"];
            };
            header?: never;
            path: {
                collectionId: components["parameters"]["collectionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /**
             * @description A page of features. In JSON-FG, CSV and FlatGeobuf the headers have what GeoJSON says after the features: the
             *     way to the next page, and how many features there are.
             */
            200: {
                headers: {
                    /** @description URI of the coordinate system of the geometries, in angle brackets */
                    "Content-Crs"?: string;
                    /** @description In JSON-FG, CSV and FlatGeobuf; with rel="next" when there are more features */
                    Link?: string;
                    /** @description In JSON-FG, CSV and FlatGeobuf; features that fit, exact, or absent when counting would take too long */
                    "OGC-NumberMatched"?: number;
                    /** @description In JSON-FG, CSV and FlatGeobuf; features in this answer */
                    "OGC-NumberReturned"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/geo+json": components["schemas"]["featureCollection"];
                    "application/vnd.ogc.fg+json": components["schemas"]["jsonfg"];
                    "application/fg+json": components["schemas"]["jsonfg"];
                    "application/flatgeobuf": string;
                    "text/csv": string;
                    "text/html": string;
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    createItems: {
        parameters: {
            query?: never;
            header?: {
                /** @description Coordinate system of the geometries in the body, one of the collection's; with or without angle brackets */
                "Content-Crs"?: components["parameters"]["contentCrs"];
                /** @description Makes repeating this request harmless for 24 hours */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                collectionId: components["parameters"]["collectionId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/geo+json": components["schemas"]["newFeatures"];
                "application/json": components["schemas"]["newFeatures"];
                "application/vnd.ogc.fg+json": components["schemas"]["newFeatures"];
                "application/fg+json": components["schemas"]["newFeatures"];
            };
        };
        responses: {
            /** @description Added; of a single feature, Location is its address and ETag its state */
            201: {
                headers: {
                    Location?: string;
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["created"];
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    getItemsOptions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                collectionId: components["parameters"]["collectionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The header Allow lists the methods */
            200: {
                headers: {
                    Allow?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    getItem: {
        parameters: {
            query?: {
                /** @description Only these properties of the features, separated by commas */
                properties?: components["parameters"]["properties"];
                /** @description Features without their geometries */
                skipGeometry?: components["parameters"]["skipGeometry"];
                /** @description Coordinate system of the answer, one of the collection's */
                crs?: components["parameters"]["crs"];
                /**
                 * @description How GeoJSON is written (OGC 21-045): rfc7946, or as JSON-FG, jsonfg or jsonfg-plus (which has a geometry in
                 *     longitude and latitude beside one in another system). Profiles that are not known are passed over
                 */
                profile?: components["parameters"]["profile"];
                /** @description Format of the answer; without it the Accept header decides */
                f?: components["parameters"]["fItems"];
            };
            header?: never;
            path: {
                collectionId: components["parameters"]["collectionId"];
                featureId: components["parameters"]["featureId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The feature */
            200: {
                headers: {
                    /** @description URI of the coordinate system of the geometries, in angle brackets */
                    "Content-Crs"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/geo+json": components["schemas"]["feature"];
                    "application/vnd.ogc.fg+json": components["schemas"]["jsonfg"];
                    "application/fg+json": components["schemas"]["jsonfg"];
                    "application/flatgeobuf": string;
                    "text/csv": string;
                    "text/html": string;
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    replaceItem: {
        parameters: {
            query?: never;
            header?: {
                /** @description Coordinate system of the geometries in the body, one of the collection's; with or without angle brackets */
                "Content-Crs"?: components["parameters"]["contentCrs"];
                /** @description ETag of the feature as you saw it; when it has changed since, nothing is done (412) */
                "If-Match"?: components["parameters"]["ifMatch"];
            };
            path: {
                collectionId: components["parameters"]["collectionId"];
                featureId: components["parameters"]["featureId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/geo+json": components["schemas"]["newFeatures"];
                "application/json": components["schemas"]["newFeatures"];
                "application/vnd.ogc.fg+json": components["schemas"]["newFeatures"];
                "application/fg+json": components["schemas"]["newFeatures"];
            };
        };
        responses: {
            /** @description Done; ETag is that of the new state */
            204: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    deleteItem: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the feature as you saw it; when it has changed since, nothing is done (412) */
                "If-Match"?: components["parameters"]["ifMatch"];
            };
            path: {
                collectionId: components["parameters"]["collectionId"];
                featureId: components["parameters"]["featureId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    getItemOptions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                collectionId: components["parameters"]["collectionId"];
                featureId: components["parameters"]["featureId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The header Allow lists the methods */
            200: {
                headers: {
                    Allow?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    updateItem: {
        parameters: {
            query?: never;
            header?: {
                /** @description Coordinate system of the geometries in the body, one of the collection's; with or without angle brackets */
                "Content-Crs"?: components["parameters"]["contentCrs"];
                /** @description ETag of the feature as you saw it; when it has changed since, nothing is done (412) */
                "If-Match"?: components["parameters"]["ifMatch"];
            };
            path: {
                collectionId: components["parameters"]["collectionId"];
                featureId: components["parameters"]["featureId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/merge-patch+json": components["schemas"]["featurePatch"];
            };
        };
        responses: {
            /** @description Done; ETag is that of the new state */
            204: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    getQueryables: {
        parameters: {
            query?: {
                /** @description Format of the answer; without it the Accept header decides */
                f?: components["parameters"]["f"];
            };
            header?: never;
            path: {
                collectionId: components["parameters"]["collectionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A JSON schema with a member for each property */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/schema+json": {
                        [key: string]: unknown;
                    };
                    "text/html": string;
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    getSortables: {
        parameters: {
            query?: {
                /** @description Format of the answer; without it the Accept header decides */
                f?: components["parameters"]["f"];
            };
            header?: never;
            path: {
                collectionId: components["parameters"]["collectionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A JSON schema with a member for each property */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/schema+json": {
                        [key: string]: unknown;
                    };
                    "text/html": string;
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    getSchema: {
        parameters: {
            query?: {
                /** @description Format of the answer; without it the Accept header decides */
                f?: components["parameters"]["f"];
            };
            header?: never;
            path: {
                collectionId: components["parameters"]["collectionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A JSON schema with a member for each property */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/schema+json": {
                        [key: string]: unknown;
                    };
                    "text/html": string;
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    getXmlSchema: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                collectionId: components["parameters"]["collectionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An XML Schema with one feature type */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/xml": string;
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
}
