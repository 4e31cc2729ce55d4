/**
 * Native code: frames of system libraries sorted by what they do on the way to a crash. Kept are the frames by which
 * a person tells crashes apart: the user's code and the system's public entry points it called.
 *   threadbase  starts a thread; it and everything below is the same in every stack
 *   indirection calls what it was given (std::function, thunks, invoke wrappers)
 *   internals   inner workings below or above a public entry point
 *   throw       raises; what runs above it is the reporting of the crash
 *   telemetry   writes crash logs
 */
export const NATIVE_CATEGORY_RULES = `
# --- threadbase
family:native function:start category=threadbase
family:native function:_start category=threadbase
family:native function:__libc_start_main* category=threadbase
family:native function:main category=threadbase
family:native function:UIApplicationMain category=threadbase
family:native function:start_wqthread category=threadbase
family:native function:_pthread_wqthread category=threadbase
family:native function:thread_start category=threadbase
family:native function:_pthread_start category=threadbase
family:native function:_dispatch_worker_thread* category=threadbase
family:native function:_dispatch_root_queues_init_once category=threadbase
family:native function:BaseThreadInitThunk category=threadbase
family:native function:RtlUserThreadStart category=threadbase
family:native function:__RtlUserThreadStart category=threadbase
family:native function:_RtlUserThreadStart category=threadbase

category:threadbase -group v-group
category:internals -group
category:indirection -group
category:telemetry -group
category:throw ^-group
`;
