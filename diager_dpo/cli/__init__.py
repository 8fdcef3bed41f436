"""The same services as the screens, for cron and operators: ``python -m diager_dpo``."""
