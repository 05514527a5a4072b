// Generated from openapi/ogc/coverages.yaml by make contract; not edited.
export interface paths {
    "/collections/{collectionId}/coverage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The values of a raster, or of a part of it
         * @description Without parameters the whole raster, as the Cloud Optimised GeoTIFF that is stored. A part without a size has the
         *     cells of the raster itself, cut at their edges; with a size, or in another system, the nearest cells, of the overview that is about as
         *     fine. What lies outside of the raster has its no-data value; where it has none, 0, or NaN in floating point numbers.
         */
        get: operations["collection.getCoverage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collections/{collectionId}/coverage/domainset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where the cells of a raster lie, in degrees (CIS JSON, for GDAL) */
        get: operations["collection.coverage.getDomainSet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collections/{collectionId}/coverage/rangetype": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the bands of a raster mean (SWE Common in JSON, for GDAL) */
        get: operations["collection.coverage.getRangeType"];
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
        domainSet: {
            /** @enum {string} */
            type: "DomainSet";
            generalGrid: {
                /** @enum {string} */
                type: "GeneralGridCoverage";
                srsName: string;
                axisLabels: string[];
                axis: {
                    /** @enum {string} */
                    type: "RegularAxis";
                    axisLabel: string;
                    lowerBound: number;
                    upperBound: number;
                    resolution: number;
                    uomLabel: string;
                }[];
                gridLimits: {
                    /** @enum {string} */
                    type: "GridLimits";
                    axisLabels: string[];
                    axis: {
                        /** @enum {string} */
                        type: "IndexAxis";
                        axisLabel: string;
                        lowerBound: number;
                        upperBound: number;
                    }[];
                };
            };
        };
        rangeType: {
            /** @enum {string} */
            type: "DataRecord";
            field: {
                /** @enum {string} */
                type: "Quantity";
                name: string;
                description?: string;
                definition: string;
                uom?: {
                    /** @enum {string} */
                    type: "UnitReference";
                    code: string;
                };
            }[];
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
        /** @description The part that is wanted – west, south, east, north in CRS84, or in the axis order of `bbox-crs` */
        bbox: number[];
        /** @description Coordinate system of `bbox`, one of the collection's */
        "bbox-crs": string;
        /** @description The part that is wanted, axis by axis: `Lat(13.7:14.1),Lon(-61.1:-60.8)`, or `E(…),N(…)` of a projected `subset-crs`. `*` is open */
        subset: string;
        /** @description Coordinate system of `subset`, one of the collection's */
        "subset-crs": string;
        /** @description Coordinate system of the answer, one of the collection's; without it that of the raster */
        crs: string;
        /** @description Which bands, by number (from 1) or name, in this order */
        properties: string[];
        /** @description Fewer cells – 2 means half as many in each direction */
        "scale-factor": number;
        /** @description How many cells along each axis, such as `Lon(400),Lat(300)` or `E(400),N(300)` */
        "scale-size": string;
        /** @description As `scale-size`, in the spelling of older drafts */
        scaleSize: string;
        /** @description Cells from left to right; without `height` as many from top to bottom as go with the area */
        width: number;
        /** @description Cells from top to bottom */
        height: number;
        /** @description GeoTIFF, netCDF (CF 1.8, classic format), CoverageJSON, or a page that tells how to ask */
        f: "tiff" | "netcdf" | "covjson" | "html";
    };
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    "collection.getCoverage": {
        parameters: {
            query?: {
                /** @description The part that is wanted – west, south, east, north in CRS84, or in the axis order of `bbox-crs` */
                bbox?: components["parameters"]["bbox"];
                /** @description Coordinate system of `bbox`, one of the collection's */
                "bbox-crs"?: components["parameters"]["bbox-crs"];
                /** @description The part that is wanted, axis by axis: `Lat(13.7:14.1),Lon(-61.1:-60.8)`, or `E(…),N(…)` of a projected `subset-crs`. `*` is open */
                subset?: components["parameters"]["subset"];
                /** @description Coordinate system of `subset`, one of the collection's */
                "subset-crs"?: components["parameters"]["subset-crs"];
                /** @description Coordinate system of the answer, one of the collection's; without it that of the raster */
                crs?: components["parameters"]["crs"];
                /** @description Which bands, by number (from 1) or name, in this order */
                properties?: components["parameters"]["properties"];
                /** @description Fewer cells – 2 means half as many in each direction */
                "scale-factor"?: components["parameters"]["scale-factor"];
                /** @description How many cells along each axis, such as `Lon(400),Lat(300)` or `E(400),N(300)` */
                "scale-size"?: components["parameters"]["scale-size"];
                /** @description As `scale-size`, in the spelling of older drafts */
                scaleSize?: components["parameters"]["scaleSize"];
                /** @description Cells from left to right; without `height` as many from top to bottom as go with the area */
                width?: components["parameters"]["width"];
                /** @description Cells from top to bottom */
                height?: components["parameters"]["height"];
                /** @description GeoTIFF, netCDF (CF 1.8, classic format), CoverageJSON, or a page that tells how to ask */
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
            /** @description The values; as a page, how to ask for them */
            200: {
                headers: {
                    /** @description Area of the answer in the axis order of its system */
                    "Content-Bbox"?: string;
                    /** @description Its coordinate system; CRS84 when absent */
                    "Content-Crs"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "image/tiff; application=geotiff": string;
                    "image/tiff; application=geotiff; profile=cloud-optimized": string;
                    "application/x-netcdf": string;
                    "application/prs.coverage+json": {
                        [key: string]: unknown;
                    };
                    "text/html": string;
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
    "collection.coverage.getDomainSet": {
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
            /** @description The grid in CRS84; about as many cells as the raster has */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["domainSet"];
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
    "collection.coverage.getRangeType": {
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
            /** @description One field for each band */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["rangeType"];
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
