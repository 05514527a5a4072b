// Generated from openapi/catalogue.yaml by make contract; not edited.
export interface paths {
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What this API offers */
        get: operations["getLanding"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This contract */
        get: operations["getOpenapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This contract, for reading */
        get: operations["getDocs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is signed in, and what the role allows (R1.7, R1.10) */
        get: operations["getMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What clients need to know of this deployment's settings */
        get: operations["getSettings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/doctor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every disagreement between tables, blobs, collections, styles and rows */
        get: operations["getDoctor"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collect-garbage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Remove what nothing refers to any more; also done every ten minutes */
        post: operations["collectGarbage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All tokens, newest first; never their secrets */
        get: operations["listTokens"];
        put?: never;
        /**
         * Issue a token (R1.6, R12.1)
         * @description No Idempotency-Key here, because an answer that can be had again would be a secret that is stored.
         */
        post: operations["issueToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tokens/{tokenId}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tokenId: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke; the token stops working at once (R1.8, R1.15) */
        delete: operations["revokeToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tokens/{tokenId}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tokenId: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** New secret, same holder, role and records; the old secret stops at once (R1.8) */
        post: operations["rotateToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/domains": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Data domains */
        get: operations["listDomains"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/domains/{domainId}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                domainId: string;
            };
            cookie?: never;
        };
        get?: never;
        /** Add or change a data domain */
        put: operations["putDomain"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Own uploads that have not been used yet */
        get: operations["listUploads"];
        put?: never;
        /**
         * Upload a file in one request; for large files and poor lines use /tus
         * @description One part named `file`. Accepted: .geojson .zip .gpkg .tif .docx .pdf .csv .xlsx (R5.1), 50 MB by default, a
         *     GeoPackage 500 MB (R5.2, R5.3), of which the layer to publish may have 50 MB. The content decides what it is,
         *     not the name.
         */
        post: operations["createUpload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/uploads/{uploadId}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                uploadId: string;
            };
            cookie?: never;
        };
        /** State, and what reading the file found */
        get: operations["getUpload"];
        put?: never;
        post?: never;
        /** Give an upload up; nothing of it is kept */
        delete: operations["deleteUpload"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/uploads/{uploadId}/events": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                uploadId: string;
            };
            cookie?: never;
        };
        /** State as server-sent events until it has been read */
        get: operations["followUpload"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tus": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin a resumable upload (tus 1.0 creation, creation-with-upload)
         * @description `Upload-Length` and `Upload-Metadata: filename <base64>`; answers 201 with `Location`.
         */
        post: operations["createTusUpload"];
        delete?: never;
        /** What the resumable upload supports (tus 1.0) */
        options: operations["describeTus"];
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tus/{uploadId}": {
        parameters: {
            query?: never;
            header: {
                /** @description Always 1.0.0; another version is answered with 412 */
                "Tus-Resumable": components["parameters"]["TusResumable"];
            };
            path: {
                uploadId: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Give it up (tus termination) */
        delete: operations["terminateTusUpload"];
        options?: never;
        /** How many bytes are safely stored */
        head: operations["getTusOffset"];
        /**
         * Append bytes at Upload-Offset
         * @description `Content-Type: application/offset+octet-stream`. One writer at a time (423). With `Upload-Checksum: sha256
         *     <base64>` a damaged piece is dropped (460). When the last byte is in, the file is read: see getUpload.
         */
        patch: operations["appendTusUpload"];
        trace?: never;
    };
    "/records": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** My records (R1.10, R3.1), newest change first; administrators may see everyone's (R12.3) */
        get: operations["listRecords"];
        put?: never;
        /** New draft (R3.2), prefilled from an upload when one is named */
        post: operations["createRecord"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/records/{recordId}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                recordId: components["parameters"]["RecordId"];
            };
            cookie?: never;
        };
        /** The working copy for its keepers, the published one for everybody else */
        get: operations["getRecord"];
        put?: never;
        post?: never;
        /** Delete for good - entry, file and collection; the audit stays (R3.7-R3.9). Consider deprecating instead */
        delete: operations["deleteRecord"];
        options?: never;
        head?: never;
        /** Change the working copy; absent means leave, null means clear. Drafts may be incomplete (R4.61) */
        patch: operations["changeRecord"];
        trace?: never;
    };
    "/records/{recordId}/iso19139": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                recordId: components["parameters"]["RecordId"];
            };
            cookie?: never;
        };
        /** ISO 19139 XML of the record */
        get: operations["getRecordIso"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/records/{recordId}/check": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                recordId: components["parameters"]["RecordId"];
            };
            cookie?: never;
        };
        /** What would stop a publication, and what is doubtful */
        get: operations["checkRecord"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/records/{recordId}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                recordId: components["parameters"]["RecordId"];
            };
            cookie?: never;
        };
        /** What each published version said, newest first */
        get: operations["listRecordVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/records/{recordId}/return": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                recordId: components["parameters"]["RecordId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Return a record for revision, with the reason (R3.1, Q2) */
        post: operations["returnRecord"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/records/{recordId}/deprecate": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                recordId: components["parameters"]["RecordId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Mark as superseded, by a newer record where there is one (R3.10); it stays resolvable */
        post: operations["deprecateRecord"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/records/{recordId}/publications": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                recordId: components["parameters"]["RecordId"];
            };
            cookie?: never;
        };
        /** Publications of a record, newest first */
        get: operations["listPublications"];
        put?: never;
        /** Publish or replace - data, metadata, style and collection become visible together or not at all */
        post: operations["publishRecord"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/publication-plans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What publishing layers from QGIS would change, and what speaks against it; nothing is changed */
        post: operations["planPublication"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/publications/{publicationId}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                publicationId: string;
            };
            cookie?: never;
        };
        /** How far it is, or how it ended */
        get: operations["getPublication"];
        put?: never;
        post?: never;
        /** Cancel it, if it has not been committed; nothing of it stays */
        delete: operations["cancelPublication"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/publications/{publicationId}/likeness": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                publicationId: string;
            };
            cookie?: never;
        };
        get?: never;
        /** Keep with a publication how alike its pictures are; a later comparison takes the place of an earlier one */
        put: operations["keepLikeness"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/publications/{publicationId}/events": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                publicationId: string;
            };
            cookie?: never;
        };
        /** Progress as server-sent events until it has ended */
        get: operations["followPublication"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/records/{recordId}/tile-archive": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                recordId: components["parameters"]["RecordId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a PMTiles archive of the record's collection
         * @description Collections of more than 5000 features get one by themselves after they are published; this asks for one of a smaller
         *     collection, or for a new one. It appears among the distributions when it is ready, and is replaced with the data.
         */
        post: operations["makeTileArchive"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/records/{recordId}/collection": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                recordId: components["parameters"]["RecordId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take the collection out of the OGC APIs; the record stays (R6.27) */
        delete: operations["unpublishCollection"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stored-files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Files in the server's own storage that can be attached to records (R12.4)
         * @description What lies in the folder that `STORAGE_DIR` names; empty when the deployment has none.
         */
        get: operations["listStoredFiles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stored-files/{fileId}/upload": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                fileId: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make an upload of a stored file, without the limit of size (R5.7, R12.10)
         * @description The file is copied and read like one that was sent. With `recordId` the upload belongs to the owner of that record,
         *     who can then publish it. Answers as soon as copying has begun: follow the upload.
         */
        post: operations["createUploadFromStorage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/records/{recordId}/service-layers": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                recordId: string;
            };
            cookie?: never;
        };
        /** Layers of other people's WMS and WMTS that a published record names, and that the map viewer can show (R9.7) */
        get: operations["listServiceLayers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/records/{recordId}/service-layers/{layer}/tiles/{zoom}/{row}/{column}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                recordId: string;
                /** @description Its name in the web service, as the record has it */
                layer: components["parameters"]["Layer"];
                zoom: number;
                row: number;
                column: number;
            };
            cookie?: never;
        };
        /**
         * A tile of 256 pixels of WebMercatorQuad, which this server fetches from the other one
         * @description Kept for ten minutes. Only pictures in PNG and JPEG are handed on, 2 MB at most.
         */
        get: operations["getServiceTile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/records/{recordId}/service-layers/{layer}/legend": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                recordId: string;
                /** @description Its name in the web service, as the record has it */
                layer: components["parameters"]["Layer"];
            };
            cookie?: never;
        };
        /** The legend of a layer of somebody else's WMS */
        get: operations["getServiceLegend"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/records/{recordId}/service-layers/{layer}/features": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                recordId: string;
                /** @description Its name in the web service, as the record has it */
                layer: components["parameters"]["Layer"];
            };
            cookie?: never;
        };
        /** What a layer of somebody else's WMS has at a place; none where it does not answer in JSON */
        get: operations["findServiceFeatures"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/service-capabilities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The layers a web service of somebody else offers, as its capabilities say (R9.5)
         * @description The server asks for the capabilities itself: a public https address, without redirection to another server. Servers
         *     over http or in the deployment's own network are read when the administrator allows them (`FETCH_HOSTS`).
         */
        post: operations["readServiceCapabilities"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/styles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Styles in the catalogue */
        get: operations["listStyles"];
        put?: never;
        /** Add a style; errors refuse it, warnings are kept with it (R7.4) */
        post: operations["createStyle"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/style-previews": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A picture of data in a style, before either is published; nothing is kept (R7.4)
         * @description The data are a layer of an upload, of which the first rows are read, or a published collection. The style is one
         *     that has not been sent yet, one of the catalogue, or, when none is named, the plain one.
         */
        post: operations["previewStyle"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/style-checks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What becomes of a style that has not been sent yet; nothing is kept (R7.4) */
        post: operations["checkStyle"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/styles/{styleId}/records": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                styleId: components["parameters"]["StyleId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Attach a style to several published records at once (R7.6)
         * @description To all of them or to none. When one cannot take the style, because it is not the caller's, is not published, or its
         *     layer is of another kind, nothing is changed, and the problem `style-not-attached` says of each record in `records`
         *     what stands in its way, as a problem of its own, or null. What a record says and its data stay as they are, also
         *     changes that are not published yet, so that no `If-Match` is asked for. Asked again, it changes nothing.
         */
        post: operations["attachStyle"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/styles/{styleId}/report": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                styleId: components["parameters"]["StyleId"];
            };
            cookie?: never;
        };
        /** What is drawn of a style, what was repaired, and what becomes of each thing in it */
        get: operations["getStyleReport"];
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
            path: {
                styleId: components["parameters"]["StyleId"];
            };
            cookie?: never;
        };
        /** A style's description */
        get: operations["getStyle"];
        /** Replace a style everywhere it is used */
        put: operations["replaceStyle"];
        post?: never;
        /** Delete a style no record uses (R7.6) */
        delete: operations["deleteStyle"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/styles/{styleId}/sld": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                styleId: components["parameters"]["StyleId"];
            };
            cookie?: never;
        };
        /** The SLD (R7.10); not there for a style that is a QML alone */
        get: operations["getStyleSld"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/styles/{styleId}/qml": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                styleId: components["parameters"]["StyleId"];
            };
            cookie?: never;
        };
        /** The QGIS style */
        get: operations["getStyleQml"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/styles/{styleId}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                styleId: components["parameters"]["StyleId"];
            };
            cookie?: never;
        };
        /** A style as it was after each of the last 50 changes, the newest first (R7.6) */
        get: operations["listStyleVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/styles/{styleId}/versions/{version}/sld": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                styleId: components["parameters"]["StyleId"];
                version: components["parameters"]["VersionNumber"];
            };
            cookie?: never;
        };
        /** The SLD as it was */
        get: operations["getStyleVersionSld"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/styles/{styleId}/versions/{version}/qml": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                styleId: components["parameters"]["StyleId"];
                version: components["parameters"]["VersionNumber"];
            };
            cookie?: never;
        };
        /** The QGIS style as it was */
        get: operations["getStyleVersionQml"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/styles/{styleId}/versions/{version}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                styleId: components["parameters"]["StyleId"];
                version: components["parameters"]["VersionNumber"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make an old version the present one, everywhere the style is used */
        post: operations["restoreStyle"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/submission-form": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a form for submissions has to know; its stamp says when it was opened (R2.17) */
        get: operations["getSubmissionForm"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/submissions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Propose a dataset for publication, without an account (R2.1, R2.3)
         * @description File and metadata are both needed; file without metadata is never published. Repeating the request with the same
         *     Submission-Link is harmless: it answers with the submission made before.
         */
        post: operations["createSubmission"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/submissions/{reference}": {
        parameters: {
            query?: never;
            header: {
                /** @description Secret part of the private link: 32 random bytes as base64url, made by whoever submits; only its digest is kept (R2.16) */
                "Submission-Link": components["parameters"]["SubmissionLink"];
            };
            path: {
                reference: components["parameters"]["Reference"];
            };
            cookie?: never;
        };
        /** How far a submission is (R2.16) */
        get: operations["getSubmission"];
        /** Send a returned submission again, changed (R2.14) */
        put: operations["resubmit"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/submission-uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begin the resumable upload of a submission's file (tus 1.0 creation), as createTusUpload */
        post: operations["createSubmissionUpload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/submission-uploads/{uploadId}": {
        parameters: {
            query?: never;
            header: {
                /** @description Secret part of the private link: 32 random bytes as base64url, made by whoever submits; only its digest is kept (R2.16) */
                "Submission-Link": components["parameters"]["SubmissionLink"];
            };
            path: {
                uploadId: string;
            };
            cookie?: never;
        };
        /** State, and what reading the file found (R2.8) */
        get: operations["getSubmissionUpload"];
        put?: never;
        post?: never;
        /** Give it up; nothing of it is kept */
        delete: operations["deleteSubmissionUpload"];
        options?: never;
        /** How many bytes are safely stored */
        head: operations["getSubmissionUploadOffset"];
        /** Append bytes at Upload-Offset, as appendTusUpload */
        patch: operations["appendSubmissionUpload"];
        trace?: never;
    };
    "/reviews": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Submissions, the longest waiting first; decided ones, the newest first */
        get: operations["listReviews"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reviews/{reference}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                reference: components["parameters"]["Reference"];
            };
            cookie?: never;
        };
        /** One submission, with its file's probe and the findings on its metadata */
        get: operations["getReview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reviews/{reference}/file": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                reference: components["parameters"]["Reference"];
            };
            cookie?: never;
        };
        /** The submitted file, always as a download */
        get: operations["downloadReviewFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reviews/{reference}/begin": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                reference: components["parameters"]["Reference"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say that somebody is looking at it */
        post: operations["beginReview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reviews/{reference}/return": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                reference: components["parameters"]["Reference"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask the submitter for changes; the reason goes by mail, and the private link takes the new version */
        post: operations["returnSubmission"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reviews/{reference}/reject": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                reference: components["parameters"]["Reference"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Decline it for good; the reason goes by mail, the file is removed */
        post: operations["rejectSubmission"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reviews/{reference}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                reference: components["parameters"]["Reference"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a record of it and publish that; approved once the publication has committed
         * @description The record and its publication begin in one transaction; everything that can be refused is refused before. When the
         *     publication fails later, the submission says why (publication.problem) and can be approved again, returned or rejected.
         */
        post: operations["approveSubmission"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/mails": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Mails, newest first */
        get: operations["listMails"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/mails/{mailId}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                mailId: string;
            };
            cookie?: never;
        };
        /** What a mail says, without its private link */
        get: operations["getMail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/mails/{mailId}/send-again": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                mailId: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Try now, also one that was sent or given up */
        post: operations["sendMailAgain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The audit log, newest first (R3.9, R12.5) */
        get: operations["listAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit/verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the chain of hashes is whole */
        get: operations["verifyAudit"];
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
        /** @enum {string} */
        Role: "editor" | "domain_custodian" | "administrator";
        /** @description [west, south, east, north] */
        Box: number[];
        Token: {
            id: string;
            role: components["schemas"]["Role"];
            domainId: string | null;
            name: string;
            organisation: string;
            email: string;
            description: string;
            /** Format: date-time */
            createdAt: string;
            createdBy?: string;
            /** Format: date-time */
            rotatedAt?: string | null;
            /** Format: date-time */
            expiresAt: string | null;
            /** Format: date-time */
            revokedAt: string | null;
            /** Format: date-time */
            lastUsedAt: string | null;
            /** @description It was seen in a URL or body */
            shouldRotate: boolean;
        };
        /** @description What is stored of an applicant (R1.6): name, organisation, e-mail, description of the data domain */
        TokenIssue: {
            role: components["schemas"]["Role"];
            /** @description Needed for, and only for, a domain custodian (R1.5) */
            domainId?: string;
            name: string;
            organisation: string;
            /** Format: email */
            email: string;
            description?: string;
            /** Format: date-time */
            expiresAt?: string;
        };
        IssuedToken: {
            /** @description The secret; shown this once */
            token: string;
            details: components["schemas"]["Token"];
        };
        Domain: {
            id: string;
            title: string;
            description?: string;
        };
        /** Format: uuid */
        Uuid: string;
        Warning: {
            code: string;
            message: string;
        };
        Layer: {
            name: string;
            /** @enum {string} */
            kind: "features" | "attributes" | "raster";
            featureCount: number | null;
            geometry: {
                /** @enum {string} */
                type: "Point" | "LineString" | "Polygon" | "MultiPoint" | "MultiLineString" | "MultiPolygon" | "GeometryCollection" | "Geometry";
                hasZ: boolean;
                hasM: boolean;
            } | null;
            crs: {
                epsg: number | null;
                name: string;
                /** @enum {string|null} */
                identifiedBy: "authority" | "wkt" | "proj4" | "default" | null;
                definition?: string;
            } | null;
            extent: number[] | null;
            extentCrs84: number[] | null;
            fields: {
                name: string;
                /** @enum {string} */
                type: "string" | "integer" | "number" | "boolean" | "date" | "datetime" | "time" | "binary";
                omitted?: string;
            }[];
            encoding: string | null;
            sizeBytes: number | null;
            warnings: components["schemas"]["Warning"][];
            keepsFid?: boolean;
            raster?: {
                width: number;
                height: number;
                bands: number;
                dataType: string;
                noData: number | null;
                isCog: boolean;
            };
        };
        Probe: {
            /** @enum {string} */
            format: "GeoPackage" | "Shapefile" | "GeoJSON" | "GeoTIFF" | "CSV" | "PDF" | "DOCX" | "XLSX";
            /** @enum {string} */
            kind: "vector" | "raster" | "document";
            mediaType: string;
            layers: components["schemas"]["Layer"][];
            warnings: components["schemas"]["Warning"][];
        };
        /** Format: date-time */
        Instant: string;
        Upload: {
            id: components["schemas"]["Uuid"];
            fileName: string;
            sizeBytes: number;
            receivedBytes: number;
            /**
             * @description receiving: bytes still come in; probing: being read; ready: see probe; refused: see problem
             * @enum {string}
             */
            state: "receiving" | "probing" | "ready" | "refused";
            sha256: string | null;
            probe: components["schemas"]["Probe"] | (never | null);
            problem: components["schemas"]["Problem"] | (never | null);
            createdAt: components["schemas"]["Instant"];
            expiresAt: components["schemas"]["Instant"];
        };
        /** @enum {string} */
        State: "draft" | "in_review" | "returned" | "rejected" | "published" | "deprecated" | "deleted";
        RecordSummary: {
            id: components["schemas"]["Uuid"];
            state: components["schemas"]["State"];
            title: string;
            ownerId: string | null;
            domainId: string | null;
            version: number;
            updatedAt: components["schemas"]["Instant"];
            /** Format: date-time */
            publishedAt: string | null;
            collectionId: string | null;
        };
        /**
         * @description Three letters of ISO 639, for example eng, fra, spa, acf (Q23)
         * @example eng
         */
        Language: string;
        /**
         * Format: date
         * @description A day of the calendar, YYYY-MM-DD (R4.20)
         * @example 2026-03-14
         */
        Day: string;
        Line: string;
        /**
         * @description CI_RoleCode. 'custodian' looks after the data; it is not the token role (C7)
         * @enum {string}
         */
        ContactRole: "pointOfContact" | "custodian" | "owner" | "author" | "originator" | "publisher" | "distributor" | "processor" | "principalInvestigator" | "resourceProvider" | "user";
        /** @description Somebody responsible (R4.21, R4.27); a name or organisation, and an e-mail, are needed before publication (Q3) */
        ResponsibleParty: {
            individualName?: components["schemas"]["Line"];
            organisation?: components["schemas"]["Line"];
            position?: components["schemas"]["Line"];
            /** @example lands@example.org */
            email?: string;
            phone?: string;
            role: components["schemas"]["ContactRole"];
        };
        Text: string;
        /** @description Keywords out of a named list (R4.32) */
        ThesaurusKeywords: {
            thesaurus: components["schemas"]["Line"];
            keywords: components["schemas"]["Line"][];
        };
        /** @description Degrees in WGS 84, all four (R4.28, R4.30); west is greater than east across the antimeridian */
        GeographicBox: {
            west: number;
            south: number;
            east: number;
            north: number;
        };
        /**
         * @description Absolute address with http, https or ftp, without user name or password (R4.55)
         * @example https://example.org/data/roads.zip
         */
        WebAddress: string;
        /** @description An endpoint of somebody else's server that offers the data (R9); a WFS layer becomes a download, too (R9.4) */
        WebService: {
            /** @enum {string} */
            protocol: "OGC:WMS" | "OGC:WFS" | "OGC:WMTS" | "OGC:API";
            url: components["schemas"]["WebAddress"];
            layer?: components["schemas"]["Line"];
            title?: components["schemas"]["Line"];
        };
        /**
         * RecordMetadataDraft
         * @description Everything is optional while a record is a draft (R4.61); every given value is well-formed. Before publication these
         *     are mandatory (Q3): language, dateStamp, contacts, resourceType, title, dates, abstract, pointsOfContact,
         *     resourceLanguage, topicCategories (datasets and series), lineageStatement, useConditions, accessConditions, and crs
         *     when the data are spatial.
         */
        RecordMetadataDraft: {
            /** @description Language of these entries, not of the dataset (R4.19) */
            language?: components["schemas"]["Language"];
            /** @description Day this record was created or last updated (R4.20) */
            dateStamp?: components["schemas"]["Day"];
            /** @description Who is responsible for this metadata record (R4.21) */
            contacts?: components["schemas"]["ResponsibleParty"][];
            /**
             * @description What the record describes; also the scope of the data quality (R4.23, R4.43)
             * @enum {string}
             */
            resourceType?: "dataset" | "series" | "nonGeographicDataset" | "service" | "model" | "tile" | "software";
            /** @description Title of the dataset (R4.24) */
            title?: components["schemas"]["Line"];
            /** @description At most three, one of each kind; at least one before publication (R4.25) */
            dates?: {
                creation?: components["schemas"]["Day"];
                publication?: components["schemas"]["Day"];
                revision?: components["schemas"]["Day"];
            };
            /** @description What the dataset is about (R4.26) */
            abstract?: components["schemas"]["Text"];
            /** @description Whom to ask about the dataset (R4.27) */
            pointsOfContact?: components["schemas"]["ResponsibleParty"][];
            /** @description Organisation that looks after the data (R4.7, R4.32) */
            custodianOrganisation?: components["schemas"]["Line"];
            /** @description Free keywords (R4.7, R4.32) */
            keywords?: components["schemas"]["Line"][];
            thesaurusKeywords?: components["schemas"]["ThesaurusKeywords"][];
            bbox?: components["schemas"]["GeographicBox"];
            /** @description Time the data are about; no end means still valid (R4.31) */
            temporalExtent?: {
                begin?: components["schemas"]["Day"];
                end?: components["schemas"]["Day"];
            };
            /**
             * @description MD_ProgressCode. Superseded records are marked by deprecateRecord (R3.10)
             * @enum {string}
             */
            status?: "completed" | "onGoing" | "planned" | "required" | "underDevelopment" | "historicalArchive" | "obsolete";
            supplementalInformation?: components["schemas"]["Text"];
            /** @description Identifier of the series or larger work this belongs to */
            parentIdentifier?: components["schemas"]["Line"];
            /** @description Language used in the dataset itself (R4.33) */
            resourceLanguage?: components["schemas"]["Language"];
            /**
             * @description Leave as utf8 unless you know otherwise (R4.34)
             * @enum {string}
             */
            characterSet?: "utf8" | "utf16" | "utf7" | "ucs2" | "ucs4" | "usAscii" | "8859part1" | "8859part2" | "8859part3" | "8859part4" | "8859part5" | "8859part6" | "8859part7" | "8859part8" | "8859part9" | "8859part10" | "8859part11" | "8859part13" | "8859part14" | "8859part15" | "8859part16" | "jis" | "shiftJIS" | "eucJP" | "eucKR" | "ebcdic" | "big5" | "GB2312";
            /**
             * @description Grid for orthophotos and satellite images (R4.35)
             * @enum {string}
             */
            spatialRepresentationType?: "vector" | "grid" | "textTable" | "tin" | "stereoModel" | "video";
            /** @description Denominator of the representative fraction, 50000 for 1:50 000 (R4.36) */
            spatialResolutionDenominator?: number;
            /** @description One or more of the nineteen ISO topic categories (R4.37) */
            topicCategories?: ("farming" | "biota" | "boundaries" | "climatologyMeteorologyAtmosphere" | "economy" | "elevation" | "environment" | "geoscientificInformation" | "health" | "imageryBaseMapsEarthCover" | "intelligenceMilitary" | "inlandWaters" | "location" | "oceans" | "planningCadastre" | "society" | "structure" | "transportation" | "utilitiesCommunication")[];
            /**
             * @description Coordinate reference system as EPSG code (R4.38, R4.42); getSettings lists those offered here
             * @example EPSG:2006
             */
            crs?: string;
            /** @description Where the data come from, in a few sentences (R4.44) */
            lineageStatement?: components["schemas"]["Text"];
            /** @description Source datasets or materials (R4.45) */
            dataSources?: components["schemas"]["Text"][];
            /** @description What was done to make the dataset, in order (R4.46) */
            processingSteps?: components["schemas"]["Text"][];
            /** @description Conditions of use; 'No conditions' if none apply, 'Unknown' if the status is not known (R4.47) */
            useConditions?: components["schemas"]["Text"];
            /** @description Conditions of access, with the same two words (R4.48) */
            accessConditions?: components["schemas"]["Text"];
            /** @description Format of the file (R4.50) */
            distributionFormat?: {
                name: components["schemas"]["Line"];
                version?: components["schemas"]["Line"];
            };
            /** @description A copy hosted elsewhere; the uploaded file gets its download address by itself (R4.52) */
            additionalDownloadUrl?: components["schemas"]["WebAddress"];
            /** @description Name of the download; the title when absent (R4.53) */
            resourceName?: components["schemas"]["Line"];
            /** @description Page with more about the dataset (R4.54) */
            informationUrl?: components["schemas"]["WebAddress"];
            webServices?: components["schemas"]["WebService"][];
        };
        Distribution: {
            id: components["schemas"]["Uuid"];
            /** @enum {string} */
            kind: "original" | "features" | "pmtiles" | "cog" | "style" | "external" | "information" | "service";
            title: string;
            url: string;
            protocol: string;
            mediaType: string | null;
            format: string | null;
            sizeBytes: number | null;
            epsg: number | null;
        };
        /** @description The same, as it is kept */
        KeptLikeness: {
            /** @enum {string} */
            verdict: "alike" | "nearly" | "different";
            ssim: number;
            lowPass: number;
            drawnBy: string;
            comparedAt: components["schemas"]["Instant"];
        };
        Finding: {
            /** @description Page of the wizard (R4.2) */
            page: number;
            field: string;
            code: string;
            message: string;
        };
        Record: {
            id: components["schemas"]["Uuid"];
            state: components["schemas"]["State"];
            title: string;
            ownerId: string | null;
            domainId: string | null;
            metadata: components["schemas"]["RecordMetadataDraft"];
            /** Format: uuid */
            uploadId: string | null;
            /** @description The ETag's number */
            version: number;
            publishedVersion: number | null;
            returnReason: string | null;
            /** Format: uuid */
            successorId: string | null;
            createdAt: components["schemas"]["Instant"];
            updatedAt: components["schemas"]["Instant"];
            /** Format: date-time */
            publishedAt: string | null;
            collectionId: string | null;
            distributions: components["schemas"]["Distribution"][];
            styles: {
                id: string;
                title: string;
                isDefault: boolean;
            }[];
            /** @description Of the last publication of data or style, where its pictures were compared */
            likeness?: components["schemas"]["KeptLikeness"];
            /** @description What still stands between this record and its publication, and what is doubtful (R4.60, R4.61) */
            findings: {
                errors: components["schemas"]["Finding"][];
                warnings: components["schemas"]["Finding"][];
            };
            links: components["schemas"]["Link"][];
        };
        /**
         * RecordMetadataPatch
         * @description JSON merge patch of a draft. Absent means leave it, null means clear it; lists are replaced whole.
         */
        RecordMetadataPatch: {
            /**
             * @description Three letters of ISO 639, for example eng, fra, spa, acf (Q23)
             * @example eng
             */
            language?: string | null;
            /**
             * Format: date
             * @description A day of the calendar, YYYY-MM-DD (R4.20)
             * @example 2026-03-14
             */
            dateStamp?: string | null;
            contacts?: components["schemas"]["ResponsibleParty"][] | null;
            /** @enum {string|null} */
            resourceType?: "dataset" | "series" | "nonGeographicDataset" | "service" | "model" | "tile" | "software" | null;
            title?: string | null;
            dates?: {
                /**
                 * Format: date
                 * @description A day of the calendar, YYYY-MM-DD (R4.20)
                 * @example 2026-03-14
                 */
                creation?: string | null;
                /**
                 * Format: date
                 * @description A day of the calendar, YYYY-MM-DD (R4.20)
                 * @example 2026-03-14
                 */
                publication?: string | null;
                /**
                 * Format: date
                 * @description A day of the calendar, YYYY-MM-DD (R4.20)
                 * @example 2026-03-14
                 */
                revision?: string | null;
            } | null;
            abstract?: string | null;
            pointsOfContact?: components["schemas"]["ResponsibleParty"][] | null;
            custodianOrganisation?: string | null;
            keywords?: components["schemas"]["Line"][] | null;
            thesaurusKeywords?: components["schemas"]["ThesaurusKeywords"][] | null;
            bbox?: {
                west: number;
                south: number;
                east: number;
                north: number;
            } | null;
            temporalExtent?: {
                /**
                 * Format: date
                 * @description A day of the calendar, YYYY-MM-DD (R4.20)
                 * @example 2026-03-14
                 */
                begin?: string | null;
                /**
                 * Format: date
                 * @description A day of the calendar, YYYY-MM-DD (R4.20)
                 * @example 2026-03-14
                 */
                end?: string | null;
            } | null;
            /** @enum {string|null} */
            status?: "completed" | "onGoing" | "planned" | "required" | "underDevelopment" | "historicalArchive" | "obsolete" | null;
            supplementalInformation?: string | null;
            parentIdentifier?: string | null;
            /**
             * @description Three letters of ISO 639, for example eng, fra, spa, acf (Q23)
             * @example eng
             */
            resourceLanguage?: string | null;
            /** @enum {string|null} */
            characterSet?: "utf8" | "utf16" | "utf7" | "ucs2" | "ucs4" | "usAscii" | "8859part1" | "8859part2" | "8859part3" | "8859part4" | "8859part5" | "8859part6" | "8859part7" | "8859part8" | "8859part9" | "8859part10" | "8859part11" | "8859part13" | "8859part14" | "8859part15" | "8859part16" | "jis" | "shiftJIS" | "eucJP" | "eucKR" | "ebcdic" | "big5" | "GB2312" | null;
            /** @enum {string|null} */
            spatialRepresentationType?: "vector" | "grid" | "textTable" | "tin" | "stereoModel" | "video" | null;
            spatialResolutionDenominator?: number | null;
            topicCategories?: ("farming" | "biota" | "boundaries" | "climatologyMeteorologyAtmosphere" | "economy" | "elevation" | "environment" | "geoscientificInformation" | "health" | "imageryBaseMapsEarthCover" | "intelligenceMilitary" | "inlandWaters" | "location" | "oceans" | "planningCadastre" | "society" | "structure" | "transportation" | "utilitiesCommunication")[] | null;
            crs?: string | null;
            lineageStatement?: string | null;
            dataSources?: components["schemas"]["Text"][] | null;
            processingSteps?: components["schemas"]["Text"][] | null;
            useConditions?: string | null;
            accessConditions?: string | null;
            distributionFormat?: {
                name: components["schemas"]["Line"];
                version?: string | null;
            } | null;
            /**
             * @description Absolute address with http, https or ftp, without user name or password (R4.55)
             * @example https://example.org/data/roads.zip
             */
            additionalDownloadUrl?: string | null;
            resourceName?: string | null;
            /**
             * @description Absolute address with http, https or ftp, without user name or password (R4.55)
             * @example https://example.org/data/roads.zip
             */
            informationUrl?: string | null;
            webServices?: components["schemas"]["WebService"][] | null;
        };
        Publication: {
            id: components["schemas"]["Uuid"];
            recordId: components["schemas"]["Uuid"];
            /** @enum {string} */
            kind: "publish" | "replace" | "restyle" | "metadata" | "unpublish";
            /** @enum {string} */
            state: "queued" | "running" | "done" | "failed" | "cancelled";
            /** @enum {string} */
            step: "accept" | "stage" | "verify" | "style" | "commit" | "done";
            progress: {
                share: number;
                text: string;
                rows?: number;
            };
            result: {
                collectionId?: string | null;
                featureCount?: number | null;
                version?: number;
                links: components["schemas"]["Link"][];
                warnings: components["schemas"]["Warning"][];
                likeness?: components["schemas"]["KeptLikeness"];
            } | null;
            problem: components["schemas"]["Problem"] | (never | null);
            createdAt: components["schemas"]["Instant"];
            /** Format: date-time */
            finishedAt: string | null;
        };
        /** @description Everything is optional. Without `uploadId` the data stay as they are and the metadata go live. */
        PublishRequest: {
            /**
             * Format: uuid
             * @description New data; the record's own upload when absent
             */
            uploadId?: string;
            /** @description Which layer; needed when the file has several */
            layer?: string;
            /** @description Id of the collection, on the first publication; a readable one is made of the title when absent. Never changes afterwards (R6.22) */
            collectionId?: string;
            /**
             * @description Make or keep an OGC API collection (R6.1)
             * @default true
             */
            publishToApi?: boolean;
            /** @description The CRS of the data, where the file does not say it or says it wrongly */
            sourceEpsg?: number;
            /** @description Columns of a CSV that hold coordinates, or that it is a table; without this a CSV is a document (Q9) */
            csv?: {
                x?: string;
                y?: string;
                wkt?: string;
                table?: boolean;
            };
            /** @description Becomes the default style of the record */
            styleId?: string;
            /** @description Alternatives to the default style */
            attachStyles?: string[];
            detachStyles?: string[];
            /** @description schema.table under which database users see it (R6.19); administrators */
            viewName?: string;
            /**
             * @description Replace although columns vanish or change type (R5.11)
             * @default false
             */
            acceptSchemaChange?: boolean;
        };
        LayerId: string;
        LayerField: {
            name: string;
            /** @description QGIS's type name in lower case: string, integer, integer64, double, boolean, date, datetime, time, binary, or as the provider says */
            type: string;
        };
        /** @description [west, south, east, north] */
        MaybeExtent: number[] | null;
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
        ServerId: string;
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
        LayerToPlan: {
            facts: components["schemas"]["LayerFacts"];
            /**
             * Format: uuid
             * @description The record to update; that of the layer's link when absent
             */
            recordId?: string;
            /** @description Wanted for a new collection; a readable one is made when absent */
            collectionId?: string;
            /**
             * @default all
             * @enum {string}
             */
            scope?: "all" | "selected";
            /** @description The export reprojects to it */
            targetEpsg?: number;
            metadata?: components["schemas"]["RecordMetadataDraft"];
            /** @description The layer's QGIS style, for the style report */
            qml?: string;
            /** @description What is asked for; what is absent is decided by what changed since the layer was published */
            parts?: {
                data?: boolean;
                style?: boolean;
                metadata?: boolean;
            };
        };
        Message: {
            key: string;
            values: {
                [key: string]: string | number;
            };
        };
        /**
         * @description chooseCrs: QGIS's CRS dialog; saveEdits: save the layer's edits; clearFilter; openProperties: the layer's properties on the page for metadata
         * @enum {string}
         */
        Fix: "chooseCrs" | "saveEdits" | "clearFilter" | "openProperties";
        PreflightFinding: {
            layer: string;
            /** @description For example CRS-001; stable for ever, listed in the user guide */
            code: string;
            /** @enum {string} */
            severity: "blocking" | "warning" | "information";
            /** @description Member of the metadata, or field: and the name of a field of the layer */
            field?: string;
            /** @description Page of the wizard (R4.2) */
            page?: number;
            /** @description In English */
            cause: string;
            remedy: string;
            message: components["schemas"]["Message"];
            fix?: components["schemas"]["Fix"];
            /** @description What the export may reproject to */
            targets?: number[];
        };
        PlannedColumn: {
            name: string;
            type: string;
        };
        LayerPlan: {
            /** @enum {string} */
            kind: "new" | "update" | "untouched";
            /** @enum {string} */
            data: "new" | "replace" | "keep";
            /** @enum {string} */
            style: "new" | "replace" | "keep";
            metadata: {
                changed: string[];
            };
            schema: {
                dropped: string[];
                added: components["schemas"]["PlannedColumn"][];
                retyped: {
                    name: string;
                    from: string;
                    to: string;
                }[];
                geometryChange: {
                    from: string | null;
                    to: string | null;
                } | null;
            };
            recordId: string | null;
            collectionId: string | null;
            styleId: string | null;
            /** @description ETag of the record as it was planned with */
            ifMatch: string | null;
            /** @description Users of the collection will miss something; becomes acceptSchemaChange */
            needsConsent: boolean;
            /** @description Changed in the catalogue since this layer was published */
            isChangedOnServer: boolean;
            refusal: components["schemas"]["Message"] | (never | null);
        };
        /**
         * @description exact: the SLD says the same, and maps and browsers draw it so. approximated: others draw something like it. qml-only: the SLD leaves it out, QGIS gets
         *     it back. lost: the SLD says something wrong.
         * @enum {string}
         */
        StyleVerdict: "exact" | "approximated" | "qml-only" | "lost";
        /**
         * @description What is drawn of it, `map` on the catalogue's own maps and `web` by MapLibre in browsers. exact: as in QGIS. approximated:
         *     something like it. lost: nothing like it.
         * @enum {string}
         */
        DrawnVerdict: "exact" | "approximated" | "lost";
        /** @description What becomes of each thing in a QGIS style, for who reads the SLD, on maps and in browsers */
        StyleReport: {
            qgisVersion: string | null;
            renderer: string | null;
            counts: {
                exact: number;
                approximated: number;
                "qml-only": number;
                lost: number;
            };
            worst: components["schemas"]["StyleVerdict"];
            /** @description QGIS writes nothing that draws; such an SLD is refused */
            isSldEmpty: boolean;
            items: {
                code: string;
                verdict: components["schemas"]["StyleVerdict"];
                map: components["schemas"]["DrawnVerdict"];
                web: components["schemas"]["DrawnVerdict"];
                part: string;
                /** @description QGIS's own name of it */
                name: string;
                where: {
                    rule: string | null;
                    symbolLayer: number | null;
                    depth: number;
                };
                cause: string;
                remedy: string;
                message: components["schemas"]["Message"];
            }[];
        };
        PlannedLayer: {
            layer: string;
            /** @description Blocking ones first */
            findings: components["schemas"]["PreflightFinding"][];
            plan: components["schemas"]["LayerPlan"];
            styleReport: components["schemas"]["StyleReport"] | (never | null);
            metadata: components["schemas"]["RecordMetadataDraft"];
            /** @description Members of the metadata that were missing and got a default */
            filled: string[];
        };
        /** @description How alike the pictures are that somebody's program and the catalogue draw of what was published */
        Likeness: {
            /** @enum {string} */
            verdict: "alike" | "nearly" | "different";
            /** @description Structural similarity of the pixels; 1 is the same */
            ssim: number;
            /** @description The same of what remains when details are blurred */
            lowPass: number;
            /** @description The program that drew the other picture, for example QGIS 3.40.6 */
            drawnBy: string;
        };
        StoredFile: {
            id: string;
            name: string;
            sizeBytes: number;
            modifiedAt: components["schemas"]["Instant"];
        };
        ServiceLayer: {
            name: string;
            title: string;
            abstract: string | null;
            /** @description West, south, east, north in degrees of WGS 84 */
            extentCrs84: number[] | null;
            /** @description Coordinate reference systems it is offered in */
            epsgs: number[];
        };
        /** @enum {string} */
        Draws: "point" | "line" | "polygon" | "text" | "raster";
        StyleFinding: {
            code: string;
            message: string;
            line?: number;
        };
        Style: {
            id: string;
            title: string;
            /**
             * @description null for a style that is a QML alone
             * @enum {string|null}
             */
            sldVersion: "1.0.0" | "1.1.0" | null;
            hasQml: boolean;
            ownerId: string | null;
            version: number;
            warnings: components["schemas"]["StyleFinding"][];
            /** @description What it has symbols for; null where nobody noted it */
            draws: components["schemas"]["Draws"][] | null;
            /** @description Published records that use it */
            usedBy: string[];
            createdAt: components["schemas"]["Instant"];
            updatedAt: components["schemas"]["Instant"];
            links: components["schemas"]["Link"][];
        };
        /** @description What is drawn otherwise than the SLD says, because the QML that came with it says so */
        StyleRepair: {
            /** @description For example REPAIR_FILTER; stable for ever, listed in the user guide */
            code: string;
            /** @description The class, rule or label; null for the layer */
            where: string | null;
            /** @description What the SLD says */
            from: string;
            /** @description What is drawn instead */
            to: string;
            message: string;
        };
        /** @description What would be drawn of a style, and what becomes of each thing in it */
        StyleCheck: {
            /** @description Whether something of it can be drawn here */
            isAccepted: boolean;
            findings: components["schemas"]["StyleFinding"][];
            repairs: components["schemas"]["StyleRepair"][];
            report: components["schemas"]["StyleReport"] | (never | null);
        };
        /** @description What the picture does not show as the style says */
        StyleLoss: {
            code: string;
            message: string;
        };
        StylePreview: {
            check: components["schemas"]["StyleCheck"];
            /** @description null when nothing of the style can be drawn */
            picture: {
                /** @description The picture, in base64 */
                png: string;
                /** @description The coordinate reference system of the picture */
                epsg: number;
                /** @description West, south, east, north in that system */
                box: number[];
                /** @description Features of an uploaded file that were read for the picture, from its beginning */
                shownCount: number | null;
                /** @description Features in the file */
                totalCount: number | null;
            } | null;
            legend: {
                title: string;
                /** @description A picture, as a data: address */
                swatch: string;
            }[];
            losses: components["schemas"]["StyleLoss"][];
        };
        AttachRequest: {
            recordIds: components["schemas"]["Uuid"][];
            /**
             * @description Becomes the default style of each; an alternative otherwise, but the default where there was no style
             * @default false
             */
            asDefault?: boolean;
        };
        AttachedRecord: {
            recordId: components["schemas"]["Uuid"];
            title: string;
            version: number;
            /** @description false for a record that had the style that way already */
            isChanged: boolean;
            isDefault: boolean;
            warnings: components["schemas"]["Warning"][];
        };
        StyleVersion: {
            version: number;
            title: string;
            /** @enum {string|null} */
            sldVersion: "1.0.0" | "1.1.0" | null;
            hasQml: boolean;
            /** @enum {string} */
            what: "created" | "replaced" | "restored";
            /** @description Which version was restored */
            restoredFrom: number | null;
            /** @description Name of the person; for people who are signed in */
            madeBy: string | null;
            madeAt: components["schemas"]["Instant"];
            links: components["schemas"]["Link"][];
        };
        /** @description Who submits; gets the mails about it. Not published */
        Contact: {
            name: components["schemas"]["Line"];
            email: string;
            organisation?: components["schemas"]["Line"];
            phone?: string;
        };
        SubmissionContent: {
            contact: components["schemas"]["Contact"];
            metadata: components["schemas"]["RecordMetadataDraft"];
            /**
             * Format: uuid
             * @description Of an upload under /submission-uploads with the same Submission-Link
             */
            uploadId?: string;
            /** @description Which layer of the file, where it has several */
            layer?: string;
            /**
             * @description No file, because the data are on another server that the metadata name; an administrator decides (R2.4)
             * @default false
             */
            isHostedElsewhere?: boolean;
            /** @description For the reviewers; not published */
            message?: components["schemas"]["Text"];
            /** @description From getSubmissionForm */
            stamp: string;
            /** @description People do not see this field and leave it empty */
            website?: string;
        };
        /**
         * @description returned: an administrator asks for changes, see reason; approved: published, see recordUrl
         * @enum {string}
         */
        SubmissionState: "received" | "in_review" | "returned" | "approved" | "rejected";
        FileSummary: {
            name: string;
            sizeBytes: number;
            format: string;
        } | null;
        Submission: {
            reference: string;
            state: components["schemas"]["SubmissionState"];
            /** @description The ETag's number */
            version: number;
            title: string;
            reason: string | null;
            contact: components["schemas"]["Contact"];
            metadata: components["schemas"]["RecordMetadataDraft"];
            message: string | null;
            isHostedElsewhere: boolean;
            file: components["schemas"]["FileSummary"];
            /** Format: uuid */
            uploadId: string | null;
            layer: string | null;
            history: {
                state: components["schemas"]["SubmissionState"];
                at: components["schemas"]["Instant"];
                reason?: string;
            }[];
            /** @description Once it is published */
            recordUrl: string | null;
            createdAt: components["schemas"]["Instant"];
            updatedAt: components["schemas"]["Instant"];
        };
        /**
         * @description publishing: approved, but its publication has not committed; it may have failed, see publication
         * @enum {string}
         */
        ReviewState: "received" | "in_review" | "returned" | "publishing" | "approved" | "rejected";
        ReviewSummary: {
            reference: string;
            state: components["schemas"]["ReviewState"];
            title: string;
            contact: components["schemas"]["Contact"];
            file: components["schemas"]["FileSummary"];
            isHostedElsewhere: boolean;
            createdAt: components["schemas"]["Instant"];
            updatedAt: components["schemas"]["Instant"];
        };
        Review: {
            reference: string;
            state: components["schemas"]["ReviewState"];
            /** @description The ETag's number */
            version: number;
            title: string;
            contact: components["schemas"]["Contact"];
            metadata: components["schemas"]["RecordMetadataDraft"];
            message: string | null;
            isHostedElsewhere: boolean;
            file: components["schemas"]["FileSummary"];
            /** @description The file while it waits, with what reading it found */
            upload: components["schemas"]["Upload"] | (never | null);
            layer: string | null;
            reason: string | null;
            history: {
                state: components["schemas"]["SubmissionState"];
                at: components["schemas"]["Instant"];
                reason?: string;
            }[];
            findings: {
                errors: components["schemas"]["Finding"][];
                warnings: components["schemas"]["Finding"][];
            };
            /** @description Free at the moment; empty when nothing of the file becomes a collection */
            suggestedCollectionId: string;
            /** Format: uuid */
            recordId: string | null;
            /** @description How far the publication of an approved submission is */
            publication: {
                id: components["schemas"]["Uuid"];
                /** @enum {string} */
                state: "queued" | "running" | "done" | "failed" | "cancelled";
                share: number;
                problem: components["schemas"]["Problem"] | (never | null);
            } | null;
            createdAt: components["schemas"]["Instant"];
            updatedAt: components["schemas"]["Instant"];
        };
        Reason: {
            /** @description For the submitter to read */
            reason: components["schemas"]["Text"];
        };
        /** @enum {string} */
        MailKind: "submission-new" | "submission-receipt" | "submission-returned" | "submission-approved" | "submission-rejected" | "record-returned";
        Mail: {
            id: components["schemas"]["Uuid"];
            kind: components["schemas"]["MailKind"];
            /** @description Address */
            to: string;
            subject: string;
            /**
             * @description failed: not tried again by itself
             * @enum {string}
             */
            state: "waiting" | "sent" | "failed";
            attempts: number;
            /**
             * Format: date-time
             * @description When it is tried next
             */
            nextAt: string | null;
            lastError: string | null;
            /** @description Of the submission it is about */
            reference: string | null;
            createdAt: components["schemas"]["Instant"];
            /** Format: date-time */
            sentAt: string | null;
        };
        AuditEntry: {
            seq: number;
            at: components["schemas"]["Instant"];
            actor: string;
            role: string;
            action: string;
            recordId: string | null;
            subject: string;
            detail: {
                [key: string]: unknown;
            };
            ip?: string | null;
            hash?: string;
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
        /** @description The record; ETag is its version */
        OneRecord: {
            headers: {
                ETag?: string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Record"];
            };
        };
        /** @description A picture of the other server */
        Picture: {
            headers: {
                "Cache-Control"?: string;
                [name: string]: unknown;
            };
            content: {
                "image/png": string;
                "image/jpeg": string;
            };
        };
        /** @description The submission; ETag is its version */
        OneSubmission: {
            headers: {
                ETag?: string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Submission"];
            };
        };
        /** @description The submission; ETag is its version */
        OneReview: {
            headers: {
                ETag?: string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Review"];
            };
        };
    };
    parameters: {
        /** @description Makes repeating this request harmless for 24 hours */
        IdempotencyKey: string;
        /** @description Always 1.0.0; another version is answered with 412 */
        TusResumable: string;
        /** @description `sha256` and the digest of this piece in base64 */
        UploadChecksum: string;
        Limit: number;
        Offset: number;
        RecordId: string;
        /** @description ETag of the version this change is based on; without it 428, with a stale one 412 */
        IfMatch: string;
        /** @description Its name in the web service, as the record has it */
        Layer: string;
        StyleId: string;
        VersionNumber: number;
        /** @description Secret part of the private link: 32 random bytes as base64url, made by whoever submits; only its digest is kept (R2.16) */
        SubmissionLink: string;
        Reference: string;
    };
    requestBodies: {
        StyleFiles: {
            content: {
                "multipart/form-data": {
                    /**
                     * Format: binary
                     * @description SLD 1.0 or 1.1, at most 1 MB (R7.2)
                     */
                    sld?: string;
                    /**
                     * Format: binary
                     * @description The QGIS style, at most 5 MB
                     */
                    qml?: string;
                    /** @description UserStyle/Name or the file name when absent (R7.5) */
                    title?: string;
                };
            };
        };
    };
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getLanding: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Name and links */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        title: string;
                        version?: string;
                        links: components["schemas"]["Link"][];
                    };
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    getOpenapi: {
        parameters: {
            query?: never;
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
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    getDocs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
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
    getMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The actor */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        kind: "public" | "token";
                        tokenId?: string;
                        role?: components["schemas"]["Role"];
                        domainId?: string | null;
                        name?: string;
                        organisation?: string;
                        email?: string;
                        allowed: string[];
                    };
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    getSettings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Limits and lists */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        title: string;
                        crsList: {
                            epsg: number;
                            name: string;
                            /** @description Definition for PROJ, with the shift to WGS 84 used here */
                            proj4?: string;
                        }[];
                        nationalExtent: components["schemas"]["Box"];
                        extensions: string[];
                        limits: {
                            datasetBytes: number;
                            geopackageBytes: number;
                            sldBytes: number;
                            /** @description Returned and rejected submissions are removed so many days after the last change */
                            submissionRetentionDays: number;
                        };
                    };
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    getDoctor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An empty list means that all is well */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        findings: {
                            code: string;
                            subject: string;
                            message: string;
                        }[];
                        checked: {
                            [key: string]: number;
                        };
                    };
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    collectGarbage: {
        parameters: {
            query?: {
                /** @description Without the usual grace periods */
                all?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was removed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        removed: {
                            [key: string]: number;
                        };
                    };
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    listTokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Tokens */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        tokens: components["schemas"]["Token"][];
                    };
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    issueToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TokenIssue"];
            };
        };
        responses: {
            /** @description The token, shown once */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedToken"];
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    revokeToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tokenId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The revoked token */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Token"];
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    rotateToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tokenId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The token, shown once */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedToken"];
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    listDomains: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Domains */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        domains: components["schemas"]["Domain"][];
                    };
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    putDomain: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                domainId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    title: string;
                    description?: string;
                };
            };
        };
        responses: {
            /** @description The domain */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Domain"];
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    listUploads: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Uploads, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        uploads: components["schemas"]["Upload"][];
                    };
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    createUpload: {
        parameters: {
            query?: {
                /** @description Answer when the file has been read (at most this many seconds) */
                wait?: number;
            };
            header?: {
                /** @description Makes repeating this request harmless for 24 hours */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** Format: binary */
                    file: string;
                };
            };
        };
        responses: {
            /** @description The upload, being read or read */
            201: {
                headers: {
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Upload"];
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    getUpload: {
        parameters: {
            query?: {
                /** @description Wait until it has been read (at most this many seconds) */
                wait?: number;
            };
            header?: never;
            path: {
                uploadId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The upload */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Upload"];
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    deleteUpload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                uploadId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    followUpload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                uploadId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events named `upload`, their data an Upload */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    createTusUpload: {
        parameters: {
            query?: never;
            header: {
                /** @description Always 1.0.0; another version is answered with 412 */
                "Tus-Resumable": components["parameters"]["TusResumable"];
                /** @description `sha256` and the digest of this piece in base64 */
                "Upload-Checksum"?: components["parameters"]["UploadChecksum"];
                "Upload-Length": number;
                "Upload-Metadata"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Created; Location, Upload-Offset, Upload-Expires */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    describeTus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Tus-Version, Tus-Extension, Tus-Max-Size */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    terminateTusUpload: {
        parameters: {
            query?: never;
            header: {
                /** @description Always 1.0.0; another version is answered with 412 */
                "Tus-Resumable": components["parameters"]["TusResumable"];
            };
            path: {
                uploadId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    getTusOffset: {
        parameters: {
            query?: never;
            header: {
                /** @description Always 1.0.0; another version is answered with 412 */
                "Tus-Resumable": components["parameters"]["TusResumable"];
            };
            path: {
                uploadId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Upload-Offset, Upload-Length, Upload-Expires */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    appendTusUpload: {
        parameters: {
            query?: never;
            header: {
                /** @description Always 1.0.0; another version is answered with 412 */
                "Tus-Resumable": components["parameters"]["TusResumable"];
                "Upload-Offset": number;
                /** @description `sha256` and the digest of this piece in base64 */
                "Upload-Checksum"?: components["parameters"]["UploadChecksum"];
            };
            path: {
                uploadId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Upload-Offset after this piece */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    listRecords: {
        parameters: {
            query?: {
                limit?: components["parameters"]["Limit"];
                offset?: components["parameters"]["Offset"];
                state?: components["schemas"]["State"];
                /** @description Words in the title */
                q?: string;
                /** @description The record of this collection */
                collectionId?: string;
                /** @description own; domain: the custodian's domain too; all: administrators only */
                scope?: "own" | "domain" | "all";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Records */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        records: components["schemas"]["RecordSummary"][];
                        total: number;
                    };
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    createRecord: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes repeating this request harmless for 24 hours */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    metadata?: components["schemas"]["RecordMetadataDraft"];
                    uploadId?: components["schemas"]["Uuid"];
                    /** @description The layer of the upload that prefills */
                    layer?: string;
                    domainId?: string;
                    /**
                     * @description Fill what is mandatory with plain defaults that claim nothing ('Unknown'), so that one command can publish
                     * @default false
                     */
                    completeDefaults?: boolean;
                };
            };
        };
        responses: {
            201: components["responses"]["OneRecord"];
            "4XX": components["responses"]["Problems"];
        };
    };
    getRecord: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                recordId: components["parameters"]["RecordId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["OneRecord"];
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
    deleteRecord: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the version this change is based on; without it 428, with a stale one 412 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                recordId: components["parameters"]["RecordId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted; its address now answers 410 (R3.15) */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    changeRecord: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the version this change is based on; without it 428, with a stale one 412 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                recordId: components["parameters"]["RecordId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/merge-patch+json": {
                    metadata?: components["schemas"]["RecordMetadataPatch"];
                    /** Format: uuid */
                    uploadId?: string | null;
                    /** @description Which layer of the upload */
                    layer?: string | null;
                    domainId?: string | null;
                };
            };
        };
        responses: {
            200: components["responses"]["OneRecord"];
            "4XX": components["responses"]["Problems"];
        };
    };
    getRecordIso: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                recordId: components["parameters"]["RecordId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description gmd:MD_Metadata */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/xml": string;
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    checkRecord: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                recordId: components["parameters"]["RecordId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Findings by page and field */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        errors: components["schemas"]["Finding"][];
                        warnings: components["schemas"]["Finding"][];
                    };
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    listRecordVersions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                recordId: components["parameters"]["RecordId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Versions */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        versions: {
                            version: number;
                            publishedAt: components["schemas"]["Instant"];
                            metadata: components["schemas"]["RecordMetadataDraft"];
                        }[];
                    };
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    returnRecord: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the version this change is based on; without it 428, with a stale one 412 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                recordId: components["parameters"]["RecordId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                };
            };
        };
        responses: {
            200: components["responses"]["OneRecord"];
            "4XX": components["responses"]["Problems"];
        };
    };
    deprecateRecord: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the version this change is based on; without it 428, with a stale one 412 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                recordId: components["parameters"]["RecordId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: uuid */
                    successorId?: string | null;
                };
            };
        };
        responses: {
            200: components["responses"]["OneRecord"];
            "4XX": components["responses"]["Problems"];
        };
    };
    listPublications: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                recordId: components["parameters"]["RecordId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Publications */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        publications: components["schemas"]["Publication"][];
                    };
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    publishRecord: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the version this change is based on; without it 428, with a stale one 412 */
                "If-Match"?: components["parameters"]["IfMatch"];
                /** @description Makes repeating this request harmless for 24 hours */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                recordId: components["parameters"]["RecordId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PublishRequest"];
            };
        };
        responses: {
            /** @description Accepted; follow it at Location */
            202: {
                headers: {
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Publication"];
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    planPublication: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    layers: components["schemas"]["LayerToPlan"][];
                };
            };
        };
        responses: {
            /** @description Findings and plan of each layer, in the order asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        layers: components["schemas"]["PlannedLayer"][];
                    };
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    getPublication: {
        parameters: {
            query?: {
                /** @description Wait until it has ended (at most this many seconds) */
                wait?: number;
            };
            header?: never;
            path: {
                publicationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The publication */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Publication"];
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    cancelPublication: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                publicationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The publication */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Publication"];
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    keepLikeness: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                publicationId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Likeness"];
            };
        };
        responses: {
            /** @description The publication */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Publication"];
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    followPublication: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                publicationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events named `publication`, their data a Publication */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    makeTileArchive: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                recordId: components["parameters"]["RecordId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It will be made */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    unpublishCollection: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the version this change is based on; without it 428, with a stale one 412 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                recordId: components["parameters"]["RecordId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["OneRecord"];
            "4XX": components["responses"]["Problems"];
        };
    };
    listStoredFiles: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The files, by name */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        files: components["schemas"]["StoredFile"][];
                    };
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    createUploadFromStorage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                fileId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: uuid */
                    recordId?: string;
                };
            };
        };
        responses: {
            /** @description The upload */
            201: {
                headers: {
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Upload"];
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    listServiceLayers: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                recordId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The layers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        layers: {
                            layer: string;
                            title: string;
                            /** @enum {string} */
                            protocol: "OGC:WMS" | "OGC:WMTS";
                            /** @description West, south, east, north in degrees of WGS 84, as the record says */
                            bounds: number[] | null;
                        }[];
                    };
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    getServiceTile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                recordId: string;
                /** @description Its name in the web service, as the record has it */
                layer: components["parameters"]["Layer"];
                zoom: number;
                row: number;
                column: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Picture"];
            /** @description The service has no tiles at this zoom level */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            "4XX": components["responses"]["Problems"];
            "5XX": components["responses"]["Problems"];
        };
    };
    getServiceLegend: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                recordId: string;
                /** @description Its name in the web service, as the record has it */
                layer: components["parameters"]["Layer"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Picture"];
            "4XX": components["responses"]["Problems"];
            "5XX": components["responses"]["Problems"];
        };
    };
    findServiceFeatures: {
        parameters: {
            query: {
                longitude: number;
                latitude: number;
                zoom: number;
            };
            header?: never;
            path: {
                recordId: string;
                /** @description Its name in the web service, as the record has it */
                layer: components["parameters"]["Layer"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Features */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        features: {
                            id: string;
                            properties: {
                                [key: string]: unknown;
                            };
                        }[];
                    };
                };
            };
            "4XX": components["responses"]["Problems"];
            "5XX": components["responses"]["Problems"];
        };
    };
    readServiceCapabilities: {
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
                    protocol: "OGC:WMS" | "OGC:WFS" | "OGC:WMTS" | "OGC:API";
                    url: string;
                };
            };
        };
        responses: {
            /** @description What it offers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        title: string;
                        layers: components["schemas"]["ServiceLayer"][];
                    };
                };
            };
            "4XX": components["responses"]["Problems"];
            "5XX": components["responses"]["Problems"];
        };
    };
    listStyles: {
        parameters: {
            query?: {
                limit?: components["parameters"]["Limit"];
                offset?: components["parameters"]["Offset"];
                /** @description Part of its title or id */
                q?: string;
                /** @description Styles with symbols of this kind; those that only label go with all features */
                draws?: components["schemas"]["Draws"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Styles */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        styles: components["schemas"]["Style"][];
                        total: number;
                    };
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    createStyle: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes repeating this request harmless for 24 hours */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: components["requestBodies"]["StyleFiles"];
        responses: {
            /** @description The style */
            201: {
                headers: {
                    Location?: string;
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Style"];
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    previewStyle: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    data: {
                        /** Format: uuid */
                        uploadId: string;
                        layer: string;
                        /** @description Where the file does not say it */
                        sourceEpsg?: number;
                    } | {
                        collectionId: string;
                    };
                    sld?: string;
                    qml?: string;
                    /** @description Of the catalogue; left out when the style is sent along */
                    styleId?: string;
                    /** @description The part to show, in the system that an answer named */
                    box?: number[];
                    /** @default 640 */
                    width?: number;
                    /** @default 420 */
                    height?: number;
                    /** @default 1 */
                    pixelRatio?: number;
                };
            };
        };
        responses: {
            /** @description The picture */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StylePreview"];
                };
            };
            "4XX": components["responses"]["Problems"];
            "5XX": components["responses"]["Problems"];
        };
    };
    checkStyle: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    sld?: string;
                    qml?: string;
                    /** @enum {string} */
                    geometryType?: "Point" | "LineString" | "Polygon" | "MultiPoint" | "MultiLineString" | "MultiPolygon" | "GeometryCollection" | "Geometry" | "Raster";
                    /** @description Names of the layer's fields; not checked when absent */
                    fields?: string[];
                };
            };
        };
        responses: {
            /** @description The check */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StyleCheck"];
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    attachStyle: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                styleId: components["parameters"]["StyleId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AttachRequest"];
            };
        };
        responses: {
            /** @description What became of each, in the order asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        styleId: string;
                        records: components["schemas"]["AttachedRecord"][];
                    };
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    getStyleReport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                styleId: components["parameters"]["StyleId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The report */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StyleCheck"];
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
    getStyle: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                styleId: components["parameters"]["StyleId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The style */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Style"];
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    replaceStyle: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the version this change is based on; without it 428, with a stale one 412 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                styleId: components["parameters"]["StyleId"];
            };
            cookie?: never;
        };
        requestBody: components["requestBodies"]["StyleFiles"];
        responses: {
            /** @description The style */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Style"];
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    deleteStyle: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the version this change is based on; without it 428, with a stale one 412 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                styleId: components["parameters"]["StyleId"];
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
    getStyleSld: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                styleId: components["parameters"]["StyleId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description SLD */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.ogc.sld+xml": string;
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
    getStyleQml: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                styleId: components["parameters"]["StyleId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description QML */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/xml": string;
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
    listStyleVersions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                styleId: components["parameters"]["StyleId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who made it, when, and its files */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        versions: components["schemas"]["StyleVersion"][];
                    };
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    getStyleVersionSld: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                styleId: components["parameters"]["StyleId"];
                version: components["parameters"]["VersionNumber"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description SLD */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.ogc.sld+xml": string;
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
    getStyleVersionQml: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                styleId: components["parameters"]["StyleId"];
                version: components["parameters"]["VersionNumber"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description QML */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/xml": string;
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
    restoreStyle: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the version this change is based on; without it 428, with a stale one 412 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                styleId: components["parameters"]["StyleId"];
                version: components["parameters"]["VersionNumber"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The style */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Style"];
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    getSubmissionForm: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Stamp, and whether mails are sent */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        stamp: string;
                        /** @description Otherwise the private link is the only way to hear of a decision for now */
                        sendsMail: boolean;
                    };
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    createSubmission: {
        parameters: {
            query?: never;
            header: {
                /** @description Secret part of the private link: 32 random bytes as base64url, made by whoever submits; only its digest is kept (R2.16) */
                "Submission-Link": components["parameters"]["SubmissionLink"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SubmissionContent"];
            };
        };
        responses: {
            201: components["responses"]["OneSubmission"];
            "4XX": components["responses"]["Problems"];
        };
    };
    getSubmission: {
        parameters: {
            query?: never;
            header: {
                /** @description Secret part of the private link: 32 random bytes as base64url, made by whoever submits; only its digest is kept (R2.16) */
                "Submission-Link": components["parameters"]["SubmissionLink"];
            };
            path: {
                reference: components["parameters"]["Reference"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["OneSubmission"];
            "4XX": components["responses"]["Problems"];
        };
    };
    resubmit: {
        parameters: {
            query?: never;
            header: {
                /** @description Secret part of the private link: 32 random bytes as base64url, made by whoever submits; only its digest is kept (R2.16) */
                "Submission-Link": components["parameters"]["SubmissionLink"];
                /** @description ETag of the version this change is based on; without it 428, with a stale one 412 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                reference: components["parameters"]["Reference"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SubmissionContent"];
            };
        };
        responses: {
            200: components["responses"]["OneSubmission"];
            "4XX": components["responses"]["Problems"];
        };
    };
    createSubmissionUpload: {
        parameters: {
            query?: never;
            header: {
                /** @description Secret part of the private link: 32 random bytes as base64url, made by whoever submits; only its digest is kept (R2.16) */
                "Submission-Link": components["parameters"]["SubmissionLink"];
                /** @description Always 1.0.0; another version is answered with 412 */
                "Tus-Resumable": components["parameters"]["TusResumable"];
                "Upload-Length": number;
                "Upload-Metadata"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Created; Location, Upload-Offset, Upload-Expires */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    getSubmissionUpload: {
        parameters: {
            query?: {
                /** @description Wait until it has been read (at most this many seconds) */
                wait?: number;
            };
            header: {
                /** @description Secret part of the private link: 32 random bytes as base64url, made by whoever submits; only its digest is kept (R2.16) */
                "Submission-Link": components["parameters"]["SubmissionLink"];
            };
            path: {
                uploadId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The upload */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Upload"];
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    deleteSubmissionUpload: {
        parameters: {
            query?: never;
            header: {
                /** @description Secret part of the private link: 32 random bytes as base64url, made by whoever submits; only its digest is kept (R2.16) */
                "Submission-Link": components["parameters"]["SubmissionLink"];
            };
            path: {
                uploadId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    getSubmissionUploadOffset: {
        parameters: {
            query?: never;
            header: {
                /** @description Secret part of the private link: 32 random bytes as base64url, made by whoever submits; only its digest is kept (R2.16) */
                "Submission-Link": components["parameters"]["SubmissionLink"];
                /** @description Always 1.0.0; another version is answered with 412 */
                "Tus-Resumable": components["parameters"]["TusResumable"];
            };
            path: {
                uploadId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Upload-Offset, Upload-Length, Upload-Expires */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    appendSubmissionUpload: {
        parameters: {
            query?: never;
            header: {
                /** @description Secret part of the private link: 32 random bytes as base64url, made by whoever submits; only its digest is kept (R2.16) */
                "Submission-Link": components["parameters"]["SubmissionLink"];
                /** @description Always 1.0.0; another version is answered with 412 */
                "Tus-Resumable": components["parameters"]["TusResumable"];
                "Upload-Offset": number;
            };
            path: {
                uploadId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Upload-Offset after this piece */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    listReviews: {
        parameters: {
            query?: {
                limit?: components["parameters"]["Limit"];
                offset?: components["parameters"]["Offset"];
                /** @description open: received, in review or being published */
                state?: "open" | "received" | "in_review" | "returned" | "publishing" | "approved" | "rejected" | "all";
                /** @description Words in title, reference, name or address of the submitter */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Submissions */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        submissions: components["schemas"]["ReviewSummary"][];
                        total: number;
                        /** @description How many are received or in review, whatever was asked for */
                        waiting: number;
                    };
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    getReview: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                reference: components["parameters"]["Reference"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["OneReview"];
            "4XX": components["responses"]["Problems"];
        };
    };
    downloadReviewFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                reference: components["parameters"]["Reference"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bytes as they were sent */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    beginReview: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the version this change is based on; without it 428, with a stale one 412 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                reference: components["parameters"]["Reference"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["OneReview"];
            "4XX": components["responses"]["Problems"];
        };
    };
    returnSubmission: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the version this change is based on; without it 428, with a stale one 412 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                reference: components["parameters"]["Reference"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Reason"];
            };
        };
        responses: {
            200: components["responses"]["OneReview"];
            "4XX": components["responses"]["Problems"];
        };
    };
    rejectSubmission: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the version this change is based on; without it 428, with a stale one 412 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                reference: components["parameters"]["Reference"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Reason"];
            };
        };
        responses: {
            200: components["responses"]["OneReview"];
            "4XX": components["responses"]["Problems"];
        };
    };
    approveSubmission: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the version this change is based on; without it 428, with a stale one 412 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                reference: components["parameters"]["Reference"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The data domain it is filed under (Q6) */
                    domainId?: string | null;
                    /** @description Name of the collection in the OGC APIs */
                    collectionId?: string;
                    layer?: string;
                    /** @description false: the file is offered for download only */
                    publishToApi?: boolean;
                    /**
                     * @description The exception of R2.4 is granted
                     * @default false
                     */
                    acceptWithoutFile?: boolean;
                };
            };
        };
        responses: {
            202: components["responses"]["OneReview"];
            "4XX": components["responses"]["Problems"];
        };
    };
    listMails: {
        parameters: {
            query?: {
                limit?: components["parameters"]["Limit"];
                offset?: components["parameters"]["Offset"];
                state?: "waiting" | "sent" | "failed";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Mails, and whether there is a mail server to hand them to */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        mails: components["schemas"]["Mail"][];
                        total: number;
                        server: {
                            /** @description Otherwise mails wait here until SMTP_URL is set */
                            isConfigured: boolean;
                            host: string | null;
                            from: string | null;
                        };
                    };
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    getMail: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                mailId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The mail */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        mail: components["schemas"]["Mail"];
                        text: string;
                    };
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    sendMailAgain: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                mailId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The mail, waiting */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Mail"];
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    listAudit: {
        parameters: {
            query?: {
                limit?: components["parameters"]["Limit"];
                recordId?: string;
                action?: string;
                /** @description Entries older than this number */
                before?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Entries */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        entries: components["schemas"]["AuditEntry"][];
                    };
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
    verifyAudit: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The first entry that does not fit, if any */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        entries: number;
                        isWhole: boolean;
                        firstBad: number | null;
                        head: string;
                    };
                };
            };
            "4XX": components["responses"]["Problems"];
        };
    };
}
