// Generated from openapi/bridge.yaml by make contract; not edited.
export interface paths {
    "/settings.get": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The plugin's settings */
        post: operations["settings.get"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/settings.set": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Change settings; absent means leave */
        post: operations["settings.set"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/clipboard.copy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Put a text on the clipboard */
        post: operations["clipboard.copy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/page.open": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Open a page of the server in the system's browser; the address is built from the connection and an id */
        post: operations["page.open"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/connections.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Servers known to the plugin */
        post: operations["connections.list"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/connections.edit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Native dialog for name, address and token; tested before it is kept. Without an id a new connection */
        post: operations["connections.edit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/connections.test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask the server who we are */
        post: operations["connections.test"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/connections.remove": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Forget a server and its token; asks natively first. null when the person said no */
        post: operations["connections.remove"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/connections.addToBrowser": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Add the server's OGC API Features and MetaSearch connections to QGIS, and its collections as vector tiles */
        post: operations["connections.addToBrowser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/layers.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The project's layer tree with the facts of every layer */
        post: operations["layers.list"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/layer.style": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The layer's style as QML and SLD, local symbols embedded in both */
        post: operations["layer.style"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/layer.weigh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What the layer would weigh when it is published; in the background, and of a large layer only of its first features */
        post: operations["layer.weigh"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/layer.fix": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Do one of the safe remedies preflight offers; native dialogs where a person has to choose */
        post: operations["layer.fix"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/layer.export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Write the layer to a GeoPackage, a raster to a GeoTIFF, in the background; progress events with stage export, then hash */
        post: operations["layer.export"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/file.discard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Delete an exported file that is not needed any more */
        post: operations["file.discard"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/layer.setLink": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Remember on the layer what it was published as, or forget it */
        post: operations["layer.setLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/layer.setMetadata": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Write metadata back into the QGIS layer; absent members stay as they are */
        post: operations["layer.setMetadata"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api.call": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** An operation of the server's contract, by its name; QGIS builds the address, adds the token and sends it */
        post: operations["api.call"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/upload.send": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send an exported file resumably; progress events with stage upload. Goes on after QGIS was restarted */
        post: operations["upload.send"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/uploads.pending": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Uploads that were interrupted and can go on */
        post: operations["uploads.pending"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/upload.resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Go on with a pending upload */
        post: operations["upload.resume"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/upload.discard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give a pending upload up, here and on the server */
        post: operations["upload.discard"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/unfinished.keep": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Remember what a publication has prepared on a server, so that it is taken back when the panel is closed meanwhile */
        post: operations["unfinished.keep"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/unfinished.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What earlier publications have prepared and nobody went on with */
        post: operations["unfinished.list"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/unfinished.forget": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** It is published, or taken back */
        post: operations["unfinished.forget"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collection.check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Open the collection as QGIS users will, outside the project, and say what is there */
        post: operations["collection.check"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/layer.keepStyle": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Keep the present style among the layer's styles, as the published one; not when it is the present one already */
        post: operations["layer.keepStyle"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/layer.compare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The layer as QGIS draws it, and the same part of its published collection as the server draws it */
        post: operations["layer.compare"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collection.add": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Add a collection to the map, with its QGIS style where there is one; code and forms in a style are never loaded */
        post: operations["collection.add"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tiles.add": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Add a collection to the map as vector tiles, drawn with its published style as far as vector tiles can be */
        post: operations["tiles.add"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/download.add": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Save a record's file where the person chooses (native dialog) and add it to the map; progress events with stage download */
        post: operations["download.add"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/map.extent": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What the map shows, in degrees */
        post: operations["map.extent"];
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
        /** @description What travels between panel and QGIS */
        Message: components["schemas"]["PanelHello"] | components["schemas"]["QgisHello"] | components["schemas"]["Call"] | components["schemas"]["Ok"] | components["schemas"]["Err"] | components["schemas"]["Evt"] | components["schemas"]["Cancel"];
        PanelHello: {
            /** @enum {integer} */
            v: 1;
            /** @enum {string} */
            t: "hello";
            /** @description Version of the panel */
            panel: string;
        };
        QgisHello: {
            /** @enum {integer} */
            v: 1;
            /** @enum {string} */
            t: "hello";
            plugin: string;
            /** @description For example 3.22.16-Białowieża */
            qgis: string;
            qt: string;
            /** @enum {string} */
            host: "webengine" | "webkit" | "browser";
            /** @description QGIS's language, for example en or fr_FR */
            locale: string;
            theme: components["schemas"]["Theme"];
            /** @description What this QGIS can do: sldWarnings (3.44), apiHeader, metasearch, editing (collections of one's own, 3.28) */
            capabilities: {
                [key: string]: boolean;
            };
            settings: components["schemas"]["Settings"];
        };
        Call: {
            /** @enum {integer} */
            v: 1;
            /** @enum {string} */
            t: "call";
            id: number;
            m: string;
            p?: Record<string, unknown>;
        };
        Ok: {
            /** @enum {integer} */
            v: 1;
            /** @enum {string} */
            t: "ok";
            id: number;
            r: Record<string, unknown>;
        };
        Err: {
            /** @enum {integer} */
            v: 1;
            /** @enum {string} */
            t: "err";
            id: number;
            e: components["schemas"]["Failure"];
        };
        Evt: {
            /** @enum {integer} */
            v: 1;
            /** @enum {string} */
            t: "evt";
            /** @enum {string} */
            n: "progress" | "layersChanged" | "connectionsChanged" | "themeChanged";
            p: Record<string, unknown>;
        };
        Cancel: {
            /** @enum {integer} */
            v: 1;
            /** @enum {string} */
            t: "cancel";
            id: number;
        };
        /** @description Payload of the event `progress` */
        ProgressEvent: {
            /** @description The id of the call it belongs to */
            call: number;
            /** @enum {string} */
            stage: "export" | "hash" | "upload" | "download";
            /** @description Bytes, or percent while exporting */
            done: number;
            total: number;
            bytesPerSecond?: number;
        };
        /** @description Payload of the event `layersChanged`; whatever was known of these layers is old. Empty means the tree itself */
        LayersChangedEvent: {
            layers: string[];
        };
        Failure: {
            /**
             * @description cancelled · protocol (unknown verb, wrong parameters, no hello) · no-layer · no-file · no-connection · no-token ·
             *     offline (the server could not be reached) · timeout · tls (certificate not trusted) · problem (the server
             *     answered with a problem document, see data.problem) · token-refused (401) · export-failed · disk-full ·
             *     auth-store (QGIS could not store the token) · layer-invalid · too-large (more than the server takes) · internal
             */
            code: string;
            /** @description A sentence for people */
            message: string;
            /** @description What to do */
            remedy?: string;
            /** @description problem: { problem, status }; internal: { trace } for copying */
            data?: Record<string, unknown>;
        };
        Settings: {
            /** @enum {string} */
            host: "auto" | "webengine" | "webkit" | "browser";
            /** @enum {string} */
            locale: "auto" | "en" | "fr";
            /** @description The connection last used */
            connection: string | null;
        };
        Theme: {
            isDark: boolean;
            /** @description #rrggbb of QGIS's palette */
            colours: {
                [key: string]: string;
            };
            fontFamily: string;
            fontPx: number;
        };
        ConnectionId: string;
        LayerId: string;
        /** @description An exported file; only QGIS knows where it is */
        FileHandle: string;
        ServerId: string;
        /** @description [west, south, east, north] */
        MaybeExtent: number[] | null;
        Connection: {
            id: components["schemas"]["ConnectionId"];
            name: string;
            /** @description For showing only, for example https://catalogue.example */
            url: string;
            hasToken: boolean;
            /**
             * @description public: reachable, no token
             * @enum {string}
             */
            state: "unknown" | "connected" | "public" | "refused" | "unreachable";
            actor: {
                name: string;
                role: string;
                domainId: string | null;
            } | null;
            /** @description What the last test said; a sentence */
            message: string;
        };
        LayerField: {
            name: string;
            /** @description QGIS's type name in lower case: string, integer, integer64, double, boolean, date, datetime, time, binary, or as the provider says */
            type: string;
        };
        RunKey: string;
        Unfinished: {
            key: components["schemas"]["RunKey"];
            connection: components["schemas"]["ConnectionId"];
            /** @description The panel's own note of it */
            kept: Record<string, unknown>;
        };
        Project: {
            title: string;
            crs: string;
            /** @description The project has a file and no unsaved changes */
            isSaved: boolean;
            tree: components["schemas"]["TreeNode"][];
            layers: components["schemas"]["LayerFacts"][];
        };
        /** @description A group, or a layer by its id; order is that of the layer panel */
        TreeNode: {
            /** @enum {string} */
            kind: "group" | "layer";
            name: string;
            layer?: components["schemas"]["LayerId"];
            isVisible?: boolean;
            children?: components["schemas"]["TreeNode"][];
        };
        LayerFacts: {
            id: components["schemas"]["LayerId"];
            name: string;
            /** @enum {string} */
            kind: "vector" | "table" | "raster" | "other";
            isValid: boolean;
            /** @description ogr, memory, postgres, OAPIF, gdal, wms … */
            provider: string;
            /** @enum {string} */
            source: "file" | "database" | "service" | "memory";
            /** @enum {string|null} */
            geometryType: "Point" | "LineString" | "Polygon" | "MultiPoint" | "MultiLineString" | "MultiPolygon" | "GeometryCollection" | "Geometry" | null;
            hasZ: boolean;
            hasM: boolean;
            /** @description Circular or compound curves; the catalogue keeps straight lines */
            hasCurves?: boolean;
            crs: {
                isValid: boolean;
                authid: string;
                epsg: number | null;
                /** @description USER:… or without an authority */
                isCustom: boolean;
                description: string;
                /** @description What QGIS says of the system itself; absent from plugins that do not tell */
                isGeographic?: boolean;
                /** @description Of its coordinates, as QGIS encodes it: degrees, meters, feet … */
                unit?: string;
            };
            /** @description Of a layer from a service: its address, without credentials and without query */
            serviceUrl?: string;
            featureCount: number | null;
            selectedCount: number;
            isFiltered: boolean;
            /** @description It has edits that are not saved */
            isEdited: boolean;
            /** @description A memory layer, gone when QGIS closes */
            isTemporary: boolean;
            isVisible: boolean;
            fields: components["schemas"]["LayerField"][];
            extent: components["schemas"]["MaybeExtent"];
            extentCrs84?: components["schemas"]["MaybeExtent"];
            /** @description Of the file behind it, where it is one */
            sizeBytes: number | null;
            weight?: components["schemas"]["LayerWeight"];
            raster?: components["schemas"]["RasterGrid"];
            metadata: components["schemas"]["QgisMetadata"];
            /** @description QGIS's name of it, for example categorizedSymbol */
            renderer: string | null;
            link: components["schemas"]["LayerLink"] | (never | null);
            stamps: components["schemas"]["Stamps"];
        };
        /** @description Short digests of what the layer is now; equal stamps mean nothing has changed */
        Stamps: {
            data: string;
            style: string;
            metadata: string;
        };
        /** @description What a layer was published as; a custom property of the layer, so it travels with the project */
        LayerLink: {
            /** @description Address of the catalogue */
            server: string;
            recordId: components["schemas"]["ServerId"];
            collectionId: string | null;
            styleId: string | null;
            /** @description Version of the record */
            version: number;
            publishedAt: string;
            stamps: components["schemas"]["Stamps"];
        };
        /** @description QgsLayerMetadata as QGIS keeps it; every member optional */
        QgisMetadata: {
            identifier?: string;
            parentIdentifier?: string;
            type?: string;
            language?: string;
            title?: string;
            abstract?: string;
            categories?: string[];
            /** @description By vocabulary */
            keywords?: {
                [key: string]: string[];
            };
            contacts?: {
                name?: string;
                organization?: string;
                position?: string;
                role?: string;
                email?: string;
                voice?: string;
                fax?: string;
            }[];
            links?: {
                name?: string;
                type?: string;
                url?: string;
                description?: string;
                format?: string;
                mimeType?: string;
                size?: string;
            }[];
            history?: string[];
            fees?: string;
            rights?: string[];
            licenses?: string[];
            constraints?: {
                type: string;
                constraint: string;
            }[];
            encoding?: string;
            crs?: string;
            /** @description [begin, end] as RFC 3339 */
            temporal?: (string | null)[][];
        };
        LayerStyle: {
            /** @description Symbology, labels, diagrams and rendering; nothing that runs */
            qml: string;
            /** @description null when QGIS writes none */
            sld: string | null;
            /** @description What QGIS itself says of its SLD (3.44 and later) */
            sldMessages: string[];
            assets: {
                /** @description File name without its folder */
                name: string;
                /** @enum {string} */
                kind: "svg" | "image";
                /**
                 * @description builtin: QGIS brings it; embedded: travels inside the style
                 * @enum {string}
                 */
                state: "builtin" | "embedded" | "missing" | "too-large";
                sizeBytes?: number;
            }[];
            fonts: {
                family: string;
                isInstalled: boolean;
            }[];
        };
        /**
         * @description chooseCrs: QGIS's CRS dialog; saveEdits: save the layer's edits; clearFilter; openProperties: the layer's properties on the page for metadata
         * @enum {string}
         */
        Fix: "chooseCrs" | "saveEdits" | "clearFilter" | "openProperties";
        ExportedFile: {
            file: components["schemas"]["FileHandle"];
            layerName: string;
            sizeBytes: number;
            /** @description Geometries and attributes without indexes, as the server's limit counts them; of a raster the whole file */
            layerBytes: number;
            sha256: string;
            /** @description 0 for a raster */
            featureCount: number;
            raster?: components["schemas"]["RasterGrid"];
            epsg: number | null;
            extent: components["schemas"]["MaybeExtent"];
            fields: components["schemas"]["LayerField"][];
        };
        PendingUpload: {
            pending: string;
            connection: components["schemas"]["ConnectionId"];
            layer?: components["schemas"]["LayerId"];
            fileName: string;
            sentBytes: number;
            sizeBytes: number;
            startedAt: string;
            note: Record<string, unknown>;
        };
        ApiCall: {
            connection: components["schemas"]["ConnectionId"];
            /** @description face.operationId, for example catalogue.createRecord or features.getCollection; only those in the plugin's table */
            operation: string;
            /** @description Path parameters; percent-encoded by QGIS */
            path?: {
                [key: string]: string;
            };
            query?: {
                [key: string]: string | number | boolean;
            };
            /** @description JSON body */
            body?: Record<string, unknown>;
            /** @description Parts of a multipart body */
            form?: {
                name: string;
                text: string;
                fileName?: string;
                contentType?: string;
            }[];
            /** @description The ETag, with its quotes */
            ifMatch?: string;
            idempotencyKey?: string;
        };
        ApiAnswer: {
            status: number;
            /** @description The JSON of the answer; null when it is none */
            body: unknown;
            /** @description The answer where it is XML or another text */
            text: string | null;
            etag: string | null;
            location: string | null;
        };
        /** @description What the layer will weigh on the server, geometries and attributes without indexes, as limits count it */
        LayerWeight: {
            /** @description null when it cannot be said without asking a server for everything */
            bytes: number | null;
            /** @description Only the first features were weighed */
            isSampled: boolean;
        };
        /** @description What a raster holds */
        RasterGrid: {
            /** @description Columns */
            width: number;
            /** @description Rows */
            height: number;
            bands: number;
            /** @description Of the first band, as GDAL names it: Byte, UInt16, Int16, UInt32, Int32, Float32, Float64, CFloat32 … */
            dataType: string;
        };
    };
    responses: {
        /** @description Done */
        Done: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": Record<string, unknown>;
            };
        };
        /** @description What went wrong */
        Failure: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Failure"];
            };
        };
        /** @description The connection; null when the dialog was cancelled */
        MaybeConnection: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    connection: components["schemas"]["Connection"] | null;
                };
            };
        };
        /** @description The server's upload that now holds the file */
        SentUpload: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /** Format: uuid */
                    uploadId: string;
                    sha256: string;
                    sizeBytes: number;
                };
            };
        };
        /** @description The layer in the project, and whether its style is the published one */
        AddedLayer: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /** @description null when the dialog was cancelled */
                    layer: string | null;
                    /**
                     * @description translated: the published style, as far as vector tiles can be drawn with it
                     * @enum {string}
                     */
                    style: "identical" | "differs" | "sld" | "translated" | "none";
                    /** @description Whether it can be edited now; absent when that was not asked for */
                    isEdited?: boolean;
                    /** @description What differs from the published style, for example renderer or labeling */
                    differences: string[];
                };
            };
        };
    };
    parameters: never;
    requestBodies: {
        OneConnection: {
            content: {
                "application/json": {
                    connection: components["schemas"]["ConnectionId"];
                };
            };
        };
        OneLayer: {
            content: {
                "application/json": {
                    layer: components["schemas"]["LayerId"];
                };
            };
        };
        OneFile: {
            content: {
                "application/json": {
                    file: components["schemas"]["FileHandle"];
                };
            };
        };
        OnePending: {
            content: {
                "application/json": {
                    pending: string;
                };
            };
        };
        OneCollection: {
            content: {
                "application/json": {
                    connection: components["schemas"]["ConnectionId"];
                    collectionId: components["schemas"]["ServerId"];
                };
            };
        };
    };
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    "settings.get": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Settings */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
            "4XX": components["responses"]["Failure"];
        };
    };
    "settings.set": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    host?: "auto" | "webengine" | "webkit" | "browser";
                    /** @enum {string} */
                    locale?: "auto" | "en" | "fr";
                    connection?: string | null;
                };
            };
        };
        responses: {
            /** @description Settings */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
            "4XX": components["responses"]["Failure"];
        };
    };
    "clipboard.copy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    text: string;
                };
            };
        };
        responses: {
            200: components["responses"]["Done"];
            "4XX": components["responses"]["Failure"];
        };
    };
    "page.open": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    connection: components["schemas"]["ConnectionId"];
                    /** @enum {string} */
                    page: "catalogue" | "record" | "collection" | "guide";
                    id?: components["schemas"]["ServerId"];
                };
            };
        };
        responses: {
            200: components["responses"]["Done"];
            "4XX": components["responses"]["Failure"];
        };
    };
    "connections.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Connections */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        connections: components["schemas"]["Connection"][];
                    };
                };
            };
            "4XX": components["responses"]["Failure"];
        };
    };
    "connections.edit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    connection?: components["schemas"]["ConnectionId"];
                };
            };
        };
        responses: {
            200: components["responses"]["MaybeConnection"];
            "4XX": components["responses"]["Failure"];
        };
    };
    "connections.test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: components["requestBodies"]["OneConnection"];
        responses: {
            200: components["responses"]["MaybeConnection"];
            "4XX": components["responses"]["Failure"];
        };
    };
    "connections.remove": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: components["requestBodies"]["OneConnection"];
        responses: {
            /** @description Whether it was removed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        removed: boolean;
                    };
                };
            };
            "4XX": components["responses"]["Failure"];
        };
    };
    "connections.addToBrowser": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: components["requestBodies"]["OneConnection"];
        responses: {
            /** @description What was added; what was there already is left alone */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        added: ("features" | "metasearch" | "tiles")[];
                        present: ("features" | "metasearch" | "tiles")[];
                    };
                };
            };
            "4XX": components["responses"]["Failure"];
        };
    };
    "layers.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Project */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Project"];
                };
            };
            "4XX": components["responses"]["Failure"];
        };
    };
    "layer.style": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: components["requestBodies"]["OneLayer"];
        responses: {
            /** @description Style */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LayerStyle"];
                };
            };
            "4XX": components["responses"]["Failure"];
        };
    };
    "layer.weigh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    layer: components["schemas"]["LayerId"];
                    /** @enum {string} */
                    scope: "all" | "selected";
                };
            };
        };
        responses: {
            /** @description Its weight */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LayerWeight"];
                };
            };
            "4XX": components["responses"]["Failure"];
        };
    };
    "layer.fix": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    layer: components["schemas"]["LayerId"];
                    fix: components["schemas"]["Fix"];
                };
            };
        };
        responses: {
            /** @description The layer afterwards */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LayerFacts"];
                };
            };
            "4XX": components["responses"]["Failure"];
        };
    };
    "layer.export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    layer: components["schemas"]["LayerId"];
                    /**
                     * @description all: what the layer shows, its filter applied; selected: the selected features
                     * @enum {string}
                     */
                    scope: "all" | "selected";
                    /** @description Reproject to this CRS; the layer's own when absent */
                    targetEpsg?: number;
                };
            };
        };
        responses: {
            /** @description The exported file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExportedFile"];
                };
            };
            "4XX": components["responses"]["Failure"];
        };
    };
    "file.discard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: components["requestBodies"]["OneFile"];
        responses: {
            200: components["responses"]["Done"];
            "4XX": components["responses"]["Failure"];
        };
    };
    "layer.setLink": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    layer: components["schemas"]["LayerId"];
                    link: components["schemas"]["LayerLink"] | null;
                };
            };
        };
        responses: {
            /** @description The layer afterwards */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LayerFacts"];
                };
            };
            "4XX": components["responses"]["Failure"];
        };
    };
    "layer.setMetadata": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    layer: components["schemas"]["LayerId"];
                    metadata: components["schemas"]["QgisMetadata"];
                };
            };
        };
        responses: {
            /** @description The layer afterwards */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LayerFacts"];
                };
            };
            "4XX": components["responses"]["Failure"];
        };
    };
    "api.call": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApiCall"];
            };
        };
        responses: {
            /** @description Its answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiAnswer"];
                };
            };
            "4XX": components["responses"]["Failure"];
        };
    };
    "upload.send": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    connection: components["schemas"]["ConnectionId"];
                    file: components["schemas"]["FileHandle"];
                    /** @description Shown to people; the server names its own files */
                    fileName: string;
                    layer?: components["schemas"]["LayerId"];
                    /** @description What the panel needs to go on with this publication after a restart; kept with the upload */
                    note?: Record<string, unknown>;
                };
            };
        };
        responses: {
            200: components["responses"]["SentUpload"];
            "4XX": components["responses"]["Failure"];
        };
    };
    "uploads.pending": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Pending uploads */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        uploads: components["schemas"]["PendingUpload"][];
                    };
                };
            };
            "4XX": components["responses"]["Failure"];
        };
    };
    "upload.resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: components["requestBodies"]["OnePending"];
        responses: {
            200: components["responses"]["SentUpload"];
            "4XX": components["responses"]["Failure"];
        };
    };
    "upload.discard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: components["requestBodies"]["OnePending"];
        responses: {
            200: components["responses"]["Done"];
            "4XX": components["responses"]["Failure"];
        };
    };
    "unfinished.keep": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Unfinished"];
            };
        };
        responses: {
            200: components["responses"]["Done"];
            "4XX": components["responses"]["Failure"];
        };
    };
    "unfinished.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: components["requestBodies"]["OneConnection"];
        responses: {
            /** @description What was kept for this connection */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        unfinished: components["schemas"]["Unfinished"][];
                    };
                };
            };
            "4XX": components["responses"]["Failure"];
        };
    };
    "unfinished.forget": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    key: components["schemas"]["RunKey"];
                };
            };
        };
        responses: {
            200: components["responses"]["Done"];
            "4XX": components["responses"]["Failure"];
        };
    };
    "collection.check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: components["requestBodies"]["OneCollection"];
        responses: {
            /** @description What QGIS sees */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        isValid: boolean;
                        /** @description Why it is not valid */
                        message: string;
                        featureCount: number | null;
                        crs: string;
                        extent: components["schemas"]["MaybeExtent"];
                        geometryType: string;
                        fields: components["schemas"]["LayerField"][];
                        hasFirstFeature: boolean;
                    };
                };
            };
            "4XX": components["responses"]["Failure"];
        };
    };
    "layer.keepStyle": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: components["requestBodies"]["OneLayer"];
        responses: {
            /** @description Whether it was kept anew */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        isKept: boolean;
                    };
                };
            };
            "4XX": components["responses"]["Failure"];
        };
    };
    "layer.compare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    layer: components["schemas"]["LayerId"];
                    connection: components["schemas"]["ConnectionId"];
                    collectionId: components["schemas"]["ServerId"];
                    width: number;
                    height: number;
                };
            };
        };
        responses: {
            /** @description Both pictures, of one part, size and resolution (0.28 mm a pixel) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description PNG in base64 */
                        qgis: string;
                        /** @description PNG in base64 */
                        server: string;
                        crs: string;
                        extent: components["schemas"]["MaybeExtent"];
                    };
                };
            };
            "4XX": components["responses"]["Failure"];
        };
    };
    "collection.add": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    connection: components["schemas"]["ConnectionId"];
                    collectionId: components["schemas"]["ServerId"];
                    title: string;
                    qml?: string;
                    /** @description Used when there is no QML */
                    sld?: string;
                    link?: components["schemas"]["LayerLink"];
                    /** @description Begin to edit it at once (QGIS 3.28 or newer) */
                    edit?: boolean;
                };
            };
        };
        responses: {
            200: components["responses"]["AddedLayer"];
            "4XX": components["responses"]["Failure"];
        };
    };
    "tiles.add": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    connection: components["schemas"]["ConnectionId"];
                    collectionId: components["schemas"]["ServerId"];
                    title: string;
                    qml?: string;
                    /** @description Used when there is no QML */
                    sld?: string;
                };
            };
        };
        responses: {
            200: components["responses"]["AddedLayer"];
            "4XX": components["responses"]["Failure"];
        };
    };
    "download.add": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    connection: components["schemas"]["ConnectionId"];
                    distributionId: components["schemas"]["ServerId"];
                    fileName: string;
                    title: string;
                    qml?: string;
                };
            };
        };
        responses: {
            200: components["responses"]["AddedLayer"];
            "4XX": components["responses"]["Failure"];
        };
    };
    "map.extent": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Extent in CRS84; null when it cannot be said in degrees */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        extentCrs84: components["schemas"]["MaybeExtent"];
                    };
                };
            };
            "4XX": components["responses"]["Failure"];
        };
    };
}
