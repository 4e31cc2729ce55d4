import { expect, it } from 'vitest';
import { metricValue } from './prometheus-values.ts';

const TEXT = `# HELP mesher_stream_connections Open stream connections.
# TYPE mesher_stream_connections gauge
mesher_stream_connections{transport="ws"} 3
mesher_stream_connections{transport="sse"} 2
mesher_writer_queued_events 7
mesher_writer_queued_events_max 99`;

it('WEB36 a metric is the sum over its labels, and nothing where it is not given', () => {
  expect(metricValue(TEXT, 'mesher_stream_connections')).toBe(5);
  expect(metricValue(TEXT, 'mesher_writer_queued_events')).toBe(7);
  expect(metricValue(TEXT, 'mesher_writer')).toBeNull();
});
