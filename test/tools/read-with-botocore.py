"""Reads AWS files with botocore. Takes the path of a config file and that of a credentials file, each line of
the input two paths parted by a tab, and answers each line with what botocore has of the two, as one line of JSON.
"""

import json
import sys

import botocore
import botocore.configloader
from botocore.exceptions import ConfigParseError


def read(load, path):
    try:
        return load(path)
    except ConfigParseError as parse_error:
        error = parse_error.kwargs["error"]
        # A ParsingError has a list of the lines, the others have their one.
        lines = [line for line, _ in getattr(error, "errors", [])]
        return {"error": type(error).__name__, "line": getattr(error, "lineno", lines[0] if lines else None)}


SPACES = [code for code in range(sys.maxunicode + 1) if chr(code).isspace()]
LINE_ENDS = [code for code in range(sys.maxunicode + 1) if len(f"a{chr(code)}b".splitlines()) == 2]

print(
    json.dumps(
        {
            "botocore": botocore.__version__,
            "python": sys.version.split()[0],
            "spaces": SPACES,
            "lineEnds": LINE_ENDS,
        }
    ),
    flush=True,
)
for pair in sys.stdin:
    config, credentials = pair.rstrip("\n").split("\t")
    print(
        json.dumps(
            {
                "config": read(botocore.configloader.load_config, config),
                "credentials": read(botocore.configloader.raw_config_parse, credentials),
            }
        ),
        flush=True,
    )
