"""One error that is taken, one that is limited, and five more which the SDK must keep to itself."""

import sentry_sdk

sentry_sdk.init()
for i in range(7):
    sentry_sdk.capture_exception(ValueError(f"error {i} (python)"))
    sentry_sdk.flush(timeout=10)
