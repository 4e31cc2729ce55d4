/**
 * Reduces a demangled symbol to the function's qualified name: return type, arguments, template arguments,
 * qualifiers, lambda numbers and compiler hashes go, because they change when code elsewhere changes.
 * `void ns::Cart<Item, 4>::add(int) const` becomes `ns::Cart<T>::add`.
 */
import { platformFamily } from './platform.ts';

const RUST_HASH = /::h[0-9a-z]{16}$/;
/** 32-bit Windows decorates with the size of the arguments: `@crash@8`, `_main@4`. */
const WINDOWS_DECORATION = /^@?([^@]{0,512})@[0-9]+$/;
/** Of leading brackets within leading brackets. */
const MAX_NESTING = 8;
const TRAILER = /(?:\s(?:const|volatile)|&&?|\s\[(?:clone|abi)[^\]]{0,64}\])$/;
const LAMBDA =
  /\{lambda\([^{}]{0,512}\)#\d+\}|<lambda_[0-9a-f]{1,40}>|'lambda\d*'(?:\([^()]{0,256}\))?|\$_\d+\b/g;

export function trimFunctionName(name: string, platform: string): string {
  if (platform === 'csharp') return trimCsharp(name);
  return platformFamily(platform) === 'native' ? trimNative(name) : name;
}

/** Mono and Unity print arguments: `Button.Press (UnityEngine.EventSystems.PointerEventData eventData)`. */
function trimCsharp(name: string): string {
  const open = name.indexOf('(');
  const trimmed = (open < 0 ? name : name.slice(0, open)).trim();
  return trimmed || name;
}

function trimNative(raw: string): string {
  const name = raw.trim();
  if (name === '<redacted>' || name === '<unknown>') return name;
  // Objective-C: `-[NSView display]` is already the name.
  if (name.startsWith('[') || name.startsWith('-[') || name.startsWith('+[')) return name;
  if (PLAIN_NAME.test(name)) return name;
  let text = name;
  // A few qualifiers at most: a name made of thousands must not cost the square of its length.
  for (let left = 8; left > 0; left--) {
    const match = TRAILER.exec(text);
    if (!match) break;
    text = text.slice(0, match.index).trimEnd();
  }
  // Operators made of brackets would unbalance what follows.
  text = text
    .replace(/\boperator\(\)/g, 'operator⟪⟫')
    .replace(/\boperator(<<=?|>>=?|<=>?|>=?|<|->\*?)/g, (_, op: string) => `operator${hideOperator(op)}`)
    .replace(LAMBDA, 'lambda');
  text = dropArguments(text);
  text = foldGenerics(text);
  text = showOperator(functionToken(text)) || name;
  return text.replace(RUST_HASH, '').replace(WINDOWS_DECORATION, '$1') || name;
}

/** Most native frames are already bare names: nothing to do for them. */
const PLAIN_NAME = /^(?:[A-Za-z_$~][\w$~]*)(?:::[A-Za-z_$~][\w$~]*)*(?<!::h[0-9a-z]{16})$/;

function hideOperator(operator: string): string {
  return operator.replaceAll('<', '⟨').replaceAll('>', '⟩').replaceAll('-', '⟝');
}

function showOperator(text: string): string {
  return text.replaceAll('⟪⟫', '()').replaceAll('⟨', '<').replaceAll('⟩', '>').replaceAll('⟝', '-');
}

/** Everything between round brackets goes, except `(anonymous namespace)`, which is a name. */
function dropArguments(text: string): string {
  return replaceEnclosed(text, '(', ')', (inner) =>
    inner === 'anonymous namespace' ? '(anonymous namespace)' : '',
  );
}

/** Template arguments become `<T>`; Rust's `<A as Trait>::f` starts with the bracket and keeps its inside. */
function foldGenerics(text: string, depth = 0): string {
  return replaceEnclosed(text, '<', '>', (inner, start) =>
    start === 0 && depth < MAX_NESTING ? `<${foldGenerics(inner, depth + 1)}>` : '<T>',
  );
}

function replaceEnclosed(
  text: string,
  open: string,
  close: string,
  replace: (inner: string, start: number) => string,
): string {
  if (!text.includes(open)) return text;
  let depth = 0;
  let start = 0;
  let kept = 0;
  let out = '';
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === open) {
      if (depth === 0) {
        out += text.slice(kept, at);
        start = at;
      }
      depth++;
    } else if (char === close && depth > 0) {
      depth--;
      if (depth === 0) {
        out += replace(text.slice(start + 1, at), start);
        kept = at + 1;
      }
    }
  }
  return depth === 0 ? out + text.slice(kept) : out + text.slice(start);
}

/** The word before a Swift `->`, else the last one; brackets keep their words together. */
function functionToken(text: string): string {
  const words = splitWords(text);
  const arrow = words.indexOf('->');
  if (arrow > 0) return words[arrow - 1] ?? text;
  const last = words.at(-1) ?? text;
  const before = words.at(-2);
  // MSVC puts a space before an operator's template arguments: `operator== <T>`.
  return last === '<T>' && before ? before + last : last;
}

const CLOSERS: ReadonlyMap<string, string> = new Map([
  ['(', ')'],
  ['{', '}'],
  ['[', ']'],
  ['<', '>'],
]);

function splitWords(text: string): string[] {
  const words: string[] = [];
  const closers: string[] = [];
  let word = '';
  // `<stripped application code>` is a remark, not a qualified name: its words are split like any others.
  const source = text.startsWith('<') && text.indexOf('>') === text.length - 1 ? text.slice(1, -1) : text;
  for (let at = 0; at < source.length; at++) {
    const char = source.charAt(at);
    if (char === '`' && source.startsWith("`anonymous namespace'", at)) {
      word += "`anonymous namespace'";
      at += "`anonymous namespace'".length - 1;
      continue;
    }
    // An arrow's head closes nothing.
    if (char === '-' && source[at + 1] === '>') {
      word += '->';
      at++;
      continue;
    }
    const closer = CLOSERS.get(char);
    if (closer) closers.push(closer);
    else if (closers.at(-1) === char) closers.pop();
    if (closers.length === 0 && /\s/.test(char)) {
      if (word) words.push(word);
      word = '';
    } else word += char;
  }
  if (word) words.push(word);
  return words;
}
