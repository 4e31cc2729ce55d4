/**
 * CPU of grouping an event of 30 frames: warm (its frames were seen before) and cold (every frame is new), with no
 * rules of the project and with 100 stack trace and 100 fingerprint rules, per platform and version. Beside it in the
 * same run: what any tracker pays for the same event, JSON.parse of it and sha1 over its frames.
 */
import { createHash } from 'node:crypto';
import type { Frame, SentryEvent } from '../src/event.ts';
import { groupEvent, GROUPING_VERSIONS, type GroupingConfig } from '../src/group/group-event.ts';
import { parseFingerprintRules } from '../src/group/v1/parse-fingerprint-rules.ts';
import { percentile, round, writeReport } from './support/report.ts';

const FRAMES = 30;
/** Distinct stacks of a program, taken in turn. */
const STACKS = 40;
const EVENTS = 2_000;
const COLD_EVENTS = 300;
const ROUNDS = 7;

const PLATFORMS: Readonly<Record<string, (at: string) => Frame>> = {
  node: (at) => ({
    function: `Cart.step${at}`,
    module: `srv.releases.20261101-a1b2c3d.src:cart${at}`,
    filename: `/srv/releases/20261101-a1b2c3d/src/cart${at}.js`,
    abs_path: `/srv/releases/20261101-a1b2c3d/src/cart${at}.js`,
    context_line: `    return this.next(order, ${at.length});`,
  }),
  javascript: (at) => ({
    function: `Object.step${at}`,
    filename: `https://shop.test/static/app.${at}.js`,
    abs_path: `https://shop.test/static/app.${at}.js`,
  }),
  python: (at) => ({
    function: `step_${at}`,
    module: `shop.cart.part${at}`,
    filename: `shop/cart/part${at}.py`,
    abs_path: `/app/shop/cart/part${at}.py`,
    context_line: `        return self.next(order)`,
  }),
  java: (at) => ({ function: `step${at}`, module: `test.shop.cart.Part${at}`, filename: `Part${at}.java` }),
  native: (at) => ({
    function: `shop::Cart<Item>::step${at}(int, Order const&)`,
    package: '/usr/lib/libshop.so',
    instruction_addr: '0x7f00',
  }),
};

const WORDS = ['lib', 'vendor', 'gen', 'proxy', 'trace'];
const PROJECT_RULES = Array.from({ length: 100 }, (_, i) => {
  const word = `${WORDS[i % WORDS.length]}${i}`;
  return [`path:**/${word}/** -app`, `module:${word}.* -group`, `function:${word}_* ^-group`][i % 3];
}).join('\n');
const FINGERPRINT_RULES = Array.from({ length: 100 }, (_, i) => {
  const word = `Rule${i}`;
  return [
    `type:${word}Error -> ${word}`,
    `message:"*${word} failed*" -> ${word}, {{ function }}`,
    `path:**/${word}/** type:Error -> ${word}`,
  ][i % 3];
}).join('\n');

interface Row {
  platform: string;
  version: string;
  rules: number;
  warm_us: number;
  warm_us_max: number;
  cold_us: number;
  parse_us: number;
  sha1_us: number;
  times_baseline: number;
}

export async function run(): Promise<{ clean: boolean }> {
  const rows: Row[] = [];
  let salt = 0;
  for (const [platform, frameOf] of Object.entries(PLATFORMS)) {
    const events = stacksOf(platform, frameOf, 'w');
    const texts = events.map((event) => JSON.stringify(event));
    for (const version of GROUPING_VERSIONS) {
      for (const rules of [0, 100]) {
        const config = configOf(version, rules);
        const group = () => each(events, EVENTS, (event) => groupEvent(event, config));
        group();
        const warm = Array.from({ length: ROUNDS }, group);
        const parse = median(() => each(texts, EVENTS, (text) => JSON.parse(text) as unknown));
        const sha1 = median(() => each(events, EVENTS, sha1Of));
        const cold = Array.from({ length: ROUNDS }, () => {
          const fresh = stacksOf(platform, frameOf, `c${salt++}x`, COLD_EVENTS);
          return each(fresh, COLD_EVENTS, (event) => groupEvent(event, config));
        });
        rows.push({
          platform,
          version,
          rules,
          warm_us: round(percentile(warm, 0.5)),
          warm_us_max: round(Math.max(...warm)),
          cold_us: round(percentile(cold, 0.5)),
          parse_us: round(parse),
          sha1_us: round(sha1),
          times_baseline: round(percentile(warm, 0.5) / (parse + sha1), 2),
        });
      }
    }
  }
  writeReport('grouping', { frames: FRAMES, stacks: STACKS, events: EVENTS, rounds: ROUNDS }, rows);
  return { clean: true };
}

function stacksOf(
  platform: string,
  frameOf: (at: string) => Frame,
  prefix: string,
  count = STACKS,
): SentryEvent[] {
  return Array.from({ length: count }, (_, stack) => ({
    event_id: 'a'.repeat(32),
    timestamp: 0,
    received: 0,
    level: 'error',
    platform,
    type: 'error',
    tags: [['browser', 'Firefox']],
    release: 'shop@1.2.3',
    exception: [
      {
        type: 'Error',
        value: `User ${stack} not found in 3f2a9c1b`,
        stacktrace: {
          frames: Array.from({ length: FRAMES }, (_, frame) => ({
            ...frameOf(`${prefix}${stack}z${frame}`),
            lineno: frame + 1,
            in_app: frame % 3 === 0,
          })),
        },
      },
    ],
  }));
}

function configOf(version: GroupingConfig['version'], rules: number): GroupingConfig {
  if (rules === 0) return { version };
  return {
    version,
    enhancements: PROJECT_RULES,
    fingerprintRules: parseFingerprintRules(FINGERPRINT_RULES).rules,
  };
}

/** What a tracker without rules does: one hash over the frames. */
function sha1Of(event: SentryEvent): string {
  const hash = createHash('sha1');
  for (const exception of event.exception ?? []) {
    for (const frame of exception.stacktrace?.frames ?? []) {
      hash.update(`${frame.module ?? frame.filename ?? ''}|${frame.function ?? ''}\n`);
    }
    hash.update(exception.type ?? '');
  }
  return hash.digest('hex');
}

/** CPU time of this process in µs, user and system: other load on the machine does not count. */
function cpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** CPU time per call in µs. */
function each<T>(items: readonly T[], times: number, fn: (item: T) => unknown): number {
  const before = cpuMicros();
  for (let i = 0; i < times; i++) {
    const item = items[i % items.length];
    if (item !== undefined) fn(item);
  }
  return (cpuMicros() - before) / times;
}

function median(measure: () => number): number {
  measure();
  return percentile(Array.from({ length: ROUNDS }, measure), 0.5);
}
