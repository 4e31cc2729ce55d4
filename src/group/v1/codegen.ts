/** Names that code generators number anew in every process: the number is replaced, the rest kept. */

/** Proxies of CGLIB, Guice, Spring: `Foo$$EnhancerBySpringCGLIB$$1ebdddb0`, `…$$FastClassByGuice$$caceacd2`. */
const ENHANCER = /(\$\$\w{0,100}?(?:By[A-Z]\w{0,60}|CGLIB)\$\$)[0-9a-fA-F]{1,40}(?:_[0-9]{1,10})?/g;
/** `sun.reflect.GeneratedSerializationConstructorAccessor17`. */
const REFLECT_ACCESSOR =
  /((?:sun|jdk\.internal)\.reflect\.Generated(?:Serialization)?ConstructorAccessor)[0-9]+/g;
/** `Foo_$$_javassist_74`, `Foo_$$_javassist_seam_74`. */
const JAVASSIST = /(\$\$_javassist)(?:_seam)?(?:_[0-9]+)?/g;
/** `core$_main$fn__1539`. */
const CLOJURE_FN = /(\$fn__)[0-9]+/g;

export function cleanGeneratedClass(name: string): string {
  if (!name.includes('$') && !name.includes('.reflect.')) return name;
  return cleanJavassist(
    name.replace(ENHANCER, '$1<auto>').replace(REFLECT_ACCESSOR, '$1<auto>').replace(CLOJURE_FN, '$1<auto>'),
  );
}

export function cleanJavassist(name: string): string {
  return name.includes('$$_javassist') ? name.replace(JAVASSIST, '$1<auto>') : name;
}
