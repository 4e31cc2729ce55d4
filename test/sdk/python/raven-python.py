"""An unchanged program that uses raven: report or limited, with SENTRY_DSN set."""

import sys

from raven import Client, breadcrumbs
from raven.transport.http import HTTPTransport


class CheckoutError(Exception):
    pass


def charge_card():
    try:
        raise ConnectionError("the bank said no")
    except ConnectionError as error:
        raise CheckoutError("card declined") from error


client = Client(release="shop@1.4.2", environment="staging", name="web-7", transport=HTTPTransport, include_paths=["__main__"])
if sys.argv[1] == "limited":
    # All alive at once: raven knows an error that it has seen by its address.
    for error in [ValueError(f"error {i}") for i in range(7)]:
        try:
            raise error
        except ValueError:
            client.captureException()
else:
    client.context.activate()
    client.user_context({"id": "42", "email": "ada@example.com", "username": "ada"})
    client.tags_context({"region": "eu-1"})
    breadcrumbs.record(category="cart", message="added item 7")
    client.captureMessage("the shop is open", level="info")
    for _ in range(2):
        try:
            charge_card()
        except CheckoutError:
            client.captureException()
