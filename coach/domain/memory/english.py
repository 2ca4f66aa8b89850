"""Rules for English: what a sentence says of its speaker that is to be remembered."""

from __future__ import annotations

import re
from collections.abc import Iterator

from coach.domain.memory import naming
from coach.domain.memory.korean import Found, Rule
from coach.domain.memory.own_words import Sentence

_HAVE = (
    r"\b(?:i have|i've (?:got|had)|i've been (?:dealing|living|struggling) with|i suffer from|i get"
    r"|i deal with|i'm dealing with|i live with)\b"
)
_JOBS = (
    r"nurse|doctor|physician|pharmacist|dentist|teacher|professor|lecturer|firefighter|police officer"
    r"|soldier|developer|programmer"
    r"|(?:software |civil )?engineer|student|civil servant|stay-at-home (?:mom|dad)|chef|cook|driver"
    r"|designer|lawyer|accountant"
    r"|freelancer|flight attendant|trainer|journalist|researcher|banker|paramedic|consultant|manager"
)
_OFTEN = r"\b(?:chronic(?:ally)?|always|often|for (?:years|months)|recurring|constantly|ongoing)\b"


def surgery(s: Sentence) -> Iterator[Found]:
    if s.search(r"\bsurgery\b|\boperat(?:ed|ion)\b|\breconstructed\b|\breplaced\b") and s.search(
        r"\b(?:i|i've|i'd)(?: have| had)? (?:had|have had|got|underwent|needed|tore|broke)\b|\bi've had\b"
        r"|\bmy .* (?:was|were) operated\b"
    ):
        part = naming.part_named(s.plain)
        place = part.name if part else next((p for p, (_, en) in naming.INJURIES.items() if s.search(en)), "")
        side = (part.side if part else "") or naming.side_named(s.low)
        if place:
            yield "event", f"surgery:{place}:{side}" if side else f"surgery:{place}", {"surgery": True}, False


def injury(s: Sentence) -> Iterator[Found]:
    side = naming.side_named(s.low)
    for place, (_, en) in naming.INJURIES.items():
        if s.search(en) and (s.search(rf"{_HAVE}.*(?:{en})") or s.search(_OFTEN)):
            yield "injury", f"injury:{place}:{side}" if side else f"injury:{place}", {"has": True}, False
            return
    part = naming.part_named(s.plain)
    if part is None:
        return
    bad = r"\b(?:bad|weak|dodgy|injured|problematic|trick|arthritic)\b"
    if s.search(rf"{_HAVE} (?:an? |such an? )?(?:\w+ ){{0,2}}?{bad}") or (
        s.search(_OFTEN)
        and s.search(
            r"\b(?:hurts?|sore|painful|pain|acts? up|flares? up|tendinitis|tendonitis|problems?|issues?)\b"
        )
    ):
        side = part.side or side
        yield "injury", f"injury:{part.name}:{side}" if side else f"injury:{part.name}", {"has": True}, False


def healed(s: Sentence) -> Iterator[Found]:
    part = naming.part_named(s.plain)
    place = part.name if part else next((p for p, (_, en) in naming.INJURIES.items() if s.search(en)), "")
    if place and s.search(
        r"\b(?:fully|completely|totally|all|finally) (?:healed|better|recovered|fine|good)\b"
        r"|\bhas healed\b|\bhealed (?:up|now)\b"
        r"|\bno longer hurts?\b|\b(?:is|are) (?:fine|healed|better) now\b"
    ):
        side = (part.side if part else "") or naming.side_named(s.low)
        yield "injury", f"injury:{place}:{side}" if side else f"injury:{place}", {}, True


