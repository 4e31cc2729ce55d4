/** Dart and Flutter, Go, Elixir: the SDK's frames, the framework, fetched modules. */
export const DART_GO_ELIXIR_RULES = `
# The Dart SDK and its integrations only pass an error on.
path:package:sentry/** -app -group
path:package:sentry_flutter/** -app -group
path:package:sentry_logging/** -app -group
path:package:sentry_dio/** -app -group
path:package:sentry_file/** -app -group
path:package:sentry_hive/** -app -group
path:package:sentry_isar/** -app -group
path:package:sentry_sqflite/** -app -group
path:package:sentry_drift/** -app -group
path:package:sentry_link/** -app -group
path:package:sentry_firebase_remote_config/** -app -group
# Flutter's framework and the Dart core library.
path:package:flutter/** -app
path:dart:** -app
# Go's module cache, and its standard library.
family:other path:**/go/pkg/mod/** -app
family:other path:**/usr/local/go/src/** -app
family:other path:**/libexec/src/runtime/** -app
# Fetched packages of mix.
family:other path:**/deps/*/lib/** -app
`;
