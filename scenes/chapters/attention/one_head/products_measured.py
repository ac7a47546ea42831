"""What `dot_grid` tells of dot products, measured: of one query and one key, number by number, and of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scenes.chapters.attention.one_head.meeting import KEY, QUERY
from scenes.evidence.evidence import Measured
from scenes.language.translation import N_
from scenes.text.tokens import token_on_screen


@dataclass(frozen=True)
class DotProducts:
    """each, partial: the products of one pair's numbers, and the sums of the first of them. added: their whole sum.

    pairs, signs: how many dot products there are, and of which sign. best: the last token's largest.
    """

    each: Measured
    partial: Measured
    added: Measured
    pairs: Measured
    signs: Measured
    best: Measured


def measure_products(products: np.ndarray, each: np.ndarray, other: int, tokens: Sequence[str]) -> DotProducts:
    """Measure dot products (query, key). each: (feature,), what the last one's with `other` is the sum of."""
    of = (QUERY, KEY)
    sums = np.concatenate([[0.0], np.cumsum(each)])
    added = {"products": len(each), "sum": float(sums[-1]), "in the grid": float(products[-1, other])}
    pairs = {"queries": len(products), "keys": products.shape[1], "products": products.size}
    signs = {"positive": int((products >= 0).sum()), "negative": int((products < 0).sum())}
    return DotProducts(
        Measured(
            "pair_products",
            each.tolist(),
            N_("the last token's query times the key, other than its own, that it fits best: number by number"),
            of,
        ),
        Measured(
            "partial_sums", sums.tolist(), N_("the sums of the first of these products, one product more each time"), of
        ),
        Measured(
            "added",
            added,
            N_("how many products there are, their sum, and the dot product of that query and that key"),
            of,
        ).when(lambda sums: bool(np.isclose(sums["sum"], sums["in the grid"])), N_("the two are the same number")),
        Measured("pairs", pairs, N_("how many queries, keys and dot products there are"), of).when(
            lambda there: there["products"] == there["queries"] * there["keys"]
        ),
        Measured("signs", signs, N_("how many dot products are positive, and how many negative"), of),
        _best(products[-1], tokens),
    )


def _best(row: np.ndarray, tokens: Sequence[str]) -> Measured:
    best = int(row.argmax())
    value = {
        "key": token_on_screen(tokens[best]),
        "its own": best == len(tokens) - 1,
        "product": float(row[best]),
        "next": float(np.sort(row)[-2]),
    }
    how = N_("the key with the largest dot product with the last token's query, and the next largest")
    return Measured("best", value, how, (QUERY, KEY))