def schedule(s: Sentence) -> Iterator[Found]:
    train = r"(?:run|train|work ?out|exercise|fit (?:it|a run|runs) in)"
    only = s.search(
        rf"\bi (?:can )?only (?:have time to |get to |manage to )?{train}\b|\bi can {train} only\b"
        rf"|\bi only have (?:time|the)\b|\bthe only time i (?:can|have)\b"
    )
    no = s.search(
        rf"\bi (?:can't|cannot|can not|don't|never|am not able to) (?:have time to |get to )?{train}\b"
        r"|\b(?:is|are) (?:out|off|impossible)(?: for me)?\b|\bdon't work for me\b|\b(?:i'm busy"
        r"|no running)\b"
    )
    yes = s.search(rf"\bi (?:can|usually|always|normally) {train}\b")
    if not (only or no or yes):
        return
    found = [name for name, (_, en) in naming.TIMES.items() if s.search(en)]
    if only and len(found) > 1:  # "on weekdays I can only train in the evening"
        of_day = [name for name in found if name in naming.OF_THE_DAY]
        found = of_day or found
    for name in found:
        yield "schedule", f"schedule:{name}", {"may": "only" if only else "no" if no else "yes"}, False


# What stands behind the name of a shoe: "Pegasus shoes", "Novablast now".
_SHOES = re.compile(r"(?:\s+(?:now|these days|currently|instead|shoes?|trainers|at the moment))+$")


def gear(s: Sentence) -> Iterator[Found]:
    m = (
        s.search(
            r"\bi (?:usually |mostly |always |currently )?(?:run|race|train) in (?:the |my "
            r"|a pair of )?([a-z][\w .+-]{2,30}?)(?: for .*| on .*)?[.!]*$"
        )
        or s.search(
            r"\bi (?:usually |mostly |always |currently )?wear (?:the |my "
            r"|a pair of )?([a-z][\w .+-]{2,30}?)(?: for .*| on .*| when .*)?[.!]*$"
        )
        or s.search(
            r"\bmy (?:running |race |racing |training )?shoes are (?:the "
            r"|a pair of )?([a-z][\w .+-]{2,30}?)[.!]*$"
        )
    )
    if m and not re.search(
        r"\b(?:mornings?|evenings?|park|rain|dark|afternoons?|nights?|heat|cold|seoul|socks?|hat|cap"
        r"|glasses|mask|group|shorts|jacket"
        r"|zone|km|miles?|monday|tuesday|wednesday|thursday|friday|saturday|sunday|weekends?|winter|summer"
        r"|too small|worn|old)\b",
        m[1],
    ):
        use = (
            "race"
            if s.search(r"\brac(?:e|es|ing)\b")
            else "training"
            if s.search(r"\b(?:easy|training|interval|daily)\b")
            else ""
        )
        name = _SHOES.sub("", m[1]).strip()
        yield "gear", f"gear:shoes:{use}" if use else "gear:shoes", {"name": name}, False
    if m := s.search(
        rf"\bi(?:'ve got| have| use| wear| run with| train with|'m using) (?:a |an |the "
        rf"|my )?((?:{naming.WATCHES})[\w ]{{0,20}})"
    ):
        yield "gear", "gear:watch", {"name": m[1].strip()}, False
    if s.search(r"\bi(?:'ve got| have| own) a treadmill\b"):
        yield "gear", "gear:treadmill", {"has": True}, False
    elif s.search(r"\bi (?:don't have|have no|don't own) (?:a )?treadmill\b"):
        yield "gear", "gear:treadmill", {"has": False}, False


_SOON = r"\b(?:i'm|we're|i am|we are|i'll be|we'll be|i will be)"
_EVENTS = (
    ("move", rf"{_SOON} moving\b"),
    ("wedding", rf"{_SOON} getting married\b|\bmy wedding is\b"),
    (
        "travel",
        rf"{_SOON} (?:(?:going )?(?:away|on (?:vacation|holiday|a (?:business )?trip|leave))|travel+ing"
        rf"|flying|visiting)\b",
    ),
    ("baby", rf"{_SOON} (?:having|expecting) a baby\b|\bbaby is due\b"),
    ("exam", r"\bi have (?:an |my )?(?:\w+ )?exams?\b"),
    ("job", rf"{_SOON} (?:starting a new job|changing jobs|retiring)\b|\bi(?:'m)? start(?:ing)? a new job\b"),
    ("surgery", rf"{_SOON} having (?:\w+ ){{0,2}}surgery\b|\bi have surgery (?:on|in|next)\b"),
)


