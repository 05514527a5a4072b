// Generated from openapi/ogc/wms.yaml by make contract; not edited.
export interface paths {
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A request by parameters (KVP)
         * @description The parameters are those of OGC 06-042, clause 7, in any case; without any, the capabilities are answered, and to browsers
         *     a page that tells how to ask. Unknown parameters are ignored, as the standard demands. Layers are the collections.
         */
        get: operations["askWms"];
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
    schemas: never;
    responses: {
        /** @description ServiceExceptionReport with a code of WMS */
        ExceptionReport: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "text/xml": string;
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
    askWms: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Capabilities, a map, information on features, or a legend */
            200: {
                headers: {
                    /** @description What of a map was left out or simplified, codes of the style report */
                    "Map-Losses"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "text/xml": string;
                    "image/png": string;
                    "image/jpeg": string;
                    "image/webp": string;
                    "application/geo+json": {
                        [key: string]: unknown;
                    };
                    "text/plain": string;
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
            503: components["responses"]["ExceptionReport"];
            "4XX": components["responses"]["ExceptionReport"];
        };
    };
}
