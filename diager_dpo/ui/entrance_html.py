"""The pages in front of the app, as plain HTML: they work without a Streamlit session, and almost without a script."""

from html import escape
from string import Template

from diager_dpo.ui.language import Language, _, current

_PAGE = Template("""\
<!DOCTYPE html>
<html lang="$lang">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>$title | $product</title>
<link rel="icon" href="/entrance/icon.svg">
<link rel="stylesheet" href="/entrance/entrance.css">
$head</head>
<body>
<header><p class="product"><img src="/entrance/icon.svg" alt="" width="28" height="28"> $product</p>
<nav aria-label="$languages">$switch</nav></header>
<main>
<h1>$title</h1>
$body
</main>
</body>
</html>
""")


def page(title: str, body: str, *, here: str, script: str = "") -> str:
    """A whole page. ``title`` is text, ``body`` HTML that the caller has escaped; ``here`` the address of this page."""
    return _PAGE.substitute(
        lang=current(),
        title=escape(title),
        product=escape(_("DPO dashboard")),
        languages=escape(_("Language")),
        switch=" ".join(_switch(language, here) for language in Language),
        head=f'<script defer src="/entrance/{escape(script)}"></script>\n' if script else "",
        body=body,
    )


def notice(text: str) -> str:
    """A framed sentence."""
    return f'<p class="notice">{escape(text)}</p>'


def _switch(language: Language, here: str) -> str:
    name = {"fr": "Français", "en": "English"}[language]
    if language is current():
        return f'<span aria-current="true" lang="{language}">{name}</span>'
    joiner = "&" if "?" in here else "?"
    return f'<a href="{escape(here + joiner)}language={language}" lang="{language}" hreflang="{language}">{name}</a>'
