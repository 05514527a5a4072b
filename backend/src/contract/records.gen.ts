// Generated from openapi/ogc/records.yaml by make contract; not edited.
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
        /** This API as an OpenAPI document */
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
        /** The same document under the name pycsw gives it */
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
        /** The catalogues; there is one */
        get: operations["listCatalogs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collections/{catalogId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The catalogue */
        get: operations["getCatalog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collections/{catalogId}/sortables": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What `sortby` may name */
        get: operations["getSortables"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collections/{catalogId}/queryables": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What filters may name */
        get: operations["getQueryables"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collections/{catalogId}/facets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What search results can be counted by */
        get: operations["getFacets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collections/{catalogId}/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Search the records
         * @description A record is in the answer when it fits every parameter. Without `sortby` the records come by relevance: those
         *     with the words in the title first, deprecated ones last; a hundred are ranked, the newest of those with the words
         *     in the title before the newest others, the rest follows by date. Where no record has the words of `q`, records with similar words in their titles are
         *     given instead, and `notice` says so.
         */
        get: operations["getRecords"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collections/{catalogId}/items/{recordId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One record */
        get: operations["getRecord"];
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
        landingPage: {
            title: string;
            description?: string;
            links: components["schemas"]["links"];
        };
        confClasses: {
            conformsTo: string[];
            links?: components["schemas"]["links"];
        };
        catalog: {
            id: string;
            /** @enum {string} */
            type: "Collection";
            conformsTo?: string[];
            title: string;
            description?: string;
            /** @enum {string} */
            itemType: "record";
            itemCount?: number;
            /** Format: date-time */
            created?: string;
            /** Format: date-time */
            updated?: string;
            crs?: string[];
            extent?: {
                spatial?: {
                    bbox: components["schemas"]["Box"][];
                    crs: string;
                };
            };
            defaultSortOrder?: {
                field: string;
                /** @enum {string} */
                direction: "asc" | "desc";
            }[];
            links: components["schemas"]["links"];
        };
        facetDefinitions: {
            facets: {
                [key: string]: {
                    /** @enum {string} */
                    type: "term";
                    property: string;
                    /** @enum {string} */
                    sortedBy: "count" | "value";
                };
            };
            defaultBucketCount: number;
            links?: components["schemas"]["links"];
        };
        facet: {
            /** @enum {string} */
            type: "terms";
            property: string;
            buckets: {
                value: string;
                count: number;
            }[];
            /** @description Whether there are more values than these */
            more: boolean;
            /** @description How many of the newest matching records were counted; absent when all were */
            counted?: number;
        };
        catalogs: {
            numberMatched?: number;
            numberReturned?: number;
            collections: components["schemas"]["catalog"][];
            links: components["schemas"]["links"];
        };
        /** @description Extent of the resource, if it has one; two polygons when it crosses the antimeridian */
        polygon: {
            /** @enum {string} */
            type: "Polygon" | "MultiPolygon";
            coordinates: unknown[];
        } | null;
        time: {
            /** Format: date */
            date?: string;
            interval?: string[];
        } | null;
        contact: {
            name?: string;
            organization?: string;
            position?: string;
            emails?: {
                value: string;
            }[];
            phones?: {
                value: string;
            }[];
            roles: string[];
        };
        language: {
            code: string;
        };
        theme: {
            concepts: {
                id: string;
                title?: string;
            }[];
            scheme: string;
        };
        recordProperties: {
            /** Format: date-time */
            created: string;
            /** Format: date-time */
            updated: string;
            type: string;
            title: string;
            description?: string;
            keywords?: string[];
            themes?: components["schemas"]["theme"][];
            language?: components["schemas"]["language"];
            resourceLanguages?: components["schemas"]["language"][];
            externalIds?: {
                scheme?: string;
                value: string;
            }[];
            formats?: {
                name: string;
                mediaType?: string;
            }[];
            contacts?: components["schemas"]["contact"][];
            license?: string;
            rights?: string;
            /** @description The record is superseded; a link with rel successor-version leads on where there is one */
            deprecated?: boolean;
        };
        record: {
            /** @enum {string} */
            type: "Feature";
            id: string;
            conformsTo?: string[];
            geometry: components["schemas"]["polygon"];
            time: components["schemas"]["time"];
            properties: components["schemas"]["recordProperties"];
            links: components["schemas"]["links"];
        };
        recordCollection: {
            /** @enum {string} */
            type: "FeatureCollection";
            features: components["schemas"]["record"][];
            /** @description Exact; absent when more than 10 000 match, or counting would take long */
            numberMatched?: number;
            numberReturned: number;
            /** @description What of the request was not taken literally: similar words were looked for */
            notice?: string;
            /** @description By property, when `facets` asked for them */
            facets?: {
                [key: string]: components["schemas"]["facet"];
            };
            links: components["schemas"]["links"];
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
        /** @description Most records of one answer. A larger number than the maximum counts as the maximum */
        limit: number;
        /** @description Records to leave out at the start */
        offset: number;
        /**
         * @description Words to look for in title, keywords, abstract, organisation and lineage, without regard to case and accents.
         *     A record has all the words (their forms count: road, roads); the last one may be cut short, to three letters. "Words in quotes"
         *     stand next to each other; a comma means or; a minus before a word excludes it
         */
        q: string[];
        /**
         * @description Only records whose extent touches the box: west, south, east, north in degrees (CRS84); with six numbers the
         *     third and sixth are heights, which records do not have. West greater than east crosses the antimeridian
         */
        bbox: number[];
        /** @description Only records whose temporal extent touches this: an instant, or an interval such as 2020-01-01/2020-12-31 or 2020-01-01/.. */
        datetime: string;
        /** @description Only records of one of these resource types, such as dataset or service */
        type: string[];
        /** @description Only the records with these identifiers */
        ids: string[];
        /** @description Only records with one of these external identifiers: the id of the OGC API collection, as `coastal_habitats` or `collection:coastal_habitats` */
        externalIds: string[];
        /**
         * @description Only records for which this is true, in CQL2 (OGC 21-065r2): comparisons, LIKE, BETWEEN, IN, IS NULL, arithmetic,
         *     CASEI and ACCENTI, S_ functions with the extent (`geometry`), T_ functions with times, A_ functions with lists.
         *     Names are those of `queryables`. Lists such as keywords may be compared like one text: `keywords = 'reef'` asks
         *     whether it is among them, LIKE looks at all of them joined by commas.
         *     Example: `type = 'dataset' AND keywords LIKE '%reef%' AND S_INTERSECTS(geometry,BBOX(-61.1,13.7,-60.8,14.2))`
         */
        filter: string;
        /** @description Language of `filter`; cql-text is the older name that pycsw knows */
        "filter-lang": "cql2-text" | "cql2-json" | "cql-text";
        /** @description Coordinate system of the geometries in `filter`, CRS84 or EPSG:4326 (latitude first) */
        "filter-crs": string;
        /** @description Only the record with this identifier */
        id: string;
        /** @description Only records with exactly this title */
        title: string;
        /** @description Only records with exactly this abstract */
        description: string;
        /** @description Only records that have this keyword */
        keywords: string;
        /** @description Only records of this topic category of ISO 19115, such as biota */
        themes: string;
        /** @description Only records of resources that this organisation keeps */
        organization: string;
        /** @description Only records with a download in this format, such as GeoPackage */
        formats: string;
        /** @description Only records in this language, such as en */
        language: string;
        /** @description Only records of resources in this language, such as en */
        resourceLanguage: string;
        /** @description Only records made at this instant */
        created: string;
        /** @description Only records last changed at this instant */
        updated: string;
        /** @description Only records of resources of this day */
        date: string;
        /** @description Only records whose temporal extent begins on this day */
        time_begin: string;
        /** @description Only records whose temporal extent ends on this day */
        time_end: string;
        /** @description Only records with exactly these conditions of use, such as CC-BY-4.0 */
        useConditions: string;
        /** @description Only records of data in this coordinate system, such as EPSG:2006 */
        crs: string;
        /** @description Only records of data at this scale */
        scaleDenominator: string;
        /** @description Only records that are superseded (true), or that are not (false) */
        deprecated: string;
        /**
         * @description Counts the records that fit by these properties: `true` for all of them, or names with, after colons, how many
         *     values to give and in which order (count_desc, count_asc, value_asc, value_desc): `keywords:20:value_asc,organization`
         */
        facets: string[];
        /** @description Profiles wished for, as URI, CURIE or identifier. There are ogc-record and ogc-catalog, which all answers keep; others are not considered */
        profile: string[];
        /** @description What to sort by, of the sortables; a minus in front means from last to first */
        sortby: string[];
        /** @description Format of the answer; without it the Accept header decides */
        f: "json" | "html";
        /** @description Format of the answer; without it the Accept header decides. xml is ISO 19139, dcat is DCAT-AP in JSON-LD */
        fRecords: "json" | "geojson" | "html" | "xml" | "dcat";
        /** @description Format of the answer; without it the Accept header decides. xml is ISO 19139, dcat is DCAT-AP in JSON-LD */
        fRecord: "json" | "geojson" | "html" | "xml" | "dcat";
        /** @description There is one: metadata:main */
        catalogId: string;
        recordId: string;
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
    listCatalogs: {
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
            /** @description The catalogues */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["catalogs"];
                    "text/html": string;
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    getCatalog: {
        parameters: {
            query?: {
                /** @description Profiles wished for, as URI, CURIE or identifier. There are ogc-record and ogc-catalog, which all answers keep; others are not considered */
                profile?: components["parameters"]["profile"];
                /** @description Format of the answer; without it the Accept header decides */
                f?: components["parameters"]["f"];
            };
            header?: never;
            path: {
                /** @description There is one: metadata:main */
                catalogId: components["parameters"]["catalogId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What it holds, and links to its records */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["catalog"];
                    "application/ogc-catalog+json": components["schemas"]["catalog"];
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
                /** @description There is one: metadata:main */
                catalogId: components["parameters"]["catalogId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A JSON schema with a member for each */
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
    getQueryables: {
        parameters: {
            query?: {
                /** @description Format of the answer; without it the Accept header decides */
                f?: components["parameters"]["f"];
            };
            header?: never;
            path: {
                /** @description There is one: metadata:main */
                catalogId: components["parameters"]["catalogId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A JSON schema with a member for each */
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
    getFacets: {
        parameters: {
            query?: {
                /** @description Format of the answer; without it the Accept header decides */
                f?: components["parameters"]["f"];
            };
            header?: never;
            path: {
                /** @description There is one: metadata:main */
                catalogId: components["parameters"]["catalogId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What `facets` may name (OGC API – Records Part 2, draft) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["facetDefinitions"];
                    "text/html": string;
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    getRecords: {
        parameters: {
            query?: {
                /**
                 * @description Words to look for in title, keywords, abstract, organisation and lineage, without regard to case and accents.
                 *     A record has all the words (their forms count: road, roads); the last one may be cut short, to three letters. "Words in quotes"
                 *     stand next to each other; a comma means or; a minus before a word excludes it
                 */
                q?: components["parameters"]["q"];
                /**
                 * @description Only records whose extent touches the box: west, south, east, north in degrees (CRS84); with six numbers the
                 *     third and sixth are heights, which records do not have. West greater than east crosses the antimeridian
                 */
                bbox?: components["parameters"]["bbox"];
                /** @description Only records whose temporal extent touches this: an instant, or an interval such as 2020-01-01/2020-12-31 or 2020-01-01/.. */
                datetime?: components["parameters"]["datetime"];
                /** @description Only records of one of these resource types, such as dataset or service */
                type?: components["parameters"]["type"];
                /** @description Only the records with these identifiers */
                ids?: components["parameters"]["ids"];
                /** @description Only records with one of these external identifiers: the id of the OGC API collection, as `coastal_habitats` or `collection:coastal_habitats` */
                externalIds?: components["parameters"]["externalIds"];
                /**
                 * @description Only records for which this is true, in CQL2 (OGC 21-065r2): comparisons, LIKE, BETWEEN, IN, IS NULL, arithmetic,
                 *     CASEI and ACCENTI, S_ functions with the extent (`geometry`), T_ functions with times, A_ functions with lists.
                 *     Names are those of `queryables`. Lists such as keywords may be compared like one text: `keywords = 'reef'` asks
                 *     whether it is among them, LIKE looks at all of them joined by commas.
                 *     Example: `type = 'dataset' AND keywords LIKE '%reef%' AND S_INTERSECTS(geometry,BBOX(-61.1,13.7,-60.8,14.2))`
                 */
                filter?: components["parameters"]["filter"];
                /** @description Language of `filter`; cql-text is the older name that pycsw knows */
                "filter-lang"?: components["parameters"]["filter-lang"];
                /** @description Coordinate system of the geometries in `filter`, CRS84 or EPSG:4326 (latitude first) */
                "filter-crs"?: components["parameters"]["filter-crs"];
                /** @description Only the record with this identifier */
                id?: components["parameters"]["id"];
                /** @description Only records with exactly this title */
                title?: components["parameters"]["title"];
                /** @description Only records with exactly this abstract */
                description?: components["parameters"]["description"];
                /** @description Only records that have this keyword */
                keywords?: components["parameters"]["keywords"];
                /** @description Only records of this topic category of ISO 19115, such as biota */
                themes?: components["parameters"]["themes"];
                /** @description Only records of resources that this organisation keeps */
                organization?: components["parameters"]["organization"];
                /** @description Only records with a download in this format, such as GeoPackage */
                formats?: components["parameters"]["formats"];
                /** @description Only records in this language, such as en */
                language?: components["parameters"]["language"];
                /** @description Only records of resources in this language, such as en */
                resourceLanguage?: components["parameters"]["resourceLanguage"];
                /** @description Only records made at this instant */
                created?: components["parameters"]["created"];
                /** @description Only records last changed at this instant */
                updated?: components["parameters"]["updated"];
                /** @description Only records of resources of this day */
                date?: components["parameters"]["date"];
                /** @description Only records whose temporal extent begins on this day */
                time_begin?: components["parameters"]["time_begin"];
                /** @description Only records whose temporal extent ends on this day */
                time_end?: components["parameters"]["time_end"];
                /** @description Only records with exactly these conditions of use, such as CC-BY-4.0 */
                useConditions?: components["parameters"]["useConditions"];
                /** @description Only records of data in this coordinate system, such as EPSG:2006 */
                crs?: components["parameters"]["crs"];
                /** @description Only records of data at this scale */
                scaleDenominator?: components["parameters"]["scaleDenominator"];
                /** @description Only records that are superseded (true), or that are not (false) */
                deprecated?: components["parameters"]["deprecated"];
                /** @description What to sort by, of the sortables; a minus in front means from last to first */
                sortby?: components["parameters"]["sortby"];
                /**
                 * @description Counts the records that fit by these properties: `true` for all of them, or names with, after colons, how many
                 *     values to give and in which order (count_desc, count_asc, value_asc, value_desc): `keywords:20:value_asc,organization`
                 */
                facets?: components["parameters"]["facets"];
                /** @description Profiles wished for, as URI, CURIE or identifier. There are ogc-record and ogc-catalog, which all answers keep; others are not considered */
                profile?: components["parameters"]["profile"];
                /** @description Most records of one answer. A larger number than the maximum counts as the maximum */
                limit?: components["parameters"]["limit"];
                /** @description Records to leave out at the start */
                offset?: components["parameters"]["offset"];
                /** @description Format of the answer; without it the Accept header decides. xml is ISO 19139, dcat is DCAT-AP in JSON-LD */
                f?: components["parameters"]["fRecords"];
            };
            header?: never;
            path: {
                /** @description There is one: metadata:main */
                catalogId: components["parameters"]["catalogId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of records */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/geo+json": components["schemas"]["recordCollection"];
                    "text/html": string;
                    "application/xml": string;
                    "application/ld+json": {
                        [key: string]: unknown;
                    };
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    getRecord: {
        parameters: {
            query?: {
                /** @description Profiles wished for, as URI, CURIE or identifier. There are ogc-record and ogc-catalog, which all answers keep; others are not considered */
                profile?: components["parameters"]["profile"];
                /** @description Format of the answer; without it the Accept header decides. xml is ISO 19139, dcat is DCAT-AP in JSON-LD */
                f?: components["parameters"]["fRecord"];
            };
            header?: never;
            path: {
                /** @description There is one: metadata:main */
                catalogId: components["parameters"]["catalogId"];
                recordId: components["parameters"]["recordId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The record */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/geo+json": components["schemas"]["record"];
                    "text/html": string;
                    "application/xml": string;
                    "application/ld+json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description There is no such record, or it is not public */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "text/html": string;
                };
            };
            /** @description The record was deleted; `successor` says what replaces it, where that is known */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "text/html": string;
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
}
