/**
 * A program with OpenTelemetry's Node packages: `otel.mjs traces|logs report|limited`. Traces go as JSON, logs as
 * protobuf. Where to, and as whom, comes from OTEL_EXPORTER_OTLP_ENDPOINT and OTEL_EXPORTER_OTLP_HEADERS.
 */
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';

const [signal, mode] = process.argv.slice(2);

class CheckoutError extends Error {
  name = 'CheckoutError';
}

function chargeCard() {
  throw new CheckoutError('card declined', { cause: new Error('the bank said no') });
}

const resource = defaultResource().merge(detectResources({ detectors: [envDetector] }));
const user = { 'user.id': '42', 'user.email': 'ada@example.com', 'user.name': 'ada', region: 'eu-1' };

function traces() {
  const provider = new TracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  });
  const tracer = provider.getTracer('shop');
  return {
    provider,
    report(error) {
      const span = tracer.startSpan('checkout', { attributes: user });
      span.recordException(error);
      span.end();
    },
  };
}

function logs() {
  const provider = new LoggerProvider({
    resource,
    processors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter() })],
  });
  const logger = provider.getLogger('shop');
  return {
    provider,
    report(exception) {
      logger.emit({ severityNumber: 17, body: 'checkout failed', exception, attributes: user });
    },
  };
}

const { provider, report } = signal === 'traces' ? traces() : logs();
if (mode === 'limited') {
  for (let i = 0; i < 3; i++) {
    report(new Error(`error ${i}`));
    await provider.forceFlush();
  }
} else {
  for (let i = 0; i < 2; i++) {
    try {
      chargeCard();
    } catch (error) {
      report(error);
    }
  }
}
await provider.shutdown();
