/** GR26: frames of the SDK itself, which come and go with its version and with what the page called. */
export const BROWSER_SDK_RULES = `
# The wrapper around event listeners and timers.
function:*sentryWrapped -app -group
`;
