/** The tags of hashes: how often, and which there are. Written under the lock of `lockTags` only. */
import type { Queryable } from '../database.ts';
import type { PackedTags } from '../tag-counts.ts';
import type { ProjectHash } from './find-hash-owners.ts';

const SELECT = {
  name: 'select_tag_counts',
  text: `
    select c.project_id, encode(c.hash, 'hex') as hash, c.counts
    from unnest($1::bigint[], $2::text[]) as wanted (project_id, hash)
    join hash_tag_counts c on c.project_id = wanted.project_id and c.hash = decode(wanted.hash, 'hex')`,
};

const WRITE = {
  name: 'write_tag_counts',
  text: `
    insert into hash_tag_counts (project_id, hash, counts)
    select project_id, decode(hash, 'hex'), counts::json
    from unnest($1::bigint[], $2::text[], $3::text[]) as t (project_id, hash, counts)
    on conflict (project_id, hash) do update set counts = excluded.counts`,
};

const INSERT = {
  name: 'insert_hash_tags',
  text: `
    insert into hash_tags (project_id, key, value, hash)
    select project_id, key, value, decode(hash, 'hex')
    from unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) as t (project_id, key, value, hash)
    order by project_id, key collate "C", value collate "C"
    on conflict do nothing`,
};

const OF_ISSUE = `
  select c.counts from issue_hashes h
  join hash_tag_counts c on c.project_id = h.project_id and c.hash = h.hash
  where h.issue_id = $1`;

const DELETE = `
  with gone as (
    delete from hash_tag_counts c using issue_hashes h
    where h.issue_id = any ($1::bigint[]) and c.project_id = h.project_id and c.hash = h.hash
    returning c.project_id, c.hash
  )
  delete from hash_tags t using gone g where t.project_id = g.project_id and t.hash = g.hash`;

export interface HashTags extends ProjectHash {
  counts: PackedTags;
}
export interface HashTag extends ProjectHash {
  key: string;
  value: string;
}

export async function selectTagCounts(tx: Queryable, hashes: readonly ProjectHash[]): Promise<HashTags[]> {
  const rows = await tx.query<{ project_id: number; hash: string; counts: PackedTags }>(SELECT, [
    hashes.map((row) => row.projectId),
    hashes.map((row) => row.hash),
  ]);
  return rows.map(({ project_id: projectId, hash, counts }) => ({ projectId, hash, counts }));
}

export async function writeTagCounts(tx: Queryable, rows: readonly HashTags[]): Promise<void> {
  await tx.execute(WRITE, [
    rows.map((row) => row.projectId),
    rows.map((row) => row.hash),
    rows.map((row) => JSON.stringify(row.counts)),
  ]);
}

export async function insertHashTags(tx: Queryable, tags: readonly HashTag[]): Promise<void> {
  await tx.execute(INSERT, [
    tags.map((tag) => tag.projectId),
    tags.map((tag) => tag.key),
    tags.map((tag) => tag.value),
    tags.map((tag) => tag.hash),
  ]);
}

/** One for each hash of the issue. */
export async function selectIssueTags(db: Queryable, issueId: string): Promise<PackedTags[]> {
  const rows = await db.query<{ counts: PackedTags }>(OF_ISSUE, [issueId]);
  return rows.map((row) => row.counts);
}

/** Before the issues' hashes are buried or go with them. */
export async function deleteTagsOf(tx: Queryable, issueIds: readonly number[]): Promise<void> {
  await tx.execute(DELETE, [issueIds]);
}
