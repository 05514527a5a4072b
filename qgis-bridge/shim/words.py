"""Sentences of the native side – dialogs and failures – in English and French. The panel has words of its own.

Another language is another dictionary with the same keys; what it lacks is said in English.
"""

EN = {
    "title": "SEC-IMS",
    "action_open": "SEC-IMS: publish and find layers",
    "browser_open": "The panel is open in your browser. Keep this page of QGIS open while you work with it.",
    "browser_none": "No browser could be opened. Install or choose a default browser, then press the button.",
    "browser_again": "Open the panel in the browser",
    "host_webengine_attribute": "QtWebEngine is not used, because this QGIS was not started for it.",
    "host_missing": "{name} is not used, because this QGIS does not have it ({error}).",
    "host_no_port": "The browser is not used, because no local port could be opened ({error}).",
    "host_other": "The panel is shown by {kind} instead of {wanted}. {reasons}",
    "host_none": "The panel cannot be shown. {reasons} The algorithms in the Processing toolbox do the same work.",
    "no_window": "This needs QGIS's window, and QGIS runs without one.",
    "connection_new": "New SEC-IMS connection",
    "connection_edit": "SEC-IMS connection",
    "connection_name": "Name",
    "connection_address": "Address",
    "connection_access": "Token",
    "connection_access_keep": "Leave empty to keep the stored token",
    "connection_access_none": "Leave empty to read only what is public",
    "connection_access_forget": "Forget the stored token",
    "connection_save": "Test and save",
    "connection_save_anyway": "Save anyway",
    "cancel": "Cancel",
    "connection_testing": "Asking the server …",
    "connection_gone": "This connection does not exist any more.",
    "connection_gone_remedy": "Choose or make another connection.",
    "connection_remove_title": "Remove the connection?",
    "connection_remove": "Remove the connection {name}? Its token is deleted from QGIS. Nothing changes on the server.",
    "address_empty": "The address is missing. Enter the address of the catalogue, for example https://catalogue.example.",
    "address_wrong": "{text} is not an address of a web server. Enter one like https://catalogue.example.",
    "address_user": "The address holds a user name or password. Remove it; the token goes into its own field.",
    "address_http": "Attention: http:// is not encrypted. Everybody on the way to {host} can read the token.",
    "access_form": "The token has characters no token has, or is too long. Copy it again, without spaces.",
    "state_connected": "Connected as {name}, {role}.",
    "state_connected_domain": "Connected as {name}, {role} of {domain}.",
    "state_public": "The server can be reached; without a token you see what is public.",
    "state_other": "Something answers at {url}, but it is not a SEC-IMS catalogue. Check the address.",
    "role_editor": "editor",
    "role_domain_custodian": "custodian",
    "role_administrator": "administrator",
    "auth_why_title": "Why QGIS asks for a master password",
    "auth_why": (
        "QGIS keeps the token in its encrypted store. A master password protects this store. In the next window QGIS asks "
        "for it, or lets you choose one when there is none yet. You will be asked once in each session of QGIS, when the "
        "token is needed for the first time."
    ),
    "auth_failed": "QGIS could not store the token in its encrypted store.",
    "auth_failed_remedy": (
        "Try again and enter the master password of QGIS. If it was forgotten, it can be reset in Settings › Options › "
        "Authentication."
    ),
    "auth_disabled": "QGIS's encrypted store is switched off on this machine.",
    "auth_disabled_remedy": "Ask who looks after your QGIS to install Qt's QCA plugin (qca-ossl).",
    "auth_unreadable": "QGIS could not read the token from its encrypted store.",
    "auth_unreadable_remedy": "Enter the master password when QGIS asks for it, or enter the token again in the connection.",
    "operation_unknown": "The plugin does not know the operation {operation}.",
    "operation_parameter": "The operation {operation} needs the path parameter {name}, and it has to be a plain name.",
    "operation_extra": "The operation {operation} does not take {name}.",
    "operation_access": "This needs a token, and the connection {name} has none.",
    "operation_access_remedy": "Edit the connection and enter a token. Who runs the catalogue gives out tokens.",
    "access_refused": "The server refuses the token: it is wrong, has expired, or was revoked.",
    "access_refused_remedy": "Edit the connection and enter a new token.",
    "offline": "The server at {host} cannot be reached ({why}).",
    "offline_remedy": "Check the network, VPN and proxy (Settings › Options › Network), then try again.",
    "timeout": "The server at {host} did not answer in time.",
    "timeout_remedy": "Try again. If your line is slow, allow more time in Settings › Options › Network.",
    "tls": "The certificate of {host} is not trusted ({why}). Nothing was sent.",
    "tls_remedy": (
        "Ask who runs the server. A certificate of your organisation can be added in Settings › Options › Authentication › "
        "Manage certificates."
    ),
    "redirect": "The server sends on to another address, {target}. The plugin does not follow, so that your token stays here.",
    "redirect_remedy": "If {target} is right, change the address of the connection.",
    "too_large": "The answer of the server is larger than {megabytes} MB and was not read.",
    "not_json": "The server's answer is not what the catalogue promises (status {status}).",
    "problem_bare": "The server answered with an error (status {status}).",
    "cancelled": "It was cancelled.",
    "no_file": "The exported file is not there any more.",
    "no_file_remedy": "Publish the layer again.",
    "no_pending": "This upload is not known any more.",
    "pending_running": "This upload is running already.",
    "upload_paused": "The upload stopped because the server could not be reached. {percent} % are stored.",
    "upload_paused_remedy": "Continue it when the network is back; it goes on where it stopped, also after QGIS was closed.",
    "upload_cancelled": "The upload was stopped. It can be continued later.",
    "upload_access_remedy": "Edit the connection and enter a new token, then continue the upload; what was sent is kept.",
    "upload_disk": "The server has no room left for this file.",
    "upload_disk_remedy": "Tell who runs the server. The upload is kept and can be continued when there is room.",
    "upload_damaged": "A piece of the file was damaged on its way several times.",
    "disk_full": "There is no room left on this computer's disk.",
    "disk_full_remedy": "Free some room, then try again.",
    "page_none": "No browser could be opened.",
    "page_none_remedy": "Choose a default browser in your system's settings.",
    "layer_gone": "The project has no layer with this id any more.",
    "layer_gone_remedy": "Read the list of layers again.",
    "layer_kind": "'{layer}' is not a vector layer or table.",
    "layer_broken": "QGIS cannot read the data of '{layer}'.",
    "layer_broken_remedy": "Repair its data source (right-click the layer, Change Data Source…).",
    "task_weigh": "Weigh {layer}",
    "task_count": "Count the features of {layer}",
    "style_not_qgis": "The published QGIS style is not one that QGIS writes; it was not loaded.",
    "style_unreadable": "The published QGIS style cannot be read; it was not loaded.",
    "sld_entities": "The published SLD declares entities; it was not loaded.",
    "sld_unreadable": "The published SLD cannot be read; it was not loaded.",
    "symbols_too_large": "The symbols are too large together to travel inside the SLD; it names them only.",
    "style_refused": "QGIS could not read the style.",
    "sld_refused": "QGIS could not read the SLD.",
    "export_no_file": "There is no exported file with this handle.",
    "export_no_file_remedy": "Export the layer again.",
    "export_crs": "QGIS does not know the coordinate system EPSG:{epsg}.",
    "export_crs_remedy": "Choose another one.",
    "export_twins": (
        "'{layer}' has two fields that differ only in capitals: '{one}' and '{other}'. A GeoPackage cannot "
        "hold both."
    ),
    "export_twins_remedy": "Rename one of them in the layer's properties, page Fields.",
    "export_nothing": "Nothing is selected in '{layer}'.",
    "export_nothing_remedy": "Select features, or export all.",
    "export_no_crs": "'{layer}' has no coordinate system, so it cannot be reprojected.",
    "export_no_crs_remedy": "Set its coordinate system first.",
    "export_disk": (
        "The disk that holds QGIS's profile is full or cannot be written to; the layer could not be "
        "exported."
    ),
    "export_disk_remedy": "Make room on it, then export again.",
    "export_no_reason": "it gave no reason",
    "export_failed": "QGIS could not write '{layer}' to a GeoPackage: {reason}",
    "export_failed_remedy": (
        "Check the layer with Processing's 'Check validity' or export it by hand to see which feature stops "
        "it."
    ),
    "export_unreadable": "QGIS wrote '{layer}', but cannot read what it wrote.",
    "export_unreadable_remedy": "Export it again.",
    "export_count": "'{layer}' has {expected} features, but {found} were written.",
    "export_count_remedy": "Export it again; if that does not help, check the layer's data source.",
    "task_write": "Write {layer}",
    "export_raster_failed": "QGIS could not write '{layer}' to a GeoTIFF: {reason}",
    "export_raster_failed_remedy": "Export it by hand (right-click the layer, Export) to see what stops it.",
    "raster_source": "'{layer}' is no raster of a file; pictures of a service and rasters of a database cannot be exported.",
    "raster_source_remedy": "Save it as a GeoTIFF (right-click the layer, Export), and publish that.",
    "raster_nowhere": "The file of '{layer}' does not say where it lies.",
    "raster_nowhere_remedy": "Georeference it (Layer menu, Georeferencer), and publish what that writes.",
    "export_crs_none": "none",
    "export_crs_lost": "'{layer}' is in EPSG:{expected}, but the written file has another coordinate system: {found}.",
    "export_crs_lost_remedy": (
        "Try again. If it happens twice, start QGIS again, or assign the coordinate system to the layer anew."
    ),
    "export_cancelled": "The export of '{layer}' was cancelled; nothing of it was kept.",
    "task_check": "Check the export of {layer}",
    "collection_no_reason": "QGIS could not open the collection, and gave no reason.",
    "collection_failed": "QGIS could not open the collection '{title}': {reason}",
    "collection_failed_remedy": "Test the connection, then try again.",
    "file_save": "Save the file",
    "file_not_shown": "The file was saved as {name}, but QGIS cannot show it on the map.",
    "file_not_shown_remedy": "Open it with the program it is made for.",
    "task_open": "Open {collection}",
    "no_window_remedy": "Open the project in QGIS.",
    "crs_of_layer": "Coordinate system of '{layer}'",
    "edits_failed": "The edits of '{layer}' could not be saved: {reason}",
    "edits_failed_remedy": "Correct them in QGIS, then save again. They are still there.",
    "filter_edited": "'{layer}' is being edited; QGIS changes filters only when editing has ended.",
    "filter_edited_remedy": "Save or discard the edits first.",
    "filter_stays": "QGIS could not take the filter off '{layer}'.",
    "badge_same": "SEC-IMS: published, unchanged ({server})",
    "badge_differs": "SEC-IMS: differs from what is published: {parts} ({server})",
    "part_data": "data",
    "part_style": "style",
    "part_metadata": "metadata",
    "run_no_connection": (
        "There is no connection '{name}'. Known: {known}. Name one of them in CONNECTION, or give SERVER and "
        "AUTH."
    ),
    "run_several_connections": (
        "There are several connections '{name}'. Known: {known}. Name one of them in CONNECTION, or give "
        "SERVER and AUTH."
    ),
    "run_none": "none",
    "run_no_server": (
        "No server was named. Give CONNECTION (one of the plugin's connections) or SERVER, the address of "
        "the catalogue."
    ),
    "run_public": (
        "{name} was asked without a token, and only reads are public. Give AUTH, a connection with a token, "
        "or the environment variable {variable}."
    ),
    "run_record_gone": "The record this layer was published as does not exist any more; a new one is made.",
    "run_cancelled_there": "The publication was cancelled on the server.",
    "verify_unopened": "QGIS cannot open the collection: {reason}",
    "verify_count": "The collection has {found} features, the layer {wanted}.",
    "verify_first": "QGIS cannot read the first feature of the collection.",
    "verify_fields": "The collection lacks the fields {fields}.",
    "verify_crs": "The collection is stored in {found}, the layer in EPSG:{wanted}.",
    "verify_no_raster": "The collection is no raster.",
    "verify_grid": "The collection has {found}, the layer {wanted}.",
    "verify_extent": "The collection's extent is {found}, the layer's {wanted}.",
    "style_published": "Published in the catalogue",
    "pictures_nowhere": "'{layer}' has no features with a place, or no EPSG code; there is nothing to compare.",
    "pictures_none": "The server did not answer with a picture but with {found}.",
    "run_no_input": "INPUT names no vector layer or table that QGIS can read.",
    "run_target_crs": "TARGET_CRS has no EPSG code; the catalogue takes those only.",
    "run_writing": "Writing '{layer}' to a GeoPackage …",
    "run_cancelled": "It was cancelled; nothing was published.",
    "run_uploading": "Uploading {megabytes} MB …",
    "run_publishing": "Publishing …",
    "run_blocked": "The layer cannot be published as it is. {findings}",
    "run_refused": "The catalogue would refuse this: {why}",
    "run_schema": (
        "Users of the collection would miss something: {changes} Publish with ACCEPT_SCHEMA_CHANGE if this "
        "is meant. Nothing was changed."
    ),
    "run_not_what_was_sent": "The collection '{collection}' was published, but it is not what was sent. {differences}",
    "run_published": "Published and verified: '{title}', {count} features.",
    "run_published_raster": "Published and verified: '{title}', {size} cells, bands: {bands}.",
    "run_plan": "Plan: {kind}; data: {data}; style: {style}.",
    "run_no_collection": "The layer does not remember a collection. Give its id in COLLECTION.",
    "run_differs": "The layer and the collection '{collection}' differ. {differences}",
    "run_same": "They agree.",
    "run_unpublish_what": "Give COLLECTION, or a layer that was published as INPUT.",
    "run_unpublish_none": (
        "'{collection}' is no collection that this token may unpublish; perhaps it was unpublished before."
    ),
    "run_unpublished": "Unpublished '{collection}'; the record '{title}' stays.",
    "run_style_what": "Give COLLECTION or STYLE_ID, or a layer that was published.",
    "run_style_none": "What was published has no style.",
    "run_style_failed": "QGIS could not load the style. {why}",
    "run_style_unsaved": "The style could not be kept beside the file: {why}",
    "run_found": "{count} records fit.",
    "alg_publish": "Publish layer",
    "alg_publish_help": (
        "Publishes a layer with its style, or replaces what it was published as. Writes the layer to a GeoPackage, "
        "uploads it (interrupted uploads go on), publishes data, metadata and style together or not at all, and "
        "then opens the collection as QGIS's users will, and compares.\n\n"
        "COLLECTION is the id for a new collection, or that of the one to replace; without it a layer that was "
        "published before replaces its own. Fields that would vanish or change their type stop it, unless "
        "ACCEPT_SCHEMA_CHANGE is given."
    ),
    "alg_plan": "Plan publication",
    "alg_plan_help": (
        "Says what publishing a layer would change – new, data replaced, columns that vanish, style, metadata – "
        "and what speaks against it. Nothing is changed.\n\n"
        "BLOCKING is the number of findings that stand in the way; with FAIL they end it with an error."
    ),
    "alg_verify": "Verify published layer",
    "alg_verify_help": (
        "Opens the collection a layer was published as and compares count, extent, coordinate system and fields "
        "with the layer. What differs ends it with an error, unless FAIL is off.\n\n"
        "COLLECTION is needed for a layer that does not remember what it was published as."
    ),
    "alg_unpublish": "Unpublish collection",
    "alg_unpublish_help": (
        "Takes a collection out of the OGC APIs. The record stays in the catalogue with its downloads, and the "
        "collection can be published again.\n\n"
        "COLLECTION names it, or INPUT, a layer that was published."
    ),
    "alg_pullstyle": "Load published style",
    "alg_pullstyle_help": (
        "Gives a layer the style that was published: QGIS's own where there is one, else the SLD. Actions, forms "
        "and code in a style are never loaded.\n\n"
        "The style is that of the collection the layer was published as, of COLLECTION, or the one STYLE_ID names."
    ),
    "alg_search": "Search catalogue",
    "alg_search_help": (
        "Finds records by words and place. The answer is JSON: title, id, collection, extent and links of each."
    ),
    "alg_group_publishing": "Publishing",
    "alg_group_catalogue": "Catalogue",
    "alg_connection_help": (
        "The server is CONNECTION, the name of one of the plugin's connections, or SERVER, its address, with AUTH, "
        "an authentication configuration of QGIS. Without any of them the connection last used is taken. Scripts "
        "may give the token in the environment variable {variable}."
    ),
    "alg_in_input": "Layer",
    "alg_in_connection": "Connection (name)",
    "alg_in_server": "Address of the catalogue, instead of a connection",
    "alg_in_auth": "Authentication (token)",
    "alg_in_collection": "Id of the collection",
    "alg_in_title": "Title",
    "alg_in_domain": "Id of the data domain",
    "alg_in_style": "With the layer's style",
    "alg_in_selected": "Selected features only",
    "alg_in_target_crs": "Reproject to",
    "alg_in_accept_schema_change": "Replace although fields vanish or change their type",
    "alg_in_fail_plan": "End with an error when something stands in the way",
    "alg_in_fail_verify": "End with an error when something differs",
    "alg_in_style_id": "Id of the style",
    "alg_in_query": "Words",
    "alg_in_extent": "Place",
    "alg_in_limit": "At most so many records",
    "alg_out_result": "Result as JSON",
    "alg_out_record_id": "Id of the record",
    "alg_out_collection_id": "Id of the collection",
    "alg_out_style_id": "Id of the style",
    "alg_out_feature_count": "Number of features",
    "alg_out_kind": "new, update or untouched",
    "alg_out_blocking": "Number of findings that stand in the way",
    "alg_out_differences": "What differs",
    "alg_out_outcome": "identical, differs or sld",
    "alg_out_count": "Number of records that fit",
    "run_qml_only": "The catalogue refused the SLD that QGIS wrote, so the style is published for QGIS alone. {why}",
}

