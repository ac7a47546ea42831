"""Turns a line of narration, as it is written, into words: numbers, symbols, formulas, terms and names.

What comes out is words and punctuation alone, whoever speaks them. A term that is said as it is written needs no entry
here; what has none and cannot be said is left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from renders.voice.numbers import NUMBER, spoken_number

# Names and abbreviations, in letters that anybody reads rightly; letter for letter where it is said so
TERMS = {
    "ReLU": "relloo",
    "LeakyReLU": "leaky relloo",
    "GELU": "gelloo",
    "MNIST": "em nist",
    "GloVe": "glove",
    "softmax": "soft max",
    "Softmax": "Soft max",
    "argmax": "arg max",
    "tanh": "tanch",
    "logit": "lodgit",
    "logits": "lodgits",
    "SmolLM": "smol L M",
    "RMSProp": "R M S prop",
    "et al.": "and others",
    "vs.": "versus",
    "e.g.": "for example",
    "i.e.": "that is",
    "read twice": "red twice",  # in our narration the participle
}
GREEK = {
    "en": {
        "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "Δ": "delta", "ε": "epsilon", "η": "eta", "θ": "theta",
        "λ": "lambda", "μ": "mu", "π": "pi", "σ": "sigma", "Σ": "the sum of", "τ": "tau", "φ": "phi", "Φ": "phi",
        "ω": "omega", "∇": "the gradient of", "∂": "partial", "∞": "infinity",
    },
    "zh_CN": {
        "α": "阿尔法", "β": "贝塔", "γ": "伽马", "δ": "德尔塔", "Δ": "德尔塔", "ε": "艾普西隆", "η": "伊塔",
        "θ": "西塔", "λ": "兰姆达", "μ": "缪", "π": "派", "σ": "西格玛", "Σ": "总和", "τ": "套", "φ": "斐", "Φ": "斐",
        "ω": "欧米伽", "∇": "梯度", "∂": "偏", "∞": "无穷大",
    },
}  # fmt: skip
SYMBOLS = {
    "en": {
        "×": "times", "*": "times", "+": "plus", "−": "minus", "±": "plus or minus", "=": "equals", "≈": "is about",
        "≠": "is not", "<": "is less than", ">": "is more than", "≤": "is at most", "≥": "is at least", "/": "over",
        "√": "the square root of", "%": "percent", "½": "one half", "¼": "one quarter", "¾": "three quarters",
        "→": "to", "&": "and", "#": "number", "@": "at", "°": "degrees", "′": "prime",
    },
    "zh_CN": {
        "×": "乘", "*": "乘", "+": "加", "−": "减", "±": "正负", "=": "等于", "≈": "约等于", "≠": "不等于",
        "<": "小于", ">": "大于", "≤": "小于等于", "≥": "大于等于", "/": "除以", "√": "根号", "½": "二分之一",
        "¼": "四分之一", "¾": "四分之三", "→": "到", "&": "和", "#": "号", "@": "at", "°": "度", "′": "撇",
        "R²": "R 方",
    },
}  # fmt: skip
# What is raised or lowered, as it is on the line
_RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ᵀˣⁱⁿᴸˡᵏᵗ", "0123456789+−()TxinLlkt", strict=True))
_LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋ₖⱼᵢₙₓₜₗ", "0123456789+−kjinxtl", strict=True))
_RAISED_RUN = re.compile(f"[{''.join(_RAISED)}]+")
_LOWERED_RUN = re.compile(f"[{''.join(_LOWERED)}]+")
_POWERS = {
    "en": {"2": " squared", "3": " cubed", "T": " transpose"},
    "zh_CN": {"2": "的平方", "3": "的立方", "T": "的转置"},
}
_NEGATIVE = re.compile(r"(?<![\w)\]])[-−](?=\d)")
_TERM = re.compile("|".join(rf"(?<![A-Za-z]){re.escape(term)}(?![A-Za-z])" for term in sorted(TERMS, key=len)[::-1]))
# A pause where a mark of the page stands; quotes and dashes that are all but alike
_MARKS = str.maketrans({"·": ",", "|": ",", "↓": ",", "–": "—", "‘": "“", "「": "“", "」": "”", "_": " ", "\n": " "})
# Chinese counts two of a thing, not 2 of it
_TWO = re.compile(r"(?<![第\d.,])(?<!第 )2(?= ?[个层头张条行列种次倍步份块类组幅位段句项排处])")
_BETWEEN_CHINESE = re.compile(r"(?<=[\u4e00-\u9fff，、；：。！？]) (?=[\u4e00-\u9fff])")
_SPEAKABLE = {
    "en": re.compile(r"[A-Za-z ,;:.!?—…“”()'-]"),
    "zh_CN": re.compile(r"[A-Za-z\u4e00-\u9fff ，、；：。！？—…“”（）,;:.!?()'-]"),
}


def verbalize(text: str, language: str) -> str:
    """Return a line as words and punctuation, without characters that cannot be said."""
    speakable = _SPEAKABLE[language]
    kept = "".join(character if speakable.match(character) else " " for character in with_words(text, language))
    return _BETWEEN_CHINESE.sub("", re.sub(r"\s+", " ", kept)).strip()


def unspeakable(text: str, language: str) -> set[str]:
    """Return the characters of a line that cannot be said."""
    return {one for one in with_words(text, language) if not _SPEAKABLE[language].match(one)}


def with_words(text: str, language: str) -> str:
    """Return a line with words in the place of all numbers, symbols and terms that have some."""
    chinese = language.startswith("zh")
    text = text.translate(_MARKS).replace("’", "'")
    text = _TERM.sub(lambda found: TERMS[found.group()], text)
    text = _replaced(text, {sign: said for sign, said in SYMBOLS[language].items() if len(sign) > 1})
    text = _RAISED_RUN.sub(lambda found: _power(found.group(), language), text)
    text = _LOWERED_RUN.sub(lambda found: _index(found.group(), language), text)
    text = _NEGATIVE.sub(" 负 " if chinese else " minus ", text)
    text = re.sub(r"(?<=\d)\s*—\s*(?=\d)", " 到 " if chinese else " to ", text)
    text = re.sub(r"(?<=\d)-(?=\d)", ", ", text)
    text = re.sub(r"(?<=[A-Za-z])(?<!\de)-(?=\d)|(?<=\w)\.(?=[A-Za-z])", " ", text)  # GPT-3, layer3.bias
    if chinese:
        text = _TWO.sub("两", text)
        text = re.sub(rf"({NUMBER.pattern})\s*%", r"百分之\1", text)
    text = NUMBER.sub(lambda found: f" {spoken_number(found.group(), language)} ", text)
    text = _replaced(text, GREEK[language] | SYMBOLS[language])
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)  # LayerNorm
    return re.sub(r"\s+", " ", re.sub(r"\s+(?=[,;:.!?，。；：？！、）)])", "", text)).strip()


def _power(raised: str, language: str) -> str:
    told = "".join(_RAISED[one] for one in raised)
    if told in _POWERS[language]:
        return f"{_POWERS[language][told]} "
    if told.startswith("("):
        return f"{'上标' if language != 'en' else ' superscript '}{told.strip('()')} "
    told = told.replace("−", "负" if language != "en" else "minus ")
    return f"的{told}次方" if language != "en" else f" to the {told} "


def _index(lowered: str, language: str) -> str:
    told = "".join(_LOWERED[one] for one in lowered)
    return f"下标{told} " if language != "en" else f" sub {told} "


def _replaced(text: str, said: Mapping[str, str]) -> str:
    for sign, words in said.items():
        text = text.replace(sign, f" {words} ")
    return text
