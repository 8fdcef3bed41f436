// Beside Streamlit's own program, and before it: where its server is, and the language of what it says by itself.
"use strict";

// Pages have one level: Streamlit need not search for its server under each of them.
window.__streamlit = { BACKEND_BASE_URL: `${window.location.origin}/` };

// Streamlit speaks English only. These are the words of its own controls; texts of the screens are in the catalogs.
const FRENCH = {
  "Add files": "Ajouter des fichiers",
  "App pages": "Pages de l’application",
  "Autosize": "Ajuster la largeur",
  "Choose a date": "Choisir une date",
  "Choose an option": "Choisir",
  "Choose date": "Choisir une date",
  "Choose options": "Choisir",
  "Clear all": "Tout effacer",
  "Clear value": "Effacer",
  "Close": "Fermer",
  "Close Search": "Fermer la recherche",
  "Close fullscreen": "Quitter le plein écran",
  "Collapse sidebar": "Replier le menu",
  "Copy column name": "Copier le nom de la colonne",
  "Copied": "Copié",
  "Dataframe column menu": "Menu de la colonne",
  "Decrement": "Diminuer",
  "Dismiss": "Fermer",
  "Drag and drop a file here": "Déposer un fichier ici",
  "Drag and drop files here": "Déposer des fichiers ici",
  "Expand sidebar": "Déplier le menu",
  "Fullscreen": "Plein écran",
  "Hide column": "Masquer la colonne",
  "Increment": "Augmenter",
  "Link to heading": "Lien vers ce titre",
  "Next Result": "Résultat suivant",
  "Next month": "Mois suivant",
  "No results": "Aucun résultat",
  "Open": "Ouvrir",
  "Pin column": "Figer la colonne",
  "Press Enter to apply": "Entrée pour valider",
  "Press Enter to submit form": "Entrée pour envoyer",
  "Press Ctrl+Enter to apply": "Ctrl+Entrée pour valider",
  "Press Ctrl+Enter to submit form": "Ctrl+Entrée pour envoyer",
  "Press ⌘+Enter to apply": "⌘+Entrée pour valider",
  "Press ⌘+Enter to submit form": "⌘+Entrée pour envoyer",
  "Previous Result": "Résultat précédent",
  "Previous month": "Mois précédent",
  "Search": "Rechercher",
  "Select all": "Tout choisir",
  "Show/hide columns": "Choisir les colonnes",
  "Sidebar": "Menu",
  "Skip to main content": "Aller au contenu",
  "Sort ascending": "Trier par ordre croissant",
  "Sort descending": "Trier par ordre décroissant",
  "Type to search": "Rechercher",
  "Unpin column": "Libérer la colonne",
  "Upload": "Choisir un fichier",
  "Use arrow keys to navigate dates. Enter to select. Escape to close.":
    "Flèches pour changer de jour, Entrée pour choisir, Échap pour fermer.",
  "Connecting": "Connexion en cours",
  "Connection error": "Connexion interrompue",
  "day": "jour",
  "month": "mois",
  "year": "année",
};
const ENGLISH = Object.fromEntries(Object.entries(FRENCH).map(([english, french]) => [french, english]));
const ATTRIBUTES = ["aria-label", "title", "placeholder"];
const LIMIT = /^([\d.,]+)\s?([KMG]?)(?:B per file|o par fichier)$/; // "10MB per file", below a field for files
const OURS = "[data-testid=stMarkdownContainer], [data-testid=stTable], td, th, script, style";

function translated(text, words) {
  const whole = words[text];
  if (whole) return whole;
  const size = LIMIT.exec(text);
  if (size) return words === FRENCH ? `${size[1].replace(".", ",")} ${size[2]}o par fichier` : `${size[1].replace(",", ".")}${size[2]}B per file`;
  const parts = /^([^:,]+?)(\s?: |, )(.+)$/s.exec(text); // "Search: title of the table", "month, label of the field"
  return parts && words[parts[1]] ? `${words[parts[1]]}${parts[2]}${parts[3]}` : text;
}

function isStreamlits(element) {
  return element !== null && (element.closest("[data-testid=stTooltipContent]") || !element.closest(OURS));
}

function speak(node, words) {
  if (node.nodeType === Node.TEXT_NODE) {
    const text = node.nodeValue.trim();
    const said = text && isStreamlits(node.parentElement) ? translated(text, words) : text;
    if (said !== text) node.nodeValue = said;
    return;
  }
  if (node.nodeType !== Node.ELEMENT_NODE) return;
  for (const name of ATTRIBUTES) {
    const text = node.getAttribute(name);
    const said = text ? translated(text, words) : text;
    if (said !== text) node.setAttribute(name, said);
  }
  for (const child of node.childNodes) speak(child, words);
}

// The language of the document follows the language of the screen, and is remembered.
function follow() {
  const root = document.documentElement;
  const asked = new URLSearchParams(window.location.search).get("language");
  const language = asked ? asked.toLowerCase() : root.dataset.ownLanguage;
  if (root.lang === language) return false;
  root.lang = language;
  document.cookie = `diager_dpo_language=${language}; path=/; max-age=31536000; samesite=lax`;
  return true;
}

new MutationObserver((changes) => {
  const all = follow();
  const words = document.documentElement.lang === "fr" ? FRENCH : ENGLISH;
  if (all) speak(document.body, words);
  for (const change of changes) {
    if (change.type === "attributes" || change.type === "characterData") speak(change.target, words);
    for (const node of change.addedNodes) speak(node, words);
  }
}).observe(document, {
  childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES,
});
