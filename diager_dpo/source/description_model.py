"""The format of a source file, as pydantic models; each field refuses with a code and what was expected instead."""

import re
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, TypeAlias, get_args
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from diager_dpo.domain.civil import Duration
from diager_dpo.domain.words import RECORD_PURPOSES, Purpose
from diager_dpo.source.shapes import FACTS
from diager_dpo.source.source_file import ColumnRole, EraseBy, ErasureMode, MonthDay, RowEnd, Scalar
from diager_dpo.source.statement import StatementError, one_select

_NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MONTH_DAY = re.compile(r"(\d{2})-(\d{2})")
_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def wrong(code: str, found: object, expected: str) -> PydanticCustomError:
    """A refusal: what stands in the file and what should."""
    return PydanticCustomError(code, "{found}: {expected}", {"found": str(found)[:80], "expected": expected})


def _text(value: str) -> str:
    if not value.strip():
        raise wrong("empty", value, "text")
    return value


def _name(value: str) -> str:
    if not _NAME.fullmatch(value):
        raise wrong("not_a_name", value, "a-z, 0-9, _")
    return value


def _variable(value: str) -> str:
    if not _VARIABLE.fullmatch(value):
        raise wrong("not_a_variable", value, "DIAGER_DPO_SOURCE_URL")
    return value


def _month_day(value: str) -> MonthDay:
    match = _MONTH_DAY.fullmatch(value)
    month, day = (int(part) for part in match.groups()) if match else (0, 0)
    if not (1 <= month <= 12 and 1 <= day <= _LENGTHS[month - 1]):
        raise wrong("not_a_month_day", value, "12-31")
    return MonthDay(month, day)


def _timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise wrong("not_a_timezone", value, "Europe/Paris") from error
    return value


def _duration(value: str) -> Duration:
    try:
        return Duration.parse(value)
    except ValueError as error:
        raise wrong("not_a_duration", value, "P1Y") from error


def _purpose(value: str) -> Purpose:
    for purpose in RECORD_PURPOSES:
        if value == purpose.code:
            return purpose
    raise wrong("not_one_of", value, " | ".join(purpose.code for purpose in RECORD_PURPOSES))


def _statement(value: str) -> str:
    try:
        return one_select(value)
    except StatementError as error:
        raise wrong(error.code, " ".join(value.split()), "SELECT …") from error


def _one_of(words: type[StrEnum]) -> BeforeValidator:
    def convert(value: Any) -> Any:
        for word in words:
            if value == word.value:
                return word
        raise wrong("not_one_of", value, " | ".join(words))

    return BeforeValidator(convert)


def _distinct(values: list[Any]) -> list[Any]:
    if len(set(values)) != len(values):
        raise wrong("twice", ", ".join(map(str, values)), "")
    return values


Text: TypeAlias = Annotated[str, AfterValidator(_text)]
PurposeCode: TypeAlias = Annotated[str, AfterValidator(_purpose)]
Purposes: TypeAlias = Annotated[list[PurposeCode], AfterValidator(_distinct)]
Reasons: TypeAlias = dict[Text, Text]


class Section(BaseModel):
    """A table of the file: nothing beside the keys of the format, no value of another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class TitleSection(Section):
    """``title = { fr = "…", en = "…" }``."""

    fr: Text
    en: Text


class SourceSection(Section):
    """``[source]``."""

    name: Annotated[str, AfterValidator(_name)]
    title: TitleSection
    url_env: Annotated[str, AfterValidator(_variable)]
    erasure: Annotated[ErasureMode, _one_of(ErasureMode)]
    receipts: Text | None = None
    fiscal_year_closes: Annotated[str, AfterValidator(_month_day)] = Field(default="12-31", validate_default=True)
    timezone: Annotated[str, AfterValidator(_timezone)] = "Europe/Paris"
    not_processed: Purposes = Field(default_factory=list)
    backups_kept_for: Annotated[str, AfterValidator(_duration)] | None = None


def _as_links(value: Any) -> Any:
    return [{"column": value}] if isinstance(value, str) else value


class LinkSection(Section):
    """One way from a row to a person."""

    column: Text
    where: dict[Text, Scalar] = Field(default_factory=dict)
    through: Annotated[list[Text], Field(min_length=1)] | None = None
    kind: Text | None = None


class EraseSection(Section):
    """``"null"``, ``"random"`` or ``{ constant = … }``."""

    by: EraseBy
    constant: str | int | float | bool | date | datetime | None = None


def _as_erase(value: Any) -> Any:
    if value in ("null", "random"):
        return {"by": EraseBy(value)}
    if isinstance(value, dict) and set(value) == {"constant"}:
        return {"by": EraseBy.CONSTANT, "constant": value["constant"]}
    raise wrong("not_one_of", value, '"null" | "random" | { constant = … }')


_ROLES = tuple(role for role in ColumnRole if role is not ColumnRole.SERVES)


def _as_column(value: Any) -> Any:
    if isinstance(value, dict):
        return {"role": ColumnRole.SERVES, **value}
    if value in _ROLES:
        return {"role": ColumnRole(value)}
    expected = " | ".join([f'"{role}"' for role in _ROLES] + ["{ purposes = […], erase = … }"])
    raise wrong("not_one_of", value, expected)


class ColumnSection(Section):
    """What one column is for."""

    role: ColumnRole
    purposes: Annotated[Purposes, Field(min_length=1)] | None = None
    erase: Annotated[EraseSection, BeforeValidator(_as_erase)] | None = None


class TableSection(Section):
    """``[tables.NAME]``."""

    key: Annotated[list[Text], AfterValidator(_distinct)]
    person: Annotated[list[LinkSection], BeforeValidator(_as_links), Field(min_length=1)]
    operation: Text | None = None
    purposes: Purposes = Field(default_factory=list)
    columns: dict[Text, Annotated[ColumnSection, BeforeValidator(_as_column)]] = Field(default_factory=dict)
    when_no_purpose_is_left: Annotated[RowEnd, _one_of(RowEnd)] = RowEnd.DELETE


class ResidueSection(Section):
    """``[residue]``."""

    columns: list[Text] = Field(default_factory=list)


class SeenSection(Section):
    """``[seen]``: ``triggers = ["table.trigger"]``, ``cascades = ["table.column"]``, ``keys`` with their reasons."""

    triggers: list[Text] = Field(default_factory=list)
    cascades: list[Text] = Field(default_factory=list)
    keys: Reasons = Field(default_factory=dict)


FactName: TypeAlias = Literal[
    "persons", "labels", "contact_points", "relations", "vouchers", "objections", "litigations",
    "operations", "entries", "consents", "sales",
]  # fmt: skip
assert set(get_args(FactName)) == set(FACTS)


class DescriptionModel(Section):
    """The whole file."""

    source: SourceSection
    facts: dict[FactName, Annotated[str, AfterValidator(_statement)]]
    tables: dict[Text, TableSection] = Field(default_factory=dict)
    not_personal: Reasons = Field(default_factory=dict)
    other_persons: Reasons = Field(default_factory=dict)
    out_of_reach: Reasons = Field(default_factory=dict)
    residue: ResidueSection = Field(default_factory=ResidueSection)
    seen: SeenSection = Field(default_factory=SeenSection)
