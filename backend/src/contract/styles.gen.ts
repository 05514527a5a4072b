// Generated from openapi/ogc/styles.yaml by make contract; not edited.
export interface paths {
    "/styles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Styles of the published layers */
        get: operations["styles.getStyles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/styles/{styleId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A style, with all published layers that are drawn with it */
        get: operations["styles.getStyle"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/styles/{styleId}/metadata": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a style needs and in which formats there is one */
        get: operations["styles.getStyleMetadata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/styles/{styleId}/legend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The legend of a style */
        get: operations["styles.getLegend"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/styles/{styleId}/sprite/{spriteFile}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The symbols of a style for web maps */
        get: operations["styles.getSprite"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collections/{collectionId}/styles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Styles of a collection, the default one first */
        get: operations["collection.getStyles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collections/{collectionId}/styles/{styleId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A style of a collection */
        get: operations["collection.getStyle"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collections/{collectionId}/styles/{styleId}/metadata": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a style of a collection needs and in which formats there is one */
        get: operations["collection.getStyleMetadata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collections/{collectionId}/styles/{styleId}/legend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The legend of a style of a collection */
        get: operations["collection.getLegend"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collections/{collectionId}/styles/{styleId}/sprite/{spriteFile}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The symbols of a style of a collection for web maps */
        get: operations["collection.getSprite"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/fonts/{fontstack}/{range}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Letters for web maps, as signed distance fields
         * @description As MapLibre asks for them: `/fonts/DejaVu Sans Regular/0-255.pbf`. Of a list of fonts the first counts; a font that
         *     is not here is answered with the one that resembles it.
         */
        get: operations["styles.getGlyphs"];
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
        styles: {
            /** @description The style in which the collection is drawn unless another is asked for */
            default?: string;
            styles: {
                id: string;
                title: string;
                links: components["schemas"]["links"];
            }[];
            links: components["schemas"]["links"];
        };
        loss: {
            code: string;
            /** @enum {string} */
            verdict: "approximated" | "lost";
            message: string;
            rule?: string;
        };
        styleMetadata: {
            id: string;
            title: string;
            /** @enum {string} */
            scope: "style";
            /** @description Grows with every change */
            version: string;
            stylesheets: {
                title: string;
                version: string;
                specification: string;
                /** @description Whether it is the file the publisher gave */
                native: boolean;
                link: components["schemas"]["Link"];
                /** @description What this format cannot say */
                losses: components["schemas"]["loss"][];
            }[];
            layers: {
                id: string;
                title: string;
                /** @enum {string} */
                type: "point" | "line" | "polygon" | "geometry" | "raster";
                /** @description Properties of the features that the style reads */
                attributes: {
                    id: string;
                    type?: string;
                }[];
                /** @description The layer is drawn from this denominator on; absent without such a limit */
                minScaleDenominator?: number;
                /** @description The layer is drawn below this denominator; absent without such a limit */
                maxScaleDenominator?: number;
                sampleData?: components["schemas"]["Link"];
            }[];
            /** @description What was not understood in the publisher's file, and what was repaired or cannot be drawn */
            findings: {
                code: string;
                message: string;
                line?: number;
            }[];
            links: components["schemas"]["links"];
        };
        legend: {
            title: string;
            /** @description Of a swatch, in pixels of 0.28 mm */
            width: number;
            height: number;
            entries: {
                title: string;
                /** @description A PNG as a data URI */
                swatch: string;
            }[];
        };
        spritePlace: {
            x: number;
            y: number;
            width: number;
            height: number;
            pixelRatio: number;
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
    };
    responses: {
        /** @description Styles with their formats */
        styles: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["styles"];
                "text/html": string;
            };
        };
        /** @description The style. What the format cannot say is named in the metadata, to which a Link header leads */
        style: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/vnd.mapbox.style+json": Record<string, unknown>;
                "application/vnd.ogc.sld+xml": string;
                "application/xml": string;
                "application/json": components["schemas"]["styleMetadata"];
                "text/html": string;
            };
        };
        /** @description Formats, what each cannot say, layers with the properties that are used */
        metadata: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["styleMetadata"];
                "text/html": string;
            };
        };
        /** @description A swatch and a title for each rule */
        legend: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "image/png": string;
                "image/svg+xml": string;
                "application/json": components["schemas"]["legend"];
            };
        };
        /** @description One picture with all symbols, or where each lies in it */
        sprite: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "image/png": string;
                "application/json": {
                    [key: string]: components["schemas"]["spritePlace"];
                };
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
        /** @description Of the list of styles; `_default` is the plain one that every layer has */
        styleId: string;
        /** @description symbols.json, symbols.png, and with twice the pixels symbols@2x.json, symbols@2x.png */
        spriteFile: string;
        /** @description Format of the answer; without it the Accept header decides */
        fStyles: "json" | "html";
        /**
         * @description Format of the style; without it the Accept header decides. mapbox is a style for MapLibre and its kin, sld11 and sld10
         *     are SLD, sld is the version the style came in, qml is for QGIS, json describes the style
         */
        fStyle: "mapbox" | "sld11" | "sld10" | "sld" | "qml" | "json" | "html";
        /** @description Format of the legend; without it the Accept header decides */
        fLegend: "png" | "svg" | "json";
        /** @description Pixels of the picture for one of 0.28 mm; 2 for screens with a high resolution */
        pixelRatio: number;
        /** @description Shows the rules that hold at this scale; without it all */
        scaleDenominator: number;
    };
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    "styles.getStyles": {
        parameters: {
            query?: {
                /** @description Format of the answer; without it the Accept header decides */
                f?: components["parameters"]["fStyles"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["styles"];
            "4XX": components["responses"]["Problems"];
        };
    };
    "styles.getStyle": {
        parameters: {
            query?: {
                /**
                 * @description Format of the style; without it the Accept header decides. mapbox is a style for MapLibre and its kin, sld11 and sld10
                 *     are SLD, sld is the version the style came in, qml is for QGIS, json describes the style
                 */
                f?: components["parameters"]["fStyle"];
            };
            header?: never;
            path: {
                /** @description Of the list of styles; `_default` is the plain one that every layer has */
                styleId: components["parameters"]["styleId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["style"];
            "4XX": components["responses"]["Problems"];
        };
    };
    "styles.getStyleMetadata": {
        parameters: {
            query?: {
                /** @description Format of the answer; without it the Accept header decides */
                f?: components["parameters"]["fStyles"];
            };
            header?: never;
            path: {
                /** @description Of the list of styles; `_default` is the plain one that every layer has */
                styleId: components["parameters"]["styleId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["metadata"];
            "4XX": components["responses"]["Problems"];
        };
    };
    "styles.getLegend": {
        parameters: {
            query?: {
                /** @description Format of the legend; without it the Accept header decides */
                f?: components["parameters"]["fLegend"];
                /** @description Pixels of the picture for one of 0.28 mm; 2 for screens with a high resolution */
                "pixel-ratio"?: components["parameters"]["pixelRatio"];
                /** @description Shows the rules that hold at this scale; without it all */
                "scale-denominator"?: components["parameters"]["scaleDenominator"];
            };
            header?: never;
            path: {
                /** @description Of the list of styles; `_default` is the plain one that every layer has */
                styleId: components["parameters"]["styleId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["legend"];
            503: components["responses"]["Problems"];
            "4XX": components["responses"]["Problems"];
        };
    };
    "styles.getSprite": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Of the list of styles; `_default` is the plain one that every layer has */
                styleId: components["parameters"]["styleId"];
                /** @description symbols.json, symbols.png, and with twice the pixels symbols@2x.json, symbols@2x.png */
                spriteFile: components["parameters"]["spriteFile"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["sprite"];
            503: components["responses"]["Problems"];
            "4XX": components["responses"]["Problems"];
        };
    };
    "collection.getStyles": {
        parameters: {
            query?: {
                /** @description Format of the answer; without it the Accept header decides */
                f?: components["parameters"]["fStyles"];
            };
            header?: never;
            path: {
                collectionId: components["parameters"]["collectionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["styles"];
            "4XX": components["responses"]["Problems"];
        };
    };
    "collection.getStyle": {
        parameters: {
            query?: {
                /**
                 * @description Format of the style; without it the Accept header decides. mapbox is a style for MapLibre and its kin, sld11 and sld10
                 *     are SLD, sld is the version the style came in, qml is for QGIS, json describes the style
                 */
                f?: components["parameters"]["fStyle"];
            };
            header?: never;
            path: {
                collectionId: components["parameters"]["collectionId"];
                /** @description Of the list of styles; `_default` is the plain one that every layer has */
                styleId: components["parameters"]["styleId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["style"];
            "4XX": components["responses"]["Problems"];
        };
    };
    "collection.getStyleMetadata": {
        parameters: {
            query?: {
                /** @description Format of the answer; without it the Accept header decides */
                f?: components["parameters"]["fStyles"];
            };
            header?: never;
            path: {
                collectionId: components["parameters"]["collectionId"];
                /** @description Of the list of styles; `_default` is the plain one that every layer has */
                styleId: components["parameters"]["styleId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["metadata"];
            "4XX": components["responses"]["Problems"];
        };
    };
    "collection.getLegend": {
        parameters: {
            query?: {
                /** @description Format of the legend; without it the Accept header decides */
                f?: components["parameters"]["fLegend"];
                /** @description Pixels of the picture for one of 0.28 mm; 2 for screens with a high resolution */
                "pixel-ratio"?: components["parameters"]["pixelRatio"];
                /** @description Shows the rules that hold at this scale; without it all */
                "scale-denominator"?: components["parameters"]["scaleDenominator"];
            };
            header?: never;
            path: {
                collectionId: components["parameters"]["collectionId"];
                /** @description Of the list of styles; `_default` is the plain one that every layer has */
                styleId: components["parameters"]["styleId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["legend"];
            503: components["responses"]["Problems"];
            "4XX": components["responses"]["Problems"];
        };
    };
    "collection.getSprite": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                collectionId: components["parameters"]["collectionId"];
                /** @description Of the list of styles; `_default` is the plain one that every layer has */
                styleId: components["parameters"]["styleId"];
                /** @description symbols.json, symbols.png, and with twice the pixels symbols@2x.json, symbols@2x.png */
                spriteFile: components["parameters"]["spriteFile"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["sprite"];
            503: components["responses"]["Problems"];
            "4XX": components["responses"]["Problems"];
        };
    };
    "styles.getGlyphs": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                fontstack: string;
                /** @description 256 characters: 0-255.pbf, 256-511.pbf … */
                range: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The letters of the range that the font has */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-protobuf": string;
                };
            };
            503: components["responses"]["Problems"];
            "4XX": components["responses"]["Problems"];
        };
    };
}
