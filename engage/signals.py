"""The turns of phrase by which `tone` knows grief, illness, layoffs and good news: data for `tone`. Pure.

Patterns are matched against one folded sentence: lower case, no accents, straight apostrophes, no full stop.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Sensitive = Literal["grief", "illness", "layoff", "separation", "warning"]
GoodNews = Literal["job", "birth", "wedding", "book", "move"]

WORD, VAGUE = 3, 2  # what a word weighs that means it, and one that may

# What returns in the patterns: {my} {kin} is a relative, a friend, an animal one lives with; {er} a French
# ending.
_PARTS: Final = {
    "my": r"(?:my|our|mon|ma|mes|notre|nos)",
    "kin": (
        r"(?:(?:late|dear|dearest|best|old|beloved|little|big|older|younger|baby|tres|cher|chere|vieil|"
        r"vieille|petite?|grande?|belle|beau|meilleure?|great|first|second) )*(?:mother|mum|mom|mommy|"
        r"father|dad|daddy|parents?|brother|sister|sibling|son|daughter|child|kid|baby|babies|wife|husband|"
        r"partner|spouse|fiancee?|girlfriend|boyfriend|grand-?(?:mother|father|ma|pa|parents?|son|daughter)|"
        r"gran|granny|nana|uncle|aunt|auntie|cousin|niece|nephew|friends?|colleague|co-?worker|mentor|"
        r"teacher|neighbou?r|dog|cat|puppy|kitten|mere|maman|pere|papa|freres?|soeurs?|fils|filles?|"
        r"enfants?|bebes?|femme|epouse|mari|epoux|conjointe?|compagn(?:on|e)|grand-(?:mere|pere|parents|"
        r"tante|oncle)|mamie|papi|papy|mamy|meme|pepe|oncle|tante|tata|tonton|cousine|neveu|amie?s?|copine|"
        r"copain|pote|collegue|voisine?|chiens?|chienne|chats?|chatte|belle-(?:mere|soeur)|beau-(?:pere|"
        r"frere)|parrain|marraine|prof)(?:-in-law)?\b(?!['-])"
    ),
    "gap": r"(?:[ ,]+(?!whose|and|et|dont)[\w',-]+){0,6}?[ ,]+",
    "er": r"(?:[·.(-]?(?:e|es|s)\)?)?",
    "day": (
        r"(?:hier|ce matin|cette nuit|ce week-?end|(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)\b|"
        r"yesterday|today|this morning|last night|last week|(?:on )?(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
    ),
    "been": (
        r"(?:was|were|got|have been|has been|'ve been|been|am|is|are|am being|are being|is being|'m|'re|'m "
        r"being)"
    ),
    "ill": (
        r"(?:cancer|tumou?r|leuk[ae]?emia|lymphoma|parkinson'?s?|alzheimer'?s?|dementia|multiple sclerosis|"
        r"long covid|chronic illness|stroke|heart attack|tumeur|leucemie|lymphome|sclerose en plaques|covid "
        r"long|avc|infarctus|crise cardiaque|demence)\b(?! (?:of|research|screening|du|des|de la))"
    ),
}


def _patterns(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern.format(**_PARTS)) for pattern in patterns)


OF_SOMEONE_NEAR: Final[Mapping[Sensitive, tuple[re.Pattern[str], ...]]] = {
    "grief": _patterns(
        r"\b{my} {kin}{gap}(?:died(?! laughing| of laughter| inside)|passed (?:away|on)|is dead(?! tired| "
        r"set| right| wrong| serious)|is no longer with us|was killed|took (?:his|her|their) own life)\b",
        r"\b{my} {kin}{gap}(?:(?:est|sont|soit) (?:mort|decede){er}(?! de (?:rire|fatigue|faim|peur|soif|"
        r"froid))|s'est (?:eteint|suicide){er}|s'est donne la mort|nous a(?:vait)? quitte{er}|n'est plus(?= "
        r"?$|,)|est parti{er} (?:pour toujours|trop tot))",
        r"(?:^|, )(?:papa|maman|mamie|papi|papy|mum|mom|dad|granny|grandma|grandpa) (?:died|passed away|is "
        r"gone|est mort{er}(?! de)|est decede{er}|n'est plus)\b",
        r"\b{my} {kin}'s? (?:death|passing|funeral|suicide|memorial|ashes|burial)\b",
        r"(?<!\w)(?:death|passing|loss|funeral|burial|suicide|memory) of {my} {kin}",
        r"\b(?:mort|deces|perte|disparition|obseques|enterrement|suicide|memoire) de {my} {kin}",
        r"\b(?:i|we)(?:'ve| have)?(?: just| also| recently| both)? (?:lost|buried|cremated|mourn|said "
        r"goodbye to) (?:{my} {kin}|(?:a|the|one of {my}) (?:(?:dear|good|close|dearest) )?(?:friends?|baby|"
        r"pregnancy|colleague|parent)\b)",
        r"\b(?:j'ai|on a|nous avons)(?: \w+)? (?:perdu|enterre|incinere) (?:{my}|une?|le|la|l'un\w* de "
        r"{my}) {kin}",
        r"\b(?:he|she|they|who) passed away\b|\bnous (?:a|avait|ont) quitte{er}(?!\w)|\bvien(?:t|nent) de "
        r"nous quitter\b",
        r"\bs'est eteint{er} (?:hier|ce matin|cette nuit|lundi|mardi|mercredi|jeudi|vendredi|samedi|"
        r"dimanche|paisiblement|entoure)",
        r"\b(?:i|we) had (?:a|another) (?:miscarriage|stillbirth)\b|\bmy miscarriage\b|\bfait une fausse "
        r"couche\b|\bma fausse couche\b",
        r"\b(?:i am|i'm|we are|we're) (?:still )?(?:grieving|mourning|in mourning|bereaved)\b|\bmy grief\b|"
        r"\b(?:je suis|on est|nous sommes) (?:encore |toujours )?(?:en deuil|endeuille{er})|\bmon "
        r"deuil\b(?! d)",
        r"\b(?:put|let) {my} {kin}{gap}?(?:down|to sleep)\b|\beuthanas\w+ {my} {kin}|\b(?:had to|must) "
        r"(?:let|say goodbye to) {my} {kin}",
        r"\b(?:adieu|goodbye|farewell|au revoir),? {my} {kin}",
    ),
    "separation": _patterns(
        r"\b(?:nous nous separons|on se separe|nous divorcons|on divorce|nous avons (?:rompu|divorce)|on a rompu)\b",
        r"\b(?:notre|mon|ma) (?:divorce|separation|rupture)\b",
        r"\b(?:we are|we're|i am|i'm)(?: \w+)? (?:getting (?:a divorce|divorced)|divorcing|separating|splitting up)\b",
        r"\b(?:my|our) (?:divorce|separation|break-?up)\b|\bwe (?:broke|have broken|split) up\b(?! (?:the|our|a|into)\b)",
        r"\b(?:he|she) (?:has )?left me\b|\bm'a quitte{er}(?!\w)|\b{my} {kin} (?:left me|has left me|me quitte)\b",
    ),
    "illness": _patterns(
        r"\b(?:i|we|{my} {kin})(?:| just| recently) ?{been}(?: just| recently| finally)? diagnosed\b|"
        r"\b(?:since|after|before) my diagnosis\b",
        r"\bon (?:m'a|nous a|lui a)(?: \w+)? diagnostique|\bon a (?:diagnostique|trouve|decouvert) (?:\w+ "
        r")?{ill} a {my}|\b(?:j'ai ete|je viens d'etre|{my} {kin} (?:a ete|vient d'etre|est))(?: \w+)? "
        r"(?:diagnostique|hospitalise|opere){er}(?!\w)",
        r"\b{my} {kin}{gap}(?:in (?:the )?hospital|in intensive care|in a coma|in hospice|hospitali[sz]ed|"
        r"dying|terminally ill|seriously ill|(?:gravement|tres) malade|a l'hopital|en reanimation|dans le "
        r"coma|mourant{er}|en soins palliatifs|undergoing chemo)\b",
        r"\b(?:i have|i've|i had|i got|i survived|i'm fighting|i am fighting|my|{my} {kin}(?:'s|'s got| has|"
        r" had)) (?:(?:had|got) )?(?:\w+ ){{0,2}}{ill}",
        r"\b(?:j'ai|mon|ma|{my} {kin} a|souffre d'un|atteint{er} d'un) (?:\w+ ){{0,2}}(?:{ill}|cancer\b)",
        r"\bmy (?:\w+ )?(?:chemo|chemotherapy|radiotherapy|surgery|hospital stay|burn-?out|depression|"
        r"relapse|suicide attempt|eating disorder)\b|\bm(?:a|es|on) (?:\w+ )?(?:chimio\w*|radiotherapie|"
        r"hospitalisation|burn-?out|depression|rechute|tentative de suicide)\b",
        r"\b(?:i am|i'm|i was|i've been|i have been|je suis|j'etais|j'ai ete)(?: \w+)? (?:in (?:the "
        r")?hospital|in hospice|hospitali[sz]ed|hospitalise{er}(?!\w)|(?:seriously|gravely|very|terminally) "
        r"ill|burnt? ?out|suicidal|(?:gravement|tres) malade|depressi(?:f|ve)\b|suicidaire|a l'hopital|en "
        r"arret (?:maladie|de travail)|en (?:plein )?burn-?out|en depression|en soins palliatifs|on sick "
        r"leave)",
        r"\b(?:i am|i'm) dying (?:of|from) (?!laugh|curio|bore|heat|thirst|hunger)|\bi have (?:\w+ "
        r"){{0,3}}(?:months|weeks) (?:left )?to live\b|\b(?:tried|wanted|want) to (?:kill myself|end my "
        r"life)\b|\bj'ai (?:fait|eu) (?:un burn-?out|une depression|une tentative)",
    ),
    "layoff": _patterns(
        r"\b(?:i|we|{my} (?:whole |entire )?(?:team|{kin}))(?:| just| recently) ?{been}(?: \w+)? (?:laid "
        r"off|fired(?! up)|made redundant|let go|sacked|furloughed)\b",
        r"\b(?:laid me off|let me go (?:today|yesterday|this|last|from)|fired me(?! up)|made me "
        r"redundant)\b|\bpart of the layoffs?\b",
        r"\b(?:i|we|{my} {kin})(?:'ve| have| has)?(?: just| both| recently)? lost (?:my|our|his|her|their) "
        r"(?:jobs?|position|livelihood)\b",
        r"\b(?:my|our) (?:job|position|role|team|contract)s? {been}(?: \w+)? (?:eliminated|cut|terminated|"
        r"made redundant|axed)\b|\b(?:i|we) ?{been}(?: \w+)? (?:affected|impacted|hit|caught) (?:by|in|up "
        r"in) (?:\w+ ){{0,3}}(?:layoffs?|lay-offs?|redundanc\w+)",
        r"\bmy (?:layoff|redundancy|unemployment)\b|\b(?:i'm|i am|now|currently) (?:\w+ )?(?:unemployed|out "
        r"of (?:a job|work)|jobless)\b|\b(?:je suis|me voila|nous sommes)(?: \w+)? (?:au chomage|sans "
        r"emploi|sans travail|licencie{er}|vire{er})(?!\w)",
        r"\b(?:j'ai|nous avons|on a|{my} {kin} a)(?: \w+)? perdu (?:mon|notre|nos|son) (?:emplois?|travail|"
        r"boulot|job|poste|taf)\b",
        r"\bon (?:m'a|nous a|vient de me|vient de nous)(?: \w+)? (?:licencie|vire|mis{er} a la porte|"
        r"mis{er} au chomage)|\b(?:j'ai ete|je viens d'etre|je me suis fait|je me fais|nous avons ete|on "
        r"s'est fait|{my} {kin} (?:a ete|s'est fait))(?: \w+)? (?:licencie|vire)",
        r"\b(?:mon|notre|nos) (?:postes?|contrats?|equipe) (?:est|a ete|sera|va etre|sont|ont ete|vient "
        r"d'etre)(?: \w+)? (?:supprime|licencie)|\bmon licenciement\b",
    ),
}
IN_WORDS: Final[Mapping[Sensitive, tuple[tuple[int, re.Pattern[str]], ...]]] = {
    "grief": (
        (WORD, _patterns(r"\b(?:est mort{er}|died) {day}")[0]),
        (
            WORD,
            re.compile(
                r"\b(?:rest in peace|repose[zr]? en paix|condolences?|condoleances|bereavement|in memoriam|"
                r"obseques|funerailles|deuils?|endeuille\w*|in loving memory|hommage a (?:notre|mon) ami\w*|"
                r"passed away|eulogy|oraison funebre|farewell,? (?:my |dear |old )+friend|miscarriage|"
                r"fausse couche|stillb\w+)\b"
            ),
        ),
        (
            VAGUE,
            re.compile(
                r"\b(?:funerals?|enterrement|mourning|obituary|(?<!some )(?<!me )grief|grieving|necrologie|"
                r"suicide|deces)\b"
            ),
        ),
    ),
    "illness": (
        (
            WORD,
            re.compile(
                r"\b(?:soins palliatifs|palliative care|phase terminale|terminal cancer|stage (?:4|four|iv) "
                r"cancer|c'est un cancer|it's cancer|cancer (?:du sein|du poumon|de la prostate)|signed off "
                r"(?:sick|work)|en arret maladie|metastas\w+|in (?:a|the) hospice)\b"
            ),
        ),
        (VAGUE, re.compile(r"\b(?:chimio\w*|chemo(?:therapy)?|burn-?out|breast cancer|biopsie|biopsy)\b")),
    ),
    "layoff": (
        (WORD, re.compile(r"\b(?:plan social|licenciement economique|severance)\b")),
        (
            VAGUE,
            re.compile(r"\b(?:contrat n'est pas renouvele|contract (?:was|is) not renewed|licenciements?)\b"),
        ),
    ),
    "separation": (),
}
OWN: Final = re.compile(r"\b(?:i|i'm|i've|my|we|our|je|j'ai|mon|ma|mes|nous|notre)\b")
OTHER_STORY: Final = re.compile(
    r"\b(?:films?|movies?|novels?|romans?|episodes?|seasons?|saisons?|albums?|songs?|chansons?|characters?|"
    r"personnages?|scenes?|series?|review|critique|plot|fiction|games?|jeux?|actors?|actress|actrice|acteur|"
    r"directed|realisa\w+|paintings?|peinture|opera|theatre|museum|musee|expo(?:sition)?|centur(?:y|ies)|"
    r"siecles?|kings?|queen|emperor|rois?|reine|empereur|pharao\w*|president|pope|pape|histor\w+|medieval|"
    r"ancient|antique|protocol\w*|software|logiciels?|codes?|servers?|serveurs?|browser|navigateur|web|"
    r"internet|blogs?|blogging|twitter|flash|rss|google|apps?|api|startup|compan(?:y|ies)|entreprises?|"
    r"commerce|democra\w+|capitalis\w+|industr\w+|idees?|ideas?|ideal|dream of|reve de|illusions?|"
    r"proje(?:ct|t)s?|bureaucra\w+|party|parti|era|epoque|language|langage|formats?|features?|perfection\w*|"
    r"laptop|phone|computer|ordinateur|telephone|hard drive|disque|data|donnees|statisti\w+|study|studies|"
    r"etudes?|police|officials|prevention|research\w*|fai(?:re|t|s) (?:son|le|mon) deuil d)\b"
)
LONG_AGO: Final = re.compile(
    r"\b(?:1\d{3}|200\d|201[0-5])\b|\b(?:years|decades) (?:ago|back)\b|\bil y a (?:\w+ )?(?:\d+|deux|trois|"
    r"quatre|cinq|six|sept|huit|neuf|dix|quinze|vingt|trente|quarante|plusieurs|quelques|des|bien des) "
    r"(?:ans|annees|decennies)|\bwhen (?:i|he|she) was (?:a \w+|young|little|\w+ years)|\bquand j'(?:etais|"
    r"avais)\b|\bin the (?:\d+s|\w+ties)\b|\bdans les annees\b|\benfant,|\bas a (?:kid|child|teenager)\b|"
    r"\bbefore i was born\b"
)
NOT_SO: Final = re.compile(
    r"\b(?:almost|nearly|presque|failli|jok(?:e|es|ing)|metaphor\w*|as if|comme si|imagine|what if|et si|if "
    r"i|si j'|if my|si mon|si ma|if we|would have|could have|fear of|peur d|afraid of|n'a(?:i|vons)? pas "
    r"ete|never been|jamais ete|wasn't|weren't|haven't been|not been|character|personnage|protagonist\w*|"
    r"hero|heroine|heros|narrat\w+)"
)
NOT_NOW: Final = re.compile(
    r"\b(?:in|en|since|depuis) (?:early |late |mid-)?(?:\w+ )?\d{4}\b|\b(?:before|when|since|after|until|"
    r"once|company|time|week|day) (?:i|we)\b|\b(?:years?|months?) (?:now )?since\b|\b(?:at (?:that|the) "
    r"(?:time|point)|back then|later,|used to|a l'epoque|plus tard|quand (?:j'|je|nous|on)|lorsque|avant de|"
    r"depuis que)"
)


def _stems(stems: str) -> tuple[str, ...]:
    return tuple(stems.split("|"))


STEMS: Final[Mapping[Sensitive, tuple[str, ...]]] = {
    "grief": _stems(
        "died|dead|passed|passing|no longer with|death|funer|suicid|lost|loss|bur|cremat|mourn|griev|grief|"
        "bereav|miscarr|stillb|sleep|memor|ashes|killed|own life|goodbye|put |euthan|mort|deces|deced|quitt|"
        "eteint|n'est plus|perdu|perte|dispar|enterre|inciner|deuil|fausse couche|obseq|condol|en paix|in "
        "peace|eulogy|oraison|hommage|farewell|obituary|necrolog|parti|let |adieu|farewell|au revoir"
    ),
    "illness": _stems(
        "diagnos|hospi|hopital|cancer|tum|leu|lymph|parkinson|alzheimer|dement|demence|scleros|covid|"
        "chronic|stroke|heart attack|avc|infarctus|cardiaque|intensive|coma|dying|ill|malade|maladie|reanim|"
        "mourant|palliati|chemo|chimio|radioth|surgery|burn|depress|relapse|rechute|suicid|eating disorder|"
        "opere|sick leave|en arret|to live|kill|end my life|tentative|terminal|signed off|metasta|hospice|biops"
    ),
    "layoff": _stems(
        "laid|layoff|lay-off|fired|redundan|let go|let me go|sacked|furlough|job|position|livelihood|role|"
        "team|contract|unemploy|out of work|chomage|sans emploi|sans travail|licenci|vire|perdu|a la porte|"
        "poste|contrat|equipe|severance|plan social"
    ),
    "separation": _stems("separ|divorc|rompu|rupture|broke|broken up|splitting|split up|break|left me|quitt"),
}
_I: Final = (
    r"(?:i|we)(?:'ve| have|'m| am|'re| are|'ll be| will be)?(?: just| recently| finally| also| officially| "
    r"both)*"
)
_JE: Final = (
    r"(?:j'ai|je|je viens de|je viens d'|on a|nous avons|nous venons de|on vient de)(?: enfin| "
    r"officiellement| tout juste)*"
)
_FIRST = {"i": _I, "je": _JE, **_PARTS}
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
