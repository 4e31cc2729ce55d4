/** All built-in stack trace rules, parsed once. Order matters only between rules for the same frame: the later wins. */
import { parseRules } from './parse.ts';
import { createRuleSet, type RuleSet } from './rule-set.ts';
import { DART_GO_ELIXIR_RULES } from './rules/dart-go-elixir.ts';
import { DOTNET_RULES } from './rules/dotnet.ts';
import { JAVA_RULES } from './rules/java.ts';
import { JAVASCRIPT_RULES } from './rules/javascript.ts';
import { NATIVE_CATEGORY_RULES } from './rules/native-categories.ts';
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
  NATIVE_CATEGORY_RULES,
].join('\n');

export const BUILTIN_RULES: RuleSet = createRuleSet(parseRules(BUILTIN_RULES_TEXT).rules);
