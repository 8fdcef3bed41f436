"""What is common to all screens: sign-in, navigation, language, look, widgets."""
