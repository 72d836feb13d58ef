"""The turns of phrase by which somebody tells a sorrow of their own or of someone near: data for `tone`. Pure.

Patterns are matched against one folded sentence, see `signals`, whose PARTS stand in braces.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from .signals import PARTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .signals import Sensitive


def _patterns(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern.format(**PARTS)) for pattern in patterns)


OF_SOMEONE_NEAR: Final[Mapping[Sensitive, tuple[re.Pattern[str], ...]]] = {
    "grief": _patterns(
        r"{dear}(?:{gap}|[\w', -]{{0,50}}, | )(?:(?:'s )?(?:heart|coeur) (?:stopped|s'est arrete)|lost "
        r"(?:his|her|their) (?:fight|battle)(?= (?:to|against|with) {ill}| ?$| {late}|,)|overdosed|passed "
        r"(?:{late}|away)|was born (?:sleeping|still)|did not survive|didn't survive|n'a pas survecu|(?:est "
        r")?ne et mort|(?:s'est fait|a ete|s'est) (?:ecraser?|tue|noye|pendu){er}(?!\w)(?! de)|est "
        r"parti{er} (?:(?:cette|dans la|la) nuit|sans souffrir|a \d+ ans|entoure)|died|drowned(?= ?$| (?:in|"
        r"on|last|while|at)\b)|killed (?:himself|herself|themselves)|was (?:hit and killed|murdered)|(?:est|"
        r"etait) (?:\w+ )?(?:ne{er} et )?mort{er}(?! de))(?!\w)(?! laughing| of laughter| inside)",
        r"\b(?:pleur|perd|enterr|inciner|veill)(?:e|es|ons|ent|s|ais|ait|ions|re|er)? {my} {kin}(?! (?:de "
        r"(?:vue|rire)|aux|au|dans))|\b(?:je|nous|on) (?:perd\w*|pleur\w*|enterr\w*) {dear}|"
        r"(?<!\w)(?:mourning|burying|grieving(?: for)?|losing) {my} (?:late )?{kin}|\bcoeur de "
        r"{dear}{gap}?s'est arrete|\b(?:mort|deces|disparition|suicide|perte|death|loss|passing) (?:de |d'|"
        r"of ){pal}",
        r"\b{my} {kin}{gap}(?:died(?! laughing| of laughter| inside)|passed (?:away|on)|is dead(?! tired| "
        r"set| right| wrong| serious)|is no longer with us|was killed|took (?:his|her|their) (?:own )?life|"
        r"ended (?:his|her|their) life|lost (?:his|her|their) life|slipped away(?= peacefully|$| in (?:his|"
        r"her|their) sleep)|crossed the rainbow|is gone(?= ?$|,)|was found dead|was stillborn)\b",
        r"\b{my} {kin}{gap}(?:(?:est|sont|soit) (?:\w+ment )?(?:mort|decede){er}(?! de (?:rire|fatigue|faim|"
        r"peur|soif|froid))|s'est (?:eteint|suicide){er}|s'est donne la mort|s'est tue{er} (?:en|dans|a)\b|"
        r"nous a(?:vait)? quitte{er}|n'est plus(?= ?$|,| la\b| de ce monde)|est parti{er} (?:pour toujours|"
        r"trop tot|rejoindre)|(?:s'est endormi|s'en est alle){er}(?= pour toujours| (?:paisible|douce)ment| "
        r"{late}|,|$)|a perdu la vie|a mis fin a ses jours|a ete retrouve{er} mort|(?:mort|decede){er} "
        r"{late}|est ne{er} sans vie)",
        r"\b(?:adieu|goodbye|farewell|au revoir),? {my} {kin}",
        r"\b(?:you're gone|you are gone|tu n'es plus la|tu es parti{er}),? {dear}",
        r"{dear}(?:,)? (?:died|passed away|is gone(?= ?$|,)|est mort{er}(?! de)|est decede{er}|n'est plus(?= "
        r"?$|,| la\b)|nous a quitte{er}|s'en est alle{er}|s'est eteint{er}|est parti{er} rejoindre)(?!\w)",
        r"\b{my} {kin}'s? (?:death|passing|funeral|suicide|memorial|ashes|burial)\b|"
        r"(?<!\w)(?:death|passing|loss|funeral|burial|suicide|memory|ashes) of {my} {kin}",
        r"\b(?:mort|deces|deuil|perte|disparition|obseques|enterrement|suicide|memoire|cendres) de {dear}|"
        r"{dear}'s (?:ashes|funeral|death|memorial)\b",
        r"(?:{i}|^) ?(?:lost|buried|cremated|mourn|(?:had to say|said|saying) goodbye to) (?:{my} "
        r"{kin}\b(?! (?:in (?!march|april|may|june|ju|aug|sep|oct|nov|dec|jan|feb|the (?:spring|summer|"
        r"winter|fall))|at|under|monitor|twice)\b)|{folk}|(?:the|{my}) baby(?= ?$|,)|(?:a|one of {my}) "
        r"(?:(?:dear|good|close|dearest) )?(?:friends?|baby|pregnancy|colleague|parent)\b(?! (?:in|at)\b))",
        r"(?:\b(?:j'ai|on a|nous avons)(?: \w+)? |^)(?:perdu|enterre|incinere) (?:(?:{my}|une?|l'un\w* de "
        r"{my}) {kin}|{dear})(?! (?:dans|au|aux|de vue|en ville)\b)",
        r"\b(?:he|she|they|who) passed away\b(?! the)|\bnous (?:a|avait|ont) quitte{er}(?!\w)|\bvien(?:t|"
        r"nent) de nous quitter\b|\bs'est eteint{er} (?:{late}|entoure)",
        r"{i} had (?:a|another) (?:miscarriage|stillbirth)\b|\bmy miscarriage\b|\b(?:fait|ma|notre) (?:une )?"
        r"fausse couche\b|\b(?:no|without a) (?:fetal |foetal )?heartbeat (?:at|on|any|$)|(?:plus|pas) de "
        r"battements? de coeur\b|\bcoeur (?:du bebe |de notre bebe )?ne bat(?:tait)? plus\b",
        r"\b(?:i am|i'm|we are|we're) (?:still )?(?:grieving|mourning|in mourning|bereaved)\b|\bmy grief\b|"
        r"\b(?:je suis|on est|nous sommes) (?:encore |toujours )?(?:en deuil|endeuille{er})|\bmon "
        r"deuil\b(?! d)",
        r"\b(?:put|let) {my} {kin}{gap}?(?:down|to sleep)\b|\beuthanas\w+ {my} {kin}|\b(?:had to|must) "
        r"(?:let|say goodbye to) {my} {kin}|{my} {kin} to the vet for the last time|\bfai(?:re|t) (?:piquer|"
        r"endormir|euthanasier) {my} {kin}|\b(?:du|fallu|dut) (?:faire )?(?:piquer|euthanasier|endormir) \w+",
        r"\b(?:death|bereavement|loss) in (?:the|my|our) (?:close |wider )?family\b|\bfamily bereavement\b|"
        r"\b(?:deces|deuil|mort) dans (?:la|ma|notre) famille\b",
        r"\b(?:dispers|scatter|repand)\w* (?:{dear}'s|(?:les )?cendres de|(?:his|her|their|ses) (?=ashes|"
        r"cendres))",
        r"\b(?:ans?|mois|jours?|years?|months?|days?|birthday|noel|christmas|anniversaire|ete|rentree) "
        r"(?:sans|without) (?:toi|you|lui|him|her|them|elle)(?:, {dear}| ?$)|\b(?:ans?|mois|noel|christmas|"
        r"years?) (?:sans|without) {folk}",
    ),
    "illness": _patterns(
        r"(?:\b(?:i|we|{dear})(?:| just| recently) ?{been}(?: just| recently| finally)?|{start}) ?diagnosed\b"
        r"(?! (?:a|an|the|why|this|that|my)\b)|\b(?:since|after|before) my diagnosis\b",
        r"\bon (?:m'a|nous a|lui a)(?: \w+)? diagnostique|\bon a (?:diagnostique|trouve|decouvert) (?:\w+ "
        r")?{ill} a {my}|(?:\b(?:j'ai ete|je viens d'etre|(?:a ete|vient d'etre|est))(?: \w+)?|^) "
        r"?(?:diagnostique|hospitalise|opere){er}(?!\w)(?: (?:hier|depuis|d'un|ce|en urgence|du|de la|"
        r"{late})|,|$)|\b(?:j'ai ete|je viens d'etre|{dear} (?:a ete|vient d'etre|est|va etre))(?: \w+)? "
        r"(?:diagnostique|hospitalise|opere){er}(?!\w)|\b(?:je me fais|je vais me faire|on m'|{dear} se "
        r"fait) ?oper(?:er|e)\b",
        r"{dear}(?! (?:\w+ ){{0,6}}(?:nurse|doctor|works?|volunteer\w*|infirmi\w+|medecin|travaille|"
        r"visit\w*)\b)(?:{gap}|'s |'s back )(?:in (?:the )?(?:hospital|icu)|in intensive care|in a coma|in "
        r"(?:a |the )?hospice|hospitali[sz]ed|dying|terminally ill|seriously ill|(?:gravement|tres) malade|"
        r"a l'hopital|en reanimation|dans le coma|mourant{er}|en soins palliatifs|undergoing chemo|"
        r"anorexique|anorexic)\b(?! (?:to|for work|pour))",
        r"\b(?:i have|i've|i had|i got|i survived|i'm fighting|i am fighting|(?<!beat )my|{dear}(?:'s|'s "
        r"got| has| had|'s had)) (?:(?:had|got|just had) )?(?:(?!research|charity)\w+ ){{0,2}}{ill}",
        r"\b(?:j'ai|mon|ma|{dear} (?:a|fait|a fait)|souffre d'un|atteint{er} d'un) (?:\w+ ){{0,2}}(?:{ill}|"
        r"cancer\b)",
        r"\bmy (?:\w+ )?(?:chemo|chemotherapy|radiotherapy|surgery|hospital (?:stay|bed)|burn-?out|"
        r"depression|relapse|suicide attempt|eating disorder|biopsy|metastas\w+)\b|\bm(?:a|es|on) (?:\w+ "
        r")?(?:chimio\w*|radiotherapie|hospitalisation|burn-?out|depression|rechute|tentative de suicide|"
        r"lit d'hopital|biopsie|metastases?)\b|\b(?:from|in) (?:a|the) hospital bed\b|\b(?:d'un|depuis un|"
        r"dans un) lit d'hopital\b",
        r"\b(?:i am|i'm|i was|i've been|i have been|je suis|j'etais|j'ai ete)(?: \w+)? (?:in (?:the "
        r")?hospital|in (?:a )?hospice|hospitali[sz]ed|hospitalise{er}(?!\w)|(?:seriously|gravely|very|"
        r"terminally) ill|burnt? ?out|suicidal|(?:gravement|tres) malade|depressi(?:f|ve)\b|suicidaire|a "
        r"l'hopital|en arret (?:maladie|de travail)|en (?:plein )?burn-?out|en depression|en soins "
        r"palliatifs|on sick leave|(?<!i was )depressed)(?! (?:le (?:lundi|mardi|mercredi|jeudi|vendredi)|"
        r"to see|pour (?:voir|un stage)))",
        r"\b(?:i am|i'm) dying (?:of|from) (?!laugh|curio|bore|heat|thirst|hunger)|\bi have (?:\w+ "
        r"){{0,3}}(?:months|weeks) (?:left )?to live\b|\b(?:gave|given|donne|donnent) (?:me|him|her|them) "
        r"(?:\w+ ){{1,3}}(?:months|weeks)(?:$| to live)|\b(?:tried|wanted|want) to (?:kill myself|end my "
        r"life)\b|\bj'ai (?:fait|eu) (?:un burn-?out|une depression|une tentative)|\bfin a mes jours\b",
        r"(?:\b(?:i've been|i am|i'm|i was|been|getting)|^) ?signed off (?:sick|work|ill)\b|\b(?:m'a|m'ont) "
        r"(?:mis{er} en arret|arrete{er}(?= (?:\w+ )?(?:jours?|semaines?|mois|jusqu)))|(?:^|\b(?:je suis|"
        r"mise? |me voila|moi) ?)en arret (?:jusqu|pour|depuis|maladie|de travail|complet)|\bmon arret "
        r"(?:maladie|de travail)",
        r"\b(?:ne|can't|cannot|doesn't|does not|no longer|didn't) (?:me |m'|nous )?(?:reconnai(?:t|ssait)|"
        r"recogni[sz]es?|know) (?:me |us )?(?:plus(?! dans)|any ?more|who i am)|{dear} no longer "
        r"recogni[sz]es (?:me|us)",
        r"\b(?:j'ai|on a|nous avons|{dear} a) eu un (?:\w+ )?accident\b(?! (?:de (?:cuisine|farine)|"
        r"heureux))|\b(?:i|we|{dear}) (?:was|were|had|got|have been|has been)(?: \w+)? (?:in )?(?:a|an) "
        r"(?:\w+ ){{0,2}}(?:(?:car|road|bike|bicycle|motorbike|cycling|traffic|skiing|climbing|serious|bad) "
        r"(?:accident|crash|wreck))|\b(?:i|{dear}) (?:was|got|have been|has been|were)(?: \w+)? (?:hit|run "
        r"over|knocked (?:down|over|off my bike)) by (?:a|an) (?:car|van|truck|lorry|bus|driver|motorbike|"
        r"drunk)|\b(?:voiture|camion|bus|scooter|moto|velo|chauffard|tram\w*) (?:m'|nous )a (?:renverse|"
        r"fauche|percute){er}|\b(?:je me suis fait|j'ai ete|{dear} (?:s'est fait|a ete)) (?:renverse|"
        r"fauche){er}(?!\w)",
        r"\b(?:i'm|i am|we're|i'll be|going) (?:having|in for|facing|into|due for|scheduled for|awaiting|"
        r"recovering from|waiting for|suffering from) (?:\w+[ -]){{0,3}}(?:surgery|burn-?out|depression|"
        r"biopsy|chemo\w*|bypass|transplant|mastectomy)\b|{dear}{gap}?(?:rushed|taken|airlifted|admitted) "
        r"to (?:the )?(?:hospital|a&e|icu|er)\b",
        r"\b(?:j'ai|je|nous) (?:\w+ ){{0,2}}(?:passe|sors de|entre|rentre|retourne) (?:\w+ ){{0,3}}(?:en "
        r"(?:psychiatrie|psy|hopital psy\w*|hp)|a l'hopital psy\w*)|\bin (?:the |a )?psych(?:iatric)? "
        r"(?:ward|hospital|unit)\b|\b(?:i|i've|i have) relapsed\b|\bj'ai (?:rechute|fait une rechute)\b|"
        r"\bmon coeur a lache\b|\b(?:the|my|la|ma) depression (?:is|est) (?:back|revenue|de retour)\b",
    ),
    "layoff": _patterns(
        r"\b(?:i|we|{my} (?:whole |entire )?(?:team|department|office|unit|{kin})|{dear})(?:| just| "
        r"recently) ?{been}(?: \w+)? (?:laid off|fired(?! (?:up|by my|at))|made redundant|let go(?! (?:of|"
        r"to)\b)|sacked|furloughed)\b",
        r"\b(?:laid me off|let me go (?:today|yesterday|this|last|from)|fired me(?! up)|made me redundant|"
        r"they let me go|(?:eliminated|cut|axed|terminated) my (?:job|position|role|post))\b|\bpart of the "
        r"layoffs?\b",
        r"\b(?:i|we|{dear})(?:'ve| have| has)?(?: just| both| recently)? lost (?:my|our|his|her|their) "
        r"(?:jobs?|position|livelihood)\b|{start}lost my job\b",
        r"\b(?:my|our) (?:job|position|role|team|contract)s? {been}(?: \w+)? (?:eliminated|cut|terminated|"
        r"made redundant|axed)\b|\b(?:i|we) ?{been}(?: \w+)? (?:affected|impacted|hit|caught) (?:by|in|up "
        r"in) (?:\w+ ){{0,3}}(?:layoffs?|lay-offs?|redundanc\w+)",
        r"\bmy (?:layoff|redundancy|unemployment)\b|(?:\b(?:i'm|i am|now|currently) (?:\w+ )?|"
        r"^(?:officially |newly )?)(?:unemployed|out of (?:a job|work)|jobless)\b|\b(?:je suis|me voila|"
        r"nous sommes)(?: \w+)? (?:au chomage|sans emploi|sans travail|licencie{er}|vire{er})(?!\w)",
        r"\b(?:j'ai|nous avons|on a|{dear} a|^)(?: \w+)? ?perdu (?:mon|notre|nos|son) (?:emplois?|travail|"
        r"boulot|job|poste|taf)\b|\b(?:je|on|nous) (?:perds|perd|perdons|vais perdre) (?:mon|notre|nos) "
        r"(?:emplois?|travail|boulot|job|poste|taf)\b|\b(?:me|nous) (?:licencie|vire)(?:nt)?\b|\bmis{er} a "
        r"pied\b(?! d)|\b(?:my|mon) (?:last day at work|dernier jour de travail|last day at (?:the "
        r")?(?:office|company))\b|\bje suis sur la liste\b|\binscri\w+ a (?:france travail|pole emploi)|"
        r"\b(?:on|nous) ferm(?:e|ons) (?:la|le|notre|l') ?(?:librairie|boutique|atelier|cafe|restaurant|"
        r"journal|cinema|magasin)(?= ?$| (?:en|fin|definitivement|pour de bon|le)\b)|\b(?:ou|where) (?:je|"
        r"i) (?:travaill|work)\w* (?:\w+ )?(?:ferme|closes|is closing|closed|coule|licencie)\b",
        r"\bon (?:m'a|nous a|vient de me|vient de nous)(?: \w+)? (?:licencie|vire|mis{er} a la porte|"
        r"mis{er} au chomage|mis{er} dehors)|\b(?:j'ai ete|je viens d'etre|je me suis fait|je me fais|nous "
        r"avons ete|on s'est fait|{dear} (?:a ete|s'est fait))(?: \w+)? (?:licencie|vire)|\b(?:ils|elles) "
        r"(?:m'ont|nous ont) (?:licencie|vire|mis{er} (?:dehors|a la porte))|\bremercie{er} apres (?:\w+ )"
        r"{{1,2}}(?:ans|mois)\b",
        r"\b(?:mon|notre|nos) (?:postes?|contrats?|equipe) (?:est|a ete|sera|va etre|sont|ont ete|vient "
        r"d'etre)(?: \w+)? (?:supprime|licencie)|\bmon licenciement\b|\bmon poste (?:saute|disparait|fait "
        r"partie|n'existe plus)",
        r"\b(?:mon|notre) (?:contrat|cdd|stage|mission)(?! d)(?: [\w'-]+){{0,8}}? (?:n'est|n'a|ne sera|"
        r"n'ont|ne vont)(?: \w+){{0,3}} (?:renouvele|prolonge|reconduit){er}|\bmy (?:\w+ )?(?:contract|"
        r"fellowship|position)(?: \w+)*? (?:isn't|is not|wasn't|was not|won't be|will not be)(?: being| "
        r"getting)? (?:renewed|extended)|\bnot (?:renew|extend)\w* my (?:contract|fellowship)|"
        r"\bcontract\b.{{0,60}} won't (?:renew|extend)|\b(?:whole|entire) \w+ (?:was|were|got) (?:laid off|"
        r"let go|made redundant)\b",
        r"^(?:(?:just|so|well|officially|today|yesterday)[, ]+)*(?:got |been |i've been )?(?:laid off|fired|"
        r"sacked|made redundant|let go|licencie{er}|vire{er})(?= ?$|, (?:just|like|after|at|by|apres)| "
        r"(?:today|yesterday|this|last|by (?:e-?mail|phone|zoom|text)|after|along|with|on (?:mon|tues|"
        r"wednes|thurs|fri)|hier|ce|apres|par (?:mail|telephone|courrier|sms)))",
        r"\b(?:my|our) (?:company|employer|startup|studio|magazine|paper|shop|newsroom|workplace) (?:\w+ "
        r")?(?:closed (?:its|down)|shut (?:down|its)|went (?:bankrupt|bust|under)|folded|is (?:closing|"
        r"shutting down|bankrupt))|\b(?:ma|mon|notre) (?:boite|entreprise|employeur|studio|journal|"
        r"librairie|atelier|association) (?:\w+ )?(?:a depose le bilan|depose le bilan|(?:met|a mis) la cle|"
        r"a fait faillite|est en (?:liquidation|faillite)|ferme (?:ses portes|definitivement))",
        r"\b(?:didn't|did not|failed) (?:pass )?(?:my )?probation\b|\b(?:ma|mon) periode d'essai (?:\w+ )*?"
        r"(?:rompue?|n'est pas|n'a pas|interrompue)",
    ),
    "separation": _patterns(
        r"\b(?:on se|nous nous) (?:quitte|quittons)(?= ?$|,| apres)|\b(?:nous ne sommes|on n'est|we're no|"
        r"we are no) (?:plus|longer) (?:ensemble|together|en couple|a couple)(?= ?$|,)|\b(?:end|ended|"
        r"ending) (?:our|my) (?:marriage|relationship)|{my} (?:husband|wife|partner|boyfriend|girlfriend|"
        r"mari|femme|compagn(?:on|e)|copine|copain|conjointe?){gap}(?:moved out(?= ?$|,| {late})|est "
        r"parti{er}(?= ?$)|left me|est parti{er} (?:avec une?|pour une?|vivre)|wants (?:a|the) divorce|veut "
        r"(?:divorcer|le divorce|qu'on se separe)|m'a quitte{er}|fell (?:for|in love with) (?:someone|"
        r"somebody)|has left|a demenage)\b|\b(?:est|sont) parti{er} avec (?:les|nos) enfants(?! (?:a|au|en|"
        r"pour|chez)\b)|^rupture$|^(?:apres|after) (?:la|the|une|a) (?:rupture|break-?up)|\b(?:mine|la "
        r"mienne) (?:was|est|etait) {late}",
        r"\b(?:nous nous|on se|je me) (?:separons|separe)(?! (?:d(?:e|u|es)\b|d'|rarement|souvent|toujours|"
        r"jamais|ici|la\b))|\bje me separe d(?:e |'a)(?:mon|ma|avec) (?:mari|femme|conjoint|compagn)|"
        r"\b(?:nous nous sommes|on s'est|je me suis) (?:\w+ )?separe{er}(?!\w)(?! (?:d(?:e|u|es)\b|d'))|"
        r"\b(?:nous|me|se) separer(?= ?$|,| (?:apres|avec|a l'amiable|doucement))|\bdecide de (?:nous|se) "
        r"(?:separer|quitter)(?! (?:de|d'|du))",
        r"\b(?:nous|on|je|et moi) (?:divorc(?:e|ons|ais))(?!\w)(?! (?:de|d')(?! ))|\b(?:j'ai|nous avons|on "
        r"a) divorce\b(?! d)|\b{dear} (?:divorcent|divorce|se separent|se sont separes|ont divorce)\b|{my} "
        r"parents (?:divorcent|se separent)|\b(?:je|nous|on) (?:\w+ )?(?:suis|sommes|est) en (?:plein |"
        r"instance de )divorce",
        r"\b(?:i'm|i am|we're|we are|and i are|and i were) (?:\w+ )?(?:getting (?:a )?divorced?|divorcing|"
        r"separating|splitting up|breaking up|separated(?= ?$|,| (?:now|last|since|after)))\b|\b(?:i|we|and "
        r"i)(?:'ve| have)? (?:\w+ )?(?:got divorced|split up(?= ?$|,| (?:last|this|after|in|on|yesterday|"
        r"over))|broke(?:n)? up(?= ?$|,| (?:with|last|this|after|in (?!the)|on|yesterday|over)))|"
        r"\b(?:decided|going) to (?:divorce|separate|break up|split up|part ways)(?= ?$|,| after)|{my} "
        r"parents are (?:getting )?(?:divorc\w+|separating|splitting up)",
        r"\b(?:he|she|they|{my} (?:wife|husband|partner|girlfriend|boyfriend|fiancee?|spouse))(?:'s| has)? "
        r"(?:just )?(?:left me(?= ?$|,| (?:on|last|this|yesterday|after|in (?!the)|for|because|"
        r"two|three))|"
        r"dumped me|walked out on (?:me|us)|broke up with me|wants (?:a|the) divorce|ended (?:it|things|our "
        r"(?:relationship|marriage))(?= ?$|,| (?:last|this|on|with me|yesterday|between)))|\bi (?:got|was|"
        r"have been|'ve been) dumped\b|\bi(?:'ve| have)? left my (?:wife|husband|partner|boyfriend|"
        r"girlfriend)(?= ?$|,| (?:last|on|this|after|for (?:good|someone))| {late})",
        r"\b(?:il|elle|iel|{my} (?:femme|mari|compagn(?:on|e)|conjointe?|copine|copain|mec|fiancee?)) "
        r"m'(?:a|avait) (?:\w+ment )?(?:quitte|largue|plaque|trompe){er}(?!\w)(?! (?:des yeux|du regard))|"
        r"\b(?:je me suis fait|j'ai ete) (?:larguer?|plaquer?|quitter?|largue{er}|quitte{er})(?!\w)|\bj'ai "
        r"quitte (?:ma femme|mon mari|mon conjoint|ma conjointe|mon compagnon|ma compagne)\b(?! des yeux)",
        r"\b(?:on a|nous avons) rompu\b(?! (?:le|la|les|avec (?:le|la|les|ce|l')|un|une))|\bj'ai rompu avec "
        r"(?:mon|ma|lui|elle)\b|\b(?:my|our) (?:\w+ )?(?:divorce|separation|break-?up|marriage is over|"
        r"marriage (?:has )?ended|ex-?(?:wife|husband) and i)\b(?! (?:of|between))|\bdivorce (?:papers|"
        r"decree|is final|came through|was finali[sz]ed)\b",
        r"\b(?:mon|notre) (?:\w+ )?(?:divorce|separation)\b|\bnotre rupture\b|\bma rupture\b(?! (?:conv|de "
        r"(?:stock|contrat)))|\b(?:notre|mon) (?:mariage|couple|histoire),? (?:c'est (?:fini|termine)|est "
        r"(?:fini{er}|termine{er}|mort)|n'a pas (?:tenu|survecu)|s'arrete|a pris fin)|\bdivorce (?:est|a "
        r"ete) prononce(?= ?$|,)|\bet moi,? c'est (?:fini|termine)|\b(?:lui|elle) et moi,? c'est fini",
        r"^(?:(?:so|well|officially|me voila|i'm|i am|je suis)[, ]+)*(?:newly )?(?:single(?: again)?|"
        r"celibataire|divorced|separated|divorcee?s?|separee?s?) (?:again |a nouveau )?(?:after|since|apres|"
        r"depuis) (?:(?:[\w-]+ ){{1,3}}(?:years?|months?|ans|mois)|janvier|fevrier|mars|avril|mai|juin|"
        r"juillet|aout|septembre|octobre|novembre|decembre|l'ete|l'hiver|{late})(?= ?$|,)",
    ),
}
