"""What `tone` knows of good news, of one's own circle and of other stories: data for `tone`. Pure.

Patterns are matched against one folded sentence: lower case, no accents, straight apostrophes, no full stop.
Those of sorrow stand in `sorrows` and `sorrow_words`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Sensitive = Literal["grief", "illness", "layoff", "separation", "warning"]
GoodNews = Literal["job", "birth", "wedding", "book", "move"]

MY: Final = r"(?:my|our|mon|ma|mes|notre|nos)"
KIN: Final = (  # a relative, a friend, an animal one lives with
    r"(?:(?:late|dear|dearest|best|old|beloved|sweet|little|big|older|younger|eldest|youngest|baby|tres|cher|"
    r"chere|vieil|vieux|vieille|petite?|grande?|belle|beau|meilleure?|great|first|second|only|ex|ex-|step|"
    r"step-) ?)*(?:mother|mum|mom|mommy|father|dad|daddy|parents?|brother|sister|sibling|son|daughter|child|"
    r"kid|baby|babies|twins?|wife|husband|partner|spouse|fiancee?|girlfriend|boyfriend|grand-?(?:mother|"
    r"father|ma|pa|dad|parents?|son|daughter|child)|granddad|gran|granny|nan|nana|uncle|aunt|auntie|cousin|"
    r"niece|nephew|god(?:son|daughter|mother|father)|friends?|colleague|co-?worker|boss|mentor|teacher|"
    r"student|neighbou?r|flatmate|housemate|dog|cat|puppy|kitten|rabbit|bunny|horse|hamster|guinea pig|mere|"
    r"maman|pere|papa|freres?|soeurs?|fils|filles?|enfants?|bebes?|jumeaux|femme|epouse|mari|epoux|"
    r"conjointe?|compagn(?:on|e)|grand-(?:mere|pere|parents|tante|oncle)|mamie|papi|papy|mamy|meme|pepe|"
    r"oncle|tante|tata|tonton|cousine|neveu|filleule?|amie?s?|copine|copain|pote|collegue|voisine?|eleve|"
    r"chiens?|chienne|chats?|chatte|chaton|chiot|lapin|cheval|jument|belle-(?:mere|soeur|fille)|beau-(?:pere|"
    r"frere|fils)|parrain|marraine|prof)(?:-in-law)?\b(?!['-])"
)
ENDING: Final = r"(?:[·.(-]?(?:e|es|s)\)?)?"  # of a French participle, however its author spells it
ILL: Final = (
    r"(?:cancer|tumou?r|leuk[ae]?emia|lymphoma|parkinson'?s?|alzheimer'?s?|dementia|multiple sclerosis|long "
    r"covid|chronic illness|stroke|heart attack|aneurysm|tumeur|leucemie|lymphome|sclerose en plaques|covid "
    r"long|avc|infarctus|crise cardiaque|demence|anevrisme|nodule)\b(?! (?:of|research\w*|screening|du|des|"
    r"de la|charity))"
)
FOLK: Final = (  # who is named like this needs no "my"
    r"(?<!\ba )(?<!the )(?<!une )(?<!un )(?<!la )(?<!le )(?<!his )(?<!her )(?<!sa )(?<!son )(?<!\w-)"
    r"\b(?:papa|maman|mamie|mamy|papi|papy|tonton|tata|mum|mummy|mom|mommy|dad|daddy|granny|grandma|grandpa|"
    r"grand?dad|grand-(?:mere|pere)|nana)\b(?!['-]\w\w)"
)
_LATE: Final = (
    r"(?:(?:on |last |ce |cet |cette |this )?(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|"
    r"lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|week-?end|week|month|morning|afternoon|evening|"
    r"matin|nuit|soir|semaine|mois|apres-midi)\b|last night|today|yesterday|hier|aujourd'hui|avant-hier|"
    r"la semaine derniere|le mois dernier|a l'aube|at dawn|suddenly|peacefully|paisiblement|brutalement|"
    r"subitement|in (?:his|her|their) sleep|dans son sommeil|chez lui|chez elle|le \d+ \w+|(?:in|en) "
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december|janvier|"
    r"fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre)\b)"
)
# What stands in braces in the patterns of sorrow: {my} {kin}; {dear}, which is also "Mum" alone; {pal}, "a friend of
# mine"; {er}, a French ending; {late}, a moment not long ago; {start}, a verb without its subject, as on a phone.
PARTS: Final = {
    "my": MY,
    "kin": KIN,
    "folk": FOLK,
    "dear": rf"(?:{MY} {KIN}|{FOLK})",
    "pal": (
        rf"(?:an?|one of {MY}|une?|l'un\w* de {MY}) (?:(?:dear|good|close|old|very|former|lovely|tres|vieil|"
        r"vieille|proche|cher|chere|ancien|ancienne) )*(?:friend|colleague|co-?worker|neighbou?r|cousin|"
        r"amie?|collegue|voisine?|proche|copine|copain|pote|cousine)\b(?! request)"
    ),
    "gap": r"(?:[ ,]+(?!whose|and|et|dont)[\w',-]+){0,6}?[ ,]+",
    "er": ENDING,
    "been": (
        r"(?:was|were|got|have been|has been|'ve been|been|am|is|are|am being|are being|is being|'m|'re|'m "
        r"being)"
    ),
    "ill": ILL,
    "late": _LATE,
    "start": r"^(?:(?:just|so|well|officially|now|today|yesterday|and|me voila)[, ]+)*(?:got |been |was |had )?",
    "i": r"\b(?:i|we)(?:'ve| have)?(?: just| both| recently| also| finally)?",
}

OWN: Final = re.compile(r"\b(?:i|i'\w+|my|me|we|we'\w+|our|je|j'\w+|mon|ma|mes|m'\w+|nous|notre|nos)\b")
OTHER_STORY: Final = re.compile(
    r"\b(?:films?|movies?|novels?|romans?|episodes?|seasons?|saisons?|albums?|songs?|chansons?|characters?|"
    r"personnages?|scenes?|series?|review|critique|plot|fiction|games?|jeux?|actors?|actress|actrice|acteur|"
    r"directed|realisa\w+|paintings?|peinture|opera|theatre|museum|musee|expo(?:sition)?|centur(?:y|ies)|"
    r"siecles?|kings?|queen|emperor|rois?|reine|empereur|pharao\w*|president|pope|pape|histor\w+|medieval|"
    r"ancient|antique|protocol\w*|software|logiciels?|codes?|servers?|serveurs?|browser|navigateur|web|"
    r"internet|blogs?|blogging|twitter|flash|rss|google|apps?|api|startup|compan(?:y|ies)|entreprises?|"
    r"commerce|democra\w+|capitalis\w+|industr\w+|idees?|ideas?|ideal|dream of|reve de|illusions?|tyres?|"
    r"racing|proje(?:ct|t)s?|bureaucra\w+|party|(?<!est )(?<!es )(?<!suis )parti|era|epoque|language|"
    r"langage|formats?|features?|perfection\w*|laptop|phone|computer|ordinateur|telephone|hard drive|disque|"
    r"data|donnees|statisti\w+|study|studies|etudes?|police|officials|prevention|research\w*|fai(?:re|t|s) "
    r"(?:son|le|mon) deuil d(?:e|u|es)?)\b"
)
LONG_AGO: Final = re.compile(
    r"\b(?:1\d{3}|200\d|201[0-5])\b|\b(?:years|decades) (?:ago|back)\b|\bil y a (?:\w+ )?(?:\d+|deux|trois|"
    r"quatre|cinq|six|sept|huit|neuf|dix|quinze|vingt|trente|quarante|plusieurs|quelques|des|bien des) "
    r"(?:ans|annees|decennies)|\bwhen (?:i|he|she) was (?:a \w+|young|little|\w+ years)|\bquand j'(?:etais|"
    r"avais)\b|\bin the (?:\d+s|\w+ties)\b|\bdans les annees\b|\benfant,|\bas a (?:kid|child|teenager)\b|"
    r"\bbefore i was born\b"
)
NOT_SO: Final = re.compile(
    r"\b(?:almost|nearly|presque|failli|jok(?:e|es|ing)|metaphor\w*|as if|comme si|imagine\b|what if|et si|"
    r"if i|si j'|if my|si mon|si ma|if we|would have|could have|fear of|peur d|afraid of|n'a(?:i|vons)? pas "
    r"ete(?! (?:renouvele|prolonge))|never been|jamais ete|wasn't(?! (?:good|renewed|extended))|weren't(?! "
    r"good)|haven't been|not been|character|personnage|protagonist\w*|hero|heroine|heros|narrat\w+)"
)
NOT_NOW: Final = re.compile(
    r"\b(?:in|en|since|depuis) (?:early |late |mid-)?(?:\w+ )?\d{4}\b|\b(?:before|when|since|after|until|"
    r"once|company|time|week|day) (?:i|we)\b|\b(?:years?|months?) (?:now )?since\b|\b(?:at (?:that|the) "
    r"(?:time|point)|back then|later,|used to|a l'epoque|plus tard|quand (?:j'|je|nous|on)|lorsque|avant de|"
    r"depuis que)"
)


def _stems(stems: str) -> tuple[str, ...]:
    return tuple(stems.split("|"))


# Without one of these no pattern of its kind can match: most sentences are read no further.
STEMS: Final[Mapping[Sensitive, tuple[str, ...]]] = {
    "grief": _stems(
        "adieu|au revoir|died|dead|passed|passing|no longer with|death|funer|suicid|lost|loss|losing|bur|cremat|mourn|griev|"
        "grief|bereav|miscarr|stillb|sleep|memor|ashes|killed|own life|their life|her life|his life|goodbye|"
        "put |euthan|mort|deces|deced|quitt|eteint|n'est plus|perd|perte|dispar|dispers|enterr|inciner|deuil|"
        "fausse couche|obseq|condol|en paix|in peace|rest in|eulogy|oraison|hommage|farewell|obituary|"
        "necrolog|parti|let |slipped|rainbow|arc-en-ciel|s'est tue|endormi|en est all|la vie|a ses jours|"
        "sans vie|heartbeat|coeur|last time|piquer|cendres|scatter|without|sans |make it|in my arms|"
        "in our arms|s bras|stopped|s'est arrete|overdose|surviv|ecrase|noye|pendu|drown|pleur|veill|gone|"
        "es plus la|ne et mort|rejoindre|born|pregnancy|interruption|murder"
    ),
    "illness": _stems(
        "diagnos|hospi|hopital|cancer|tum|leu|lymph|parkinson|alzheimer|dement|demence|scleros|covid|"
        "chronic|stroke|heart attack|aneurysm|anevrisme|nodule|avc|infarctus|cardiaque|intensive|coma|dying|"
        "ill|malade|maladie|reanim|mourant|palliati|chemo|chimio|radioth|surgery|burn|depress|relapse|rechut|"
        "suicid|eating disorder|anorexi|oper|sick|en arret|d'arret|m'a arrete|mon arret|live|kill|tentative|"
        "end my life|terminal|metasta|malign|months|weeks|a mes jours|signed off|reconnai|recogni|who i am|"
        "accident|crash|wreck|hit by|run over|knocked|renverse|fauche|percute|biops|transplant|mastect|"
        "bypass|rushed|airlift|admitted|psy|a lache|resultats|results|icu|a&e|urgences|mening|epuisement|"
        "breakdown|remission|recidiv|stage |neurolog|oncolog|alcoholi|alcooli|mass|lump|boule|enleve|retire|perdu l|"
        "perd la|losing|stent|bipol|crohn|diabet|epilep|seizure|ehpad|nursing home|panic|angoisse|ptsd|"
        "schizo|endometrio|fibromyal|broke|fractur|shattered|casse|cloue|prenom|frole|septi|sepsis|anxiety|"
        "addict|scan|irm"
    ),
    "layoff": _stems(
        "laid|layoff|lay-off|fired|redundan|let go|let me go|sacked|furlough|job|position|livelihood|role|"
        "team|contract|unemploy|out of work|chomage|sans emploi|sans travail|sans boulot|licenci|vire|perd|"
        "a la porte|poste|contrat|equipe|renew|renouvel|prolong|extend|reconduit|dehors|remercie|bankrupt|"
        "bust|closed|shut|folded|closing|bilan|faillite|la cle|liquidation|ses portes|probation|essai|motif|"
        "fellowship|severance|plan social|went under|last day|dernier jour|sur la liste|mis a pied|"
        "mise a pied|france travail|pole emploi|looking for|terminated|ferme|whole|entire"
    ),
    "separation": _stems(
        "separ|divorc|marriage|mariage|split|broke|break|dumped|left m|walked out|ended|quitt|largu|plaqu|"
        "trompe|rompu|rupture|couple|histoire|c'est fini|c'est termine|single|celibataire|part ways|ex-|"
        "together|ensemble|moved out|parti|mine was|mienne|fell |has left|demenage|custody|garde alternee|"
        "called off|affair|relation"
    ),
}
_I: Final = (
    r"(?:i|we)(?:'ve| have|'m| am|'re| are|'ll be| will be)?(?: just| recently| finally| also| officially| "
    r"both)*"
)
_JE: Final = (
    r"(?:j'ai|je|je viens de|je viens d'|on a|nous avons|nous venons de|on vient de)(?: enfin| "
    r"officiellement| tout juste)*"
)
_FIRST = {"i": _I, "je": _JE, "er": ENDING}
GOOD: Final[Mapping[GoodNews, re.Pattern[str]]] = {
    "birth": re.compile(
        r"\b(?:my|our) (?:\w+ ){{0,2}}(?:daughter|son|baby|child|twins|little (?:girl|boy|one))(?: \w+)? "
        r"(?:was|were|is|has been) (?:finally )?born\b|\b{i} (?:welcom\w+|expecting) (?:\w+ ){{0,3}}(?:baby|"
        r"child|daughter|son|twins)\b|\b{i} (?:became|become|going to be|about to become) (?:a )?(?:\w+ "
        r")?(?:dad|mum|mom|father|mother|parents?)\b|\bi(?:'m| am) (?:now )?a (?:dad|mum|mom|father|mother|"
        r"parent)(?: now| again)?$|\b(?:ma|notre|mon) (?:\w+ )?(?:fille|fils|bebe|enfant)(?: \w+)? (?:est|"
        r"vient) (?:d'etre )?(?:nee?|de naitre)\b|\b(?:je suis|nous sommes|me voila|je viens de devenir|je "
        r"deviens|nous voila)(?: \w+)? (?:papa|maman|parents?|pere|mere)(?=$|,| d'une? (?!idee)| de "
        r"(?:jumeaux|jumelles|deux)| depuis| pour la)|\b(?:j'attends|nous attendons|on attend)(?: \w+)? "
        r"(?:une?|notre|des) (?:\w+ )?(?:bebe|enfant|fille|garcon|jumeaux|jumelles)\b".format(**_FIRST)
    ),
    "wedding": re.compile(
        r"\b{i} (?:got|get|getting) (?:married|engaged)\b|\b(?:i'm|we're|i am|we are)(?: \w+)? (?:engaged|"
        r"newlyweds)\b(?! (?:in|with|on|by))|\b{i} (?:tied the knot|eloped)\b|\b(?:my|our) wedding (?:is|"
        r"was|will|took)\b|\b(?:nous nous sommes|on s'est|je me suis|nous venons de nous|on vient de se) "
        r"(?:enfin )?(?:marie|pacse|fiance)|\b(?:je me|nous nous|on se) (?:mari(?:e|ons)|pacs(?:e|ons)|"
        r"fianc(?:e|ons))\b|\bnotre mariage (?:est|etait|a eu|aura|approche)|\bnos fiancailles\b".format(
            **_FIRST
        )
    ),
    "job": re.compile(
        r"\b(?:i'm|i am|i'll be|i will be|we're|i have|i've|i(?= (?:just|recently|finally|officially)))(?: "
        r"just| recently| finally| also| officially)* (?:joining|joined) (?!(?:you|your|in\b|by|up|forces|"
        r"mastodon|bluesky|twitter|facebook|discord|today by|the (?:waiting|call|queue|chat|club))|(?:\w+ "
        r")+(?:group|chat|call|club|chain|meeting)\b)|\b{i} (?:hired (?:by|at|as)|been hired|(?:start|"
        r"started|starting) (?:a|my) new (?:job|role|position|career)|accepted (?:an?|the) (?:\w+ "
        r")?(?:offer|job|position|role)|(?:got|landed|found) (?:a|the|my) (?:new |dream )*(?:job|position|"
        r"role)\b)|\b(?:at|in|of|started|start|starting|about) my new (?:job|role|position)\b|\bmy new "
        r"(?:job|role)\b|\bmy first (?:day|week) (?:at|as)\b|\b{je} ?(?:commence|commencer|decroche|"
        r"decrocher|trouve|trouver|signe|signer|rejoins|rejoint|rejoindre|accepte|accepter|pris|prends) "
        r"(?:\w+ )??(?:une? (?:nouveau |nouvel |nouvelle )?(?:poste|emploi|travail|boulot|job|cdi|cdd)|"
        r"l'equipe|mon nouveau|chez)|\bmon nouve(?:au|l) (?:poste|travail|boulot|job|emploi)\b|\bj(?:'ai "
        r"ete|e suis|e viens d'etre) (?:embauche|recrute){er}(?!\w)|\b(?:je rejoins|je vais rejoindre) "
        r"(?:l'equipe|la|les|le|\w+ comme)".format(**_FIRST)
    ),
    "book": re.compile(
        r"\b(?:my|our) (?:\w+ ){{0,2}}(?:book|novel|memoir|chapbook|anthology)(?:,[^,]+,)? (?:is|was|comes|"
        r"came|has been|will be|goes) (?:finally |now |officially )?(?:out|published|coming out|released|"
        r"available|on sale|in bookshops|launch\w*)\b|\b{i} (?:publish\w*|releas\w*|launch\w*|finished "
        r"writing|signed a contract for|wrote) (?:my|a|our) (?:\w+ ){{0,2}}(?:book|novel|memoir)\b|\b(?:mon|"
        r"notre) (?:\w+ ){{0,2}}(?:livre|roman|recueil|essai|bouquin)(?:,[^,]+,)? (?:sort|parait|est "
        r"(?:enfin )?(?:sorti|paru|publie|en librairie|disponible)|vient de (?:sortir|paraitre)|sortira|"
        r"paraitra|sera)\b|\b{je} ?(?:publie|publier|sors|sorti|sortir|ecrit|fini d'ecrire|termine) (?:mon|"
        r"notre|un) (?:\w+ ){{0,2}}(?:livre|roman|recueil|essai|bouquin)\b".format(**_FIRST)
    ),
    "move": re.compile(
        r"\b{i} (?:moved|moving|relocat\w+) (?:(?:back |out )?(?:house|home|flat|cities|countries|abroad|"
        r"overseas)\b|(?:in|into|to|back to|across|from) (?:\w+ ){{0,3}}(?:house|home|flat|apartment|place|"
        r"city|town|village|country(?:side)?|seaside|coast|farm|street|neighbou?rhood|island|{places})\b)|"
        r"\bmy new (?:home|flat|house|apartment|city)\b(?! (?:page|server|lab|directory|screen|office|"
        r"assistant|network))|\bour new (?:home|flat|house|apartment)\b(?! (?:page|server|lab|screen|office|"
        r"assistant|network))|\b{je} ?(?:demenage|emmenage|demenager|emmenager)(?! (?:mon|le|ce|un|du|vers|"
        r"sur|de (?:wordpress|serveur))\b)|\b(?:nous (?:demenageons|emmenageons)|on (?:demenage|"
        r"emmenage))\b|\b(?:je m'installe|nous nous installons|on s'installe|je me suis installe\w*|nous "
        r"nous sommes installe\w*|on s'est installe\w*) (?:a|en|au|aux|dans) (?!mon bureau|la lecture|une "
        r"routine)|\bm(?:on|a) nouve(?:l|lle) (?:appartement|maison|ville|appart)\b".format(
            places="paris|london|berlin|lyon|marseille|lille|nantes|bordeaux|toulouse|rennes|brussels|"
            "bruxelles|geneva|lausanne|montreal|quebec|toronto|vancouver|new york|boston|chicago|"
            "seattle|portland|oakland|san francisco|los angeles|austin|amsterdam|rotterdam|madrid|"
            "barcelona|lisbon|porto|rome|milan|vienna|zurich|munich|hamburg|copenhagen|stockholm|oslo|"
            "helsinki|dublin|edinburgh|glasgow|manchester|bristol|wales|scotland|england|ireland|france|"
            "germany|spain|portugal|italy|belgium|switzerland|canada|japan|tokyo|australia|melbourne|"
            "sydney|new zealand|mexico|brazil|india|the netherlands",
            **_FIRST,
        )
    ),
}