def event(s: Sentence) -> Iterator[Found]:
    for name, pattern in _EVENTS:
        if s.search(pattern):
            yield "event", f"event:{name}", {}, False


def manner(s: Sentence) -> Iterator[Found]:
    answers = r"(?:answers?|repl(?:y|ies)|responses?|messages?|it)"
    short = (
        rf"\b(?:keep|make) (?:your |the )?{answers} (?:short|brief|concise)\b|\b(?:short(?:er)?|brief"
        rf"|concise) {answers}\b|\b(?:answer|reply|respond) (?:briefly|concisely|in short)\b|\bbe (?:brief"
        rf"|concise)\b"
    )
    detailed = (
        rf"\b(?:longer|(?:more )?detailed|in-depth) {answers}\b|\b(?:answer|reply|respond"
        rf"|explain things) (?:in (?:more )?detail|at length)\b"
    )
    for length, pattern in (("short", short), ("long", detailed)):
        if s.search(pattern):
            yield "manner", "manner:length", {"length": length}, False
    if s.search(
        r"\bbe (?:more )?(?:casual|informal)\b|\btalk (?:to me )?casually\b|\bno need to be (?:so )?formal\b"
    ):
        yield "manner", "manner:register", {"register": "casual"}, False
    elif s.search(r"\bbe (?:more )?(?:formal|polite)\b"):
        yield "manner", "manner:register", {"register": "polite"}, False
    if s.search(r"\b(?:don't|do not|never|stop|no more|without|no)\b.{0,12}\bemojis?\b"):
        yield "manner", "manner:emoji", {"wanted": False}, False
    elif s.search(r"\b(?:please )?use (?:more |some )?emojis?\b"):
        yield "manner", "manner:emoji", {"wanted": True}, False
    if s.search(r"\b(?:don't|stop|no need to) prais(?:e|ing)\b"):
        yield "manner", "manner:praise", {"wanted": False}, False
    m = re.search(
        r"^(?:please |hey |hi |you can |just "
        r"|and )*call me ([A-Za-z가-힣][\w'-]{0,19}(?: [A-Z][\w'-]{0,19})?)(?: please| from now on"
        r"| instead)?[.!]*$",
        s.text,
        re.IGNORECASE,
    )
    if m and m[1].lower() not in (
        "back",
        "later",
        "tomorrow",
        "when",
        "crazy",
        "maybe",
        "a",
        "an",
        "lazy",
        "if",
    ):
        yield "manner", "manner:name", {"name": m[1]}, False


def preference(s: Sentence) -> Iterator[Found]:
    if s.search(r"\bgels?\b") and s.search(
        r"\bupset\w*\b|\bsick\b|\bnause\w+|\bstomach\b|\bcan't (?:stand|stomach|take)\b|\bdon't agree\b"
    ):
        yield "preference", "preference:gel", {"likes": False}, False
        return
    very = r"(?:really |absolutely |kind of |also |just )?"
    hate = s.search(rf"\bi {very}(?:hate|dislike|can't stand|don't (?:{very})?(?:like|enjoy)|detest)\b(.*)")
    like = s.search(rf"\bi {very}(?:love|like|enjoy|prefer)\b(.*)")
    found = hate or like
    if found is None:
        return
    for name, (_, en) in naming.LIKED.items():
        if re.search(en, found[1], re.ASCII):
            yield "preference", f"preference:{name}", {"likes": hate is None}, False
            return


