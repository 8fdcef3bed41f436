// Beside Streamlit's own program, and before it.
"use strict";

// Pages have one level: Streamlit need not search for its server under each of them.
window.__streamlit = { BACKEND_BASE_URL: `${window.location.origin}/` };

// The language of the document follows the language of the screen, and is remembered.
function follow() {
  const root = document.documentElement;
  const asked = new URLSearchParams(window.location.search).get("language");
  const language = asked ? asked.toLowerCase() : root.dataset.ownLanguage;
  if (root.lang === language) return;
  root.lang = language;
  document.cookie = `diager_dpo_language=${language}; path=/; max-age=31536000; samesite=lax`;
}

new MutationObserver(follow).observe(document, { childList: true, subtree: true, characterData: true });
