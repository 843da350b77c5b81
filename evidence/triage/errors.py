"""What is wrong with a set of rules."""


class RulesError(Exception):
    """A set of rules that can't be used: it does not compile, or its tables can't be read."""

    exit_code = 4
