"""
A program with OpenTelemetry's Python packages over http/protobuf: traces|logs and report|limited. Where to, and as whom,
comes from OTEL_EXPORTER_OTLP_ENDPOINT and OTEL_EXPORTER_OTLP_HEADERS.
"""

import sys

from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry._logs import SeverityNumber

signal, mode = sys.argv[1:]
user = {"user.id": "42", "user.email": "ada@example.com", "user.name": "ada", "region": "eu-1"}


class CheckoutError(Exception):
    pass


def charge_card(message):
    try:
        raise ConnectionError("the bank said no")
    except ConnectionError as error:
        raise CheckoutError(message) from error


if signal == "traces":
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    tracer = provider.get_tracer("shop")

    def report(message):
        try:
            with tracer.start_as_current_span("checkout", attributes=user):
                charge_card(message)
        except CheckoutError:
            pass

else:
    provider = LoggerProvider()
    provider.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter()))
    logger = provider.get_logger("shop")

    def report(message):
        try:
            charge_card(message)
        except CheckoutError as error:
            logger.emit(
                severity_number=SeverityNumber.ERROR, body="checkout failed", attributes=user, exception=error
            )


if mode == "limited":
    for i in range(3):
        report(f"error {i}")
        provider.force_flush()
else:
    for _ in range(2):
        report("card declined")
provider.shutdown()
