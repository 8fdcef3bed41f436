"""``python -m diager_dpo``: the command line."""

from diager_dpo.cli.program import program

if __name__ == "__main__":
    program(prog_name="python -m diager_dpo")
