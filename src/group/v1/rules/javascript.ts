/** JavaScript, in browsers and on Node: installed packages, package CDNs, the engine and the runtime. */
export const JAVASCRIPT_RULES = `
# npm, yarn and pnpm install here; bundlers keep the folder in webpack:// and vite paths.
path:**/node_modules/** -app
# Older package managers.
path:**/bower_components/** -app
path:**/jspm_packages/** -app
# Public package CDNs serve libraries only.
path:**https://unpkg.com/** -app
path:**https://cdn.jsdelivr.net/** -app
path:**https://cdnjs.cloudflare.com/** -app
path:**https://esm.run/** -app
path:**https://esm.sh/** -app
path:**https://cdn.skypack.dev/** -app
path:**https://ajax.googleapis.com/** -app
path:**https://code.jquery.com/** -app
# Browser extensions run in the page but are not part of it.
family:javascript path:chrome-extension://** -app
family:javascript path:moz-extension://** -app
family:javascript path:safari-extension://** -app
family:javascript path:safari-web-extension://** -app
# Node's own modules: node:internal/modules/cjs/loader, internal/process/task_queues.js.
family:javascript path:node:** -app
family:javascript path:internal/process/** -app
family:javascript path:internal/modules/** -app
family:javascript path:internal/main/** -app
family:javascript path:internal/bootstrap/** -app
family:javascript path:internal/streams/** -app
family:javascript path:internal/timers* -app
family:javascript path:internal/async_hooks* -app
family:javascript path:internal/event_target* -app
# The engine itself.
family:javascript path:"[native code]" -app
family:javascript path:"native code" -app
# The bundler's module loader is the same in every program.
family:javascript path:**/webpack/bootstrap* -app
family:javascript function:__webpack_require__ -app
# Polyfills and compiler helpers, also where a bundler dropped the folder they came from.
family:javascript path:**/core-js/** -app
family:javascript path:**/@babel/runtime/** -app
family:javascript path:**/regenerator-runtime/** -app
family:javascript path:**/tslib/** -app
family:javascript path:**/zone.js/** -app
family:javascript module:core-js/* -app
family:javascript module:@babel/runtime/* -app
family:javascript module:regenerator-runtime/* -app
family:javascript module:tslib/* -app
family:javascript module:zone.js/* -app
# The SDK's wrappers around handlers and timers call the user's code; which version wrapped it says nothing.
family:javascript module:@sentry/* -app
family:javascript path:**/@sentry/** -app
family:javascript path:**/@sentry-internal/** -app
family:javascript function:sentryWrapped -app
`;
