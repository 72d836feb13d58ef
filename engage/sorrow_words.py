"""The words and titles that may tell a sorrow, and how much each weighs: data for `tone`. Pure.

Patterns are matched against one folded sentence, see `signals`, whose PARTS stand in braces.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from .signals import FOLK, KIN, MY, PARTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .signals import Sensitive

WORD, VAGUE = 3, 2  # what a word weighs that means it, and one that may


def _of(weight: int, *patterns: str) -> tuple[tuple[int, re.Pattern[str]], ...]:
    return tuple((weight, re.compile(pattern.format(**PARTS))) for pattern in patterns)


IN_WORDS: Final[Mapping[Sensitive, tuple[tuple[int, re.Pattern[str]], ...]]] = {
    "grief": (
        *_of(
            WORD,
            r"\b(?:rest in peace(?! my (?!{kin}))|repose[zr]? en paix|condolences?|condoleances|bereavement|"
            r"in memoriam|obseques|funerailles|deuils?|endeuille\w*|in loving memory|hommage a (?:notre|"
            r"mon) ami\w*|passed away(?! the)|eulogy|oraison funebre|farewell,? (?:my |dear |old )+friend|"
            r"miscarriage|fausse couche|stillb\w+|rainbow bridge|pont de l'arc-en-ciel)\b",
            r"\b{pal},?(?: [\w'-]+){{0,4}}? (?:died|passed away|took (?:his|her|their) (?:own )?life|was "
            r"killed|est (?:mort|decede){er}|s'est suicide{er}|s'est pendu{er}|s'est donne la mort|nous a "
            r"quitte{er})(?!\w)(?! a (?:mon|son))",
            r"\bpregnancy ended\b",
            r"(?:^|, |\b(?:and|et) )(?!(?:my|our|the|an?|mon|ma|mes|nos|les?|la|une?|des)\b|\w+ (?:my|the|"
            r"le|la)\b)[\w-]+(?: [\w-]+)? (?:died {late}|est (?:mort|decede){er} {late}|s'est eteint{er} "
            r"{late}|s'en est alle{er} {late})",
            r"\b(?:interruption (?:medicale|therapeutique) de grossesse|ne{er} et mort{er}|mis fin a ses "
            r"jours|took (?:his|her|their) (?:own )?life)\b|^(?:he|she|they) did(?:n't| not) make it$",
        ),
        *_of(
            VAGUE,
            r"\b(?:funeral(?! (?:march|costume))|enterrement(?! de vie)|mourning|obituary|(?<!some )(?<!me "
            r")grief|grieving|necrologie|(?<!political )(?<!social )(?<!career )(?<!tentative de "
            r")suicide(?! (?:attempt|prevention|bomb\w*|squad))|deces)\b",
            r"\b(?:est|es) (?:mort|decede|parti){er} {late},? (?:dans (?:nos|mes) bras|entoure)",
            r"\b(?:he|she|they) did(?:n't| not) make it through|\bdied in (?:my|our) arms\b|\bsaid (?:our |"
            r"my )?(?:last |final )?goodbye to \w+(?= ?$| {late})|\b(?:had to|must) say goodbye to {my}",
            r"\btu (?:es parti{er}|n'es plus la)\b|\byou(?:'re| are) (?:really )?gone\b|\bborn sleeping\b|"
            r"\b(?:my|mon) ex (?:died|est mort)|\bwent to sleep in my (?:lap|arms)\b|\bun(?:e)? (?:eleve|"
            r"etudiante?|patiente?|habitante?|collegue) (?:[\w']+ ){{0,4}}est (?:mort|decede){er}(?!\w)|"
            r"\b(?:still )?grieving\b",
        ),
    ),
    "illness": (
        *_of(
            WORD,
            r"\b(?:soins palliatifs|palliative care|phase terminale|terminal cancer|stage (?:4|four|iv) "
            r"cancer|metastases|chimio, \w+ (?:seance|cure)|malignant|tumeur maligne)\b",
            r"^{ill}$|\b(?:mois|semaines) d'arret\b|(?:^|\bbeen )in hospital (?:since|for|again)\b|"
            r"\b(?:last|first|next|premiere|derniere|prochaine) (?:chemo|chimio)|\bfrole la mort\b|"
            r"\b(?:scanner|irm|mri|scan|scans)\b.{{0,60}}\b(?:recidive|metast\w+|tumeurs?|tumou?r|nodules?|"
            r"spread|relapse|lesions?)\b",
            r"\b(?:c'est|it's|it is|c'etait|it was) (?:un |une |a |the )?(?:breast |lung |bowel |skin |"
            r"prostate )?(?:cancer|leucemie|leuk[ae]?emia|lymphome|lymphoma)\b(?! (?:de la|des|of))",
            r"\b(?:commence|debute|start|starting|starts|termine|finish\w*) (?:la |ma |my )?(?:chimio\w*|"
            r"chemo\w*|radiotherap\w+)|\b(?:round|cycle|session|day) (?:\w+ )?(?:of )?chemo|\bchemo\w* "
            r"(?:round|day|number|tomorrow|starts|again)|\b(?:seance|cure) de chimio",
            r"\b(?:les|mes|ses) resultats (?:ne sont|n'etaient) pas bons?(?= ?$|,)|\b(?:scan|test|biopsy|"
            r"blood|mri) results? (?:weren't|were not|are not|aren't|came back) (?:good|bad|positive|not)|"
            r"\bbiops(?:y|ie)\b.{{0,60}}\b(?:came back|attend\w*|waiting|cancer)|\battend\w* la biopsie",
        ),
        *_of(
            VAGUE,
            r"(?<!nurse )(?<!doctor )(?<!work )(?<!works )(?<!signe du )(?<!me a )\b(?:en reanimation|in "
            r"(?:the )?(?:intensive care|icu|a&e)|aux urgences|sick leave|arret maladie|biops(?:ie|y)|"
            r"chimio\w*|chemo(?:therapy)?|{ill}|cancer|meningite|stents?|septicemie|sepsis|bipolar|"
            r"bipolaire|crohn|mastectom(?:y|ie)|psychiatr\w+|diabet\w+|epilep\w+|seizures?|ehpad|nursing "
            r"home|panic attacks?|crises? d'angoisse|angoisses|ptsd|antidepress\w+|schizo\w+|endometrios\w+|"
            r"fibromyalg\w+|tentative de suicide|suicide attempt|meningitis|epuisement professionnel|"
            r"nervous breakdown|depression (?:severe|nerveuse)|severe depression|remission(?! of sins)|"
            r"recidive|stage (?:3|4|three|four)|neurologue|oncolog\w+)\b(?! (?:researcher|"
            r"research|charity|of the|ward nurse|du|de la|des|the crab|season|sign))",
            r"\b(?:found|trouve|have|ai|has|a) (?:a|an|un|une) (?:mass|masse|lump|boule|tumou?r|nodule)\b|"
            r"\b(?:m'(?:a |ont )?|lui )(?:enleve|retire)(?:nt|r)? (?:un|une|le|la) (?:rein|sein|poumon|"
            r"uterus|thyroide|tumeur|ovaire)\b|\bperdu (?:la vue|l'ouie|l'usage)|\bperd la (?:memoire|tete|"
            r"vue)\b|\b(?:i'm|i am|je suis|is|est) (?:an? |une? )?(?:alcoholic|alcoolique)\b|\blosing "
            r"(?:his|her|my) (?:memory|sight)|\bhad a breakdown\b|^burn-?out$|\b(?:struggl\w+|battl\w+|"
            r"liv\w+|deal\w+|suffer\w+) with (?:\w+ )?(?:depression|anxiety|addiction)\b|\b(?:fell|fallen|"
            r"taken|got|getting|been) (?:very |seriously |gravely )?ill\b|\btombe{er} malade|\b(?:broke|"
            r"broken|fractured|shattered) (?:my|his|her) (?:\w+ )?(?:back|leg|hip|pelvis|arm|wrist|neck|"
            r"ankle|spine|collarbone|skull)\b|\b(?:casse|fracture) (?:la|le|une?|ma|mon) (?:jambe|bras|"
            r"hanche|col|poignet|cheville|dos|vertebre|clavicule)\b|\bcloue{er} au lit\b|\bne sait plus "
            r"(?:mon|son) prenom|\b(?:operation|surgery) (?:tomorrow|demain|{late})(?! (?:portes|reussie))",
        ),
    ),
    "layoff": _of(
        VAGUE,
        r"\b(?:liquidation judiciaire|licenciements?|motif economique|plan social|severance|layoffs?|france "
        r"travail|pole emploi|sans boulot|sans emploi|au chomage|fin de contrat|looking for (?:work|a "
        r"(?:new )?job)|jobless|terminated me|lost the job|cut (?:our|my) (?:whole |entire )?team)\b",
    ),
    "separation": (
        *_of(
            WORD,
            r"^(?:il|elle) demande le divorce|\b(?:since|after|depuis|apres) (?:the|our|la|le|notre|my|ma|"
            r"mon) (?:separation|divorce|break-?up|rupture)$",
        ),
        *_of(
            VAGUE,
            r"\b(?:divorced?|divorcing|break-?up|(?:the|la) "
            r"separation$|garde alternee|shared custody|called off the (?:wedding|engagement)|had an affair|"
            r"fin a (?:notre|ma) (?:relation|histoire)|demande le divorce|(?:notre|mon) couple|my marriage|"
            r"our marriage)\b(?! (?:law|loi|from (?:reality|facebook|google|twitter)|de (?:google|facebook|"
            r"son|mon)|lawyer))",
        ),
    ),
}
# A short title that says it: with an I in what follows, that is enough.
TITLES: Final[Mapping[Sensitive, re.Pattern[str]]] = {
    "grief": re.compile(
        r"(?:le |la |mon |ma |my |on |un |une )?(?:deuil|grief|grieving|mourning|veuf|veuve|widow(?:er)?|"
        r"widowed|fausse couche|miscarriage|enterrement|funeral|obseques)"
    ),
    "illness": re.compile(
        r"(?:le |la |mon |ma |my |on |en |un |une |the |a )?(?:burn-?out|depression|cancer|chimio|chemo|"
        r"arret (?:maladie|de travail)|sick leave|hospitalisation|rechute|relapse|mastectom(?:y|ie))"
    ),
    "layoff": re.compile(
        r"(?:le |mon |my |on |au |being )?(?:licenciement|licencie\W?e?\W?|laid off|layoff|fired|redundant|"
        r"redundancy|unemployed|chomage|vire\W?e?\W?|let go)"
    ),
    "separation": re.compile(
        r"(?:le |la |ma |mon |my |notre |our |on |after |apres |the |a |un |une )*(?:divorce|separation|"
        r"rupture|break-?up|divorced|separated|celibataire|newly single)"
    ),
}
# A title that says of whom, or of what: with it, a vague word is enough.
SETTINGS: Final[Mapping[Sensitive, re.Pattern[str]]] = {
    "grief": re.compile(
        rf"(?:adieu|au revoir|goodbye|farewell|good night|pour|for|to|a),? {MY}? ?{KIN}|{MY} {KIN}|{FOLK}|"
        rf"(?:in "
        r"memory of|a la memoire de|remembering|en memoire de|hommage a) .{1,30}|(?:adieu|goodbye|"
        r"farewell),? \w+"
    ),
    "illness": re.compile(
        r"(?:le |les |the |mes |my |mon |a l'|in )?(?:diagnosis|diagnostic|hopital|hospital|accident|"
        r"operation|surgery|resultats?|results?|biops(?:ie|y)|scanner|scan)"
    ),
    "layoff": re.compile(r"(?:last day|dernier jour|fini|the end|la fin|open to work|l'atelier)"),
    "separation": re.compile(r"(?!)"),
}
