/** What Python 3.11 says of single characters; `check:botocore` asks the Python that it finds anew. */

/** Those with `chr(code).isspace()`. */
export const PYTHON_SPACES: readonly number[] = [
  9, 10, 11, 12, 13, 28, 29, 30, 31, 32, 133, 160, 5760, 8192, 8193, 8194, 8195, 8196, 8197, 8198, 8199, 8200,
  8201, 8202, 8232, 8233, 8239, 8287, 12288,
];

/** Those at which `str.splitlines` splits. */
export const PYTHON_LINE_ENDS: readonly number[] = [10, 11, 12, 13, 28, 29, 30, 133, 8232, 8233];
