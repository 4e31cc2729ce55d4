/** Bodies of the storage routes. */

interface StorageAmount {
  count: number;
  bytes: number;
}
interface StorageParts {
  /** Of all three, with their share of tables and indexes. */
  bytes: number;
  /** `oldest_day`: YYYY-MM-DD. */
  events: StorageAmount & { oldest_day: string | null };
  attachments: StorageAmount;
  log: StorageAmount;
}

/** GET /projects/:p/storage */
export interface ProjectStorage extends StorageParts {
  measured: string;
  retention_days: number;
  /** Of the project's settings; counts the files alone. */
  attachment_budget_bytes: number | null;
}

/** GET /instance/storage */
export interface InstanceStorage {
  measured: string;
  database_bytes: number;
  wal_bytes: number | null;
  other_bytes: number;
  budget_bytes: number | null;
  budget_state: 'unlimited' | 'ok' | 'near' | 'over';
  projects: (StorageParts & { id: string; slug: string; name: string })[];
}
