/** Native code: which libraries belong to the operating system. */
export const NATIVE_PACKAGE_RULES = `
# Linux and macOS system folders; Android unpacks system libraries below /system, /apex, /vendor.
family:native package:/lib/** -app
family:native package:/lib64/** -app
family:native package:/usr/lib/** -app
family:native package:/usr/lib32/** -app
family:native package:/usr/lib64/** -app
family:native package:/usr/libexec/** -app
family:native package:/usr/local/Cellar/** -app
family:native package:/system/** -app
family:native package:/apex/** -app
family:native package:linux-gate.so* -app
family:native package:linux-vdso.so* -app
# An app's own binaries on iOS devices and simulators: crash reporters there seldom know what is in-app.
family:native package:/var/containers/Bundle/Application/** +app
family:native package:/private/var/containers/Bundle/Application/** +app
family:native package:**/Containers/Bundle/Application/** +app
family:native package:**/Developer/CoreSimulator/Devices/** +app
# macOS and iOS frameworks; iOS devices show them below a symbol cache, simulators inside a runtime.
family:native package:/System/Library/** -app
family:native package:/Library/Frameworks/** -app
family:native package:/Developer/Library/** -app
family:native package:**/CoreSimulator/Profiles/Runtimes/** -app
family:native package:**/*.simruntime/** -app
family:native package:**.app/Contents/Frameworks/libswift*.dylib -app
family:native package:**.app/Frameworks/libswift*.dylib -app
# Windows.
family:native package:?:/Windows/** -app
family:native package:"?:/Program Files/Common Files/**" -app
# Standard libraries are linked into the program, so the function has to tell.
family:native function:std::* -app
family:native function:core::* -app
family:native function:alloc::* -app
family:native function:__gnu_cxx::* -app
family:native function:__cxxabiv1::* -app
# The SDK's swizzled blocks and its own library.
family:native function:__*[[]Sentry* -app -group
family:native function:?[[]Sentry* -app -group
family:native package:**/Sentry.framework/** -app -group
family:native function:kscrash* -app -group
family:native function:sentrycrash* -app -group
family:native function:sentry_value_* -app -group
family:native function:sentry__* -app -group
`;
