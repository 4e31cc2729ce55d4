/**
 * What the categories mean for grouping native stacks:
 *   threadbase   starts a thread; it and everything below it is the same in every stack
 *   indirection  calls what it was given (std::function, thunks, outlined halves)
 *   internals    inner workings below a public entry point
 *   throw        raises; above it runs only the reporting of the crash
 *   telemetry    writes crash logs
 */
export const NATIVE_GROUP_RULES = `
category:throw ^-group
category:telemetry -group
category:indirection -group
category:internals -group
category:threadbase -group v-group
`;