def fact(s: Sentence) -> Iterator[Found]:
    if (
        m := s.search(
            r"\bi(?:'m| am) (?:very |severely |quite )?allergic to ([a-z][a-z -]{1,24}?)(?: and .*)?[.!]*$"
        )
    ) or (m := s.search(r"\bi(?:'ve got| have) an? (?:severe |bad )?([a-z]+) allergy\b")):
        yield "fact", f"allergy:{m[1].strip()}", {"to": m[1].strip()}, False
    for name, (_, en) in naming.CONDITIONS.items():
        if s.search(
            rf"(?:{_HAVE}|\bi(?:'m| am))\s+(?:an? |mild |severe |type (?:1|2) |some "
            rf"|exercise-induced )*(?:{en})"
        ):
            yield "fact", f"condition:{name}", {"has": True}, False
            return
    if m := s.search(
        r"\bi(?:'m (?:on|taking)| take| am on) ([a-z][a-z -]{2,30}?(?:medications?|medicine|meds|pills?"
        r"|blockers?|thinners?|insulin|statins?))\b"
    ):
        yield "fact", "medicine", {"name": m[1]}, False
    if m := s.search(rf"\bi(?:'m| am| work as) (?:an? |currently an? )((?:[a-z-]+ ){{0,2}}?(?:{_JOBS}))\b"):
        yield "fact", "job", {"job": m[1]}, False
    if s.search(
        r"\bi work (?:the )?(?:\w+ )?(?:night|rotating|late|early)?\s?shifts?\b|\bi(?:'m a"
        r"| am a) shift worker\b|\bi work nights\b"
    ):
        yield "fact", "job:shifts", {"shifts": True}, False
    if m := s.search(
        r"\bi(?:'m| am) (?:an? )?(vegetarian|vegan|pescatarian|gluten[- ]free|keto)\b|\bi eat (keto"
        r"|gluten[- ]free|vegan|vegetarian)\b"
    ):
        yield "fact", "diet", {"diet": m[1] or m[2]}, False
    if m := s.search(r"\bi live in ([a-z][a-z' -]{1,30}?)(?: with .*| near .*)?[.!]*$"):
        yield "fact", "home", {"place": m[1].strip()}, False
    if s.search(r"\bi (?:don't|can't) (?:drink coffee|have caffeine|take caffeine|tolerate caffeine)\b"):
        yield "fact", "caffeine", {"takes": False}, False


def goal(s: Sentence) -> Iterator[Found]:
    if not s.search(
        r"\bmy (?:\w+ )?(?:goal|target|aim)\b|\bi(?:'m| am) (?:aiming|training|trying) (?:for|to)\b"
        r"|\bi want to (?:run|break|finish|lose|qualify|do|complete)\b|\bi'd (?:like|love) to (?:run|break"
        r"|finish|lose|qualify|do|complete)\b"
    ):
        return
    if s.search(r"\blose (?:\d+ ?(?:kg|kilos|pounds|lbs?)|weight)\b"):
        yield "goal", "goal:weight", {}, False
    elif m := s.search(
        r"\b(sub[- ]?\d[\d:]*|(?:under|break|in) \d+(?::\d\d)*(?: (?:hours?|minutes?|min))?"
        r"|\d+ hours?(?: \d+ minutes?)?)\b"
    ):
        yield "goal", "goal:time", {"time": m[1]}, False
    elif m := s.search(r"\b((?:full |half )?marathon|half|10 ?k|5 ?k|ultra\w*|boston|ironman|triathlon)\b"):
        yield "goal", "goal:race", {"race": m[1]}, False


RULES: tuple[tuple[Rule, frozenset[str]], ...] = (
    (surgery, frozenset({"past", "once"})),
    (healed, frozenset({"denied", "once"})),
    (injury, frozenset()),
    (schedule, frozenset({"denied"})),
    (gear, frozenset({"denied"})),
    (event, frozenset({"once"})),
    (manner, frozenset({"denied", "wish", "order"})),
    (preference, frozenset({"denied"})),
    (fact, frozenset({"denied"})),
    (goal, frozenset({"wish", "once"})),
)