FR = {
    "title": "SEC-IMS",
    "action_open": "SEC-IMS : publier et trouver des couches",
    "browser_open": "Le panneau est ouvert dans votre navigateur. Laissez cette page de QGIS ouverte pendant le travail.",
    "browser_none": "Aucun navigateur n’a pu être ouvert. Installez ou choisissez-en un, puis pressez le bouton.",
    "browser_again": "Ouvrir le panneau dans le navigateur",
    "host_webengine_attribute": "QtWebEngine n’est pas utilisé, car ce QGIS n’a pas été démarré pour lui.",
    "host_missing": "{name} n’est pas utilisé, car ce QGIS ne l’a pas ({error}).",
    "host_no_port": "Le navigateur n’est pas utilisé, car aucun port local n’a pu être ouvert ({error}).",
    "host_other": "Le panneau est affiché par {kind} au lieu de {wanted}. {reasons}",
    "host_none": "Le panneau ne peut pas être affiché. {reasons} Les algorithmes de la boîte à outils font le même travail.",
    "no_window": "Ceci demande la fenêtre de QGIS, et QGIS tourne sans fenêtre.",
    "connection_new": "Nouvelle connexion SEC-IMS",
    "connection_edit": "Connexion SEC-IMS",
    "connection_name": "Nom",
    "connection_address": "Adresse",
    "connection_access": "Jeton",
    "connection_access_keep": "Laisser vide pour garder le jeton enregistré",
    "connection_access_none": "Laisser vide pour ne lire que ce qui est public",
    "connection_access_forget": "Oublier le jeton enregistré",
    "connection_save": "Tester et enregistrer",
    "connection_save_anyway": "Enregistrer quand même",
    "cancel": "Annuler",
    "connection_testing": "Question au serveur …",
    "connection_gone": "Cette connexion n’existe plus.",
    "connection_gone_remedy": "Choisissez ou créez une autre connexion.",
    "connection_remove_title": "Supprimer la connexion ?",
    "connection_remove": "Supprimer la connexion {name} ? Son jeton est effacé de QGIS. Rien ne change sur le serveur.",
    "address_empty": "L’adresse manque. Entrez l’adresse du catalogue, par exemple https://catalogue.example.",
    "address_wrong": "{text} n’est pas l’adresse d’un serveur web. Entrez-en une comme https://catalogue.example.",
    "address_user": "L’adresse contient un nom ou un mot de passe. Retirez-le ; le jeton a son propre champ.",
    "address_http": "Attention : http:// n’est pas chiffré. Chacun sur le chemin de {host} peut lire le jeton.",
    "access_form": "Le jeton a des caractères qu’aucun jeton n’a, ou est trop long. Copiez-le de nouveau, sans espaces.",
    "state_connected": "Connecté comme {name}, {role}.",
    "state_connected_domain": "Connecté comme {name}, {role} de {domain}.",
    "state_public": "Le serveur est joignable ; sans jeton vous voyez ce qui est public.",
    "state_other": "Quelque chose répond à {url}, mais ce n’est pas un catalogue SEC-IMS. Vérifiez l’adresse.",
    "role_editor": "éditeur",
    "role_domain_custodian": "gardien",
    "role_administrator": "administrateur",
    "auth_why_title": "Pourquoi QGIS demande un mot de passe principal",
    "auth_why": (
        "QGIS garde le jeton dans son coffre chiffré, protégé par un mot de passe principal. Dans la fenêtre suivante, QGIS "
        "le demande, ou vous laisse en choisir un s’il n’y en a pas encore. Il sera demandé une fois par session de QGIS, "
        "quand le jeton sert pour la première fois."
    ),
    "auth_failed": "QGIS n’a pas pu enregistrer le jeton dans son coffre chiffré.",
    "auth_failed_remedy": (
        "Réessayez et entrez le mot de passe principal de QGIS. S’il est oublié, il se réinitialise dans Préférences › "
        "Options › Authentification."
    ),
    "auth_disabled": "Le coffre chiffré de QGIS est désactivé sur cette machine.",
    "auth_disabled_remedy": "Demandez à qui s’occupe de votre QGIS d’installer le module QCA de Qt (qca-ossl).",
    "auth_unreadable": "QGIS n’a pas pu lire le jeton dans son coffre chiffré.",
    "auth_unreadable_remedy": "Entrez le mot de passe principal quand QGIS le demande, ou entrez de nouveau le jeton.",
    "operation_unknown": "L’extension ne connaît pas l’opération {operation}.",
    "operation_parameter": "L’opération {operation} demande le paramètre {name}, qui doit être un simple nom.",
    "operation_extra": "L’opération {operation} ne prend pas {name}.",
    "operation_access": "Ceci demande un jeton, et la connexion {name} n’en a pas.",
    "operation_access_remedy": "Modifiez la connexion et entrez un jeton. Qui gère le catalogue donne les jetons.",
    "access_refused": "Le serveur refuse le jeton : il est faux, expiré ou révoqué.",
    "access_refused_remedy": "Modifiez la connexion et entrez un nouveau jeton.",
    "offline": "Le serveur {host} n’est pas joignable ({why}).",
    "offline_remedy": "Vérifiez le réseau, le VPN et le proxy (Préférences › Options › Réseau), puis réessayez.",
    "timeout": "Le serveur {host} n’a pas répondu à temps.",
    "timeout_remedy": "Réessayez. Si la ligne est lente, accordez plus de temps dans Préférences › Options › Réseau.",
    "tls": "Le certificat de {host} n’est pas de confiance ({why}). Rien n’a été envoyé.",
    "tls_remedy": (
        "Demandez à qui gère le serveur. Un certificat de votre organisation s’ajoute dans Préférences › Options › "
        "Authentification › Gérer les certificats."
    ),
    "redirect": "Le serveur renvoie à une autre adresse, {target}. L’extension n’y va pas, pour que votre jeton reste ici.",
    "redirect_remedy": "Si {target} est juste, changez l’adresse de la connexion.",
    "too_large": "La réponse du serveur dépasse {megabytes} Mo et n’a pas été lue.",
    "not_json": "La réponse du serveur n’est pas ce que le catalogue promet (statut {status}).",
    "problem_bare": "Le serveur a répondu par une erreur (statut {status}).",
    "cancelled": "C’est annulé.",
    "no_file": "Le fichier exporté n’est plus là.",
    "no_file_remedy": "Publiez la couche de nouveau.",
    "no_pending": "Cet envoi n’est plus connu.",
    "pending_running": "Cet envoi est déjà en cours.",
    "upload_paused": "L’envoi s’est arrêté, car le serveur n’est pas joignable. {percent} % sont enregistrés.",
    "upload_paused_remedy": "Continuez-le quand le réseau revient ; il reprend où il en était, même après la fermeture de QGIS.",
    "upload_cancelled": "L’envoi est arrêté. Il peut être continué plus tard.",
    "upload_access_remedy": "Modifiez la connexion et entrez un nouveau jeton, puis continuez ; ce qui est envoyé est gardé.",
    "upload_disk": "Le serveur n’a plus de place pour ce fichier.",
    "upload_disk_remedy": "Dites-le à qui gère le serveur. L’envoi est gardé et se continue quand il y a de la place.",
    "upload_damaged": "Un morceau du fichier a été abîmé plusieurs fois en chemin.",
    "disk_full": "Il n’y a plus de place sur le disque de cet ordinateur.",
    "disk_full_remedy": "Libérez de la place, puis réessayez.",
    "page_none": "Aucun navigateur n’a pu être ouvert.",
    "page_none_remedy": "Choisissez un navigateur par défaut dans les réglages du système.",
    "layer_gone": "Le projet n’a plus de couche avec cet identifiant.",
    "layer_gone_remedy": "Relisez la liste des couches.",
    "layer_kind": "« {layer} » n’est ni une couche vecteur ni une table.",
    "layer_broken": "QGIS ne peut pas lire les données de « {layer} ».",
    "layer_broken_remedy": "Réparez sa source (clic droit sur la couche, Changer la source de données…).",
    "task_weigh": "Peser {layer}",
    "task_count": "Compter les entités de {layer}",
    "style_not_qgis": "Le style QGIS publié n’est pas de ceux que QGIS écrit ; il n’a pas été chargé.",
    "style_unreadable": "Le style QGIS publié est illisible ; il n’a pas été chargé.",
    "sld_entities": "Le SLD publié déclare des entités XML ; il n’a pas été chargé.",
    "sld_unreadable": "Le SLD publié est illisible ; il n’a pas été chargé.",
    "symbols_too_large": "Les symboles sont trop gros ensemble pour voyager dans le SLD ; il ne fait que les nommer.",
    "style_refused": "QGIS n’a pas pu lire le style.",
    "sld_refused": "QGIS n’a pas pu lire le SLD.",
    "export_no_file": "Il n’y a pas de fichier exporté de ce nom.",
    "export_no_file_remedy": "Exportez la couche de nouveau.",
    "export_crs": "QGIS ne connaît pas le système de coordonnées EPSG:{epsg}.",
    "export_crs_remedy": "Choisissez-en un autre.",
    "export_twins": (
        "« {layer} » a deux champs que seules les majuscules distinguent : « {one} » et « {other} ». Un "
        "GeoPackage ne peut contenir les deux."
    ),
    "export_twins_remedy": "Renommez-en un dans les propriétés de la couche, page Champs.",
    "export_nothing": "Rien n’est sélectionné dans « {layer} ».",
    "export_nothing_remedy": "Sélectionnez des entités, ou exportez-les toutes.",
    "export_no_crs": "« {layer} » n’a pas de système de coordonnées et ne peut donc pas être reprojetée.",
    "export_no_crs_remedy": "Définissez d’abord son système de coordonnées.",
    "export_disk": "Le disque du profil de QGIS est plein ou protégé en écriture ; la couche n’a pas pu être exportée.",
    "export_disk_remedy": "Libérez-y de la place, puis exportez de nouveau.",
    "export_no_reason": "sans dire pourquoi",
    "export_failed": "QGIS n’a pas pu écrire « {layer} » dans un GeoPackage : {reason}",
    "export_failed_remedy": (
        "Vérifiez la couche avec « Vérifier la validité » de la boîte à outils, ou exportez-la à la main "
        "pour voir quelle entité bloque."
    ),
    "export_unreadable": "QGIS a écrit « {layer} », mais ne peut pas relire ce qu’il a écrit.",
    "export_unreadable_remedy": "Exportez-la de nouveau.",
    "export_count": "« {layer} » a {expected} entités, mais {found} ont été écrites.",
    "export_count_remedy": "Exportez-la de nouveau ; si cela ne suffit pas, vérifiez la source de la couche.",
    "task_write": "Écrire {layer}",
    "export_raster_failed": "QGIS n’a pas pu écrire « {layer} » en GeoTIFF : {reason}",
    "export_raster_failed_remedy": (
        "Exportez-la à la main (clic droit sur la couche, Exporter) pour voir ce qui l’arrête."
    ),
    "raster_source": (
        "« {layer} » n’est pas un raster d’un fichier ; les images d’un service et les rasters d’une base ne s’exportent pas."
    ),
    "raster_source_remedy": "Enregistrez-le en GeoTIFF (clic droit sur la couche, Exporter) et publiez celui-ci.",
    "raster_nowhere": "Le fichier de « {layer} » ne dit pas où il se trouve.",
    "raster_nowhere_remedy": "Géoréférencez-le (menu Couche, Géoréférenceur) et publiez ce qui en sort.",
    "export_crs_none": "aucun",
    "export_crs_lost": (
        "« {layer} » est en EPSG:{expected}, mais le fichier écrit a un autre système de coordonnées : {found}."
    ),
    "export_crs_lost_remedy": (
        "Réessayez. Si cela se répète, redémarrez QGIS, ou attribuez de nouveau le système de coordonnées à la couche."
    ),
    "export_cancelled": "L’export de « {layer} » a été annulé ; rien n’en est gardé.",
    "task_check": "Vérifier l’export de {layer}",
    "collection_no_reason": "QGIS n’a pas pu ouvrir la collection, sans dire pourquoi.",
    "collection_failed": "QGIS n’a pas pu ouvrir la collection « {title} » : {reason}",
    "collection_failed_remedy": "Testez la connexion, puis réessayez.",
    "file_save": "Enregistrer le fichier",
    "file_not_shown": "Le fichier est enregistré sous {name}, mais QGIS ne peut pas le montrer sur la carte.",
    "file_not_shown_remedy": "Ouvrez-le avec le logiciel auquel il est destiné.",
    "task_open": "Ouvrir {collection}",
    "no_window_remedy": "Ouvrez le projet dans QGIS.",
    "crs_of_layer": "Système de coordonnées de « {layer} »",
    "edits_failed": "Les modifications de « {layer} » n’ont pas pu être enregistrées : {reason}",
    "edits_failed_remedy": "Corrigez-les dans QGIS, puis enregistrez de nouveau. Elles sont toujours là.",
    "filter_edited": "« {layer} » est en cours d’édition ; QGIS ne change un filtre qu’une fois l’édition finie.",
    "filter_edited_remedy": "Enregistrez ou abandonnez d’abord les modifications.",
    "filter_stays": "QGIS n’a pas pu retirer le filtre de « {layer} ».",
    "badge_same": "SEC-IMS : publiée, inchangée ({server})",
    "badge_differs": "SEC-IMS : diffère de ce qui est publié : {parts} ({server})",
    "part_data": "données",
    "part_style": "style",
    "part_metadata": "métadonnées",
    "run_no_connection": (
        "Il n’y a pas de connexion « {name} ». Connues : {known}. Nommez-en une dans CONNECTION, ou donnez "
        "SERVER et AUTH."
    ),
    "run_several_connections": (
        "Il y a plusieurs connexions « {name} ». Connues : {known}. Nommez-en une dans CONNECTION, ou donnez "
        "SERVER et AUTH."
    ),
    "run_none": "aucune",
    "run_no_server": (
        "Aucun serveur n’est nommé. Donnez CONNECTION (une connexion de l’extension) ou SERVER, l’adresse du "
        "catalogue."
    ),
    "run_public": (
        "{name} a été interrogé sans jeton, et seule la lecture est publique. Donnez AUTH, une connexion "
        "avec jeton, ou la variable d’environnement {variable}."
    ),
    "run_record_gone": "La fiche sous laquelle cette couche était publiée n’existe plus ; une nouvelle est créée.",
    "run_cancelled_there": "La publication a été annulée sur le serveur.",
    "verify_unopened": "QGIS ne peut pas ouvrir la collection : {reason}",
    "verify_count": "La collection a {found} entités, la couche {wanted}.",
    "verify_first": "QGIS ne peut pas lire la première entité de la collection.",
    "verify_fields": "Il manque à la collection les champs {fields}.",
    "verify_crs": "La collection est enregistrée en {found}, la couche en EPSG:{wanted}.",
    "verify_no_raster": "La collection n’est pas un raster.",
    "verify_grid": "La collection a {found}, la couche {wanted}.",
    "verify_extent": "L’emprise de la collection est {found}, celle de la couche {wanted}.",
    "style_published": "Publié dans le catalogue",
    "pictures_nowhere": "« {layer} » n’a pas d’entité localisée, ou pas de code EPSG ; il n’y a rien à comparer.",
    "pictures_none": "Le serveur n’a pas répondu par une image mais par {found}.",
    "run_no_input": "INPUT ne nomme aucune couche vecteur ni table que QGIS puisse lire.",
    "run_target_crs": "TARGET_CRS n’a pas de code EPSG ; le catalogue n’accepte que ceux-là.",
    "run_writing": "Écriture de « {layer} » dans un GeoPackage …",
    "run_cancelled": "C’est annulé ; rien n’a été publié.",
    "run_uploading": "Envoi de {megabytes} Mo …",
    "run_publishing": "Publication …",
    "run_blocked": "La couche ne peut pas être publiée telle quelle. {findings}",
    "run_refused": "Le catalogue le refuserait : {why}",
    "run_schema": (
        "Quelque chose manquerait aux utilisateurs de la collection : {changes} Publiez avec "
        "ACCEPT_SCHEMA_CHANGE si c’est voulu. Rien n’a été changé."
    ),
    "run_not_what_was_sent": (
        "La collection « {collection} » est publiée, mais n’est pas ce qui a été envoyé. {differences}"
    ),
    "run_published": "Publié et vérifié : « {title} », {count} entités.",
    "run_published_raster": "Publié et vérifié : « {title} », {size} cellules, bandes : {bands}.",
    "run_plan": "Plan : {kind} ; données : {data} ; style : {style}.",
    "run_no_collection": "La couche ne se souvient d’aucune collection. Donnez son identifiant dans COLLECTION.",
    "run_differs": "La couche et la collection « {collection} » diffèrent. {differences}",
    "run_same": "Elles concordent.",
    "run_unpublish_what": "Donnez COLLECTION, ou comme INPUT une couche qui a été publiée.",
    "run_unpublish_none": (
        "« {collection} » n’est pas une collection que ce jeton peut dépublier ; peut-être l’a-t-elle déjà "
        "été."
    ),
    "run_unpublished": "« {collection} » est dépubliée ; la fiche « {title} » reste.",
    "run_style_what": "Donnez COLLECTION ou STYLE_ID, ou une couche qui a été publiée.",
    "run_style_none": "Ce qui a été publié n’a pas de style.",
    "run_style_failed": "QGIS n’a pas pu charger le style. {why}",
    "run_style_unsaved": "Le style n’a pas pu être gardé à côté du fichier : {why}",
    "run_found": "{count} fiches correspondent.",
    "alg_publish": "Publier une couche",
    "alg_publish_help": (
        "Publie une couche avec son style, ou remplace ce qu’elle était. Écrit la couche dans un GeoPackage, "
        "l’envoie (un envoi interrompu continue), publie données, métadonnées et style ensemble ou pas du tout, "
        "puis ouvre la collection comme le feront les utilisateurs de QGIS, et compare.\n\n"
        "COLLECTION est l’identifiant d’une nouvelle collection, ou de celle à remplacer ; sans lui, une couche "
        "déjà publiée remplace la sienne. Des champs qui disparaîtraient ou changeraient de type l’arrêtent, sauf "
        "avec ACCEPT_SCHEMA_CHANGE."
    ),
    "alg_plan": "Planifier une publication",
    "alg_plan_help": (
        "Dit ce que publier une couche changerait – nouveau, données remplacées, colonnes supprimées, style, "
        "métadonnées – et ce qui s’y oppose. Rien n’est changé.\n\n"
        "BLOCKING est le nombre de constats bloquants ; avec FAIL ils terminent par une erreur."
    ),
    "alg_verify": "Vérifier une couche publiée",
    "alg_verify_help": (
        "Ouvre la collection sous laquelle une couche a été publiée et compare nombre, emprise, système de "
        "coordonnées et champs avec la couche. Une différence termine par une erreur, sauf si FAIL est "
        "désactivé.\n\n"
        "Il faut COLLECTION pour une couche qui ne se souvient pas de ce qu’elle est devenue."
    ),
    "alg_unpublish": "Dépublier une collection",
    "alg_unpublish_help": (
        "Retire une collection des API OGC. La fiche reste au catalogue avec ses téléchargements, et la collection "
        "peut être publiée de nouveau.\n\n"
        "COLLECTION la nomme, ou INPUT, une couche qui a été publiée."
    ),
    "alg_pullstyle": "Charger le style publié",
    "alg_pullstyle_help": (
        "Donne à une couche le style publié : celui de QGIS s’il existe, sinon le SLD. Actions, formulaires et "
        "code d’un style ne sont jamais chargés.\n\n"
        "Le style est celui de la collection sous laquelle la couche a été publiée, de COLLECTION, ou celui que "
        "STYLE_ID nomme."
    ),
    "alg_search": "Chercher dans le catalogue",
    "alg_search_help": (
        "Trouve des fiches par des mots et un lieu. La réponse est en JSON : titre, identifiant, collection, "
        "emprise et liens de chacune."
    ),
    "alg_group_publishing": "Publication",
    "alg_group_catalogue": "Catalogue",
    "alg_connection_help": (
        "Le serveur est CONNECTION, le nom d’une connexion de l’extension, ou SERVER, son adresse, avec AUTH, une "
        "configuration d’authentification de QGIS. Sans eux, la dernière connexion utilisée est prise. Un script "
        "peut donner le jeton dans la variable d’environnement {variable}."
    ),
    "alg_in_input": "Couche",
    "alg_in_connection": "Connexion (nom)",
    "alg_in_server": "Adresse du catalogue, au lieu d’une connexion",
    "alg_in_auth": "Authentification (jeton)",
    "alg_in_collection": "Identifiant de la collection",
    "alg_in_title": "Titre",
    "alg_in_domain": "Identifiant du domaine",
    "alg_in_style": "Avec le style de la couche",
    "alg_in_selected": "Entités sélectionnées seulement",
    "alg_in_target_crs": "Reprojeter en",
    "alg_in_accept_schema_change": "Remplacer même si des champs disparaissent ou changent de type",
    "alg_in_fail_plan": "Terminer par une erreur si quelque chose s’y oppose",
    "alg_in_fail_verify": "Terminer par une erreur si quelque chose diffère",
    "alg_in_style_id": "Identifiant du style",
    "alg_in_query": "Mots",
    "alg_in_extent": "Lieu",
    "alg_in_limit": "Nombre maximal de fiches",
    "alg_out_result": "Résultat en JSON",
    "alg_out_record_id": "Identifiant de la fiche",
    "alg_out_collection_id": "Identifiant de la collection",
    "alg_out_style_id": "Identifiant du style",
    "alg_out_feature_count": "Nombre d’entités",
    "alg_out_kind": "new (nouveau), update (mise à jour) ou untouched (inchangé)",
    "alg_out_blocking": "Nombre de constats bloquants",
    "alg_out_differences": "Ce qui diffère",
    "alg_out_outcome": "identical (identique), differs (diffère) ou sld",
    "alg_out_count": "Nombre de fiches trouvées",
    "run_qml_only": "Le catalogue a refusé le SLD écrit par QGIS ; le style est publié pour QGIS seul. {why}",
}

LANGUAGES = {"en": EN, "fr": FR}


def sayer(language):
    """`say(key, **values)` in the language that `language()` names at that moment."""

    def say(key, **values):
        words = LANGUAGES.get(language(), EN)
        return words.get(key, EN[key]).format(**values)

    return say


def say(key, **values):
    """In the language of the plugin's settings, for those who have no plugin at hand."""
    from .settings import Settings

    return sayer(Settings().language)(key, **values)
