"""`python3 install ...`: makes Unreel's own Python environment and runs in it what is asked.

This one file keeps to the grammar that every Python since 2.7 reads, so that one that is too old is told so in words.
"""

import sys

OLDEST = (3, 10)
TOO_NEW = (3, 14)


def explain_unsupported(version):
    """Why Unreel can't be installed with this Python; None where it can."""
    found = tuple(version[:2])
    if OLDEST <= found < TOO_NEW:
        return None
    return "\n".join(
        [
            "This is Python %d.%d, which is too %s for Unreel." % (found + ("old" if found < OLDEST else "new",)),
            "Unreel needs Python %d.%d to %d.%d." % (OLDEST + (TOO_NEW[0], TOO_NEW[1] - 1)),
            "What to do: start this program with such a Python, for example: python3.11 install demo",
            "",
        ]
    )


def main():
    problem = explain_unsupported(sys.version_info)
    if problem:
        sys.stderr.write(problem)
        return 3
    import commands

    return commands.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
