"""An unchanged program that uses Debian's python3-sentry-sdk; SENTRY_DSN is set by the test."""

import sentry_sdk

sentry_sdk.init(environment="staging", release="shop@1.4.2", server_name="web-7")
sentry_sdk.set_user({"id": "42", "email": "ada@example.com", "username": "ada"})
sentry_sdk.set_tag("region", "eu-1")
sentry_sdk.add_breadcrumb(category="cart", message="added item 7", level="info")


def charge_card():
    raise ValueError("card declined (python)")


try:
    charge_card()
except ValueError as error:
    sentry_sdk.capture_exception(error)

sentry_sdk.flush(timeout=10)
