"""The words by which a sentence betrays what it is, French and English: data for `passages`. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What gives a feature away in one language: words, phrases, and how a sentence may not open."""

    marks: frozenset[str]  # words so common that they tell the language
    words: Mapping[str, str]
    phrases: tuple[tuple[str, str], ...]
    leaning: re.Pattern[str]  # openings that lean on the sentence before
    standing: re.Pattern[str]  # the exceptions
    pointing: re.Pattern[str]  # a word early on for what was named before
    finite: re.Pattern[str]  # what shows that there is a verb
    hanging: re.Pattern[str]  # an "it", « les », after the subject: what it is was said before


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _by_word(**features: str) -> dict[str, str]:
    return {word: feature for feature, words in features.items() for word in words.split()}


def _by_phrase(**features: str) -> tuple[tuple[str, str], ...]:
    return tuple((part, feature) for feature, parts in features.items() for part in parts.split("|"))


ENGLISH: Final = Lexicon(
    marks=_set(
        "the and of to is that it with was for you my are have this not be i i' it' i'm we they but what just at by "
        "our your his her their there when how from has had been all who so don' can' didn' that' he she up about"
    ),
    words=_by_word(
        self="i i'm i've i'd i'll my me myself mine",
        together="we we're we've we'd our us ourselves",
        discovery="realised realized realise realize learned learnt learning discovered discover "
        "noticed notice understood understand wonder wondered wondering remember remembered "
        "surprised surprising surprise imagine imagined forgot forgotten forget admit regret "
        "recognise recognize realisation realization suddenly lesson believe believed thought",
        feeling="love loved loves fear fears afraid joy joyful quiet lonely loneliness alone lost proud "
        "pride delight delighted delightful beauty beautiful tender tenderness ashamed shame "
        "grateful gratitude hope hopeful sad sadness happy happiness angry anger tired calm "
        "peace peaceful curious curiosity nostalgia nostalgic longing kindness kind gentle "
        "gently courage brave trust comfort comforting patience patient pleasure silence "
        "fragile stubborn laugh laughed laughing cry cried smile smiled worried cared hurt "
        "hurts magic magical wonderful strange enjoy enjoyed frustrating frustrated boring "
        "bored satisfying satisfaction obsessed messy honest honesty weird miss",
        image="hand hands light rain smell window garden kitchen tree trees sea river morning night "
        "dust snow wind sky door street mountain mountains bread coffee bird birds sun sunlight "
        "winter summer autumn water stone fire leaf leaves road train ink voice breath skin eyes "
        "heart shadow dream dreams child children kid kids mother father dad mum mom parents "
        "grandmother grandfather daughter son sister brother wife husband forest field hill bed "
        "wood wooden notebook pencil shoulder mouth face fingers feet ocean beach cat dog soil "
        "seeds flower flowers soup moon stars house home",
        people="people friend friends family neighbour neighbours neighbor neighbors life lives world human "
        "humans humanity stranger strangers community everyone anyone nobody someone ourselves childhood",
        contrast="but yet although though whereas despite unlike instead",
        jargon="function functions server servers api apis config configuration database databases compile "
        "compiler install installed kernel repo repository docker container containers kubernetes "
        "cluster json yaml xml html css framework runtime deployment deploy cache query queries "
        "endpoint algorithm algorithms python javascript typescript linux ubuntu windows version "
        "versions plugin parameter parameters variable variables class classes method methods string "
        "strings integer array arrays pointer pointers metadata backend frontend file files directory "
        "folder command commands script scripts client clients request requests code module modules "
        "package packages library libraries bug bugs data user users software app apps feature features "
        "optimization implementation syntax type types object objects template templates memory byte "
        "bytes interface default branch commit tests node nodes token tokens gpu cpu",
        marketing="amazing awesome incredible incredibly powerful seamless seamlessly leverage innovative "
        "revolutionary cutting-edge game-changing robust highest quality-driven solution solutions "
        "unlock empower exciting excited ultimate stunning easily customers customer businesses brand "
        "brands market markets stakeholders productivity ecosystem thrilled industry",
        speech="said says told tells according reported announced explained argues argued claims claimed "
        "stated writes spokesperson spokesman interview officials president minister government",
        about="conversation discuss discusses discussed post posts article articles blog newsletter video "
        "videos episode episodes podcast section chapter tutorial series essay readers guide screenshot "
        "slides webinar",
        reader="you your you'll you're you've yours",
        later="tomorrow upcoming soon forthcoming",
    ),
    phrases=_by_phrase(
        discovery=" turns out| used to | changed my mind|dawned on|came to see| no longer | it took me |"
        "until i | struck me",
        heart="what matters|the hardest|the point of|the point is| the real |the best part|the truth is|the "
        "only way|the thing about|isn't about|is not about|what makes| worth |the more | the joy of|the "
        "beauty of|the secret|matters more|matters most|what i | means to | sense of | kind of freedom|"
        "we need | the problem with",
        contrast=" rather than | not just | even if | even though | not because | isn't | is not |, not ",
        likeness=" like a | like an | as if | as though | feels like | felt like ",
        points="as above|the former|the latter| as such ",
        later=" will be | i'll | next week| next post|coming weeks|coming months| going to ",
        about="want to share|wanted to share|worth sharing|let me explain|like to share|to share with|i'll "
        "explain|walk you|touch on|i'll show|i will show|i will describe|we will see|i'll talk about",
        orders=" please |don't worry| have a look| check out",
        reader=" you can | you need | you should | you want | make sure",
    ),
    leaning=re.compile(
        r"(?:however|moreover|furthermore|therefore|thus|hence|otherwise|nevertheless|nonetheless|meanwhile|"
        r"similarly|likewise|consequently|additionally|also|too|then|such|he|she|they|him|her|them|his|"
        r"their|its?|it['’]s|it['’]ll|he['’]s|she['’]s|they['’](?:re|ve)|which|whose|those|these|this|that|"
        r"that['’]s|this['’]ll|and|but|so|or|nor|yet|plus|not (?:because|only|just|that|even)|anyway|"
        r"besides|first|firstly|second|secondly|third|thirdly|next|lastly|finally|another|both|neither|none|"
        r"here|here['’]s|because|instead|indeed|still|again|other|others|again|same|hi|hello|hey|welcome|"
        r"thanks|thank|sure|yes|no|well|ok|okay|right|especially|including|what a|as a result|in fact|for "
        r"(?:example|instance|this|that)|in addition|on the (?:other|contrary)|in other words|at (?:the "
        r"same|that|this)|in (?:this|that|these|such|both|each) |by contrast|after (?:that|this)|with "
        r"(?:this|that)|one of (?:these|those|them)|of course|basically|in (?:others|another|some cases)|to "
        r"(?:do|that|this)|all of (?:this|these)|some of (?:these|those)|as (?:such|you|we|mentioned|noted|"
        r"i said)|there['’]s|once (?:this|that))\b",
        re.IGNORECASE,
    ),
    standing=re.compile(
        r"(?:(?:this|that|these|those) (?:year|morning|evening|week|month|summer|winter|spring|autumn|fall|"
        r"days|blog)\b|(?:it['’]s|it (?:is|was|takes|took|seems|feels|felt|would|can|turns)) .*\b(?:to|"
        r"that)\b|it (?:rained|rains|snowed)|no(?:| one| matter| amount)\b(?!,)|such (?:a|is)\b|other "
        r"people|both my|because .*,|so many|so much|still (?!,)|first time|there['’]s|what a|then i |here "
        r"i |in (?:this|that|each) (?:world|country|city|life|age|way of)|yes.* i |finally i |again and "
        r"again)",
        re.IGNORECASE,
    ),
    pointing=re.compile(
        r"(?:[\w'-]+ ){1,3}(?:this|that|it|them|these|those|he|she|they|his|her|their)(?:,| (?:is|was|and|"
        r"for|in|to|would|had)\b)|(?:if|when|as|once|while|after|before|since|though|although|despite|"
        r"because|to \w+|with|without|from|for) (?:this|that|these|those|he|she|they|it)\b(?! (?:rain|snow|"
        r"was (?:rain|snow)|take|took))"
    ),
    finite=re.compile(
        r"\b(?:is|are|was|were|am|be|has|have|had|do|does|did|can|could|will|would|should|may|might|must|"
        r"cannot|makes?|made|gets?|got|takes?|took|gives?|gave|goes|went|comes?|came|feels?|felt|needs?|"
        r"means?|keeps?|kept|let|i|we|they|he|she|it|you|who|people)\b|'(?:s|re|ve|d|ll|m)\b|n't\b"
    ),
    hanging=re.compile(
        r"(?:i|we)(?:'(?:ve|d|ll))?(?: (?!(?:that|this|it|a|an|the|my|our|his|her|their|your|some|no|what|how)\b)"
        r"[\w'-]+){1,5} (?:them\b(?! (?:who|that|which))|it(?= ?[.,;:!?]| (?:once|twice|again|all|every|for|to|with|at|"
        r"in|on|from|by|into|over|down|up|out|away|back|last|yesterday|today|because|until|as|and|but|so|without|"
        r"before|after|myself|ourselves|too|anyway|then|there|home|slowly|aloud|not|since|more|here)\b)|(?:this|that)"
        r"(?= ?[.!?]| (?:twice|again|because|too|anyway|yesterday)\b))"
    ),
)

