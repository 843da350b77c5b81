"""File-level signs: what names, times and heads of files say, without any rule's text."""
