"""The rules: pure functions on arrays. No database, no Streamlit, no clock, no file."""
