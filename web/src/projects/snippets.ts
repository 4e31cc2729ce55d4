/** How to send a first error, for each platform, with the project's DSN filled in. */
import type { PlatformId } from './platforms.ts';

export interface Snippet {
  install: string | null;
  files: readonly { name: string; code: string }[];
}

interface Dsn {
  dsn: string;
  publicKey: string;
  /** Origin of the server as the DSN names it. */
  origin: string;
  projectId: string;
}

export function parseDsn(dsn: string): Dsn {
  const url = new URL(dsn);
  return { dsn, publicKey: url.username, origin: url.origin, projectId: url.pathname.slice(1) };
}

/** The endpoint of the envelope with its key: where a browser or curl posts to. `origin` '' = this server. */
export function envelopePath({ projectId, publicKey }: Dsn): string {
  return `/api/${projectId}/envelope/?sentry_key=${publicKey}&sentry_version=7&sentry_client=mesher-web%2F1`;
}

export function snippet(platform: PlatformId, dsnText: string): Snippet {
  const dsn = parseDsn(dsnText);
  switch (platform) {
    case 'node':
      return {
        install: 'npm install @sentry/node',
        files: [
          {
            name: 'instrument.mjs',
            code: `import * as Sentry from '@sentry/node';

Sentry.init({ dsn: '${dsn.dsn}' });

Sentry.captureException(new Error('Hello, Mesher'));`,
          },
        ],
      };
    case 'browser':
      return {
        install: 'npm install @sentry/browser',
        files: [
          {
            name: 'main.js',
            code: `import * as Sentry from '@sentry/browser';

Sentry.init({ dsn: '${dsn.dsn}' });

setTimeout(() => {
  throw new Error('Hello, Mesher');
});`,
          },
        ],
      };
    case 'react':
      return {
        install: 'npm install @sentry/react',
        files: [
          {
            name: 'main.jsx',
            code: `import * as Sentry from '@sentry/react';
import { createRoot } from 'react-dom/client';

Sentry.init({ dsn: '${dsn.dsn}' });

function App() {
  return <button onClick={() => { throw new Error('Hello, Mesher'); }}>Break</button>;
}

createRoot(document.getElementById('root'), {
  onUncaughtError: Sentry.reactErrorHandler(),
  onCaughtError: Sentry.reactErrorHandler(),
}).render(<App />);`,
          },
        ],
      };
    case 'next':
      return {
        install: 'npm install @sentry/nextjs',
        files: [
          {
            name: 'instrumentation-client.ts',
            code: `import * as Sentry from '@sentry/nextjs';

Sentry.init({ dsn: '${dsn.dsn}' });

export const onRouterTransitionStart = Sentry.captureRouterTransitionStart;`,
          },
          {
            name: 'instrumentation.ts',
            code: `import * as Sentry from '@sentry/nextjs';

export function register() {
  Sentry.init({ dsn: '${dsn.dsn}' });
}

export const onRequestError = Sentry.captureRequestError;`,
          },
          {
            name: 'next.config.ts',
            code: `import { withSentryConfig } from '@sentry/nextjs';

export default withSentryConfig({});`,
          },
          {
            name: 'app/hello/route.ts',
            code: `export const dynamic = 'force-dynamic';

export function GET() {
  throw new Error('Hello, Mesher');
}`,
          },
        ],
      };
    case 'python':
      return {
        install: 'pip install sentry-sdk',
        files: [
          {
            name: 'app.py',
            code: `import sentry_sdk

sentry_sdk.init(dsn="${dsn.dsn}")

1 / 0`,
          },
        ],
      };
    case 'ruby':
      return {
        install: 'gem install sentry-ruby',
        files: [
          {
            name: 'app.rb',
            code: `require "sentry-ruby"

Sentry.init { |config| config.dsn = "${dsn.dsn}" }

Sentry.capture_exception(RuntimeError.new("Hello, Mesher"))`,
          },
        ],
      };
    case 'go':
      return {
        install: 'go get github.com/getsentry/sentry-go',
        files: [
          {
            name: 'main.go',
            code: `package main

import (
	"errors"
	"time"

	"github.com/getsentry/sentry-go"
)

func main() {
	if err := sentry.Init(sentry.ClientOptions{
		Dsn: "${dsn.dsn}",
	}); err != nil {
		panic(err)
	}
	defer sentry.Flush(2 * time.Second)

	sentry.CaptureException(errors.New("hello, Mesher"))
}`,
          },
        ],
      };
    case 'php':
      return {
        install: 'composer require sentry/sentry',
        files: [
          {
            name: 'index.php',
            code: `<?php
require 'vendor/autoload.php';

\\Sentry\\init(['dsn' => '${dsn.dsn}']);

throw new \\RuntimeException('Hello, Mesher');`,
          },
        ],
      };
    case 'java':
      return {
        install: 'implementation("io.sentry:sentry:8.+")',
        files: [
          {
            name: 'Main.java',
            code: `import io.sentry.Sentry;

public class Main {
  public static void main(String[] args) {
    Sentry.init(options -> options.setDsn("${dsn.dsn}"));

    Sentry.captureException(new RuntimeException("Hello, Mesher"));
    Sentry.close();
  }
}`,
          },
        ],
      };
    case 'rust':
      return {
        install: 'cargo add sentry',
        files: [
          {
            name: 'main.rs',
            code: `fn main() {
    let _guard = sentry::init("${dsn.dsn}");

    sentry::capture_message("Hello, Mesher", sentry::Level::Error);
}`,
          },
        ],
      };
    case 'dotnet':
      return {
        install: 'dotnet add package Sentry',
        files: [
          {
            name: 'Program.cs',
            code: `using Sentry;

using (SentrySdk.Init(options => options.Dsn = "${dsn.dsn}"))
{
    SentrySdk.CaptureException(new InvalidOperationException("Hello, Mesher"));
}`,
          },
        ],
      };
    case 'opentelemetry':
      return {
        install:
          'npm install @opentelemetry/api @opentelemetry/sdk-node @opentelemetry/exporter-trace-otlp-http',
        files: [
          {
            name: 'main.mjs',
            code: `import { trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { NodeSDK } from '@opentelemetry/sdk-node';

const sdk = new NodeSDK({
  traceExporter: new OTLPTraceExporter({
    url: '${dsn.origin}/api/${dsn.projectId}/integration/otlp/v1/traces',
    headers: { 'x-sentry-auth': 'sentry sentry_key=${dsn.publicKey}' },
  }),
});
sdk.start();

const span = trace.getTracer('hello').startSpan('hello');
span.recordException(new Error('Hello, Mesher'));
span.end();
await sdk.shutdown();`,
          },
        ],
      };
    case 'curl':
      return {
        install: null,
        files: [
          {
            name: 'shell',
            code: `curl '${dsn.origin}/api/${dsn.projectId}/store/?sentry_key=${dsn.publicKey}&sentry_version=7' \\
  -H 'content-type: application/json' \\
  -d '{"message":"Hello, Mesher","level":"error","platform":"other"}'`,
          },
        ],
      };
  }
}
