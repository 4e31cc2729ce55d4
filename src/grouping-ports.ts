/**
 * The grouping of a project and of an issue as the REST API asks for it: settings with their check, why an event is in
 * its issue, and a preview over the newest events.
 */
import type { GroupingChange, GroupingPorts } from './api/api-deps.ts';
import { MesherError } from './errors.ts';
import type { SentryEvent } from './event.ts';
import { parseRules } from './group/enhancements/parse.ts';
import { GROUPING_VERSIONS, groupEvent, type Grouping, type GroupingConfig } from './group/group-event.ts';
import { compareGrouping, type PreviewedEvent } from './group/preview.ts';
import type { Component } from './group/v1/component.ts';
import { parseFingerprintRules } from './group/v1/parse-fingerprint-rules.ts';
import { restoreInApp } from './in-app.ts';
import { groupingConfigOf, groupingSettingsOf, groupingVersionOf } from './grouping-settings.ts';
import type { IssueGrouping, ProjectGrouping, RuleProblem } from './protocol/rest.ts';
import type { EventReader } from './store/events.ts';
import type { IssueReader } from './store/issues.ts';
import type { ProjectSettings, ProjectStore, StoredProject } from './store/projects.ts';

const TRANSITION_MS = 30 * 86_400_000;
const PREVIEW_EVENTS = 1_000;
/** Events grouped before others get their turn: about 20 ms. */
const PREVIEW_SLICE = 25;

export function createGroupingPorts(deps: {
  projects: ProjectStore;
  issues: IssueReader;
  events: EventReader;
  now: () => number;
  /** Lets other work run. */
  pause: () => Promise<void>;
}): GroupingPorts {
  const { projects, issues, events } = deps;

  return {
    async settings(projectId) {
      const project = await projects.getProject(projectId);
      return project && toProjectGrouping(project, deps.now());
    },
    async save(projectId, change, by) {
      const [problem] = problemsOf(change);
      if (problem) {
        const { field, line, column, message } = problem;
        throw new MesherError('bad_request', `${field}, line ${line}, column ${column}: ${message}.`, {
          path: field,
        });
      }
      const project = await projects.getProject(projectId);
      if (!project) return null;
      const saved = await projects.saveSettings(projectId, settingsOf(project, change, deps.now()), by);
      return saved && toProjectGrouping(saved, deps.now());
    },
    async preview(projectId, change) {
      const project = await projects.getProject(projectId);
      if (!project) return null;
      const { settings } = project;
      const tried: ProjectSettings = { ...settings, ...rulesOf(change), previousGrouping: null };
      if (change.version !== undefined) tried.groupingVersion = change.version;
      const recent = (await events.recentEvents(projectId, PREVIEW_EVENTS)).toReversed();
      const compared: PreviewedEvent[] = [];
      for (const [index, { issueId, issueTitle, read }] of recent.entries()) {
        if (index % PREVIEW_SLICE === PREVIEW_SLICE - 1) await deps.pause();
        const event = restoreInApp(read());
        const then = groupEvent(event, configOf(tried));
        compared.push({
          issueId,
          issueTitle,
          hashes: groupEvent(event, configOf(settings)).hashes,
          newHashes: then.hashes,
          newTitle: then.title,
        });
      }
      return { events: recent.length, problems: problemsOf(change), ...compareGrouping(compared) };
    },
    async explain(issueId) {
      const projectId = await issues.getIssueProject(issueId);
      const project = projectId === null ? null : await projects.getProject(projectId);
      if (!project) return null;
      const hashes = await issues.issueHashes(issueId);
      const latest = await events.getEvent(project.id, { issueId, which: 'latest' });
      return latest
        ? explained(latest.event, project, hashes)
        : {
            version: groupingVersionOf(project.settings.groupingVersion),
            event_id: null,
            variants: [],
            fingerprint_rule: null,
            rules: [],
            hashes: hashes.map((hash) => ({ hash, latest: false })),
          };
    },
  };
}

function configOf(settings: ProjectSettings): GroupingConfig {
  return groupingConfigOf(groupingSettingsOf(settings));
}

function problemsOf({ enhancements = '', fingerprint_rules = '' }: GroupingChange): RuleProblem[] {
  return [
    ...parseRules(enhancements).problems.map((problem) => ({ field: 'enhancements' as const, ...problem })),
    ...parseFingerprintRules(fingerprint_rules).problems.map((problem) => ({
      field: 'fingerprint_rules' as const,
      ...problem,
    })),
  ];
}

function rulesOf({ enhancements, fingerprint_rules }: GroupingChange): ProjectSettings {
  return {
    ...(enhancements !== undefined && { enhancements: enhancements || null }),
    ...(fingerprint_rules !== undefined && { fingerprintRules: fingerprint_rules || null }),
  };
}

function settingsOf({ settings }: StoredProject, change: GroupingChange, nowMs: number): ProjectSettings {
  const current = groupingVersionOf(settings.groupingVersion);
  const changes = change.version !== undefined && change.version !== current;
  return {
    ...rulesOf(change),
    ...(changes && {
      groupingVersion: groupingVersionOf(change.version),
      previousGrouping: { version: current, until: nowMs + TRANSITION_MS },
    }),
  };
}

function toProjectGrouping({ settings }: StoredProject, nowMs: number): ProjectGrouping {
  const { previousGrouping: previous } = settings;
  return {
    version: groupingVersionOf(settings.groupingVersion),
    versions: [...GROUPING_VERSIONS],
    previous:
      previous && previous.until > nowMs
        ? { version: previous.version, until: new Date(previous.until).toISOString() }
        : null,
    enhancements: settings.enhancements ?? '',
    fingerprint_rules: settings.fingerprintRules ?? '',
  };
}

function explained(event: SentryEvent, project: StoredProject, hashes: readonly string[]): IssueGrouping {
  const grouping = groupEvent(restoreInApp(event), configOf(project.settings));
  const latest = new Set([...grouping.hashes, ...grouping.previousHashes]);
  return {
    version: grouping.version,
    event_id: event.event_id,
    variants: grouping.variants.map(({ name, hash, values, component }) => ({
      name,
      hash,
      values: values && [...values],
      component: component && toNode(component),
    })),
    fingerprint_rule: grouping.fingerprintRule,
    rules: rulesIn(grouping),
    hashes: hashes.map((hash) => ({ hash, latest: latest.has(hash) })),
  };
}

type Node = NonNullable<IssueGrouping['variants'][number]['component']>;

function toNode({ id, contributes, hint, values }: Component): Node {
  return {
    id,
    contributes,
    hint,
    values: values.map((value) => (typeof value === 'string' ? value : toNode(value))),
  };
}

const RULE = / stack trace rule \((.*)\)$/;

/** Rules leave their text in the hints of what they changed. */
function rulesIn(grouping: Grouping): string[] {
  const rules = new Set<string>();
  const visit = ({ hint, values }: Component): void => {
    const rule = hint === null ? null : RULE.exec(hint);
    if (rule?.[1]) rules.add(rule[1]);
    for (const value of values) if (typeof value !== 'string') visit(value);
  };
  for (const { component } of grouping.variants) if (component) visit(component);
  return [...rules];
}