FRENCH: Final = Lexicon(
    marks=_set(
        "le la les des une un est que qui dans pour pas je nous vous avec et du au sur j' l' d' c' qu' n' s' m' ce "
        "cette ces mon ma mes ton ta tes son sa ses il elle ils elles ne se ça mais où très aux sont suis ai était "
        "avait fait tout tous bien chez sans plus moi toi leur notre votre de tu y"
    ),
    words=_by_word(
        self="je j me m mon ma mes moi mien mienne moi-même",
        together="nous notre nos on",
        discovery="compris comprends comprendre découvert découvre découvrir appris apprends apprendre "
        "remarqué remarque souviens souvient souvenir souvenirs étonné étonnée étonne "
        "étonnant surpris surprise surprend réalisé réalise aperçu aperçois imagine imaginais "
        "oublié oublie oublier avoue regrette reconnais croyais croyait pensais leçon soudain "
        "doute comprenais appréhende rêvé retrouvé redécouvert",
        feeling="aime aimé aimée aimer amour peur peurs joie joies joyeux joyeuse tendresse tendre "
        "honte fier fière fierté heureux heureuse bonheur triste tristesse seul seule seuls "
        "solitude silence silencieux silencieuse doux douce douceur beau belle beauté calme "
        "paix curieux curieuse curiosité nostalgie courage confiance patience patient plaisir "
        "plaisirs fragile fragiles têtu sourire souri rire ri pleuré pleurer fatigue fatigué "
        "fatiguée ému émue émotion colère espoir espère espérer inquiet inquiète manque manqué "
        "reconnaissance reconnaissant gratitude ennui liberté libre étrange envie adore "
        "apprécie chance mélancolie bien-être sincère sincérité vertige apaise",
        image="main mains lumière pluie odeur odeurs fenêtre jardin jardins cuisine arbre arbres mer rivière "
        "matin matins nuit nuits soir poussière neige vent ciel porte rue montagne pain café oiseau "
        "oiseaux soleil hiver été automne printemps eau pierre pierres feu feuille feuilles route train "
        "encre voix souffle peau yeux cœur coeur ombre rêve rêves enfant enfants mère père maman papa "
        "parents grand-mère grand-père fille fils sœur frère forêt champ colline lit bois carnet crayon "
        "épaule bouche visage doigts pieds pied plage chat chien terre graines fleur fleurs soupe lune "
        "étoiles maison haie haies flaques table vélo",
        people="gens ami amie amis amies famille voisin voisine voisins voisines vie vies monde humain "
        "humaine humains humanité inconnu inconnue inconnus enfance personne chacun chacune "
        "ensemble quelqu'un autrui",
        contrast="mais pourtant malgré quoique tandis",
        jargon="fonction fonctions serveur serveurs api configuration base compiler compilateur installer "
        "installé noyau dépôt docker conteneur conteneurs json yaml xml html css framework déploiement "
        "cache requête requêtes algorithme algorithmes python javascript linux ubuntu windows version "
        "versions extension paramètre paramètres variable variables classe classes méthode chaîne "
        "tableau pointeur métadonnées fichier fichiers dossier commande commandes script scripts client "
        "clients module modules paquet paquets bibliothèque bug bugs données utilisateur utilisateurs "
        "logiciel logiciels application applications fonctionnalité fonctionnalités implémentation "
        "syntaxe type types objet objets mémoire octets interface branche commit tests nœud jeton "
        "système systèmes",
        marketing="incroyable incroyables incroyablement révolutionnaire puissant puissante innovant "
        "innovante innovation solution solutions leader incontournable exceptionnel "
        "exceptionnelle unique facilement booster optimiser performant performante marque "
        "marques marché stratégie productivité ultime",
        speech="selon déclaré déclare affirme affirmé annoncé annonce expliqué indiqué souligne souligné "
        "estime précise ministre président gouvernement porte-parole interview",
        about="article articles billet billets blog newsletter infolettre vidéo vidéos épisode épisodes "
        "podcast section chapitre tutoriel série lecteurs lectrices guide",
        reader="vous votre vos tu ton ta tes toi",
        later="demain bientôt prochainement prochain prochaine prochains prochaines",
    ),
    phrases=_by_phrase(
        discovery="rendu compte|rends compte|rend compte|changé d'avis|il m'a fallu|jusqu'au jour|n'ai "
        "plus|je ne savais pas|m'a appris|m'apprend|ne plus | s'avère",
        heart="l'essentiel|le plus difficile|le plus dur|le plus beau|ce qui compte|ce qui importe|le vrai |"
        "la vraie |au fond|il suffit|ce que j|ce qui me|ce qui m'|c'est peut-être|à quoi bon|le secret|"
        "vaut la peine|le sens de|on a besoin|a du sens|faire sens|l'important",
        contrast=" plutôt que | plutôt qu'| alors que | alors qu'| non pas | même si |non plus |au lieu "
        "d| ce n'est pas | sans ",
        likeness=" comme un | comme une | comme si | comme des | comme on |l'impression d",
        points="celui-ci|celle-ci|ceux-ci|celles-ci|ce dernier|cette dernière|ces derniers",
        later=" je vais | nous allons | on va |la semaine prochaine",
        about="je vous invite|je vous laisse|je vais vous|j'ai partagé|vous faire découvrir|voici |à vous "
        "présenter|je dois d'abord",
        orders=" veuillez | merci de | jetez un",
        reader=" vous pouvez | vous devez | il faut que vous | assurez-vous|n'hésitez",
    ),
    leaning=re.compile(
        r"(?:mais|et|or|ou|donc|ainsi|cela|ça|ceci|celui|celle|ceux|celles|ils?|elles?|lui|leurs?|ces?|cet|"
        r"cette|son|sa|ses|ensuite|puis|enfin|pourtant|cependant|toutefois|néanmoins|car|bref|alors|aussi|"
        r"également|autrement|sinon|parallèlement|inversement|voil[àa]|voici|là|y|dont|idem|oui|non|bon|"
        r"bonjour|salut|coucou|merci|bienvenue|d['’]ailleurs|d['’]abord|d['’]où|d['’]autres|l['’]autre|"
        r"c['’](?:est|était|étaient|en)|qu['’](?:il|elle|on)|quant|premièrement|deuxièmement|par exemple|"
        r"par contre|par conséquent|en effet|en revanche|en conséquence|en outre|en d['’]autres|en (?:ce|"
        r"cela)|de plus|de même|de ce|du coup|au contraire|à l['’]inverse|à noter|à ce|dans ce|pour (?:ce|"
        r"cela|rappel)|tout (?:ça|cela)|après (?:ça|cela)|malgré cela|pas (?:de|du)|parce|certes|"
        r"effectivement|finalement|surtout)\b(?!-)",
        re.IGNORECASE,
    ),
    standing=re.compile(
        r"(?:(?:cette (?:année|semaine|nuit|fois)|cet (?:été|hiver|automne|après-midi)|ce (?:matin|soir|"
        r"week-end|mois|printemps))\b|il (?:y (?:a|avait|aura|eut)|faut|fallait|faudra|faudrait|suffi\w+|"
        r"fai\w+ |ple\w+|pleut|neige\w*|m['’]\w+|me |nous |reste|existe|est (?:rare|difficile|facile|temps|"
        r"important|possible|bon|doux|beau|étrange)|n['’]y a)|c['’](?:est|était) .*\b(?:que?|qu['’]\w+|qui|"
        r"de|d['’]\w+|quand|en)\b|ce (?:qui|que|qu['’]|dont|n['’]est pas .*(?:mais|que|c['’]est))|ou(?:i|"
        r"bli)\w*-|son(?:ger|ner)|ceux qui|celles (?:et ceux )?qui|celui qui|celle qui|celles et ceux|et si "
        r"|tout ce|ça fait|parce que .*,)",
        re.IGNORECASE,
    ),
    pointing=re.compile(r"(?:[\w'-]+ ){1,3}(?:cela|ça|ceci|elles?|ils)\b"),
    finite=re.compile(
        r"\b(?:se|s|est|sont|était|étaient|sera|seront|serait|ai|as|a|ont|avons|avez|avait|avaient|aura|"
        r"suis|sommes|êtes|fut|soit|peut|peuvent|doit|faut|fait|font|va|vont|vient|reste|dit|semble|je|j|on|"
        r"nous|vous|tu|il|ils|elle|elles|c|ce|qui)\b"
    ),
    hanging=re.compile(
        r"(?:(?:alors|hier|puis|maintenant|aujourd'hui|ce matin|ce soir|longtemps|souvent|parfois),? )?(?:(?:je|tu|"
        r"on|nous|vous) (?:ne |n'|me |m'|te |t'|se |s'|nous |vous )*(?:(?:les?|la|lui|leur|en|y) |l')|j'(?:en|y) )"
        r"(?!(?:ai )?(?:marre|avoue|assez de)\b)"
    ),
)

