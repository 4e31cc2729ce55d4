/** The platforms that the onboarding knows; their snippets are in `snippets.ts`. */
export const PLATFORMS = [
  { id: 'node', label: 'Node.js' },
  { id: 'browser', label: 'Browser' },
  { id: 'react', label: 'React' },
  { id: 'next', label: 'Next.js' },
  { id: 'python', label: 'Python' },
  { id: 'ruby', label: 'Ruby' },
  { id: 'go', label: 'Go' },
  { id: 'php', label: 'PHP' },
  { id: 'java', label: 'Java' },
  { id: 'rust', label: 'Rust' },
  { id: 'dotnet', label: '.NET' },
  { id: 'opentelemetry', label: 'OpenTelemetry' },
  { id: 'curl', label: 'curl' },
] as const;

export type PlatformId = (typeof PLATFORMS)[number]['id'];
