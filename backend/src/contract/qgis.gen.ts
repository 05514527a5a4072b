// Generated from openapi/qgis.yaml by make contract; not edited.
export interface paths {
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the plugin is and how to install it */
        get: operations["getPluginPage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/plugins.xml": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Plugin repository as QGIS's plugin manager reads it */
        get: operations["getPluginRepository"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/icon.svg": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The plugin's icon */
        get: operations["getPluginIcon"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/{fileName}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The plugin as a zip */
        get: operations["downloadPlugin"];
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
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getPluginPage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    getPluginRepository: {
        parameters: {
            query?: {
                /** @description Version of the QGIS that asks, for example 3.22; a plugin that does not run there is left out */
                qgis?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Repository */
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
    getPluginIcon: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Icon */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/svg+xml": string;
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    downloadPlugin: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description secims_bridge.zip, or secims_bridge-<version>.zip of the present version */
                fileName: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The zip */
            200: {
                headers: {
                    ETag?: string;
                    "Content-Disposition"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/zip": string;
                };
            };
            /** @description Not changed */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            "4XX": components["responses"]["Problems"];
        };
    };
}
