/** The last whole run of `npm run test:sdks`: bench/results/sdks.json, and the table of it in docs/ingest.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeReport } from '../../bench/support/report.ts';
import { ROOT } from '../support/server-process.ts';
import type { On429, Part } from './sdks.ts';

export interface SdkResult {
  sdk: string;
  language: string;
  /** Why it did not run: its toolchain is missing. */
  skipped?: string;
  /** What it ran on. */
  runtime?: string;
  /** As the SDK says in its events. */
  version?: string;
  lacks?: readonly Part[];
  on429?: On429;
  accepted?: number;
  refused?: number;
}

const DOCUMENT = join(ROOT, 'docs/ingest.md');
const TABLE = /(?<=<!-- sdks -->\n)[^]*?(?=<!-- \/sdks -->)/;

/** Writes only what covers every SDK: a part of the table or a failed test is no result. */
export function recordResults(rows: readonly SdkResult[], count: number): void {
  const whole = rows.filter(
    ({ skipped, version, on429 }) => skipped !== undefined || (version !== undefined && on429 !== undefined),
  );
  if (whole.length !== count) return;
  writeReport('sdks', {}, rows);
  const document = readFileSync(DOCUMENT, 'utf8');
  writeFileSync(
    DOCUMENT,
    document.replace(TABLE, () => sdkTable(rows)),
  );
}

export function sdkTable(rows: readonly SdkResult[]): string {
  const lines = rows.map((row) => {
    const name = `| ${row.language} | \`${row.sdk}\``;
    if (row.skipped !== undefined) return `${name} | | not run: ${row.skipped} | |`;
    const arrived = row.lacks?.length ? `all but ${row.lacks.join(', ')}` : 'all';
    return `${name} | ${row.version} | ${arrived} | ${row.on429} |`;
  });
  return ['| language | SDK | version | arrives | 429 |', '|---|---|---|---|---|', ...lines, ''].join('\n');
}
