"""Drives the SSO and STS services at AWS_ENDPOINT_URL with botocore. The caller approves the sign-in.

Prints one line for each thing that worked, and ends with a traceback at the first that did not.
"""

import datetime
import hashlib
import json
import os

import botocore.session
from botocore.exceptions import ClientError
from botocore.tokens import SSOTokenProvider

START_URL = "https://acme.awsapps.com/start"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


def passed(text):
    print(text, flush=True)


def refused(code, status, call, **parameters):
    try:
        call(**parameters)
    except ClientError as error:
        got = (error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"])
        assert got == (code, status), got
        return error
    raise AssertionError(f"{code} was expected")


def client(name, profile=None):
    # One attempt: a refusal must be seen, not retried.
    session = botocore.session.Session(profile=profile)
    session.set_config_variable("max_attempts", 1)
    return session.create_client(name, region_name="eu-west-1")


def device_login():
    oidc = client("sso-oidc")
    registration = oidc.register_client(
        clientName="check-botocore", clientType="public", scopes=["sso:account:access"]
    )
    asked = {key: registration[key] for key in ("clientId", "clientSecret")}
    device = oidc.start_device_authorization(startUrl=START_URL, **asked)
    poll = {"grantType": DEVICE_GRANT, "deviceCode": device["deviceCode"], **asked}
    refused("AuthorizationPendingException", 400, oidc.create_token, **poll)
    passed("device login is pending at first")
    refused("SlowDownException", 400, oidc.create_token, **poll)
    passed("device login is told to slow down")
    print(f"approve {device['userCode']}", flush=True)
    input()
    token = oidc.create_token(**poll)
    assert token["tokenType"] == "Bearer" and token["expiresIn"] == 3600, token["expiresIn"]
    passed("device login gives tokens")
    refused("InvalidGrantException", 400, oidc.create_token, **poll)
    refused("InvalidClientException", 401, oidc.create_token, **{**poll, "clientId": "nobody"})
    passed("device login refuses a used code and an unknown client")
    return registration, token


def save(registration, token):
    """The token as AWS CLI would have it, with so little time left that botocore refreshes it."""

    def when(seconds):
        moment = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

    now = datetime.datetime.now(datetime.timezone.utc).timestamp()
    folder = os.path.join(os.environ["HOME"], ".aws", "sso", "cache")
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, hashlib.sha1(b"acme").hexdigest() + ".json")
    content = {
        "startUrl": START_URL,
        "region": "eu-west-1",
        "accessToken": token["accessToken"],
        "expiresAt": when(now + 300),
        "clientId": registration["clientId"],
        "clientSecret": registration["clientSecret"],
        "registrationExpiresAt": when(registration["clientSecretExpiresAt"]),
        "refreshToken": token["refreshToken"],
    }
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(content, file)
    return path


def check_refresh(path, token):
    fresh = SSOTokenProvider(botocore.session.Session(profile="dev")).load_token().get_frozen_token().token
    assert fresh != token["accessToken"]
    with open(path) as file:
        assert json.load(file)["accessToken"] == fresh
    passed("a token is refreshed, and written back")
    return fresh


def check_portal(token):
    sso = client("sso")
    pages = sso.get_paginator("list_accounts").paginate(accessToken=token, PaginationConfig={"PageSize": 3})
    accounts = [account["accountId"] for page in pages for account in page["accountList"]]
    assert len(accounts) == 4 and "123456789012" in accounts, accounts
    roles = sso.list_account_roles(accessToken=token, accountId="123456789012")["roleList"]
    assert [role["roleName"] for role in roles] == ["Admin", "Developer", "ReadOnly"], roles
    role = {"accessToken": token, "accountId": "123456789012"}
    keys = sso.get_role_credentials(roleName="Admin", **role)["roleCredentials"]
    assert keys["expiration"] > 10**12 and keys["accessKeyId"].startswith("ASIA")
    passed("accounts, roles and role credentials are listed")
    refused("ForbiddenException", 403, sso.get_role_credentials, roleName="Nobody", **role)
    missing = {"accessToken": token, "accountId": "000000000000"}
    refused("ResourceNotFoundException", 404, sso.list_account_roles, **missing)
    refused("UnauthorizedException", 401, sso.list_accounts, accessToken="nobody")
    passed("the portal refuses what it should")


def arn(profile):
    return client("sts", profile).get_caller_identity()["Arn"]


def check_profiles():
    assert arn("default") == "arn:aws:iam::111122223333:user/dana"
    assert arn("tools") == "arn:aws:iam::111122223333:user/machines/tools"
    passed("keys and a process are who they should be")
    assert ":assumed-role/Deploy/" in arn("pipeline")
    passed("a role on top of keys is assumed")
    assert ":assumed-role/AWSReservedSSO_Admin_" in arn("dev")
    passed("an SSO profile is who it should be")
    assert arn("release").startswith("arn:aws:sts::444455556666:assumed-role/Release/")
    passed("a chain of roles on top of SSO is assumed")


def check_sts():
    sts = client("sts", "default")
    role = {"RoleArn": "arn:aws:iam::444455556666:role/Operations", "RoleSessionName": "check"}
    device = {"SerialNumber": "arn:aws:iam::111122223333:mfa/dana"}
    refused("AccessDenied", 403, sts.assume_role, **role)
    refused("AccessDenied", 403, sts.assume_role, TokenCode="000000", **role, **device)
    refused("ValidationError", 400, sts.assume_role, **{**role, "RoleSessionName": "a b"})
    sts.assume_role(TokenCode="123456", **role, **device)
    sts.get_session_token(TokenCode="123456", **device)
    passed("MFA is asked for and checked")
    refused("InvalidClientTokenId", 403, client("sts", "rotated").get_caller_identity)
    passed("an unknown key is refused")


def check_logout(token):
    sso = client("sso")
    sso.logout(accessToken=token)
    refused("UnauthorizedException", 401, sso.list_accounts, accessToken=token)
    passed("a log-out ends the token")


def main():
    registration, token = device_login()
    path = save(registration, token)
    fresh = check_refresh(path, token)
    check_portal(fresh)
    check_profiles()
    check_sts()
    check_logout(fresh)


main()
