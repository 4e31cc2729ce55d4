/** All built-in stack trace rules, parsed once. Order matters only between rules for the same frame: the later wins. */
import { parseRules } from './parse.ts';
import { createRuleSet, type RuleSet } from './rule-set.ts';
import { DART_GO_ELIXIR_RULES } from './rules/dart-go-elixir.ts';
import { DOTNET_RULES } from './rules/dotnet.ts';
import { JAVA_RULES } from './rules/java.ts';
import { JAVASCRIPT_RULES } from './rules/javascript.ts';
import { NATIVE_APPLE_RULES } from './rules/native-apple.ts';
import { NATIVE_GROUP_RULES } from './rules/native-group.ts';
import { NATIVE_LANGUAGE_RULES } from './rules/native-languages.ts';
import { NATIVE_LINUX_RULES } from './rules/native-linux.ts';
import { NATIVE_WINDOWS_RULES } from './rules/native-windows.ts';
import { NATIVE_PACKAGE_RULES } from './rules/native-packages.ts';
import { PHP_RUBY_RULES } from './rules/php-ruby.ts';
import { PYTHON_RULES } from './rules/python.ts';

export const BUILTIN_RULES_TEXT = [
  PYTHON_RULES,
  JAVASCRIPT_RULES,
  JAVA_RULES,
  PHP_RUBY_RULES,
  DOTNET_RULES,
  DART_GO_ELIXIR_RULES,
  NATIVE_PACKAGE_RULES,
  NATIVE_LINUX_RULES,
  NATIVE_LANGUAGE_RULES,
  NATIVE_APPLE_RULES,
  NATIVE_WINDOWS_RULES,
  NATIVE_GROUP_RULES,
].join('\n');

export const BUILTIN_RULES: RuleSet = createRuleSet(parseRules(BUILTIN_RULES_TEXT).rules);
