/**
 * The SDKs under test: what each is run with, how its own way of telling the common story differs, and what it does
 * when it is told to slow down.
 */
import npm from './npm/package.json' with { type: 'json' };
import type { ToolchainName } from './toolchains.ts';

export interface Sdk {
  /** As users know it; unique within the language. */
  name: string;
  language: string;
  toolchain: ToolchainName;
  /** The sample program, in the folder of its toolchain; empty where the toolchain builds the program itself. */
  program: readonly string[];
  /** Runs with `npm test`, or with that of CI; the others only with `npm run test:sdks`. */
  also?: 'npm test' | 'CI';
  /** Title of the issue. */
  title: string;
  /** The function that threw. */
  thrownIn: string;
  /** `sdk.name` of the event. */
  sdkName: string;
  /** Of what does not say its version. */
  version?: string;
  /** What the SDK or its protocol cannot say. */
  lacks: readonly Part[];
  on429: On429;
}

export type Part = 'message' | 'breadcrumbs' | 'tags' | 'cause' | 'in_app';

/**
 * `stops`: nothing is sent until the time is over. `waits`: the request is repeated, not before the time is over.
 * `asks`: it has no memory of the answer, and each event is sent and refused. `slows`: it keeps still for times of its
 * own after a failure (1 s, 4 s, 9 s …), whatever it is told.
 */
export type On429 = 'stops' | 'waits' | 'asks' | 'slows';

const node = {
  language: 'Node',
  toolchain: 'node',
  title: 'CheckoutError: card declined',
  thrownIn: 'chargeCard',
  sdkName: 'sentry.javascript.node',
  lacks: [],
  on429: 'stops',
} satisfies Partial<Sdk>;

const python = {
  language: 'Python',
  toolchain: 'python',
  title: 'CheckoutError: card declined',
  thrownIn: 'charge_card',
  lacks: [],
  on429: 'stops',
} satisfies Partial<Sdk>;

const openTelemetry = {
  title: 'CheckoutError: card declined',
  sdkName: 'opentelemetry',
  lacks: ['message', 'tags', 'breadcrumbs', 'in_app'],
  on429: 'waits',
} satisfies Partial<Sdk>;

const nodeTelemetry = {
  ...openTelemetry,
  language: 'Node',
  toolchain: 'npm',
  thrownIn: 'chargeCard',
  lacks: [...openTelemetry.lacks, 'cause'],
} satisfies Partial<Sdk>;
const pythonTelemetry = {
  ...openTelemetry,
  title: '__main__.CheckoutError: card declined',
  language: 'Python',
  toolchain: 'python',
  thrownIn: 'charge_card',
} satisfies Partial<Sdk>;

export const SDKS: readonly Sdk[] = [
  { ...node, also: 'npm test', name: '@sentry/node', program: ['sentry-node.ts', '@sentry/node'] },
  { ...node, also: 'npm test', name: '@sentry/node 10', program: ['sentry-node.ts', 'sentry-node-10'] },
  { ...node, also: 'npm test', name: '@sentry/node 8', program: ['sentry-node.ts', 'sentry-node-8'] },
  { ...node, also: 'npm test', name: '@sentry/node 7', program: ['sentry-node.ts', 'sentry-node-7'] },
  {
    ...node,
    name: 'raven',
    toolchain: 'npm',
    program: ['raven-node.cjs'],
    sdkName: 'raven-node',
    lacks: ['cause'],
    on429: 'asks',
  },
  { ...python, name: 'sentry-sdk', program: ['sentry-sdk.py'], sdkName: 'sentry.python', also: 'CI' },
  {
    ...python,
    name: 'sentry-sdk of Debian',
    toolchain: 'debianPython',
    program: ['sentry-sdk.py'],
    sdkName: 'sentry.python',
    also: 'npm test',
  },
  { ...python, name: 'raven', program: ['raven-python.py'], sdkName: 'raven-python' },
  {
    name: 'sentry-ruby',
    language: 'Ruby',
    toolchain: 'ruby',
    program: ['lib/sentry-ruby.rb'],
    title: 'CheckoutError: card declined',
    thrownIn: 'charge_card',
    sdkName: 'sentry.ruby',
    lacks: [],
    on429: 'stops',
  },
  {
    name: 'sentry-raven',
    language: 'Ruby',
    toolchain: 'rubyRaven',
    program: ['lib/sentry-raven.rb'],
    title: 'CheckoutError: card declined',
    thrownIn: 'charge_card',
    sdkName: 'raven-ruby',
    lacks: [],
    on429: 'slows',
  },
  {
    name: 'sentry-go',
    language: 'Go',
    toolchain: 'go',
    program: [],
    title: '*main.CheckoutError: card declined',
    thrownIn: 'chargeCard',
    sdkName: 'sentry.go',
    lacks: [],
    on429: 'stops',
  },
  {
    name: 'sentry',
    language: 'Rust',
    toolchain: 'rust',
    program: [],
    title: 'CheckoutError: card declined',
    thrownIn: 'charge_card',
    sdkName: 'sentry.rust',
    lacks: [],
    on429: 'stops',
  },
  {
    name: 'io.sentry:sentry',
    language: 'Java',
    toolchain: 'java',
    program: [],
    title: 'Shop$CheckoutError: card declined',
    thrownIn: 'chargeCard',
    sdkName: 'sentry.java',
    lacks: [],
    on429: 'stops',
  },
  {
    ...node,
    name: 'sentry-cli',
    language: 'shell',
    toolchain: 'npm',
    program: ['sentry-cli.mjs'],
    thrownIn: 'charge_card',
    sdkName: 'sentry-cli',
    version: npm.dependencies['@sentry/cli'],
    on429: 'asks',
  },
  { ...nodeTelemetry, name: 'OTLP traces, JSON', program: ['otel.mjs', 'traces'] },
  { ...nodeTelemetry, name: 'OTLP logs, protobuf', program: ['otel.mjs', 'logs'] },
  { ...pythonTelemetry, name: 'OTLP traces, protobuf', program: ['otel.py', 'traces'] },
  { ...pythonTelemetry, name: 'OTLP logs, protobuf', program: ['otel.py', 'logs'] },
];
