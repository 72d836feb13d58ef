"""The turns of phrase that the conscience knows, French and English: data for `conscience`. Pure.

Every list is read in both languages, whatever the message's own: people mix theirs. Text is matched with straight apostrophes
and plain spaces; a space in a phrase stands for any white space.
"""

from __future__ import annotations

import re
from typing import Final


def _any(*phrases: str) -> re.Pattern[str]:
    """A pattern for any of these as whole words."""
    joined = "|".join(phrases).replace(" ", r"\s+")
    return re.compile(rf"(?<!\w)(?:{joined})(?!\w)", re.IGNORECASE)


# 1. Asking for something, or for attention to oneself.
REQUESTS: Final = _any(
    r"(?:pourrais|peux|voudrais|veux|saurais)-tu",
    r"(?:pourriez|pouvez|voudriez|voulez|sauriez)-vous",
    r"tu (?:pourrais|peux) (?:me |m'|nous )\w+",
    r"vous (?:pourriez|pouvez) (?:me |m'|nous )\w+",
    r"(?:aurais|as)-tu (?:un moment|le temps|une minute|\w+ minutes|un créneau|l'occasion)",
    r"(?:auriez|avez)-vous (?:un moment|le temps|une minute|\w+ minutes|un créneau|l'occasion)",
    r"(?:si|quand|dès que) (?:jamais )?(?:tu as|vous avez|tu trouves|vous trouvez) "
    r"(?:le temps|un moment|une minute|\w+ minutes|l'occasion)",
    r"s'il (?:te|vous) pla[iî]t|stp|svp",
    r"n'hésite[sz]? pas à",
    r"(?:dis|dites|fais|faites|réponds|répondez|écris|écrivez|suis|suivez|envoie|envoyez)-(?:moi|nous)",
    r"j'(?:ai|aurais) besoin",
    r"je (?:cherche|recherche)",
    r"j'aimerais (?:te|vous) demander|je voudrais (?:te |vous )?demander|j'aimerais que (?:tu|vous)",
    r"merci de (?:me |m'|nous )(?!avoir|l'avoir)\w+re?",
    r"merci d'avance",
    r"(?:voir|lire|visiter|découvrir|jeter un œil à|(?:jette|jetez) un œil à|un œil à|suivre|soutenir) "
    r"mon (?:article|blog|blogue|site|livre|projet|billet|compte)",
    r"(?:could|can|would|will) you(?: please)?(?= \w)",
    r"if you(?: have|'ve)(?: got)? (?:(?:a|the|any|some|\w+) )?(?:time|minutes?|moments?|chance)",
    r"when(?:ever)? you(?: have|'ve)(?: got)? (?:a |some )?(?:time|minute|moment|chance)",
    r"(?<!\w\s)please(?! (?:accept|know))|(?<!to\s)please(?=[.,!?])",
    r"let me know",
    r"(?:i'd|i would) (?:love|like) (?:to ask|you to|your (?:help|feedback|opinion|advice))",
    r"(?:i was|i'm|i am) wondering (?:if|whether)",
    r"(?:i need|i'm looking for|i am looking for|do me a favou?r|pick your brain|hop on a call|jump on a call)",
    r"(?:get back to me|thanks in advance|thank you in advance|any chance)",
    r"(?:have|take) a look at my|check out my|follow me|(?:read|visit|see|support) my "
    r"(?:article|blog|site|website|book|project|post|newsletter)",
)
LINK: Final = re.compile(r"(?:https?://|www\.)[^\s<>«»“”\"]+", re.IGNORECASE)

# 3. Clauses by their subject. tu and je are always subjects; vous and you are where a verb follows.
YOURS: Final = (
    _any(r"tu", r"t'(?=(?:as|es|avais|auras|aurais|étais)\b)\w+"),
    _any(
        r"vous (?:(?:ne|y|en|me|nous|le|la|les|lui|leur|vous) |[nml]')*(?:\w+ez|êtes|dites|faites)",
        r"(?:\w+ez|êtes|dites|faites)-vous",
    ),
    re.compile(
        r"(?<!thank\s)(?<!thanks\s)\byou(?:'(?:ve|re|ll|d)\b|\b(?!'))"
        r"(?!\s*(?:[.,;:!?)»”\"\ufffc–—]|$)|\s+(?:for|to|and|or|with|in|on|at|from|by|about|as|that|because|when|"
        r"if|but|here|there|now|today|soon|more|much|a|an|the|my|this|these|those|well|again|all|so|very|too|both)\b)",
        re.IGNORECASE | re.MULTILINE,
    ),
)
MINE: Final = (_any(r"je", r"j'\w+"), re.compile(r"(?<!\w)I(?:'(?:m|ve|ll|d))?(?!\w)"))

