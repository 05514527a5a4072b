// Generated from openapi/ogc/csw.yaml by make contract; not edited.
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
         * @description The parameters are those of OGC 07-006r1, clause 10, in any case; without any, the capabilities are answered,
         *     and to browsers a page that tells how to ask.
         *     Unknown parameters are ignored, as OWS Common demands.
         */
        get: operations["askCsw"];
        put?: never;
        /**
         * A request as XML, or by parameters in a form
         * @description Without SOAP envelope; at most 256 KB; no DOCTYPE. The content type need not be named.
         */
        post: operations["postCsw"];
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
        /**
         * @description csw:Capabilities, csw:DescribeRecordResponse, csw:GetDomainResponse, csw:GetRecordsResponse,
         *     csw:GetRecordByIdResponse or csw:Acknowledgement
         */
        Answer: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/xml": string;
                "text/html": string;
            };
        };
        /** @description ows:ExceptionReport 1.0.0 with a code of OWS Common and the parameter it concerns */
        ExceptionReport: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/xml": string;
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
    askCsw: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Answer"];
            /** @description Not changed */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            "4XX": components["responses"]["ExceptionReport"];
        };
    };
    postCsw: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/xml": string;
                "text/xml": string;
                "application/x-www-form-urlencoded": {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            200: components["responses"]["Answer"];
            "4XX": components["responses"]["ExceptionReport"];
        };
    };
}
