"""Evaluates expressions of arithmetic, in which `Exact` evidence is written, without running any code."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

_BINARY: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.MatMult: operator.matmul,
}
_COMPARING: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    name: getattr(np, name) for name in ("exp", "log", "log10", "sqrt", "abs", "tanh", "maximum", "sum", "prod", "all")
} | {"len": len, "round": round, "min": np.min, "max": np.max}


def evaluate(expression: str, names: Mapping[str, Any]) -> Any:
    """Return the value of an expression in which `names` stand for numbers or arrays.

    Knows + - * / // % ** @, comparisons (chained ones too), lists, and the functions exp, log, log10, sqrt, abs, tanh,
    maximum, sum, prod, all, len, round, min and max. Raises ValueError where there is anything else.
    """
    return _value(ast.parse(expression, mode="eval").body, names)


def _value(node: ast.expr, names: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.Name(id=name) if name in names:
            given = names[name]
            return np.asarray(given) if isinstance(given, list | tuple) else given
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, names)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            return _BINARY[type(op)](_value(left, names), _value(right, names))
        case ast.Compare():
            return _compared(node, names)
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            return np.asarray([_value(part, names) for part in parts])
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in _FUNCTIONS:
            return _FUNCTIONS[name](*[_value(argument, names) for argument in arguments])
    raise ValueError(f"{ast.unparse(node)!r} is no arithmetic: numbers, names {sorted(names)} and operators are")


def _compared(node: ast.Compare, names: Mapping[str, Any]) -> Any:
    sides = [_value(side, names) for side in (node.left, *node.comparators)]
    held = [
        _COMPARING[type(op)](left, right)
        for op, left, right in zip(node.ops, sides, sides[1:], strict=False)
        if type(op) in _COMPARING
    ]
    if len(held) != len(node.ops):
        raise ValueError(f"{ast.unparse(node)!r} compares with what is not <, <=, >, >=, == or !=")
    return np.logical_and.reduce([np.asarray(one) for one in held]) if len(held) > 1 else held[0]
