"""What `streamlit run app.py` starts: the screens, behind the gate."""

from pathlib import Path

import streamlit as st

from diager_dpo.ui.entrance import ROUTES
from diager_dpo.ui.failures import on_script_error
from diager_dpo.ui.gate import MIDDLEWARE
from diager_dpo.ui.start import lifespan

ROOT = Path(__file__).resolve().parent

app = st.App(
    ROOT / "diager_dpo/ui/main.py",
    lifespan=lifespan,
    middleware=MIDDLEWARE,
    routes=ROUTES,
    on_script_error=on_script_error,
)
