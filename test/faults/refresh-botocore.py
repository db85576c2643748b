"""Renews the token of the session `acme` with botocore, as AWS CLI does, without Rolecall's lock.

Each line of the standard input is a number of milliseconds by which the clock is ahead. The answer is a line with a
digest of the token that botocore then has, or what went wrong.
"""

import datetime
import hashlib
import sys

import botocore.session
from botocore.tokens import SSOTokenProvider

session = botocore.session.Session(profile="dev")
print("ready", flush=True)
for line in sys.stdin:
    ahead = datetime.timedelta(milliseconds=int(line))

    def now():
        return datetime.datetime.now(datetime.timezone.utc) + ahead

    try:
        provider = SSOTokenProvider(session, time_fetcher=now, profile_name="dev")
        token = provider.load_token().get_frozen_token().token
        print(hashlib.sha256(token.encode()).hexdigest()[:16], flush=True)
    except Exception as error:
        print(type(error).__name__, flush=True)