# Words of our neighbours' languages that are neither French nor English: many of them, and it is neither.
OTHERS: Final = _set(
    "el los las una por con del más está para como pero muy lo che di è per della gli sono anche um uma não com é "
    "da em das der ist nicht ein eine ich mit von zu den auf für dem sich het een van ik niet dat op voor zijn och att "
    "det som på är og å ikke się nie jest mi"
)

# Sentences that belong to the page, not to the author's thought; matched in lower case, apostrophes straight.
BOILERPLATE: Final = re.compile(
    r"feel free|n'hésitez|forward (?:it|this) to|this week's (?:issue|post|episode|newsletter)|this link|ce "
    r"lien|pull requests?|\bdonat|\bfaire un don|need your help|besoin de votre aide|soutenez|support (?:us|"
    r"me)\b|sponsor|\b(?:is|was) an? (?:\w+ ){0,2}(?:professor|author of|writer based|freelance|journalist|"
    r"co-founder|founder|consultant|speaker)\b|newsletter|infolettre|subscri(?:be|ption)|\bunsubscribe|"
    r"patreon|ko-fi|liberapay|tipeee|buy me a coffee|crowdfund|kickstarter|\bcookies? (?:policy|consent|"
    r"notice|banner)|(?:accept|utilis|use)\w* (?:of |the |our |les |des )*cookies|appeared first on|first "
    r"(?:published|appeared)|originally (?:published|appeared|posted)|paru (?:initialement|à l'origine)|est "
    r"(?:apparu|paru) en premier|like to thank|(?:tiens à|voudrais|veux) (?:vous )?remercier|(?:pleased|"
    r"delighted|happy|excited|thrilled) to (?:announce|introduce)|all rights reserved|tous droits réservés|"
    r"copyright|creative commons|licen[cs]ed? under|sous licence|affiliate|affilié|sponsor|\bshare (?:this|"
    r"it|on)\b|partage[rz] (?:cet|ce|sur)|click (?:here|on|the)|clique[rz] |read more|continue reading|lire "
    r"la suite|en savoir plus|abonne[rz]?[ -]|désabonn|s'inscrire|inscri(?:vez|ption)|sign up|follow (?:me|"
    r"us)\b|suive[zs][ -](?:moi|nous)|leave (?:a|me a) (?:comment|reply)|(?:laissez|dites)[ "
    r"-].{0,20}commentaire|comments? (?:below|section|are)|dans les commentaires|(?:^|\W)(?:edit|update|"
    r"updated|disclaimer|disclosure|tl;dr|tldr|ps|p\.s|nb|n\.b|mise à jour|màj|source|sources|crédits?|"
    r"photos?|image|tags?|via|posted (?:on|by|in)|published (?:on|by|in)|publié (?:le|par)|written by|écrit "
    r"par|translated by|traduit par) ?[ \u00a0\u202f]?:|photo(?:graph)? (?:by|credit)|crédit photo|stay "
    r"tuned|see you (?:next|soon|there)|à bientôt|bonne lecture|thanks? (?:you )?(?:to|for|so)\b|\bhope "
    r"(?:you|this|that you)\b|drop me|our (?:supporters|sponsors|patrons)|j'espère (?:que (?:vous|cet|ce)|"
    r"vous)|merci (?:à|pour|de|d'avance)|\bin this (?:post|article|episode|tutorial|video|blog|issue|"
    r"section|chapter|series|guide|essay)|this (?:post|article|blog|website|page|tutorial|is a guest)\b|"
    r"(?:dans |de )?(?:cet article|ce billet|ce tutoriel|cette vidéo|cet épisode)\b|\b(?:previous|last|next|"
    r"earlier|following) (?:post|article|section|chapter|part|episode)|(?:précédent|prochain|dernier)s? "
    r"(?:article|billet|post|épisode)s?|as (?:seen|shown|mentioned|described|noted|discussed|said) |comme "
    r"(?:vu|dit|indiqué|mentionné|on l'a vu|je le disais)|\b(?:see|shown|listed|described) here|\b(?:above|"
    r"below)\b(?! (?:all|zero|the|average|my|our|us|me))|ci-(?:dessus|dessous|contre|joint|après)|plus "
    r"(?:haut|bas)[.,:]|the (?:above|following|image below|code)\b|(?:le|la|les) suivante?s? ?[:.]|"
    r"\b(?:figure|fig\.|table|tableau|listing) \d|e-?mail me|contact me|contactez|m'écrire|let me know|get "
    r"in touch|enjoy(?:ed)? (?:this|the) (?:post|article|read)|buy (?:it )?now|promo|discount|% off|coupon|"
    r"free shipping|pre-?order|available (?:now|on|at|from|in)|disponibles? (?:sur|en|chez)|download|"
    r"télécharge|register|tickets|billetterie|join (?:us|me)\b|rejoignez|rss feed|flux rss|changelog|"
    r"release notes|we are (?:pleased|happy|excited)|nous sommes (?:heureux|ravis)|we're (?:hiring|pleased|"
    r"excited)|let's (?:get|start|look|see|take|dive)|without further ado|sans plus attendre|a guest post|"
    r"my name is|je m'appelle|happy (?:new year|holidays|reading)|bonne année|joyeu(?:x|ses) "
)
# Anything here and the sentence is no prose: addresses, handles, code, versions, footnotes, legal marks.
NOT_PROSE: Final = re.compile(
    r"[@{}<>\\|=$_©®™^`•→←×]|://|\bwww\.|\w\(\)|\s--?\w|::|\b\w+\.(?:com|org|net|io|fr|py|js|rs|md|txt|"
    r"html?|json|ya?ml|xml|css|c|h|cpp|sh|conf|exe|go|rb)\b|\bv?\d+\.\d+\.\d+|\[(?:\d+|…|\.{3})\]|\((?:…|"
    r"\.{3})\)|[/#]\w+.*\s[/#]\w+|~/|\w+/\w+/"
)
ORDERS: Final = _set(
    "read ask avoid open click run install add make note notice see check use try let let's go choose select "
    "create set follow put keep take start consider imagine remember look find type write copy ouvrez "
    "cliquez lancez installez ajoutez faites notez voyez vérifiez utilisez essayez allez choisissez créez "
    "suivez mettez prenez commencez ajouter mettre faire installer prendre"
)
