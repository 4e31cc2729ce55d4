/** C++, Rust and Swift: library and compiler frames between a caller and the code it meant to call. */
export const NATIVE_LANGUAGE_RULES = `
# --- C++: calling what was stored in a function object, a lambda, a bind expression.
family:native function:std::__1::function* category=indirection
family:native function:std::__1::__function::* category=indirection
family:native function:std::__ndk1::function* category=indirection
family:native function:std::__ndk1::__function::* category=indirection
family:native function:std::function<T>::operator() category=indirection
family:native function:std::_Function_handler<T>::* category=indirection
family:native function:std::_Func_class<T>::* category=indirection
family:native function:std::_Func_impl*<T>::* category=indirection
family:native function:boost::function*::operator() category=indirection
family:native function:boost::detail::function::* category=indirection
family:native function:boost::_bi::* category=indirection
family:native function:*lambda::operator() category=indirection
family:native function:*lambda::operator()<T> category=indirection
family:native function:boost::asio::detail::* category=internals
family:native function:boost::*::thread_proxy category=threadbase
family:native function:boost::*::thread_start_function category=threadbase
family:native function:boost::detail::thread_data<T>::run category=threadbase
# --- C++: wrappers of standard libraries around a call (libc++, libstdc++, MSVC).
family:native function:std::__1::__* category=internals
family:native function:std::__1::*::__* category=internals
family:native function:std::__ndk1::__* category=internals
family:native function:std::__ndk1::*::__* category=internals
family:native function:std::__invoke* category=internals
family:native function:std::invoke* category=internals
family:native function:std::_Invoker* category=internals
family:native function:std::__[a-z]* category=internals
family:native function:std::*::_[A-Z]* category=internals
family:native function:std::_[A-Z]* category=internals
family:native function:std::__1::__function::* category=indirection
family:native function:std::_Func_class<T>::* category=indirection
family:native function:std::_Func_impl*<T>::* category=indirection
family:native function:std::_Function_handler<T>::* category=indirection
# Destructors of containers: the crash is in an element.
family:native function:std::*::~* category=internals
# A string growing: assign and append are how, not what.
family:native function:std::*basic_string<T>::assign category=internals
family:native function:std::*basic_string<T>::append category=internals
# Compilers put vectorised copies of a function into a namespace with a hash of the build.
family:native function:_INTERNAL* category=internals
# --- terminate and what it calls.
family:native function:std::__terminate category=internals
family:native function:default_terminate_handler category=internals
family:native function:demangling_terminate_handler category=internals
family:native function:abort_message category=internals
family:native function:__terminate category=internals

# --- Rust: panics are raised in the runtime; closures wrap main and thread bodies.
family:native function:std::panicking::begin_panic* -app ^-app -group ^-group
family:native function:core::panicking::panic* -app ^-app -group ^-group
family:native function:core::result::unwrap_failed -app ^-app -group ^-group
family:native function:core::option::expect_failed -app ^-app -group ^-group
family:native function:rust_begin_unwind -app ^-app -group ^-group
# Libraries that capture the stack themselves show their own frames on top.
family:native function:failure::backtrace::Backtrace::new -app ^-app -group ^-group
family:native function:error_chain::make_backtrace -app ^-app -group ^-group
family:native function:backtrace::* -app -group
family:native function:std::rt::lang_start::* category=internals
family:native function:std::*::{{closure}} category=internals
family:native function:core::ops::function::* category=indirection

# --- Swift: thunks and partially applied closures have no source.
family:native function:@callee_guaranteed category=internals
family:native function:@in_guaranteed category=internals
family:native function:@escaping category=internals
family:native function:thunk category=internals
family:native function:thunk\\ for* category=internals
family:native function:partial\\ apply* category=internals
family:native path:"<compiler-generated>" function:@* category=internals
family:native function:swift_* package:**libswift* category=internals
family:native function:_swift_* category=internals
family:native function:swift_unexpectedError category=throw
family:native function:swift::fatalError* category=throw
family:native function:_assertionFailure* category=throw
family:native function:_fatalErrorMessage* category=throw
family:native function:specialized\\ _assertionFailure* category=throw
`;
