"""English questions of knowledge: named conditions that are asked about, not felt."""

from __future__ import annotations

import re

KNOWLEDGE = re.compile(
    r"\b(?:what (?:is|are|does|do|causes)|what's|signs of|symptoms of|prevent\w*|difference between|"
    r"how (?:do|does|common|to|likely|often|many)|why (?:do|does|is|are)|explain|tell me about|"
    r"article|book|podcast|stud(?:y|ies)|research|movie|documentary|read about|reading about|"
    r"can running|does running|is running|define|meaning of|lower\w* (?:the|my|your)|reduc\w* (?:the|"
    r"my)|"
    r"charity|fundrais\w*|awareness|raise money|raising money|good for|help\w* with|for people with|"
    r"talk about|learn about|first aid|runs? for|the risk of|race for)\b"
)
ASSERTED = re.compile(
    r"\b(?:i have|i'm having|im having|i feel|i get|i got|i had|i've|ive|my|this|i keep|i am|i'm|"
    r"right now)\b"
)
NAMED = re.compile(
    r"(?:chest (?:pains?|tightness|pressure)|angina|heart attack|faint(?:ing|s)?|collaps(?:e|ing|es)|"
    r"palpitations?|arrhythmia|dizziness|heat ?(?:stroke|exhaustion)|"
    r"hyponatr\w*|rhabdo\w*|h[a]?ematuria|stress (?:fractures?|reactions?)|groin (?:pain|strain\w*)|dvt|"
    r"blood clots?|cauda equina|strokes?|amenorrh\w*|anorexi\w*|bulimi\w*|"
    r"eating disorder|suicid\w*|self harm\w*|pregnan\w*|diabet\w*|hypertensi\w*|high blood pressure|"
    r"heart \w+|kidney \w+|fevers?|flu|covid|cold|seizures?|cardiac arrest|incontinen\w*|(?:can'?t|"
    r"cannot|don'?t) (?:tell|feel|know) when i need to (?:pee|go|poop|urinate)|"
    r"shortness of breath|overdos\w*|confusion|over ?hydrat\w*|over ?drinking|missed periods?|"
    r"missing periods?|(?:too much|so much|lots of)_?.*water|drinking .*water|headaches?|bleeding|"
    r"contractions?|"
    r"myocarditis|type [12]|atrial fib\w*|a ?fib|black ?outs?|blacking out|passing out|"
    r"difficulty breathing|trouble breathing)$"
)
