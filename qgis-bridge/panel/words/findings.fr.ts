/** Les constats du contrôle et du rapport de style, en français : les mêmes clés que backend/src/preflight/words.ts. */
import type { Catalogue, Words } from '../../../backend/src/preflight/words.ts'

const keep = 'QGIS le retrouve ; pour les autres logiciels, choisissez un symbole qu’ils connaissent aussi.'
const data = 'QGIS le retrouve ; pour les autres logiciels, faites des classes ou des règles à valeurs fixes.'
const inQgis = (what: string) => `${what} dans QGIS seulement.`
const elsewhereInvisible = (what: string) =>
  `${what} dans QGIS seulement ; ailleurs la couche reste invisible.`
const unknown = (what: string) => `${what} « {name} » n’est pas connu ici ; seul QGIS le dessine.`
const fromData = (what: string) =>
  `${what} ({name}) vient des données dans QGIS seulement ; ailleurs la valeur est fixe.`

/** Clé → [cause, remède]. */
const sentences: Readonly<Record<string, readonly [cause: string, remedy: string]>> = {
  'LYR-001': [
    'QGIS ne peut pas lire la couche « {name} ».',
    'Réparez sa source (le signe d’avertissement à côté de la couche) ou retirez-la de la liste.',
  ],
  'LYR-002': ['« {name} » est d’un type de couche qui ne peut pas être publié.', 'Retirez-la de la liste.'],
  'LYR-004': ['« {name} » n’a aucune entité.', 'Ne la publiez que si vous voulez un jeu de données vide.'],
  'LYR-005': [
    '« {name} » est une couche temporaire et disparaît à la fermeture de QGIS ; seule la copie publiée restera.',
    'Enregistrez-la dans un fichier si vous voulez continuer à y travailler.',
  ],
  'LYR-006': [
    '« {name} » a des modifications non enregistrées ; elles ne seraient pas publiées.',
    'Enregistrez-les ou abandonnez-les.',
  ],
  'LYR-007': [
    '« {name} » a un filtre ; seules les entités affichées sont publiées.',
    'Retirez le filtre pour toutes les publier.',
  ],
  'LYR-008': [
    '{selected} entités sur {count} sont sélectionnées.',
    'Choisissez « seulement les entités sélectionnées » si les autres ne doivent pas être publiées.',
  ],
  'LYR-009': [
    '« {name} » vient de ce catalogue ({service}) ; la publier copierait ce qui y est déjà.',
    'Publiez la couche d’origine, ou enregistrez d’abord une copie.',
  ],
  'LYR-010': ['« {name} » n’a pas de géométrie ; elle est publiée comme table.', ''],
  'LYR-011': [
    'Les données de « {name} » sont celles du catalogue ; son style et ses métadonnées peuvent être publiés.',
    '',
  ],

  'CRS-001': ['« {name} » n’a pas de système de coordonnées.', 'Choisissez celui de ses coordonnées.'],
  'CRS-002': [
    'Le système de coordonnées de « {name} » ({crs}) n’a pas de code EPSG ; les autres logiciels ne le connaissent pas.',
    'Choisissez-en un du catalogue : la couche est reprojetée à l’export. Ou attribuez le code EPSG qui est réellement le sien.',
  ],
  'CRS-003': [
    '{crs} ne fait pas partie des systèmes de coordonnées utilisés dans ce catalogue ({list}).',
    'La couche sera publiée telle quelle. Reprojetez-la si votre organisation demande l’un de ceux-là.',
  ],
  'CRS-004': ['« {name} » est reprojetée de {crs} vers EPSG:{target} à l’export.', ''],

  'GEO-001': [
    '« {name} » contient des courbes ; la version publiée a des segments droits qui les suivent de près.',
    '',
  ],
  'GEO-002': ['« {name} » a des altitudes (Z) ; elles sont publiées.', ''],
  'GEO-003': [
    '« {name} » a des mesures (M) ; elles ne sont pas publiées.',
    'Mettez-les dans un champ s’il les faut.',
  ],
  'GEO-004': [
    '« {name} » contient des géométries de plusieurs types ; certains logiciels n’en montrent qu’un.',
    'Séparez la couche par type de géométrie si cela importe.',
  ],
  'GEO-005': ['« {name} » est hors de la zone de ce catalogue.', 'Vérifiez son système de coordonnées.'],
  'GEO-006': [
    'Les coordonnées de « {name} » semblent inversées : elle n’est dans la zone de ce catalogue que si l’on échange longitude et latitude.',
    'Échangez-les (outil de traitement « Intervertir les coordonnées X et Y »).',
  ],
  'GEO-007': [
    'Les coordonnées de « {name} » semblent être des degrés, mais son système de coordonnées ({crs}) est en mètres ou en pieds.',
    'Attribuez le système de ces coordonnées, sans doute EPSG:4326.',
  ],
  'GEO-008': [
    'Les coordonnées de « {name} » sont trop grandes pour des degrés, mais son système de coordonnées ({crs}) est en degrés.',
    'Attribuez le système de ces coordonnées.',
  ],

  'NAM-001': [
    'Une autre couche de cette publication aurait le même identifiant ; « {name} » devient « {id} ».',
    'Saisissez un autre identifiant si vous préférez.',
  ],
  'NAM-002': [
    'Le catalogue a déjà une collection « {wanted} » ; « {name} » devient « {id} ».',
    'Saisissez un autre identifiant, ou liez la couche à sa fiche pour remplacer les données.',
  ],
  'NAM-003': [
    'Le nom « {name} » n’a pas de lettres latines pour un identifiant d’adresse ; il devient « {id} ». Les gens voient le nom.',
    'Saisissez un identifiant parlant.',
  ],
  'NAM-004': [
    '« {id} » ne peut pas être l’identifiant d’une collection.',
    'Utilisez des minuscules latines, des chiffres, des tirets et des tirets bas, au plus 63, en commençant par une lettre ou un chiffre.',
  ],
  'NAM-005': ['L’identifiant « {id} » est pris.', 'Saisissez-en un autre.'],

  'FLD-001': [
    'Les champs {fields} ne diffèrent que par les majuscules ; un GeoPackage ne peut pas contenir les deux.',
    'Renommez l’un d’eux ou laissez-le de côté.',
  ],
  'FLD-002': ['Un champ n’a pas de nom.', 'Donnez-lui un nom, pour que l’on sache ce que c’est.'],
  'FLD-003': [
    'Le nom du champ « {field} » a {length} caractères ; beaucoup de logiciels le coupent ou le refusent.',
    'Raccourcissez-le et gardez le nom long comme alias.',
  ],
  'FLD-004': ['Le champ « {field} » contient des données binaires, qui ne sont pas publiées.', ''],

  'RAS-001': [
    '« {name} » est un raster qui ne vient pas d’un fichier ; seuls les rasters d’un fichier se publient.',
    'Enregistrez-le en GeoTIFF (clic droit sur la couche, Exporter › Sauvegarder sous…) et publiez celui-ci.',
  ],
  'RAS-001.service': [
    '« {name} », ce sont des images ou des valeurs d’un serveur ; c’est à ce serveur de les publier.',
    'Entrez l’adresse du serveur comme service web dans les métadonnées de votre fiche. Si les données sont à vous, enregistrez-les en GeoTIFF et publiez celui-ci.',
  ],
  'RAS-002': [
    'Les nombres de « {name} » ({type}) sont d’un type que le catalogue ne prend pas.',
    'Enregistrez-le en GeoTIFF avec des entiers ou des décimaux de 32 bits (outil « Convertir » de Traitement) et publiez celui-ci.',
  ],

  'SIZ-001': [
    '« {name} » est peut-être trop grosse : son fichier fait {size} Mo, et un jeu de données peut faire {limit} Mo.',
    'Continuez : l’export le dira. Si elle est trop grosse, publiez moins de champs ou d’entités, ou demandez à l’administrateur de joindre le fichier.',
  ],
  'SIZ-001.weight': [
    '« {name} » est sans doute trop grosse : environ {size} Mo seraient publiés, et un jeu de données peut faire {limit} Mo.',
    'Publiez moins de champs ou d’entités, ou demandez à l’administrateur de joindre le fichier. Si vous continuez, l’export le dira avant tout envoi.',
  ],
  'SIZ-003': [
    '« {name} » est proche de la limite : environ {size} Mo seraient publiés, et un jeu de données peut faire {limit} Mo.',
    'Continuez : l’export le dira avant tout envoi. Prévoyez moins de champs ou d’entités si le jeu de données grandit.',
  ],
  'SIZ-001.raster': [
    '« {name} » est peut-être trop grand : sans compression il fait {size} Mo, et un jeu de données peut avoir {limit} Mo.',
    'Continuez : il est compressé, et l’export le dit avant tout envoi. S’il est trop grand, publiez-en une partie, ou des cellules plus grossières.',
  ],
  'SIZ-002': [
    '« {name} » est trop grosse : {count} entités demandent au moins {size} Mo, et un jeu de données peut faire {limit} Mo.',
    'Publiez-en une partie, ou demandez à l’administrateur de joindre le fichier.',
  ],

  'MET-001.contacts': [
    'Personne n’est désigné comme responsable des métadonnées ; ce sera vous.',
    'Saisissez une personne ou une organisation.',
  ],
  'MET-001.resourceType': ['Le type de ressource manque ; il découle de la couche.', ''],
  'MET-001.title': [
    'Le titre manque ; il est tiré du nom de la couche.',
    'Saisissez un titre compréhensible.',
  ],
  'MET-001.dates': [
    'Le jeu de données n’a pas de date ; la date du jour est inscrite comme date de publication.',
    'Saisissez quand il a été créé ou révisé.',
  ],
  'MET-001.abstract': [
    'Le résumé manque ; une phrase sur les champs et les entités est inscrite.',
    'Décrivez en quelques phrases de quoi il s’agit.',
  ],
  'MET-001.pointsOfContact': [
    'Personne n’est désigné pour répondre sur les données ; ce sera vous.',
    'Saisissez une personne ou une organisation.',
  ],
  'MET-001.resourceLanguage': [
    'La langue des données manque ; « indéterminée » est inscrit.',
    'Choisissez-la.',
  ],
  'MET-001.topicCategories': [
    'Le thème manque ; il est deviné d’après le titre.',
    'Choisissez-en au moins un.',
  ],
  'MET-001.crs': [
    'Le système de coordonnées manque dans les métadonnées ; celui de la couche est inscrit.',
    '',
  ],
  'MET-001.lineageStatement': [
    'La provenance des données manque ; il sera dit que rien n’est consigné.',
    'Dites d’où viennent les données et comment elles ont été faites.',
  ],
  'MET-001.useConditions': [
    'Les conditions d’utilisation manquent ; « Unknown » est inscrit.',
    'Indiquez-les ; saisissez « No conditions » s’il n’y en a pas.',
  ],
  'MET-001.accessConditions': [
    'Les conditions d’accès manquent ; « Unknown » est inscrit.',
    'Indiquez-les ; saisissez « No conditions » s’il n’y en a pas.',
  ],
  'MET-001': ['« {field} » manque dans les métadonnées.', 'Saisissez-le.'],
  'MET-002': ['{message}', ''],
  'MET-002.contact-unnamed': [
    'Un contact n’a ni nom ni organisation.',
    'Saisissez l’un des deux, ou supprimez le contact.',
  ],
  'MET-003': [
    'Le contact « {contact} » n’a pas d’adresse électronique ; personne ne peut le joindre.',
    'Saisissez l’adresse, ou supprimez le contact.',
  ],
  'MET-004': ['{message}', ''],

  'LNK-001': [
    '« {name} » et {others} ont été publiées comme la même fiche ; chacune écraserait l’autre.',
    'Publiez l’une d’elles, ou oubliez le lien des autres.',
  ],
  'LNK-002': [
    'La fiche comme laquelle « {name} » a été publiée n’existe plus, ou vous n’y avez pas accès ; il s’en créerait une nouvelle.',
    'Continuez pour la publier de nouveau, ou demandez à l’administrateur ce qui s’est passé.',
  ],
  'LNK-003': [
    '« {name} » a été publiée auparavant dans un autre catalogue ({server}) ; ici elle devient une nouvelle fiche, et le lien change.',
    '',
  ],
  'LNK-004': [
    'La fiche « {title} » appartient à quelqu’un d’autre ; votre jeton ne permet pas de la publier.',
    'Adressez-vous à son propriétaire ou à un responsable, ou publiez la couche comme nouvelle fiche.',
  ],
  'LNK-005': [
    'La fiche « {title} » ne peut pas être publiée dans son état « {state} ».',
    'Demandez à l’administrateur de terminer l’examen.',
  ],
  'LNK-006': [
    'La fiche « {title} » a été modifiée dans le catalogue (version {found}) depuis que cette couche a été publiée (version {known}).',
    'Regardez ce qui va se passer : ce qui y a été modifié est remplacé par ce que vous publiez.',
  ],
  'LNK-007': [
    'Des entités de « {title} » ont été modifiées dans le catalogue le {day}, après leur publication ; de nouvelles données mettraient fin à ces modifications.',
    'Publiez seulement le style ou les métadonnées ; ou ajoutez la collection à la carte, reportez ses modifications dans votre couche, puis publiez.',
  ],

  'STY-001': [
    '{count} éléments du style sont dessinés presque pareil par les autres logiciels : {examples}.',
    '',
  ],
  'STY-001.one': [
    'Un élément du style est dessiné presque pareil par les autres logiciels : {examples}.',
    '',
  ],
  'STY-002': [
    '{count} éléments du style sont gardés pour QGIS seulement ; les autres logiciels les omettent : {examples}.',
    'Le rapport de style dit quoi choisir à la place.',
  ],
  'STY-002.one': [
    'Un élément du style est gardé pour QGIS seulement ; les autres logiciels l’omettent : {examples}.',
    'Le rapport de style dit quoi choisir à la place.',
  ],
  'STY-003': [
    '{count} éléments du style seraient faux hors de QGIS : {examples}.',
    'Le rapport de style dit que faire.',
  ],
  'STY-003.one': [
    'Un élément du style serait faux hors de QGIS : {examples}.',
    'Le rapport de style dit que faire.',
  ],
  'STY-004': [
    'QGIS ne peut rien écrire de ce style pour les autres logiciels ; il est publié pour QGIS seul, et les autres dessinent la couche à leur façon.',
    'Choisissez un symbole unique, des catégories, des intervalles ou des règles.',
  ],
  'STY-005.missing': [
    'Le fichier de symbole « {asset} » manque sur cet ordinateur.',
    'Retrouvez-le, ou choisissez un autre symbole.',
  ],
  'STY-005.too-large': [
    'Le fichier de symbole « {asset} » est trop gros pour voyager dans le style.',
    'Réduisez-le, ou choisissez un autre symbole.',
  ],
  'STY-006': [
    'La police « {font} » n’est pas installée ici ; vous en voyez une autre.',
    'Installez-la, ou choisissez-en une autre.',
  ],
  'STY-007': [
    'Le style pour les autres logiciels (SLD) fait {size} ko, et le catalogue en accepte {limit} ; il est publié pour QGIS seul.',
    'Intégrez moins d’images dans les symboles, ou de plus petites.',
  ],
  'STY-008': [
    'Le style QGIS fait {size} ko, et le catalogue en accepte {limit}.',
    'Intégrez moins d’images dans les symboles, ou de plus petites.',
  ],

  'STY-101': ['Un symbole unique est le même partout.', ''],
  'STY-102': ['Les catégories sont les mêmes partout.', ''],
  'STY-103': ['Les intervalles sont les mêmes partout.', ''],
  'STY-104': ['Les règles sont les mêmes partout.', ''],
  'STY-105': [
    'Les points superposés sont écartés dans QGIS seulement ; ailleurs ils restent superposés.',
    keep,
  ],
  'STY-106': ['Les points sont regroupés dans QGIS seulement ; ailleurs chacun est dessiné.', keep],
  'STY-107': [elsewhereInvisible('Les entités fusionnées sont dessinées'), keep],
  'STY-108': [elsewhereInvisible('Les polygones inversés sont dessinés'), keep],
  'STY-109': [elsewhereInvisible('La carte de chaleur est dessinée'), keep],
  'STY-110': [elsewhereInvisible('Les bâtiments 2,5D sont dessinés'), keep],
  'STY-111': [elsewhereInvisible('Les symboles venus des entités sont dessinés'), keep],
  'STY-112': ['La couche n’a pas de symboles ; elle est invisible, étiquettes mises à part.', ''],
  'STY-119': [unknown('Le rendu'), keep],
  'STY-121': [
    'La catégorie « {label} » vaut pour {count} valeurs. Cette version de QGIS l’écrit de telle sorte qu’ailleurs elle n’en retient aucune.',
    'Mettez QGIS à jour (3.36 ou plus récent), ou faites une catégorie par valeur.',
  ],
  'STY-122': [
    'La catégorie de toutes les autres valeurs : cette version de QGIS l’écrit de telle sorte qu’ailleurs elle ne retient que les valeurs vides, et les autres restent invisibles.',
    'Mettez QGIS à jour (3.40.1 ou plus récent), ou faites une catégorie par valeur.',
  ],
  'STY-123': [
    'La règle « {label} » vaut pour tout le reste (ELSE) : cette version de QGIS l’écrit de telle sorte qu’ailleurs elle recouvre tout.',
    'Mettez QGIS à jour (3.40.1 ou plus récent), ou écrivez le filtre.',
  ],
  'STY-124': [
    '« {label} » est désactivé dans QGIS mais écrit comme s’il était actif ; les autres le voient.',
    'Supprimez-le, ou activez-le.',
  ],
  'STY-125': [
    'Le filtre de « {label} » utilise {because}, que SLD ne sait pas dire. QGIS omet le filtre, et ailleurs la règle dessine tout.',
    'Filtrez en comparant des champs, ou mettez le résultat de l’expression dans un champ.',
  ],
  'STY-126': [
    'Le filtre de « {label} » utilise des fonctions de QGIS ({functions}) que d’autres logiciels ne connaissent peut-être pas.',
    'Mettez le résultat dans un champ et filtrez avec lui.',
  ],
  'STY-127': [
    'Les classes viennent de l’expression {expression} ; dans le SLD elle passe pour un nom de champ, et ailleurs rien ne correspond.',
    'Mettez le résultat dans un champ et classez avec lui.',
  ],
  'STY-128': [
    'Les niveaux de symboles ordonnent le dessin dans QGIS seulement ; ailleurs les croisements ont un autre aspect.',
    keep,
  ],
  'STY-129': ['L’ordre de dessin des entités n’est gardé que dans QGIS.', ''],
  'STY-130': [
    'Les symboles grandissent avec l’échelle (échelle de référence) dans QGIS seulement ; ailleurs ils gardent leur taille.',
    keep,
  ],

  'STY-201': ['Le symbole « {mark} » est le même partout.', ''],
  'STY-202': [
    'Le symbole « {mark} » est propre à QGIS ; les autres logiciels dessinent le plus proche qu’ils aient.',
    keep,
  ],
  'STY-203': ['Le symbole SVG est intégré ; les autres logiciels le montrent s’ils savent le dessiner.', ''],
  'STY-204': [
    'Le symbole SVG « {file} » est un fichier de votre ordinateur ; les autres ne le voient que s’ils l’ont aussi.',
    'Intégrez le fichier dans le symbole.',
  ],
  'STY-205': [
    'Le symbole est une lettre de la police « {font} » ; les autres ne le voient que s’ils ont la police.',
    keep,
  ],
  'STY-206': [
    'Les ellipses sont dessinées par les logiciels qui connaissent cette extension de QGIS ; les autres dessinent des cercles.',
    keep,
  ],
  'STY-207': [inQgis('Les marqueurs remplis sont dessinés'), keep],
  'STY-208': [inQgis('Les marqueurs image sont dessinés'), keep],
  'STY-209': [inQgis('Les marqueurs animés sont dessinés'), keep],
  'STY-210': [inQgis('Les marqueurs de champ de vecteurs sont dessinés'), keep],
  'STY-211': [inQgis('Les masques sont dessinés'), keep],
  'STY-212': ['La ligne simple est la même partout.', ''],
  'STY-213': [
    'Les marqueurs le long de la ligne sont dessinés ailleurs aussi, à des places un peu différentes.',
    '',
  ],
  'STY-214': [inQgis('Les lignes hachurées sont dessinées'), keep],
  'STY-215': [inQgis('Les flèches sont dessinées'), keep],
  'STY-216': [inQgis('Les lignes interpolées sont dessinées'), keep],
  'STY-217': [inQgis('Les lignes raster sont dessinées'), keep],
  'STY-218': [inQgis('Les lignes en dégradé sont dessinées'), keep],
  'STY-219': [inQgis('Les lignes remplies sont dessinées'), keep],
  'STY-220': [inQgis('Le référencement linéaire est dessiné'), keep],
  'STY-221': ['Le remplissage simple est le même partout.', ''],
  'STY-222': [
    'Le motif de remplissage « {pattern} » est dessiné ailleurs aussi, avec un autre espacement.',
    '',
  ],
  'STY-223': ['Les motifs de lignes sont dessinés ailleurs aussi, avec un espacement un peu différent.', ''],
  'STY-224': ['Les motifs de points sont dessinés ailleurs aussi, avec un espacement un peu différent.', ''],
  'STY-225': ['Le symbole au centroïde est le même partout.', ''],
  'STY-226': [
    'Le remplissage SVG est intégré ; les autres logiciels le montrent s’ils savent le dessiner.',
    '',
  ],
  'STY-227': [
    'Le remplissage SVG « {file} » est un fichier de votre ordinateur ; les autres ne le voient que s’ils l’ont aussi.',
    'Intégrez le fichier dans le symbole.',
  ],
  'STY-228': [inQgis('Les remplissages dégradés sont dessinés'), keep],
  'STY-229': [inQgis('Les remplissages suivant la forme sont dessinés'), keep],
  'STY-230': [inQgis('Les remplissages de marqueurs aléatoires sont dessinés'), keep],
  'STY-231': [inQgis('Les remplissages image sont dessinés'), keep],
  'STY-232': [inQgis('Les géométries générées sont dessinées'), keep],
  'STY-239': [unknown('Le type de symbole'), keep],
  'STY-241': [
    'Les tailles en unités de carte ({sizes}) sont écrites en pixels, et ailleurs elles sont fausses.',
    'Choisissez des millimètres, des points ou des pixels.',
  ],
  'STY-242': [
    'La couche de symbole est désactivée dans QGIS mais écrite comme si elle était active ; les autres la voient.',
    'Supprimez-la, ou activez-la.',
  ],
  'STY-243': [
    'L’opacité de tout le symbole ({percent} %) n’est gardée que dans QGIS ; ailleurs il est opaque.',
    'Rendez plutôt transparentes les couleurs du symbole.',
  ],
  'STY-244': ['Les bouts de ligne coupés ne le sont que dans QGIS ; ailleurs la ligne est entière.', keep],
  'STY-245': [
    'Les lignes sur certains anneaux seulement ne sont dessinées ainsi que dans QGIS ; ailleurs sur tous les anneaux.',
    keep,
  ],
  'STY-246': ['Les tirets commencent ailleurs à une autre place de la ligne.', ''],
  'STY-247': [
    'Le contour est dessiné à l’intérieur du polygone dans QGIS seulement ; ailleurs sur son bord.',
    '',
  ],
  'STY-248': [
    'Les marqueurs à plusieurs sortes de places sont dessinés par les logiciels qui connaissent cette extension de QGIS.',
    '',
  ],
  'STY-249': [inQgis('L’animation tourne'), ''],

  'STY-301': [
    'Les étiquettes du champ « {field} » sont dessinées partout ; leurs places exactes varient d’un logiciel à l’autre.',
    '',
  ],
  'STY-302': [
    'Les étiquettes du champ « {field} » sont dessinées partout ; leurs places exactes varient d’un logiciel à l’autre.',
    '',
  ],
  'STY-309': [unknown('L’étiquetage'), keep],
  'STY-311': [
    'L’étiquette est l’expression {expression} ; QGIS écrit à la place le mot « Placeholder », et les autres voient ce mot.',
    'Mettez le texte dans un champ et étiquetez avec lui.',
  ],
  'STY-312': ['La police « {font} » n’est utilisée ailleurs que là où elle est installée.', ''],
  'STY-313': [
    'La taille du texte est en unités de carte mais écrite en pixels, et ailleurs elle est fausse.',
    'Choisissez des points, des millimètres ou des pixels.',
  ],
  'STY-314': ['Le halo des étiquettes est le même partout.', ''],
  'STY-315': ['Le fond des étiquettes a d’autres couleurs ailleurs.', keep],
  'STY-316': [inQgis('Les ombres des étiquettes sont dessinées'), keep],
  'STY-317': [inQgis('Les traits de rappel sont dessinés'), keep],
  'STY-318': [inQgis('Les masques d’étiquettes sont dessinés'), keep],
  'STY-319': [inQgis('Les étiquettes passent à la ligne'), ''],
  'STY-320': [inQgis('Les nombres des étiquettes sont mis en forme'), data],
  'STY-321': [inQgis('Les symboles de direction des étiquettes sont dessinés'), ''],
  'STY-322': [
    'Majuscules et minuscules ne sont changées ailleurs que par les logiciels qui savent le faire.',
    '',
  ],
  'STY-323': [inQgis('Les petites capitales et les initiales en majuscule sont faites'), ''],
  'STY-324': [inQgis('L’espacement des lettres et des mots est gardé'), ''],
  'STY-325': [
    'Les étiquettes mises en forme (HTML) sont dessinées dans QGIS seulement ; ailleurs on voit les balises.',
    'Étiquetez avec du texte simple.',
  ],
  'STY-326': [inQgis('Les substitutions de texte sont faites'), data],
  'STY-327': ['Le texte vertical est dessiné dans QGIS seulement ; ailleurs il est horizontal.', ''],
  'STY-328': ['Les étiquettes d’une géométrie générée sont ailleurs sur l’entité elle-même.', ''],
  'STY-329': [inQgis('Les limites de taille d’affichage des étiquettes agissent'), ''],
  'STY-330': [
    'Les étiquettes sont au format de QGIS 2, dont aucun SLD n’est écrit.',
    'Ouvrez le style dans QGIS 3 et enregistrez-le de nouveau.',
  ],
  'STY-331': [
    'La règle d’étiquetage « {label} » est désactivée dans QGIS, mais peut être écrite comme si elle était active.',
    'Supprimez-la, ou activez-la.',
  ],
  'STY-339': ['Le réglage d’étiquette « {name} » n’est pas connu ici ; seul QGIS en tient compte.', ''],
  'STY-341': ['Les étiquettes autour des points sont ailleurs d’un autre côté.', ''],
  'STY-342': ['Les étiquettes sur les points sont placées pareil partout.', ''],
  'STY-343': ['Les étiquettes le long des lignes sont placées pareil partout.', ''],
  'STY-344': [
    'Les étiquettes courbes sont dessinées par les logiciels qui connaissent cette extension de QGIS ; les autres les dessinent droites.',
    '',
  ],
  'STY-345': ['Les étiquettes horizontales des polygones sont ailleurs au centre.', ''],
  'STY-346': ['Les étiquettes libres (inclinées) des polygones sont ailleurs horizontales, au centre.', ''],
  'STY-347': ['Les étiquettes aux positions cartographiques sont ailleurs d’un seul côté.', ''],
  'STY-348': ['Les étiquettes le long des contours sont dessinées ailleurs sans courbes.', ''],
  'STY-349': ['Les étiquettes hors des polygones sont ailleurs à l’intérieur.', ''],
  'STY-350': [
    'Le placement « {name} » n’est pas connu ici ; ailleurs les étiquettes sont là où le logiciel les met.',
    '',
  ],

  'STY-401': [inQgis('Les diagrammes sont dessinés'), ''],
  'STY-402': [inQgis('Les diagrammes sont dessinés'), ''],
  'STY-403': [inQgis('Les diagrammes sont dessinés'), ''],

  'STY-501': ['Le symbole lui-même est dessiné partout.', ''],
  'STY-502': [inQgis('Les ombres portées sont dessinées'), ''],
  'STY-503': [inQgis('Les ombres internes sont dessinées'), ''],
  'STY-504': [inQgis('Les lueurs externes sont dessinées'), ''],
  'STY-505': [inQgis('Les lueurs internes sont dessinées'), ''],
  'STY-506': [inQgis('Les flous sont dessinés'), ''],
  'STY-507': [
    'Les effets de couleur sont dessinés dans QGIS seulement ; ailleurs on voit les couleurs simples.',
    '',
  ],
  'STY-508': [
    'Les symboles transformés sont dessinés dans QGIS seulement ; ailleurs ils sont sur l’entité.',
    '',
  ],
  'STY-509': [inQgis('Les effets dans des effets sont dessinés'), ''],
  'STY-519': [unknown('L’effet'), ''],
  'STY-521': [
    'L’opacité de la couche ({percent} %) n’est gardée que dans QGIS ; ailleurs elle est opaque.',
    'Rendez plutôt transparentes les couleurs des symboles.',
  ],
  'STY-522': [inQgis('Le mode de fusion de la couche ({mode}) est dessiné'), ''],
  'STY-523': [inQgis('Le mode de fusion des entités ({mode}) est dessiné'), ''],
  'STY-524': [inQgis('Le mode de fusion des étiquettes ({mode}) est dessiné'), ''],
  'STY-531': [inQgis('La vue 3D est dessinée'), ''],

  'STY-601': [fromData('La taille'), data],
  'STY-602': [fromData('La couleur'), data],
  'STY-603': [fromData('L’opacité'), data],
  'STY-604': [fromData('La forme'), data],
  'STY-605': [fromData('La position ou la rotation'), data],
  'STY-606': [fromData('L’aspect du texte'), data],
  'STY-607': [
    'Si l’élément est dessiné ({name}), les données en décident dans QGIS seulement ; ailleurs il l’est toujours.',
    data,
  ],
  'STY-608': [inQgis('L’effet ({name}) vient des données'), data],
  'STY-611': ['La rotation du marqueur vient des données partout.', ''],
  'STY-619': ['« {name} » vient des données dans QGIS seulement ; ailleurs la valeur est fixe.', data],

  'STY-701': [
    'Les bandes en rouge, vert et bleu sont dessinées partout, avec un contraste un peu différent.',
    '',
  ],
  'STY-702': ['Les niveaux de gris sont dessinés partout, avec un contraste un peu différent.', ''],
  'STY-703': ['Les couleurs par valeur sont les mêmes partout.', ''],
  'STY-704': ['Les couleurs par classe sont les mêmes partout.', ''],
  'STY-705': ['L’ombrage est dessiné ailleurs avec un autre éclairage.', ''],
  'STY-706': [inQgis('Les courbes de niveau sont dessinées'), keep],
  'STY-707': [inQgis('Les couleurs gardées dans le raster sont dessinées'), keep],
  'STY-708': [inQgis('La couleur unique du raster est dessinée'), keep],
  'STY-709': [unknown('Le rendu'), keep],
  'STY-711': [
    'Luminosité, contraste et gamma sont changés par les logiciels qui connaissent cette extension de QGIS.',
    '',
  ],
  'STY-712': [
    'Teinte et saturation sont changées par les logiciels qui connaissent cette extension de QGIS.',
    '',
  ],
  'STY-713': [
    'Les valeurs rendues transparentes ne le sont que dans QGIS.',
    'Déclarez-les comme valeurs nulles dans le fichier.',
  ],
}

const catalogue: Record<string, Words> = {}
for (const key of Object.keys(sentences)) {
  const [cause = '', remedy = ''] = sentences[key] ?? []
  catalogue[key] = { cause, remedy }
}

export const frenchFindings: Catalogue = catalogue
