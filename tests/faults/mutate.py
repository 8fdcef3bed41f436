"""Changes one operator, constant, element or statement of a module at a time and asks its unit tests: do they notice?

``python -m tests.faults.mutate`` prints each mutant that survived and the score; it fails below ``WANTED``. Each mutant
lives in a process of its own, in memory: no file is changed. Annotations, docstrings and decorators stay as they are.
"""

import ast
import copy
import importlib.abc
import importlib.util
import os
import signal
import sys
from pathlib import Path

import numpy as np  # noqa: F401 - loaded once, before the forks
import pytest

WANTED = 0.90
PATIENCE_S = 120
"""A mutant whose tests take longer counts as noticed: it turns in circles."""

#: Module -> the tests that must notice.
TARGETS = {
    "diager_dpo.domain.purges": ["tests/domain/test_purges.py"],
    "diager_dpo.domain.erasure": ["tests/domain/test_erasure.py"],
}

ROOT = Path(__file__).parents[2]

OPERATORS = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd, ast.LShift: ast.RShift, ast.RShift: ast.LShift, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip


def sites(tree):
    """Every node that may change, in a fixed order: none of an annotation, a docstring or a decorator."""

    def walk(node):
        yield node
        for name, value in ast.iter_fields(node):
            if name in {"annotation", "returns", "decorator_list", "type_comment"}:
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST) and not is_text(child):
                    yield from walk(child)

    return list(walk(tree))


def is_text(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def changes_of(node):
    """What can be done to one node: (words, function that does it to the node's copy and returns what replaces it)."""
    yield from operators_of(node)
    yield from values_of(node)
    yield from statements_of(node)


def operators_of(node):
    if isinstance(node, ast.BinOp | ast.AugAssign | ast.BoolOp) and type(node.op) in OPERATORS:
        other = OPERATORS[type(node.op)]
        yield f"{type(node.op).__name__} -> {other.__name__}", lambda it: with_field(it, "op", other())
    if isinstance(node, ast.Compare):
        for at, op in enumerate(node.ops):
            other = OPERATORS[type(op)]
            ops = [other() if at == place else each for place, each in enumerate(node.ops)]
            yield f"{type(op).__name__} -> {other.__name__}", lambda it, ops=ops: with_field(it, "ops", ops)
    if isinstance(node, ast.UnaryOp):
        yield f"without {type(node.op).__name__}", lambda it: it.operand
    if isinstance(node, ast.IfExp):
        yield "always", lambda it: it.body
        yield "never", lambda it: it.orelse


def values_of(node):  # noqa: C901 - a case each
    if isinstance(node, ast.Constant):
        value = node.value
        if isinstance(value, bool):
            yield f"{value} -> {not value}", lambda it: ast.Constant(not value)
        elif isinstance(value, int | float):
            yield f"{value} -> {value + 1}", lambda it: ast.Constant(value + 1)
        elif isinstance(value, str):
            yield f"{value!r} -> another text", lambda it: ast.Constant(value + "X")
        elif value is None:
            yield "None -> 0", lambda it: ast.Constant(0)
    if isinstance(node, ast.Tuple | ast.List | ast.Set) and not isinstance(getattr(node, "ctx", None), ast.Store):
        for at in range(len(node.elts)):
            left = [*node.elts[:at], *node.elts[at + 1 :]]
            yield f"without element {at}", lambda it, left=left: with_field(it, "elts", left)
    if isinstance(node, ast.Dict):
        for at in range(len(node.keys)):

            def without(it, at=at):
                it.keys, it.values = it.keys[:], it.values[:]
                del it.keys[at], it.values[at]
                return it

            yield f"without entry {at}", without


def statements_of(node):
    if isinstance(node, ast.Return) and node.value is not None:
        yield "returns nothing", lambda it: with_field(it, "value", ast.Constant(None))
    if isinstance(node, ast.If):
        yield "always", lambda it: with_field(it, "test", ast.Constant(True))
        yield "never", lambda it: with_field(it, "test", ast.Constant(False))
    if isinstance(node, ast.AugAssign | ast.Expr | ast.Raise):
        yield f"without this {type(node).__name__}", lambda it: ast.Pass()


def with_field(node, name, value):
    setattr(node, name, value)
    return node


def mutants(source):
    """(line, words, tree) of each."""
    tree = ast.parse(source)
    for at, node in enumerate(sites(tree)):
        for words, change in changes_of(node):
            twin = copy.deepcopy(tree)
            wanted = sites(twin)[at]
            replaced = Replacing(wanted, change(wanted)).visit(twin)
            yield getattr(node, "lineno", 0), words, ast.fix_missing_locations(replaced)


class Replacing(ast.NodeTransformer):
    def __init__(self, wanted, new):
        self.wanted, self.new = wanted, new

    def visit(self, node):
        return self.new if node is self.wanted else super().generic_visit(node)


class Instead(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives one module another tree."""

    def __init__(self, name, path, tree):
        self.name, self.path, self.tree = name, path, tree

    def find_spec(self, name, path=None, target=None):
        return importlib.util.spec_from_file_location(name, self.path, loader=self) if name == self.name else None

    def exec_module(self, module):
        exec(compile(self.tree, str(self.path), "exec"), module.__dict__)


def notices(name, path, tree, tests):
    """Whether the tests turn red with this tree in the place of the module."""
    child = os.fork()
    if child == 0:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        signal.alarm(PATIENCE_S)
        status = 1
        try:
            for loaded in [
                each for each in sys.modules if each.startswith(("diager_dpo", "tests.domain", "tests.serv"))
            ]:
                del sys.modules[loaded]
            sys.meta_path.insert(0, Instead(name, path, tree))
            status = int(pytest.main([*tests, "-x", "-q", "-p", "no:cacheprovider", *flags(tests)]))
        finally:
            os._exit(status)
    _, how = os.waitpid(child, 0)
    return how != 0


def flags(tests):
    """What the domain is tested with needs nothing that the other tests share."""
    return ["--noconftest"] if tests[0].startswith("tests/domain") else []


def run(name):
    path = ROOT / f"{name.replace('.', '/')}.py"
    source, tests = path.read_text("utf-8"), TARGETS[name]
    lines = source.splitlines()
    if notices(name, path, ast.parse(source), tests):
        sys.exit(f"{name}: its tests are red before anything was changed")
    survivors, total = [], 0
    for line, words, tree in mutants(source):
        total += 1
        if not notices(name, path, tree, tests):
            survivors.append(f"  {line}: {words}: {lines[line - 1].strip()}")
    noticed = total - len(survivors)
    print(f"{name}: {noticed} of {total} noticed, {noticed / total:.1%}", *survivors, sep="\n", flush=True)  # noqa: T201 - a program
    return noticed / total


def main():
    os.chdir(ROOT)
    wanted = [name for name in TARGETS if len(sys.argv) == 1 or name.rpartition(".")[2] in sys.argv[1:]]
    sys.exit(0 if min([run(name) for name in wanted]) >= WANTED else 1)


if __name__ == "__main__":
    main()