# 4. What would have to be proved.
CLAIMS: Final = _any(
    r"tous (?:tes|vos) (?:articles|billets|textes|écrits|posts|messages)",
    r"tout ce que (?:tu écris|vous écrivez|tu publies|vous publiez|tu fais|vous faites)",
    r"depuis (?:des années|des mois|toujours|longtemps|si longtemps|le début|le premier jour)",
    r"(?:fidèle|grande?|gros|grosse) (?:lecteur|lectrice|fan|admirateur|admiratrice)",
    r"je (?:te |vous )?(?:lis|suis) (?:toujours|depuis|chaque)",
    r"(?:huge|big|biggest|long-?time|massive) (?:fan|reader|follower|admirer)",
    r"all (?:of )?your (?:articles|posts|writing|writings|work|blog)",
    r"everything you(?:'ve| have)? (?:ever )?(?:write|wrote|written|post|posted|publish|published|do)",
    r"(?:for|over|in) (?:years|ages|a long time|so long)",
    r"(?:always|i've long) (?:read|loved|enjoyed|followed|admired)",
)
READ: Final = _any(
    r"j'ai (?:bien |enfin |tout |vraiment |aussi )?(?:lu|relu|dévoré)",
    r"en (?:te |vous |le )?lisant|à la lecture",
    r"I(?:'ve| have)?(?: just| finally| really| also)? (?:re-?)?read",
    r"(?:while|when|after|upon) reading|reading your",
)

# 10. Words that guess somebody's gender, and spellings that show two.
GENDERED: Final = _any(
    r"je (?:suis|serais|serai|reste|me sens|me suis senti) (?:\w+ )?(?:ravi|content|heureux|heureuse|touché|ému|"
    r"enchanté|désolé|reconnaissant|impressionné|admiratif|admirative|certain|sûr|surpris|bouleversé|conquis|"
    r"honoré|flatté|étonné|marqué|inspiré|fier|fière|curieux|curieuse|impatient|passionné)e?",
    r"m'(?:a|ont) (?:\w+ )?(?:touché|ému|surpris|marqué|impressionné|bouleversé|inspiré|étonné|conquis)e?",
    r"(?:un|une|votre|ton|ta) (?:\w+ )?(?:lecteur|lectrice|admirateur|admiratrice|abonnée?)",
    r"(?:mon|ma|bien) ch(?:er|ère)|(?:mon|ma) (?:ami|amie|copain|copine)",
    r"monsieur|madame|mademoiselle|mme|mlle",
    r"(?:dear )?(?:sir|madam|ma'am)",
    r"(?:mr|mrs|ms|miss)(?=\W)",
    r"(?:bro|dude|lady|ladies|gentleman|gentlemen|girl|sis)",
)
OPENINGS: Final = re.compile(
    r"^\s*(?:ch(?:er|ère)s?|ravie?s?|contente?s?|heureu(?:x|ses?)|touchée?s?|émue?s?|enchantée?s?|désolée?s?)(?!\w)",
    re.IGNORECASE | re.MULTILINE,
)
BOTH: Final = re.compile(
    r"(?<!\w)\w{1,40}(?:\((?:e|s|es|ne|le|se|ère|trice|euse|ive|fe)\)s?|/(?:e|es|ne|le|trice|euse)(?!\w))",
    re.IGNORECASE,
)
DOTS: Final = re.compile(r"(?<!\w)\w{1,40}[·•‧]\w{1,40}")

