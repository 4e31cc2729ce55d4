"""An unchanged program that uses the current sentry-sdk: report or limited, with SENTRY_DSN set."""

import sys

import sentry_sdk


class CheckoutError(Exception):
    pass


def charge_card():
    try:
        raise ConnectionError("the bank said no")
    except ConnectionError as error:
        raise CheckoutError("card declined") from error


sentry_sdk.init(environment="staging", release="shop@1.4.2", server_name="web-7")
if sys.argv[1] == "limited":
    for i in range(7):
        sentry_sdk.capture_exception(ValueError(f"error {i}"))
        sentry_sdk.flush(timeout=10)
else:
    sentry_sdk.set_user({"id": "42", "email": "ada@example.com", "username": "ada"})
    sentry_sdk.set_tag("region", "eu-1")
    sentry_sdk.add_breadcrumb(category="cart", message="added item 7")
    for _ in range(2):
        try:
            charge_card()
        except CheckoutError as error:
            sentry_sdk.capture_exception(error)
    sentry_sdk.capture_message("the shop is open")
    sentry_sdk.flush(timeout=10)
