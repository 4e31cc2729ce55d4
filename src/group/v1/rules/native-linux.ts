/** Linux and Android: system frames by what they do on the way to a crash. */
export const NATIVE_LINUX_RULES = `
# --- threadbase: the C library starts the process and its threads.
family:native function:_start category=threadbase
family:native function:__libc_start_main* category=threadbase
family:native function:__libc_start_call_main* category=threadbase
family:native function:__libc_init category=threadbase
family:native function:main category=threadbase
family:native function:start_thread category=threadbase
family:native function:clone category=threadbase
family:native function:__clone category=threadbase
family:native function:clone3 category=threadbase
family:native function:__clone3 category=threadbase
family:native function:__start_thread category=threadbase
family:native function:__pthread_start category=threadbase

# --- raising. Above abort and the signal trampoline runs only the reporting.
family:native function:abort category=throw
family:native function:raise category=throw
family:native function:gsignal category=throw
family:native function:__GI_abort category=throw
family:native function:__GI_raise category=throw
family:native function:__assert_fail* category=throw
family:native function:__assert_rtn category=throw
family:native function:__assert2 category=throw
family:native function:__stack_chk_fail category=throw
family:native function:__cxa_throw category=throw
family:native function:__cxa_rethrow category=throw
family:native function:__cxa_bad_cast category=throw
family:native function:__cxa_pure_virtual category=throw
family:native function:objc_exception_throw category=throw
family:native function:objc_exception_rethrow category=throw
family:native function:"+[[]NSException raise:*" category=throw
family:native function:"-[[]NSException raise]" category=throw
family:native function:std::terminate category=throw
family:native function:std::terminate* category=throw
family:native function:_sigtramp category=throw

# --- glibc noticing a corrupted heap.
family:native function:__libc_message category=internals
family:native function:malloc_printerr category=internals
family:native function:_int_free category=internals
family:native function:_int_malloc category=internals
family:native function:__assert_fail_base category=internals

# --- Android's runtime calling into native code.
family:native function:art_quick_* category=internals
family:native function:art::* category=internals
family:native function:_JNIEnv::Call* category=indirection
`;
