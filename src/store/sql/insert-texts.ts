/** Texts of issues, sorted by key; an issue has 20 at most. The issues are locked, so nobody else adds to them. */
import type { Queryable } from '../database.ts';

const MAX_TEXTS = 20;

const STATEMENT = {
  name: 'insert_texts',
  text: `
    with given as (
      select issue_id, hash, text, row_number() over (partition by issue_id order by hash) as nth
      from unnest($1::bigint[], $2::uuid[], $3::text[]) as t (issue_id, hash, text)
    ), had as (
      select g.issue_id, (select count(*) from issue_texts x where x.issue_id = g.issue_id) as texts
      from (select distinct issue_id from given) g
    ), added as (
      insert into issue_texts (issue_id, hash, text)
      select g.issue_id, g.hash, g.text from given g join had h using (issue_id)
      where h.texts + g.nth <= ${MAX_TEXTS} order by 1, 2
      on conflict (issue_id, hash) do nothing returning issue_id, hash
    )
    select issue_id, replace(hash::text, '-', '') as hash from added
    union all select issue_id, null from had where texts >= ${MAX_TEXTS}`,
};

export interface IssueText {
  issueId: number;
  /** 32 hex digits: md5 of the text. */
  hash: string;
  text: string;
}

export async function insertTexts(
  tx: Queryable,
  texts: readonly IssueText[],
): Promise<{ added: { issueId: number; hash: string }[]; full: ReadonlySet<number> }> {
  const rows = await tx.query<{ issue_id: number; hash: string | null }>(STATEMENT, [
    texts.map((row) => row.issueId),
    texts.map((row) => row.hash),
    texts.map((row) => row.text),
  ]);
  const added: { issueId: number; hash: string }[] = [];
  const full = new Set<number>();
  for (const { issue_id: issueId, hash } of rows) {
    if (hash === null) full.add(issueId);
    else added.push({ issueId, hash });
  }
  return { added, full };
}
