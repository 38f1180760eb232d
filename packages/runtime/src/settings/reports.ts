import { group, ofAccount, type Settings } from '../setting.ts';
import { decimal, path, productThresholds, timeZone, webLinks, wholeNumber } from '../setting-type.ts';

const reports = group('Reports');

const fraction = decimal(0, 1);

/** Settings of reports, and of what answers count and show. */
export const REPORTS_SETTINGS = {
  rejectionWarning: reports('PLAYBOOK_REJECTION_WARNING', {
    type: fraction,
    default: 0.2,
    help: 'Share of rejected bugs from which on health is a warning.',
  }),
  rejectionCritical: reports('PLAYBOOK_REJECTION_CRITICAL', {
    type: fraction,
    default: 0.35,
    help: 'Share of rejected bugs from which on health is critical.',
  }),
  autoAcceptanceWarning: reports('PLAYBOOK_AUTO_ACCEPTANCE_WARNING', {
    type: fraction,
    default: 0.2,
    help: 'Share of automatically accepted bugs from which on health is a warning.',
  }),
  autoAcceptanceCritical: reports('PLAYBOOK_AUTO_ACCEPTANCE_CRITICAL', {
    type: fraction,
    default: 0.4,
    help: 'Share of automatically accepted bugs from which on health is critical.',
  }),
  reviewWarning: reports('PLAYBOOK_REVIEW_WARNING', {
    type: fraction,
    default: 0.8,
    help: 'Share of reviewed bugs at and below which health is a warning.',
  }),
  reviewCritical: reports('PLAYBOOK_REVIEW_CRITICAL', {
    type: fraction,
    default: 0.6,
    help: 'Share of reviewed bugs at and below which health is critical.',
  }),
  productThresholds: ofAccount(
    reports('PLAYBOOK_PRODUCT_THRESHOLDS', {
      type: productThresholds,
      default: null,
      help: 'Bounds that single products have for themselves, in reports; what is not said holds as for all.',
    }),
  ),
  reportsDir: ofAccount(
    reports('TESTIO_REPORTS_DIR', {
      type: path,
      default: null,
      help: 'Folder of written reports, instead of <home>/reports.',
    }),
  ),
  webLinks: ofAccount(
    reports('TESTIO_WEB_LINKS', {
      type: webLinks,
      default: null,
      help: 'Where the web interface has pages about things, as bug=https://HOST/bugs/{id}; answers then carry web_url.',
    }),
  ),
  timeZone: reports('TESTIO_TIMEZONE', {
    type: timeZone,
    default: 'UTC',
    help: 'Zone in which days, weeks and months begin.',
  }),
  fiscalYearStart: reports('TESTIO_FISCAL_YEAR_START', {
    type: wholeNumber(1, 12),
    default: 1,
    help: 'Month in which fiscal years and their quarters begin. Periods such as 2026-Q3, FY2026, this year and ytd follow it, as do quarters and years that metrics are grouped by.',
  }),
} as const satisfies Settings;
