/** Each outcome and reason in one plain sentence, and what to do about it. The closed set is src/ingest/outcomes.ts. */

export interface Words {
  label: string;
  /** What happened. */
  means: string;
  /** What helps; null: nothing has to be done. */
  advice: string | null;
  /** The page where it can be changed. */
  settings?: '/projects/$slug/settings/events' | '/projects/$slug/settings/storage';
}

/** From good to bad, as they are stacked and listed. */
export const OUTCOMES = [
  'accepted',
  'spike',
  'filtered',
  'sampled',
  'rate_limited',
  'duplicate',
  'discarded',
  'invalid',
  'too_large',
  'unsupported_item',
  'client_report',
] as const;
type KnownOutcome = (typeof OUTCOMES)[number];

const LABELS: Readonly<Record<KnownOutcome, string>> = {
  accepted: 'Accepted',
  spike: 'Counted only',
  filtered: 'Filtered',
  sampled: 'Sampled out',
  rate_limited: 'Rate limited',
  duplicate: 'Duplicate',
  discarded: 'Discarded',
  invalid: 'Invalid',
  too_large: 'Too large',
  unsupported_item: 'Not supported',
  client_report: 'Dropped by the SDK',
};

const INTAKE = '/projects/$slug/settings/events';
const STORAGE = '/projects/$slug/settings/storage';
const FILTER_OFF = 'Turn the filter off if you want to see them.';
const LOOK_AT_SENDER = 'Look at the program that sends it, or at a proxy between it and Mesher.';

const REASONS: ReadonlyMap<string, Words> = new Map(
  Object.entries({
    'accepted/stored': { label: 'Stored', means: 'It arrived and was kept.', advice: null },
    'spike/payload_dropped': {
      label: 'Spike protection',
      means: 'Far more came than is usual at this hour, so events were counted without their details.',
      advice: 'Find the loop that sends them, or turn spike protection off.',
      settings: INTAKE,
    },
    'sampled/sample_rate': {
      label: 'Sampling',
      means: 'The project keeps only a share of its events, and these are the rest.',
      advice: 'Raise the share that is kept.',
      settings: INTAKE,
    },
    'rate_limited/key_limit': {
      label: 'Limit of the key',
      means: 'More came with one key than it may send a second.',
      advice: 'Raise the limit, or send less.',
      settings: INTAKE,
    },
    'rate_limited/project_limit': {
      label: 'Limit of the project',
      means: 'More came for the project than the instance lets it send a second.',
      advice: 'Send less, or let an admin of the instance raise MESHER_RATE_LIMIT.',
    },
    'filtered/browser_extension': {
      label: 'Browser extension',
      means: 'The error came from an extension of the browser, not from your code.',
      advice: FILTER_OFF,
      settings: INTAKE,
    },
    'filtered/legacy_browser': {
      label: 'Legacy browser',
      means: 'The error came from a browser that is too old.',
      advice: FILTER_OFF,
      settings: INTAKE,
    },
    'filtered/localhost': {
      label: 'Localhost',
      means: 'The error came from a page on somebody’s own machine.',
      advice: FILTER_OFF,
      settings: INTAKE,
    },
    'filtered/health_check': {
      label: 'Health check',
      means: 'The error came from a request that only asks whether the program runs.',
      advice: FILTER_OFF,
      settings: INTAKE,
    },
    'filtered/message': {
      label: 'Message',
      means: 'The message matches one that the project does not want.',
      advice: 'Remove the pattern if you want to see them.',
      settings: INTAKE,
    },
    'filtered/release': {
      label: 'Release',
      means: 'The release matches one that the project does not want.',
      advice: 'Remove the pattern if you want to see them.',
      settings: INTAKE,
    },
    'filtered/environment': {
      label: 'Environment',
      means: 'The environment matches one that the project does not want.',
      advice: 'Remove the pattern if you want to see them.',
      settings: INTAKE,
    },
    'duplicate/event_id': {
      label: 'Same event again',
      means: 'An event with this id was already kept; SDKs send again when an answer is lost.',
      advice: null,
    },
    'discarded/issue_discarded': {
      label: 'Discarded issue',
      means: 'Somebody discarded the issue it belongs to: its events are not kept any more.',
      advice: null,
    },
    'discarded/attachment_budget': {
      label: 'No room for attachments',
      means: 'The attachments of the instance have used up their room; the events themselves were kept.',
      advice: 'Raise MESHER_ATTACHMENT_BUDGET_MB, or keep events for fewer days.',
      settings: STORAGE,
    },
    'discarded/no_event': {
      label: 'Attachment without an event',
      means: 'An attachment came that names no event it belongs to.',
      advice: LOOK_AT_SENDER,
    },
    'discarded/too_many_monitors': {
      label: 'Too many monitors',
      means: 'A check-in named a new monitor, and the project has as many as it may have.',
      advice: 'Use fixed names for monitors, not one for each run.',
    },
    'invalid/empty_payload': {
      label: 'Empty',
      means: 'The item had no content.',
      advice: LOOK_AT_SENDER,
    },
    'invalid/invalid_json': {
      label: 'Not JSON',
      means: 'The content could not be read as JSON.',
      advice: LOOK_AT_SENDER,
    },
    'invalid/not_an_object': {
      label: 'Not an object',
      means: 'The content was JSON, but not an object.',
      advice: LOOK_AT_SENDER,
    },
    'invalid/quarantined': {
      label: 'Refused by the database',
      means: 'PostgreSQL refused the event on its own; the others beside it were kept.',
      advice: 'The log of the server says why. Please report it.',
    },
    'invalid/unusable': {
      label: 'Unusable',
      means: 'The content is not what an item of this kind has to be.',
      advice: LOOK_AT_SENDER,
    },
    'invalid/undecodable': {
      label: 'Cannot be decoded',
      means: 'The request was not encoded as it said (gzip, brotli …).',
      advice: LOOK_AT_SENDER,
    },
    'invalid/framing': {
      label: 'Broken envelope',
      means: 'The request did not hold together: a header or a length in it is wrong.',
      advice: LOOK_AT_SENDER,
    },
    'too_large/event_payload': {
      label: 'Event too large',
      means: 'The event was larger than 4 MiB.',
      advice: 'Attach less to it: large extra data and locals are the usual cause.',
    },
    'too_large/item_payload': {
      label: 'Item too large',
      means: 'An attachment or another item was larger than its limit.',
      advice: 'Send smaller attachments.',
    },
    'too_large/request': {
      label: 'Request too large',
      means: 'The whole request was larger than its limit.',
      advice: 'Send fewer or smaller items at once.',
    },
    'client_report/sample_rate': {
      label: 'Sampling in the SDK',
      means: 'The SDK was told to send only a share (sampleRate, tracesSampleRate).',
      advice: 'Raise it where you call init.',
    },
    'client_report/before_send': {
      label: 'beforeSend',
      means: 'A beforeSend function of your program returned nothing for it.',
      advice: 'Look at that function if this surprises you.',
    },
    'client_report/event_processor': {
      label: 'Event processor',
      means: 'An event processor or integration of the SDK dropped it (ignored errors, duplicates).',
      advice: 'Look at ignoreErrors, denyUrls and integrations where you call init.',
    },
    'client_report/ratelimit_backoff': {
      label: 'Waiting for a rate limit',
      means: 'The SDK had been told to wait because of a rate limit.',
      advice: 'Raise the limit, or send less.',
      settings: INTAKE,
    },
    'client_report/network_error': {
      label: 'Network',
      means: 'The SDK could not reach Mesher.',
      advice: 'Check the network between the program and Mesher, and that Mesher was up.',
    },
    'client_report/queue_overflow': {
      label: 'Full queue of the SDK',
      means: 'Events came faster than the SDK could send them.',
      advice: 'Find what sends so many, or raise the queue of the SDK.',
    },
    'client_report/cache_overflow': {
      label: 'Full cache of the SDK',
      means: 'The SDK kept events for later and had no more room.',
      advice: 'Check that the program reaches Mesher.',
    },
    'client_report/buffer_overflow': {
      label: 'Full buffer of the SDK',
      means: 'The SDK buffered more than it had room for.',
      advice: 'Find what sends so many.',
    },
    'client_report/send_error': {
      label: 'Refused by the server',
      means: 'The server answered an error to what the SDK sent.',
      advice: 'See what is invalid or too large on this page.',
    },
    'client_report/internal_sdk_error': {
      label: 'Error in the SDK',
      means: 'The SDK failed while it made the event.',
      advice: 'Update the SDK.',
    },
  } satisfies Record<string, Words>),
);