# 11. Measure.
INTENSIFIERS: Final = _any(
    r"très|vraiment|tellement|extrêmement|absolument|totalement|profondément|énormément|beaucoup|infiniment|"
    r"carrément|complètement|hyper|super|ultra|trop",
    r"very|really|extremely|absolutely|totally|incredibly|truly|deeply|hugely|completely|utterly|profoundly",
    r"so (?:very |much\b|many\b|happy|glad|good|well|beautiful|moving|interesting|great|true)\w*",
)
PRAISE: Final = _any(
    r"incroyables?|inspirante?s?|géniale?s?|géniaux|extraordinaires?|exceptionnel(?:le)?s?|fantastiques?|"
    r"magnifiques?|formidables?|fabuleu(?:x|ses?)|époustouflante?s?|passionnante?s?|une pépite|top|"
    r"excellente?s? (?:article|billet|contenu|travail)|super (?:article|billet|contenu|travail)|"
    r"contenu de qualité|beau travail|bon travail|chapeau|bravo pour (?:tout|ton travail|votre travail)",
    r"amazing|awesome|inspiring|incredible|fantastic|brilliant|outstanding|stunning|mind-?blowing|insightful|"
    r"phenomenal|superb|epic|thought-provoking|game-?changer|must-read|"
    r"(?:great|excellent|quality|good) (?:content|article|post|read|stuff|job|work|piece)|keep (?:it up|up the)",
)

# 13. Asking after an answer.
CHASING: Final = _any(
    r"je me permets de (?:te |vous )?(?:relancer|revenir|réécrire|réitérer|recontacter|solliciter)",
    r"je (?:te|vous) relance|(?:petite |simple )?relance|je reviens vers (?:toi|vous)",
    r"(?:sauf erreur|sans (?:réponse|nouvelles?|retour) de (?:ta|votre) part)",
    r"(?:as-tu|avez-vous|tu as|vous avez) (?:bien |pu |eu le temps de )*(?:vu|reçu|lu|voir|lire) mon "
    r"(?:\w+ )?(?:message|mail|mot|courriel)",
    r"(?:dans l'attente|en attente) de (?:ta|votre|te|vous)|toujours pas (?:de réponse|répondu)",
    r"(?:just )?following up|(?:just )?circling back|bump(?:ing)? this|(?:gentle|friendly|quick) reminder",
    r"did you (?:see|get|receive|read) my|(?:have not|haven't|didn't|did not) (?:heard|hear) (?:back )?from you",
    r"per my last|touching base|(?:looking forward to|awaiting) your (?:reply|answer|response)|second (?:e-?mail|message)",
)

# 14. Out of place beside grief, illness or a job lost.
CHEERFUL: Final = _any(
    r"bravo|félicitations|super|génial|chouette|youpi|hourra|trop bien|bonne nouvelle|quelle joie|"
    r"(?:je suis|suis) (?:ravi|content|heureux|heureuse)e?|réjoui\w*|mdr|lol|haha+|hihi+|merveilleu(?:x|se)|félicit\w+",
    r"congratulations|congrats|well done|great news|good news|wonderful|awesome|hooray|yay|cheers|fantastic|"
    r"(?:happy|glad|thrilled|delighted|excited) (?:for|to)|exciting|rofl",
    r"[:;]-?[)D]",
)

# 8. tu and vous, in French. « le ton » is a noun; « s'il vous plaît » is how one says it.
TU: Final = _any(
    r"tu|te|toi|ta|tes|tien(?:ne)?s?|t'(?=\w)\w+|"
    r"(?<!le\s)(?<!un\s)(?<!du\s)(?<!au\s)(?<!ce\s)(?<!de\s)(?<!bon\s)(?<!même\s)(?<!quel\s)ton"
)
VOUS: Final = _any(r"vous(?! deux)|votre|vos|vôtres?")

# 9. What a template leaves behind when a value was missing: where only a name or a title could stand.
BLANKS: Final = re.compile(
    r"\[(?!\s*(?:…|\.\.\.)\s*\])[^\]\n]{0,60}\]|[{}]|<\w+>|«\s*»|“\s*”|(?<=[\s(])\"\s?\"(?=[\s.,;:!?)]|$)|_{3,}|(?<!\w)X{3,}(?!\w)"
)
_NOTHING: Final = r"(?-i:None|NaN|nan|null|undefined)"
NOTHING: Final = re.compile(
    rf"^(?:(?:hi|hello|dear|salut|coucou|bonjour)\s+)?(?P<alone>{_NOTHING})\s*,?$|"
    rf"\b(?:name is|m['’]appelle|article|titre|title)\s+(?P<named>{_NOTHING})(?=[.,;:]|$)",
    re.MULTILINE | re.IGNORECASE,
)
GAP: Final = re.compile(r"(?<=[^\s.!?…:;,–—])[^\S\n]{2,}(?P<after>\S+)")
NAMELESS: Final = re.compile(r"\s*\w+(?:\s\w+)?\s*,")
