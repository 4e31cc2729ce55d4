/** Windows: system frames by what they do on the way to a crash. */
export const NATIVE_WINDOWS_RULES = `
# --- threadbase: the loader, the C runtime's start-up, thread procedures of the C and C++ runtimes.
family:native function:*RtlUserThreadStart category=threadbase
family:native function:BaseThreadInitThunk category=threadbase
family:native function:invoke_main category=threadbase
family:native function:__scrt_common_main* category=threadbase
family:native function:WinMain category=threadbase
family:native function:wWinMain category=threadbase
family:native function:wmain category=threadbase
family:native function:WinMainCRTStartup category=threadbase
family:native function:wWinMainCRTStartup category=threadbase
family:native function:mainCRTStartup category=threadbase
family:native function:thread_start<T> category=threadbase
family:native function:_threadstartex category=threadbase
family:native function:_beginthreadex category=threadbase
family:native function:TppWorkerThread category=threadbase
family:native function:TppWorkpExecuteCallback category=threadbase
family:native function:RtlpTpWorkCallback category=threadbase

# --- user32 and the kernel calling back into window procedures.
family:native function:*UserCallWinProc* category=internals
family:native function:*InternalCallWinProc category=internals
family:native function:*CallWindowProc* category=internals
family:native function:*DispatchClientMessage category=internals
family:native function:*__fnDWORD category=internals
family:native function:__fnINLPCREATESTRUCT category=internals
family:native function:KiUserCallbackDispatcher* category=internals
family:native function:SendMessageWorker category=internals
family:native function:NtUser* category=internals
family:native function:ZwUser* category=internals

# --- heap: where a corruption is noticed, not where it was made.
family:native package:**/ntdll.dll function:Rtlp* category=internals
family:native package:**/ntdll.dll function:RtlpHeap* category=internals
family:native package:**/ntdll.dll function:Ldrp* category=internals
family:native package:**/ntdll.dll function:Tpp* category=internals
family:native function:RtlReportCriticalFailure category=internals
family:native function:RtlReportFatalFailure category=internals
family:native function:_free_base category=internals
family:native function:_malloc_base category=internals

# --- raising: structured exceptions, the C++ runtime, the C runtime's abort.
family:native function:RaiseException category=throw
family:native function:RtlRaiseException category=throw
family:native function:RtlRaiseStatus category=throw
family:native function:_CxxThrowException category=throw
family:native function:CxxThrowException category=throw
family:native function:KiUserExceptionDispatch* category=throw
family:native function:UnhandledExceptionFilter category=throw
family:native function:RtlReportException* category=throw
family:native function:_invalid_parameter* category=internals
family:native function:invoke_watson category=internals
family:native function:_invoke_watson category=internals
family:native package:**/ucrtbase*.dll function:abort category=internals
family:native package:**/ucrtbase*.dll function:raise category=throw
family:native package:**/msvcr*.dll function:abort category=internals
family:native package:**/msvcr*.dll function:raise category=throw
family:native function:_purecall category=indirection

family:native function:__CxxCallCatchBlock category=internals
family:native function:*_CallSettingFrame* category=internals

# --- crash reporters inside the program.
family:native function:crashpad::* category=telemetry
family:native function:google_breakpad::* category=telemetry

# --- graphics: vendors' user-mode drivers, and the runtime's inner layers around them.
family:native package:**/DriverStore/** category=internals
family:native package:**/nvwgf2um*.dll category=internals
family:native package:**/nvoglv*.dll category=internals
family:native package:**/atidxx*.dll category=internals
family:native package:**/atio*.dll category=internals
family:native package:**/amdxx*.dll category=internals
family:native package:**/igd*umd*.dll category=internals
family:native package:**/igxelpic*.dll category=internals
family:native package:**/d3d1[0-9]*.dll function:CContext::* category=internals
family:native package:**/d3d1[0-9]*.dll function:NDXGI::* category=internals
family:native package:**/d3d1[0-9]*.dll function:NOutermost::* category=internals
family:native package:**/dxgi.dll function:CDXGI* category=internals
`;