function isKnown(outcome: string): outcome is KnownOutcome {
  return OUTCOMES.some((known) => known === outcome);
}

export function outcomeLabel(outcome: string): string {
  return isKnown(outcome) ? LABELS[outcome] : plain(outcome);
}

/** Of reasons that SDKs make up, what can be said of their outcome. */
export function wordsOf(outcome: string, reason: string): Words {
  const known = REASONS.get(`${outcome}/${reason}`);
  if (known !== undefined) return known;
  if (outcome === 'unsupported_item')
    return {
      label: reason === 'unknown' ? 'Unknown kind' : plain(reason),
      means: 'Mesher keeps errors and what belongs to them; this kind of data it only counts.',
      advice: 'Turn it off in the SDK to save traffic, or leave it.',
    };
  if (outcome === 'client_report')
    return {
      label: plain(reason),
      means: 'The SDK says that it dropped these itself, before sending them.',
      advice: 'The documentation of the SDK explains the reason.',
    };
  return { label: plain(reason), means: 'These were not kept.', advice: null };
}

const CATEGORY_LABELS: ReadonlyMap<string, string> = new Map([
  ['error', 'Errors'],
  ['transaction', 'Transactions'],
  ['session', 'Sessions'],
  ['attachment', 'Attachments'],
  ['monitor', 'Check-ins'],
  ['log_item', 'Logs'],
  ['default', 'Other'],
  ['feedback', 'Feedback'],
  ['security', 'Security reports'],
  ['span', 'Spans'],
  ['profile', 'Profiles'],
  ['replay', 'Replays'],
  ['metric_bucket', 'Metrics'],
  ['trace_metric', 'Trace metrics'],
]);

export function categoryLabel(category: string): string {
  return CATEGORY_LABELS.get(category) ?? plain(category);
}

function plain(name: string): string {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
