/**
 * The built-in stack trace rules of v1, parsed once. They decide hashes, so they are frozen with the version. A platform's rules hold for its frames and for frames of unknown
 * platform: a Python module called `play.views` is nothing of Java's. Of two rules for one frame the later wins.
 */
import { parseRules } from '../enhancements/parse.ts';
import type { Rule } from '../enhancements/rule.ts';
import { DART_GO_ELIXIR_RULES } from './rules/dart-go-elixir.ts';
import { DOTNET_RULES } from './rules/dotnet.ts';
import { JAVA_RULES } from './rules/java.ts';
import { JAVASCRIPT_RULES } from './rules/javascript.ts';
import { NATIVE_APPLE_RULES } from './rules/native-apple.ts';
import { NATIVE_GROUP_RULES } from './rules/native-group.ts';
import { NATIVE_LANGUAGE_RULES } from './rules/native-languages.ts';
import { NATIVE_LINUX_RULES } from './rules/native-linux.ts';
import { NATIVE_PACKAGE_RULES } from './rules/native-packages.ts';
import { NATIVE_WINDOWS_RULES } from './rules/native-windows.ts';
import { PHP_RUBY_RULES } from './rules/php-ruby.ts';
import { PYTHON_RULES } from './rules/python.ts';

/** A payload without a platform counts as `other`; some SDKs send that on purpose. */
const UNKNOWN = ['other', ''];

export interface BuiltinSource {
  readonly text: string;
  /** null: the rules themselves say which frames they mean. */
  readonly platforms: readonly string[] | null;
}

export const BUILTIN_SOURCES: readonly BuiltinSource[] = [
  { text: PYTHON_RULES, platforms: ['python'] },
  { text: JAVASCRIPT_RULES, platforms: ['javascript', 'node'] },
  { text: JAVA_RULES, platforms: ['java', 'android', 'kotlin', 'groovy', 'scala', 'clojure'] },
  { text: PHP_RUBY_RULES, platforms: ['php', 'ruby'] },
  { text: DOTNET_RULES, platforms: ['csharp', 'dotnet', 'fsharp', 'vb'] },
  { text: DART_GO_ELIXIR_RULES, platforms: ['dart', 'flutter', 'go', 'elixir'] },
  // These name the native family themselves, except the last, which act on categories only native rules give.
  { text: NATIVE_PACKAGE_RULES, platforms: null },
  { text: NATIVE_LINUX_RULES, platforms: null },
  { text: NATIVE_LANGUAGE_RULES, platforms: null },
  { text: NATIVE_APPLE_RULES, platforms: null },
  { text: NATIVE_WINDOWS_RULES, platforms: null },
  { text: NATIVE_GROUP_RULES, platforms: null },
];

export const BUILTIN_RULES: readonly Rule[] = builtinRules(BUILTIN_SOURCES);

export function builtinRules(sources: readonly BuiltinSource[]): Rule[] {
  return sources.flatMap(({ text, platforms }): Rule[] => {
    const scope = platforms && new Set([...platforms, ...UNKNOWN]);
    return parseRules(text).rules.map((rule) => ({ ...rule, platforms: scope }));
  });
}
