"""Tells a post that calls for a quiet page, and one in which somebody announces good news of their own. Pure.

The means: text is folded (lower case, no accents, straight apostrophes) and read sentence by sentence. A sentence weighs
what its signals weigh. What is said in the first person or of a relative or friend ("my father passed away") weighs 4. A
word that means it but may be a manner of speaking (« deuil », "condolences") weighs 3, a vaguer one ("funeral") 2, and 1
more beside an I. A sign of another story (a film, a century, a protocol, « du petit commerce ») takes 2 away from such
words, never from what is near: there one time too many is better than one too few. A year long past takes 2 away from
both, and so does "almost", "if my", « comme si ». What reaches 3 in one sentence, the title included, trips.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import islice
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Sensitive = Literal["grief", "illness", "layoff", "warning"]
GoodNews = Literal["job", "birth", "wedding", "book", "move"]

_NEAR, _WORD, _VAGUE, _ENOUGH = 4, 3, 2, 3
_READ = 200_000  # characters read of one post

# What returns in the patterns: {my} {kin} is a relative, a friend, an animal one lives with; {er} an ending of French.
_PARTS: Final = {
    "my": r"(?:my|our|mon|ma|mes|notre|nos)",
    "kin": r"(?:(?:late|dear|dearest|best|old|beloved|little|big|older|younger|baby|tres|cher|chere|vieil|vieille|petite?|grande?"
    r"|belle|beau|meilleure?|great|first|second) )*"
    r"(?:mother|mum|mom|mommy|father|dad|daddy|parents?|brother|sister|sibling|son|daughter|child|kid|baby|babies|wife|husband|"
    r"partner|spouse|fiancee?|girlfriend|boyfriend|grand-?(?:mother|father|ma|pa|parents?|son|daughter)|gran|granny|nana|uncle|"
    r"aunt|auntie|cousin|niece|nephew|friends?|colleague|co-?worker|mentor|teacher|neighbou?r|dog|cat|puppy|kitten|"
    r"mere|maman|pere|papa|freres?|soeurs?|fils|filles?|enfants?|bebes?|femme|epouse|mari|epoux|conjointe?|compagn(?:on|e)|"
    r"grand-(?:mere|pere|parents|tante|oncle)|mamie|papi|papy|mamy|meme|pepe|oncle|tante|tata|tonton|cousine|neveu|amie?s?|"
    r"copine|copain|pote|collegue|voisine?|chiens?|chienne|chats?|chatte|belle-(?:mere|soeur)|beau-(?:pere|frere)|parrain|"
    r"marraine|prof)(?:-in-law)?\b(?!['-])",
    "gap": r"(?:[ ,]+(?!whose|and|et|dont)[\w',-]+){0,6}?[ ,]+",
    "er": r"(?:[·.(-]?(?:e|es|s)\)?)?",
    "been": r"(?:was|were|got|have been|has been|'ve been|been|am|is|are|am being|are being|is being|'m|'re|'m being)",
    "ill": r"(?:cancer|tumou?r|leuk[ae]?emia|lymphoma|parkinson'?s?|alzheimer'?s?|dementia|multiple sclerosis|long covid|"
    r"chronic illness|stroke|heart attack|tumeur|leucemie|lymphome|sclerose en plaques|covid long|avc|infarctus|"
    r"crise cardiaque|demence)\b(?! (?:of|research|screening|du|des|de la))",
}


def _patterns(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern.format(**_PARTS)) for pattern in patterns)


_OF_SOMEONE_NEAR: Final[Mapping[Sensitive, tuple[re.Pattern[str], ...]]] = {
    "grief": _patterns(
        r"\b{my} {kin}{gap}(?:died(?! laughing| of laughter| inside)|passed (?:away|on)|is dead(?! tired| set| right| wrong| serious)|"
        r"is no longer with us|was killed|took (?:his|her|their) own life)\b",
        r"\b{my} {kin}{gap}(?:(?:est|sont|soit) (?:mort|decede){er}(?! de (?:rire|fatigue|faim|peur|soif|froid))|s'est (?:eteint|suicide){er}|"
        r"s'est donne la mort|nous a(?:vait)? quitte{er}|n'est plus(?= ?$|,)|est parti{er} (?:pour toujours|trop tot))",
        r"(?:^|, )(?:papa|maman|mamie|papi|papy|mum|mom|dad|granny|grandma|grandpa) (?:died|passed away|is gone|est mort{er}(?! de)|"
        r"est decede{er}|n'est plus)\b",
        r"\b{my} {kin}'s? (?:death|passing|funeral|suicide|memorial|ashes|burial)\b",
        r"(?<!\w)(?:death|passing|loss|funeral|burial|suicide|memory) of {my} {kin}",
        r"\b(?:mort|deces|perte|disparition|obseques|enterrement|suicide|memoire) de {my} {kin}",
        r"\b(?:i|we)(?:'ve| have)?(?: just| also| recently| both)? (?:lost|buried|cremated|mourn|said goodbye to)"
        r" (?:{my} {kin}|(?:a|the|one of {my}) (?:(?:dear|good|close|dearest) )?(?:friends?|baby|pregnancy|colleague|parent)\b)",
        r"\b(?:j'ai|on a|nous avons)(?: \w+)? (?:perdu|enterre|incinere) (?:{my}|une?|le|la|l'un\w* de {my}) {kin}",
        r"\b(?:he|she|they|who) passed away\b|\bnous (?:a|avait|ont) quitte{er}(?!\w)|\bvien(?:t|nent) de nous quitter\b",
        r"\bs'est eteint{er} (?:hier|ce matin|cette nuit|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|paisiblement|entoure)",
        r"\b(?:i|we) had (?:a|another) (?:miscarriage|stillbirth)\b|\bmy miscarriage\b|\bfait une fausse couche\b|\bma fausse couche\b",
        r"\b(?:i am|i'm|we are|we're) (?:still )?(?:grieving|mourning|in mourning|bereaved)\b|\bmy grief\b|"
        r"\b(?:je suis|on est|nous sommes) (?:encore |toujours )?(?:en deuil|endeuille{er})|\bmon deuil\b(?! d)",
        r"\b(?:put|let) {my} {kin}{gap}?(?:down|to sleep)\b|\beuthanas\w+ {my} {kin}|\b(?:had to|must) (?:let|say goodbye to) {my} {kin}",
    ),
    "illness": _patterns(
        r"\b(?:i|we|{my} {kin})(?:| just| recently) ?{been}(?: just| recently| finally)? diagnosed\b|\b(?:since|after|before) my diagnosis\b",
        r"\bon (?:m'a|nous a|lui a)(?: \w+)? diagnostique|\bon a (?:diagnostique|trouve|decouvert) (?:\w+ )?{ill} a {my}|"
        r"\b(?:j'ai ete|je viens d'etre|{my} {kin} (?:a ete|vient d'etre|est))(?: \w+)? (?:diagnostique|hospitalise|opere){er}(?!\w)",
        r"\b{my} {kin}{gap}(?:in (?:the )?hospital|in intensive care|in a coma|in hospice|hospitali[sz]ed|dying|terminally ill|seriously ill|"
        r"(?:gravement|tres) malade|a l'hopital|en reanimation|dans le coma|mourant{er}|en soins palliatifs|undergoing chemo)\b",
        r"\b(?:i have|i've|i had|i got|i survived|i'm fighting|i am fighting|my|{my} {kin}(?:'s|'s got| has| had)) (?:(?:had|got) )?(?:\w+ ){{0,2}}{ill}",
        r"\b(?:j'ai|mon|ma|{my} {kin} a|souffre d'un|atteint{er} d'un) (?:\w+ ){{0,2}}(?:{ill}|cancer\b)",
        r"\bmy (?:\w+ )?(?:chemo|chemotherapy|radiotherapy|surgery|hospital stay|burn-?out|depression|relapse|suicide attempt|eating disorder)\b|"
        r"\bm(?:a|es|on) (?:\w+ )?(?:chimio\w*|radiotherapie|hospitalisation|burn-?out|depression|rechute|tentative de suicide)\b",
        r"\b(?:i am|i'm|i was|i've been|i have been|je suis|j'etais|j'ai ete)(?: \w+)? (?:in (?:the )?hospital|in hospice|hospitali[sz]ed|hospitalise{er}(?!\w)|"
        r"(?:seriously|gravely|very|terminally) ill|burnt? ?out|suicidal|(?:gravement|tres) malade|depressi(?:f|ve)\b|suicidaire|a l'hopital|"
        r"en arret (?:maladie|de travail)|en (?:plein )?burn-?out|en depression|en soins palliatifs|on sick leave)",
        r"\b(?:i am|i'm) dying (?:of|from) (?!laugh|curio|bore|heat|thirst|hunger)|\bi have (?:\w+ ){{0,3}}(?:months|weeks) (?:left )?to live\b|"
        r"\b(?:tried|wanted|want) to (?:kill myself|end my life)\b|\bj'ai (?:fait|eu) (?:un burn-?out|une depression|une tentative)",
    ),
    "layoff": _patterns(
        r"\b(?:i|we|{my} (?:whole |entire )?(?:team|{kin}))(?:| just| recently) ?{been}(?: \w+)? (?:laid off|fired(?! up)|made redundant|let go|sacked|furloughed)\b",
        r"\b(?:laid me off|let me go (?:today|yesterday|this|last|from)|fired me(?! up)|made me redundant)\b|\bpart of the layoffs?\b",
        r"\b(?:i|we|{my} {kin})(?:'ve| have| has)?(?: just| both| recently)? lost (?:my|our|his|her|their) (?:jobs?|position|livelihood)\b",
        r"\b(?:my|our) (?:job|position|role|team|contract)s? {been}(?: \w+)? (?:eliminated|cut|terminated|made redundant|axed)\b|"
        r"\b(?:i|we) ?{been}(?: \w+)? (?:affected|impacted|hit|caught) (?:by|in|up in) (?:\w+ ){{0,3}}(?:layoffs?|lay-offs?|redundanc\w+)",
        r"\bmy (?:layoff|redundancy|unemployment)\b|\b(?:i'm|i am|now|currently) (?:\w+ )?(?:unemployed|out of (?:a job|work)|jobless)\b|"
        r"\b(?:je suis|me voila|nous sommes)(?: \w+)? (?:au chomage|sans emploi|sans travail|licencie{er}|vire{er})(?!\w)",
        r"\b(?:j'ai|nous avons|on a|{my} {kin} a)(?: \w+)? perdu (?:mon|notre|nos|son) (?:emplois?|travail|boulot|job|poste|taf)\b",
        r"\bon (?:m'a|nous a|vient de me|vient de nous)(?: \w+)? (?:licencie|vire|mis{er} a la porte|mis{er} au chomage)|"
        r"\b(?:j'ai ete|je viens d'etre|je me suis fait|je me fais|nous avons ete|on s'est fait|{my} {kin} (?:a ete|s'est fait))(?: \w+)? (?:licencie|vire)",
        r"\b(?:mon|notre|nos) (?:postes?|contrats?|equipe) (?:est|a ete|sera|va etre|sont|ont ete|vient d'etre)(?: \w+)? (?:supprime|licencie)|\bmon licenciement\b",
    ),
}
_IN_WORDS: Final[Mapping[Sensitive, tuple[tuple[int, re.Pattern[str]], ...]]] = {
    "grief": (
        (
            _WORD,
            re.compile(
                r"\b(?:rest in peace|repose[zr]? en paix|condolences?|condoleances|bereavement|in memoriam|obseques|funerailles|deuils?|"
                r"endeuille\w*|in loving memory|hommage a (?:notre|mon) ami\w*|passed away|eulogy|oraison funebre|"
                r"farewell,? (?:my |dear |old )+friend|miscarriage|fausse couche|stillb\w+)\b"
            ),
        ),
        (
            _VAGUE,
            re.compile(
                r"\b(?:funerals?|enterrement|mourning|obituary|(?<!some )(?<!me )grief|grieving|necrologie|suicide|deces)\b"
            ),
        ),
    ),
    "illness": (
        (
            _WORD,
            re.compile(
                r"\b(?:soins palliatifs|palliative care|phase terminale|terminal cancer|stage (?:4|four|iv) cancer)\b"
            ),
        ),
    ),
    "layoff": (),
}
_OWN: Final = re.compile(r"\b(?:i|i'm|i've|my|we|our|je|j'ai|mon|ma|mes|nous|notre)\b")
_OTHER_STORY: Final = re.compile(
    r"\b(?:films?|movies?|novels?|romans?|episodes?|seasons?|saisons?|albums?|songs?|chansons?|characters?|personnages?|scenes?|series?|review|"
    r"critique|plot|fiction|games?|jeux?|actors?|actress|actrice|acteur|directed|realisa\w+|paintings?|peinture|opera|theatre|museum|musee|"
    r"expo(?:sition)?|centur(?:y|ies)|siecles?|kings?|queen|emperor|rois?|reine|empereur|pharao\w*|president|pope|pape|histor\w+|medieval|"
    r"ancient|antique|protocol\w*|software|logiciels?|codes?|servers?|serveurs?|browser|navigateur|web|internet|blogs?|blogging|twitter|flash|"
    r"rss|google|apps?|api|startup|compan(?:y|ies)|entreprises?|commerce|democra\w+|capitalis\w+|industr\w+|idees?|ideas?|ideal|dream of|"
    r"reve de|illusions?|proje(?:ct|t)s?|bureaucra\w+|party|parti|era|epoque|language|langage|formats?|features?|perfection\w*|laptop|phone|"
    r"computer|ordinateur|telephone|hard drive|disque|data|donnees|statisti\w+|study|studies|etudes?|police|officials|prevention|research\w*|"
    r"fai(?:re|t|s) (?:son|le|mon) deuil d)\b"
)
_LONG_AGO: Final = re.compile(
    r"\b(?:1\d{3}|200\d|201[0-5])\b|\b(?:years|decades) (?:ago|back)\b|\bil y a (?:\w+ )?(?:\d+|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|"
    r"quinze|vingt|trente|quarante|plusieurs|quelques|des|bien des) (?:ans|annees|decennies)|\bwhen (?:i|he|she) was (?:a \w+|young|little|\w+ years)|"
    r"\bquand j'(?:etais|avais)\b|\bin the (?:\d+s|\w+ties)\b|\bdans les annees\b|\benfant,|\bas a (?:kid|child|teenager)\b|\bbefore i was born\b"
)
_NOT_SO: Final = re.compile(
    r"\b(?:almost|nearly|presque|failli|jok(?:e|es|ing)|metaphor\w*|as if|comme si|imagine|what if|et si|if i|si j'|if my|si mon|si ma|if we|"
    r"would have|could have|fear of|peur d|afraid of|n'a(?:i|vons)? pas ete|never been|jamais ete|wasn't|weren't|haven't been|not been|"
    r"character|personnage|protagonist\w*|hero|heroine|heros|narrat\w+)"
)
_NOT_NOW: Final = re.compile(
    r"\b(?:in|en|since|depuis) (?:early |late |mid-)?(?:\w+ )?\d{4}\b|\b(?:before|when|since|after|until|once|company|time|week|day) (?:i|we)\b|\b(?:years?|months?) (?:now )?since\b|"
    r"\b(?:at (?:that|the) (?:time|point)|back then|later,|used to|a l'epoque|plus tard|quand (?:j'|je|nous|on)|lorsque|avant de|depuis que)"
)
_EARLY = 12  # sentences: what a post is there to announce stands near its beginning
_STEMS: Final[Mapping[Sensitive, tuple[str, ...]]] = {
    "grief": tuple(
        "died|dead|passed|passing|no longer with|death|funer|suicid|lost|loss|bur|cremat|mourn|griev|grief|bereav|miscarr|stillb|sleep|"
        "memor|ashes|killed|own life|goodbye|put |euthan|mort|deces|deced|quitt|eteint|n'est plus|perdu|perte|dispar|enterre|inciner|deuil|"
        "fausse couche|obseq|condol|en paix|in peace|eulogy|oraison|hommage|farewell|obituary|necrolog|parti|let ".split(
            "|"
        )
    ),
    "illness": tuple(
        "diagnos|hospi|hopital|cancer|tum|leu|lymph|parkinson|alzheimer|dement|demence|scleros|covid|chronic|stroke|heart attack|avc|infarctus|"
        "cardiaque|intensive|coma|dying|ill|malade|maladie|reanim|mourant|palliati|chemo|chimio|radioth|surgery|burn|depress|relapse|rechute|"
        "suicid|eating disorder|opere|sick leave|en arret|to live|kill|end my life|tentative|terminal".split(
            "|"
        )
    ),
    "layoff": tuple(
        "laid|layoff|lay-off|fired|redundan|let go|let me go|sacked|furlough|job|position|livelihood|role|team|contract|unemploy|out of work|"
        "chomage|sans emploi|sans travail|licenci|vire|perdu|a la porte|poste|contrat|equipe".split("|")
    ),
}
_WARNED: Final = re.compile(
    r"\W*(?:cw|tw|content warning|trigger warning|avertissement de contenu|trauma ?avertissement)\b"
)
_SENTENCE: Final = re.compile(r"[.!?…;](?=\s|$)|\n")

_I: Final = r"(?:i|we)(?:'ve| have|'m| am|'re| are|'ll be| will be)?(?: just| recently| finally| also| officially| both)*"
_JE: Final = r"(?:j'ai|je|je viens de|je viens d'|on a|nous avons|nous venons de|on vient de)(?: enfin| officiellement| tout juste)*"
_FIRST = {"i": _I, "je": _JE, **_PARTS}
_GOOD: Final[Mapping[GoodNews, re.Pattern[str]]] = {
    "birth": re.compile(
        r"\b(?:my|our) (?:\w+ ){{0,2}}(?:daughter|son|baby|child|twins|little (?:girl|boy|one))(?: \w+)? (?:was|were|is|has been) (?:finally )?born\b|"
        r"\b{i} (?:welcom\w+|expecting) (?:\w+ ){{0,3}}(?:baby|child|daughter|son|twins)\b|\b{i} (?:became|become|going to be|about to become) "
        r"(?:a )?(?:\w+ )?(?:dad|mum|mom|father|mother|parents?)\b|\bi(?:'m| am) (?:now )?a (?:dad|mum|mom|father|mother|parent)(?: now| again)?$|\b(?:ma|notre|mon) (?:\w+ )?(?:fille|fils|bebe|enfant)(?: \w+)? (?:est|vient) (?:d'etre )?(?:nee?|de naitre)\b|"
        r"\b(?:je suis|nous sommes|me voila|je viens de devenir|je deviens|nous voila)(?: \w+)? (?:papa|maman|parents?|pere|mere)(?=$|,| d'une? (?!idee)| de (?:jumeaux|jumelles|deux)| depuis| pour la)|"
        r"\b(?:j'attends|nous attendons|on attend)(?: \w+)? (?:une?|notre|des) (?:\w+ )?(?:bebe|enfant|fille|garcon|jumeaux|jumelles)\b".format(
            **_FIRST
        )
    ),
    "wedding": re.compile(
        r"\b{i} (?:got|get|getting) (?:married|engaged)\b|\b(?:i'm|we're|i am|we are)(?: \w+)? (?:engaged|newlyweds)\b(?! (?:in|with|on|by))|\b{i} (?:tied the knot|eloped)\b|"
        r"\b(?:my|our) wedding (?:is|was|will|took)\b|\b(?:nous nous sommes|on s'est|je me suis|nous venons de nous|on vient de se) (?:enfin )?(?:marie|pacse|fiance)|"
        r"\b(?:je me|nous nous|on se) (?:mari(?:e|ons)|pacs(?:e|ons)|fianc(?:e|ons))\b|\bnotre mariage (?:est|etait|a eu|aura|approche)|\bnos fiancailles\b".format(
            **_FIRST
        )
    ),
    "job": re.compile(
        r"\b(?:i'm|i am|i'll be|i will be|we're|i have|i've|i(?= (?:just|recently|finally|officially)))(?: just| recently| finally| also| officially)* (?:joining|joined) "
        r"(?!(?:you|your|in\b|by|up|forces|mastodon|bluesky|twitter|facebook|discord|today by|the (?:waiting|call|queue|chat|club))|(?:\w+ )+(?:group|chat|call|club|chain|meeting)\b)|"
        r"\b{i} (?:hired (?:by|at|as)|been hired|(?:start|started|starting) (?:a|my) new (?:job|role|position|career)|accepted (?:an?|the) (?:\w+ )?(?:offer|job|position|role)|"
        r"(?:got|landed|found) (?:a|the|my) (?:new |dream )*(?:job|position|role)\b)|"
        r"\b(?:at|in|of|started|start|starting|about) my new (?:job|role|position)\b|\bmy new (?:job|role)\b|\bmy first (?:day|week) (?:at|as)\b|"
        r"\b{je} ?(?:commence|commencer|decroche|decrocher|trouve|trouver|signe|signer|rejoins|rejoint|rejoindre|accepte|accepter|pris|prends) (?:\w+ )??(?:une? (?:nouveau |nouvel |nouvelle )?"
        r"(?:poste|emploi|travail|boulot|job|cdi|cdd)|l'equipe|mon nouveau|chez)|\bmon nouve(?:au|l) (?:poste|travail|boulot|job|emploi)\b|"
        r"\bj(?:'ai ete|e suis|e viens d'etre) (?:embauche|recrute){er}(?!\w)|\b(?:je rejoins|je vais rejoindre) (?:l'equipe|la|les|le|\w+ comme)".format(
            **_FIRST
        )
    ),
    "book": re.compile(
        r"\b(?:my|our) (?:\w+ ){{0,2}}(?:book|novel|memoir|chapbook|anthology)(?:,[^,]+,)? (?:is|was|comes|came|has been|will be|goes) (?:finally |now |officially )?"
        r"(?:out|published|coming out|released|available|on sale|in bookshops|launch\w*)\b|\b{i} (?:publish\w*|releas\w*|launch\w*|finished writing|signed a contract for|wrote) "
        r"(?:my|a|our) (?:\w+ ){{0,2}}(?:book|novel|memoir)\b|\b(?:mon|notre) (?:\w+ ){{0,2}}(?:livre|roman|recueil|essai|bouquin)(?:,[^,]+,)? "
        r"(?:sort|parait|est (?:enfin )?(?:sorti|paru|publie|en librairie|disponible)|vient de (?:sortir|paraitre)|sortira|paraitra|sera)\b|"
        r"\b{je} ?(?:publie|publier|sors|sorti|sortir|ecrit|fini d'ecrire|termine) (?:mon|notre|un) (?:\w+ ){{0,2}}(?:livre|roman|recueil|essai|bouquin)\b".format(
            **_FIRST
        )
    ),
    "move": re.compile(
        r"\b{i} (?:moved|moving|relocat\w+) (?:(?:back |out )?(?:house|home|flat|cities|countries|abroad|overseas)\b|(?:in|into|to|back to|across|from) (?:\w+ ){{0,3}}"
        r"(?:house|home|flat|apartment|place|city|town|village|country(?:side)?|seaside|coast|farm|street|neighbou?rhood|island|{places})\b)|\bmy new (?:home|flat|house|apartment|city)\b(?! (?:page|server|lab|directory|screen|office|assistant|network))|"
        r"\bour new (?:home|flat|house|apartment)\b(?! (?:page|server|lab|screen|office|assistant|network))|\b{je} ?(?:demenage|emmenage|demenager|emmenager)(?! (?:mon|le|ce|un|du|vers|sur|de (?:wordpress|serveur))\b)|"
        r"\b(?:nous (?:demenageons|emmenageons)|on (?:demenage|emmenage))\b|\b(?:je m'installe|nous nous installons|on s'installe|je me suis installe\w*|nous nous sommes installe\w*|"
        r"on s'est installe\w*) (?:a|en|au|aux|dans) (?!mon bureau|la lecture|une routine)|\bm(?:on|a) nouve(?:l|lle) (?:appartement|maison|ville|appart)\b".format(
            places="paris|london|berlin|lyon|marseille|lille|nantes|bordeaux|toulouse|rennes|brussels|bruxelles|geneva|lausanne|montreal|quebec|toronto|vancouver|"
            "new york|boston|chicago|seattle|portland|oakland|san francisco|los angeles|austin|amsterdam|rotterdam|madrid|barcelona|lisbon|porto|rome|milan|"
            "vienna|zurich|munich|hamburg|copenhagen|stockholm|oslo|helsinki|dublin|edinburgh|glasgow|manchester|bristol|wales|scotland|england|ireland|"
            "france|germany|spain|portugal|italy|belgium|switzerland|canada|japan|tokyo|australia|melbourne|sydney|new zealand|mexico|brazil|india|the netherlands",
            **_FIRST,
        )
    ),
}


def sensitive(title: str, text: str, warning: str = "", language: str = "") -> Sensitive | None:
    """Why a cheerful message would be out of place, or None.

    `warning` is the content warning, itself read for what it warns of. `language` is not asked for: people mix theirs,
    and both are read.
    """
    del language
    sentences = list(_sentences(f"{title}\n{warning}\n{text}"))
    other = 1 if _OTHER_STORY.search(_folded(title)) else 0
    for kind in ("grief", "illness", "layoff"):
        stems = _STEMS[kind]
        for sentence in sentences:
            if any([stem in sentence for stem in stems]) and _weight(kind, sentence, other) >= _ENOUGH:
                return kind
    if warning.strip() or _WARNED.match(_folded(title)) or _WARNED.match(_folded(text[:60])):
        return "warning"
    return None


def good_news(title: str, text: str, language: str = "") -> GoodNews | None:
    """What the author announces of their own life, or None; nothing beside a sad news."""
    found: GoodNews | None = None
    for sentence in islice(_sentences(f"{title}\n{text}"), _EARLY):
        if any(pattern.search(sentence) for pattern in (_LONG_AGO, _NOT_SO, _NOT_NOW)):
            continue
        found = next((kind for kind, pattern in _GOOD.items() if pattern.search(sentence)), None)
        if found:
            break
    return None if found and sensitive(title, text, language=language) else found


def _folded(text: str) -> str:
    text = re.sub(r"\bR\.? ?I\.? ?P\b\.?", "rest in peace", text)
    text = unicodedata.normalize("NFD", text.lower().replace("’", "'").replace("œ", "oe"))
    return "".join([character for character in text if not unicodedata.combining(character)])


def _sentences(text: str) -> Iterator[str]:
    return (part.strip() for part in _SENTENCE.split(_folded(text[:_READ])) if part.strip())


def _weight(kind: Sensitive, sentence: str, other: int) -> int:
    """What one sentence weighs; `other` is taken from mere words when the title tells another story."""
    distant = 2 * bool(_LONG_AGO.search(sentence)) + 2 * bool(_NOT_SO.search(sentence))
    if any(pattern.search(sentence) for pattern in _OF_SOMEONE_NEAR[kind]):
        return _NEAR - distant
    weight = max((weight for weight, pattern in _IN_WORDS[kind] if pattern.search(sentence)), default=0)
    if not weight:
        return 0
    return weight + bool(_OWN.search(sentence)) - 2 * bool(_OTHER_STORY.search(sentence)) - other - distant
