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
}

LANGUAGES = {"en": EN, "fr": FR}


def sayer(language):
    """`say(key, **values)` in the language that `language()` names at that moment."""

    def say(key, **values):
        words = LANGUAGES.get(language(), EN)
        return words.get(key, EN[key]).format(**values)

    return say
