/**
 * macOS and iOS: system frames by what they do on the way to a crash. Kept are public entry points that the user's
 * code called or was called from; left out is what Apple may rename in any release.
 */
export const NATIVE_APPLE_RULES = `
# --- libdispatch: how a block reached its thread (the workers' own start follows below and wins).
family:native function:_dispatch_* category=internals

# --- threadbase: dyld and the C runtime start the process, pthread and libdispatch start threads and workers.
family:native function:start category=threadbase
family:native function:UIApplicationMain category=threadbase
family:native function:NSApplicationMain category=threadbase
family:native function:start_wqthread category=threadbase
family:native function:_pthread_wqthread category=threadbase
family:native function:_pthread_start category=threadbase
family:native function:_pthread_body category=threadbase
family:native function:thread_start category=threadbase
family:native function:_dispatch_worker_thread* category=threadbase
family:native function:_dispatch_workloop_worker_thread category=threadbase
family:native function:_dispatch_root_queues_init_once category=threadbase
family:native function:_dispatch_mgr_thread category=threadbase
family:native function:__NSThread__start__ category=threadbase
# Without symbols, the pthread library is nearly always the start of the thread.
family:native package:**/libsystem_pthread.dylib !function:?* category=threadbase
family:native function:"-[[]NSThread main]" category=threadbase

# --- run loops: AppKit, UIKit and Carbon waiting for the next event.
family:native function:CFRunLoopRun* category=internals
family:native function:__CFRunLoop* category=internals
family:native function:__CFRUNLOOP_IS_* category=internals
family:native function:__CFMachPortPerform category=internals
family:native function:__CFNotificationCenterPostNotification category=internals
family:native function:__CFNOTIFICATIONCENTER_IS_* category=internals
family:native function:___CFXNotificationPost_block_invoke category=internals
family:native function:_CFX* category=internals
family:native function:GSEventRun* category=internals
family:native function:_DPSNextEvent category=internals
family:native function:_BlockUntilNextEventMatchingListInMode* category=internals
family:native function:ReceiveNextEventCommon category=internals
family:native function:RunCurrentEventLoopInMode category=internals
family:native function:"-[[]NSApplication(NSEvent) _nextEvent*" category=internals
family:native function:"-[[]NSApplication(NSEventRouting) _nextEvent*" category=internals
family:native function:"-[[]NSApplication(NSEvent) nextEvent*" category=internals
family:native function:"-[[]NSApplication nextEvent*" category=internals
family:native function:"-[[]NSRunLoop* run*" category=internals
# Timers, delayed performs, operations and display observers: __NSThreadPerformPerform, __NSOPERATION_IS_INVOKING_MAIN__.
family:native function:__NS* category=internals
family:native function:___NS* category=internals
family:native function:NSDisplayCycle* category=internals
family:native function:"-[[]NSDisplayCycle* *" category=internals
family:native function:"-[[]NSOperation *" category=internals
family:native function:"-[[]NSBlockOperation main]" category=internals
family:native function:"-[[]__NSOperationInternal *" category=internals
family:native function:__NSThread__start__ category=threadbase
family:native function:__dispatchPreprocessedEvent* category=internals
family:native function:__eventFetcherSourceCallback category=internals
family:native function:__eventQueueSourceCallback category=internals
family:native function:__processEventQueue category=internals
family:native function:__handleEventQueue* category=internals
family:native function:__handleHIDEvent* category=internals

# --- UIKit and AppKit hand an event down to the control it is for.
family:native function:"-[[]UIApplication sendEvent:]" category=internals
family:native function:"-[[]UIApplication sendAction:*" category=internals
family:native function:"-[[]UIApplicationAccessibility *" category=internals
family:native function:"-[[]UIWindow *" category=internals
family:native function:"-[[]UIControl *" category=internals
family:native function:"-[[]UIGestureRecognizer *" category=internals
family:native function:"-[[]UIGestureEnvironment *" category=internals
family:native function:"-[[]UIGestureRecognizerTarget *" category=internals
family:native function:_UIGestureRecognizer* category=internals
family:native function:_UIGestureEnvironment* category=internals
family:native function:"-[[]UITableView _*" category=internals
family:native function:"-[[]UICollectionView _*" category=internals
family:native function:"-[[]UIView(CALayerDelegate) *" category=internals
family:native function:"-[[]UIView(Hierarchy) *" category=internals
family:native function:"-[[]UINavigationController _*" category=internals
family:native function:"-[[]UIViewController _*" category=internals
family:native function:"-[[]UIViewController loadViewIfRequired]" category=internals
family:native function:_UIApplicationHandleEventQueue category=internals
family:native function:"-[[]NSApplication(NSEvent) sendEvent:]" category=internals
family:native function:"-[[]NSApplication(NSEventRouting) sendEvent:]" category=internals
family:native function:"-[[]NSWindow(NSEventRouting) *" category=internals
family:native function:"-[[]NSWindow sendEvent:]" category=internals
family:native function:"-[[]NSControl sendAction:*" category=internals
family:native function:"-[[]NSControl mouseDown:]" category=internals
family:native function:"-[[]NSButton *" category=internals
# Menus run through Carbon.
family:native function:"-[[]NSMenuItem *" category=internals
family:native function:"-[[]NSMenu *" category=internals
family:native function:"-[[]NSCarbonMenuImpl *" category=internals
family:native function:NSSLMMenuEventHandler category=internals
family:native function:DispatchEventToHandlers category=internals
family:native function:SendEventToEventTarget* category=internals
family:native function:SendMenuCommand* category=internals
family:native function:"-[[]NSCell *" category=internals
family:native function:"-[[]NSButtonCell *" category=internals
family:native function:"-[[]NSView(NSInternal) *" category=internals
family:native function:"-[[]_NS*" category=internals
family:native function:"-[[]_UI*" category=internals
family:native function:"-[[]CALayer *" category=internals
family:native function:CA::* category=internals

# --- Objective-C runtime: finding and initialising the method.
family:native function:_objc_msgSend* category=internals
family:native function:lookUpImpOrForward* category=internals
family:native function:lookUpImpOrNil* category=internals
family:native function:initializeAndMaybeRelock* category=internals
family:native function:initializeNonMetaClass category=internals
family:native function:initializeAndLeaveLocked category=internals
family:native function:_class_initialize category=internals
family:native function:CALLING_SOME_+initialize_METHOD category=internals
family:native function:call_load_methods category=internals
family:native function:load_images category=internals
family:native function:_objc_*  category=internals
family:native function:_CF_forwarding_prep_0 category=indirection
family:native function:___forwarding___ category=indirection
family:native function:__invoking___ category=indirection
family:native function:"-[[]NSInvocation invoke*" category=indirection
family:native function:"-[[]NSObject performSelector:*" category=indirection
family:native function:"-[[]NSObject(NSThreadPerformAdditions) *" category=indirection

# --- dyld: loading a library.
family:native function:dlopen_internal category=internals
family:native function:dlopen_from category=internals
family:native function:dyld::* category=internals
family:native function:dyld3::* category=internals
family:native function:dyld4::* category=internals
family:native function:ImageLoader* category=internals
family:native function:dyldbootstrap::* category=internals
family:native function:_dyld_start category=threadbase
family:native function:CFBundleGetFunctionPointerForName category=indirection
family:native function:_CFBundle* category=internals

# --- heap: where a corruption is noticed, not where it was made.
family:native function:malloc_vreport category=internals
family:native function:malloc_report category=internals
family:native function:malloc_zone_error category=internals
family:native function:malloc_printf category=internals
family:native function:szone_* category=internals
family:native function:nanov2_* category=internals
family:native function:tiny_* package:**/libsystem_malloc.dylib category=internals
family:native function:small_* package:**/libsystem_malloc.dylib category=internals
family:native function:free_* package:**/libsystem_malloc.dylib category=internals

# --- raising
family:native function:_CFThrowFormattedException category=throw
family:native function:_objc_terminate* category=internals

# --- graphics: the driver below the public OpenGL and Metal calls.
family:native function:CGLDescribeRenderer category=internals
family:native function:glSwap_Exec category=internals
family:native function:gl*_Exec category=internals
family:native function:gli* package:**/GLEngine category=internals
family:native function:gld* category=internals
family:native package:/System/Library/Extensions/** category=internals
family:native function:"-[[]NSOpenGLContext flushBuffer]" category=indirection
# Drivers write a log before they give up.
family:native function:gpusKillClient* category=telemetry
family:native function:gpusGenerateCrashLog* category=telemetry

# --- the linker's outlined unlikely halves of functions.
family:native function:*.cold.[0-9] category=indirection
family:native function:*.cold.[0-9][0-9] category=indirection

# --- private names of system libraries that no other rule names.
family:native package:/usr/lib/libcrypto*.dylib function:_* category=internals
family:native package:/System/Library/Frameworks/AppKit.framework/** function:_* category=internals
family:native package:/System/Library/Frameworks/CoreFoundation.framework/** function:_* category=internals
family:native package:/System/Library/Frameworks/Foundation.framework/** function:_* category=internals
family:native package:/System/Library/**/HIToolbox function:_* category=internals
`;
