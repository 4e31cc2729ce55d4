/** All routes of the web UI. Each page loads when it is visited, or when a link to it is pointed at. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
  stripSearchParams,
} from '@tanstack/react-router';
import { DEFAULT_SPAN, spanOf, type Span } from '../issues/time-spans.ts';
import { parseListSearch } from '../issues/list-search.ts';
import { DEFAULT_FILTER } from '../live/issue-filter.ts';
import { ALL_EVENTS, parseStreamFilter } from '../live/stream-filter.ts';
import { DEFAULT_OUTCOMES, parseOutcomesSearch } from '../outcomes/outcomes-search.ts';
import { DEFAULT_OVERVIEW, parseOverviewSearch } from '../overview/overview-search.ts';
import { SkeletonRows } from '../ui/states.tsx';
import { api, ApiError } from './api.ts';
import { NotFoundPage, RouteError } from './error-pages.tsx';
import { HomePage } from './home-page.tsx';
import { ProjectLayout } from './project-layout.tsx';
import { issueQuery, meQuery, projectsQuery } from './queries.ts';
import { queryClient } from './query-client.ts';

const rootRoute = createRootRoute({ component: Outlet, notFoundComponent: NotFoundPage });

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { next?: string; error?: string } => ({
    ...(typeof search['next'] === 'string' && { next: search['next'] }),
    ...(typeof search['error'] === 'string' && { error: search['error'] }),
  }),
  component: lazyRouteComponent(() => import('../auth/sign-in-page.tsx'), 'SignInPage'),
});

const setupRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/setup/$token',
  component: lazyRouteComponent(() => import('../auth/setup-page.tsx'), 'SetupPage'),
});

const invitationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/invitations/$token',
  component: lazyRouteComponent(() => import('../auth/invitation-page.tsx'), 'InvitationPage'),
});

const forgotPasswordRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/forgot-password',
  component: lazyRouteComponent(() => import('../auth/reset-password-page.tsx'), 'ForgotPasswordPage'),
});

const resetPasswordRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/reset-password/$token',
  component: lazyRouteComponent(() => import('../auth/reset-password-page.tsx'), 'ResetPasswordPage'),
});

/** Everything below needs a session; without one, sign-in brings you back to where you were going. */
const sessionRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'session',
  beforeLoad: async ({ location }) => {
    try {
      await Promise.all([queryClient.ensureQueryData(meQuery), queryClient.ensureQueryData(projectsQuery)]);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) {
        throw redirect({ to: '/sign-in', search: { next: location.href } });
      }
      throw error;
    }
  },
  errorComponent: RouteError,
});

const homeRoute = createRoute({ getParentRoute: () => sessionRoute, path: '/', component: HomePage });

const projectRoute = createRoute({
  getParentRoute: () => sessionRoute,
  path: '/projects/$slug',
  component: ProjectLayout,
});

const projectIndexRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/projects/$slug/issues', params, search: DEFAULT_FILTER });
  },
});

const overviewRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/overview',
  validateSearch: parseOverviewSearch,
  search: { middlewares: [stripSearchParams(DEFAULT_OVERVIEW)] },
  component: lazyRouteComponent(() => import('../overview/overview-page.tsx'), 'OverviewPage'),
});

const issuesRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/issues',
  validateSearch: parseListSearch,
  search: { middlewares: [stripSearchParams(DEFAULT_FILTER)] },
  component: lazyRouteComponent(() => import('../issues/issues-page.tsx'), 'IssuesPage'),
});

const issueRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/issues/$issueId',
  validateSearch: ({ event, span }: Record<string, unknown>): { event?: string; span?: Span } => ({
    ...(typeof event === 'string' && { event }),
    ...(spanOf(span) !== DEFAULT_SPAN && { span: spanOf(span) }),
  }),
  component: lazyRouteComponent(() => import('../issues/issue-page.tsx'), 'IssuePage'),
});

const liveRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/live',
  validateSearch: parseStreamFilter,
  search: { middlewares: [stripSearchParams(ALL_EVENTS)] },
  component: lazyRouteComponent(() => import('../events/live-page.tsx'), 'LivePage'),
});

const outcomesRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/outcomes',
  validateSearch: parseOutcomesSearch,
  search: { middlewares: [stripSearchParams(DEFAULT_OUTCOMES)] },
  component: lazyRouteComponent(() => import('../outcomes/outcomes-page.tsx'), 'OutcomesPage'),
});

const startRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/start',
  validateSearch: (search: Record<string, unknown>): { platform?: string } =>
    typeof search['platform'] === 'string' ? { platform: search['platform'] } : {},
  component: lazyRouteComponent(() => import('../projects/onboarding-page.tsx'), 'OnboardingPage'),
});

const settingsRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/settings',
  component: lazyRouteComponent(() => import('../settings/project-settings-page.tsx'), 'ProjectSettingsPage'),
});

const intakeRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/settings/events',
  component: lazyRouteComponent(() => import('../settings/intake-page.tsx'), 'IntakePage'),
});

const storageRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/settings/storage',
  component: lazyRouteComponent(() => import('../settings/storage-page.tsx'), 'StoragePage'),
});

const auditLogRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/settings/audit-log',
  component: lazyRouteComponent(() => import('../settings/audit-log-page.tsx'), 'AuditLogPage'),
});

const securityRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/settings/security',
  component: lazyRouteComponent(() => import('../settings/security-page.tsx'), 'SecurityPage'),
});

const instanceRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/settings/instance',
  component: lazyRouteComponent(() => import('../settings/instance-page.tsx'), 'InstancePage'),
});

const tokensRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/settings/tokens',
  component: lazyRouteComponent(() => import('../settings/tokens-page.tsx'), 'TokensPage'),
});

const membersRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/settings/members',
  component: lazyRouteComponent(() => import('../settings/members-page.tsx'), 'MembersPage'),
});

/** The short link of an issue: `/issues/42`, as alerts and the command line print it. */
const shortIssueRoute = createRoute({
  getParentRoute: () => sessionRoute,
  path: '/issues/$issueId',
  beforeLoad: async ({ params }) => {
    const [issue, projects] = await Promise.all([
      queryClient.ensureQueryData(issueQuery(params.issueId)),
      api.projects(),
    ]);
    const slug = projects.items.find((project) => project.id === issue.project_id)?.slug ?? issue.project_id;
    throw redirect({ to: '/projects/$slug/issues/$issueId', params: { slug, issueId: issue.id } });
  },
});

const routeTree = rootRoute.addChildren([
  signInRoute,
  setupRoute,
  invitationRoute,
  forgotPasswordRoute,
  resetPasswordRoute,
  sessionRoute.addChildren([
    homeRoute,
    shortIssueRoute,
    projectRoute.addChildren([
      projectIndexRoute,
      overviewRoute,
      issuesRoute,
      issueRoute,
      liveRoute,
      outcomesRoute,
      startRoute,
      settingsRoute,
      tokensRoute,
      membersRoute,
      intakeRoute,
      storageRoute,
      auditLogRoute,
      securityRoute,
      instanceRoute,
    ]),
  ]),
]);

export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  defaultErrorComponent: RouteError,
  defaultPendingComponent: SkeletonRows,
  defaultNotFoundComponent: NotFoundPage,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
