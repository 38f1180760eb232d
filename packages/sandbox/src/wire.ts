/** The shapes that go over the wire, as read from the API's description (customer-api 7 and 8). Dates are ISO strings. */

export interface Named {
  id: number;
  name: string;
}

export interface Keyed extends Named {
  key: string;
}

export interface WireConnection {
  id: number;
  name: string;
  url: string;
  fixed: boolean;
}

export interface WireSection {
  id: number;
  name: string;
  connection: WireConnection | null;
  test_templates: { total: number; count: number };
}

export interface WireProduct {
  id: number;
  name: string;
  description: string | null;
  type?: string;
  default_section_id: number;
  sections: WireSection[] | null;
  sections_with_default: WireSection[];
  connection: WireConnection | null;
  remote_device_testing: boolean;
}

export interface WireStory {
  id: number;
  path: string;
  title: string;
  feature_id?: number;
}

export interface WireFeature {
  id: number;
  title: string;
  description?: string | null;
  howtofind?: string | null;
  user_stories: string[] | WireStory[];
}

export type WireRunStatus = 'not_tested' | 'passed' | 'failed' | 'blocked';

/** A story inside a test, on the single read with `includes[]=user_stories`. */
export interface WireSnapshotStory extends WireStory {
  user_story_version_id?: number;
  execution_status?: WireRunStatus;
  tested_by_count?: number;
  bugs_found?: number;
  bug_ids?: number[];
}

export interface WireReportConfiguration {
  id: number;
  title: string;
  keys: { value: string; label: string }[];
}

export interface WireSnapshot {
  id: number;
  feature_id?: number;
  title: string;
  description: string | null;
  location: string | null;
  howtofind: string | null;
  target_idx: string | null;
  enable_default: boolean | null;
  enable_content: boolean | null;
  enable_visual: boolean | null;
  custom_report_configurations: WireReportConfiguration[];
  execution_status?: WireRunStatus;
  tester_count?: number;
  bugs_found?: number;
  bug_ids?: number[];
  user_stories: string[] | WireSnapshotStory[] | null;
}

export interface WireBinaryApp {
  id: number;
  filename: string;
  file_size: number;
  url: string;
}

export interface WireEnvironment {
  id: number;
  title: string;
  url: string | null;
  username: string | null;
  password: string | null;
  access: string | null;
  proxy: boolean;
  allow_orders: boolean;
  access_type: string;
  environment_test_information: { id: number; page_url: string; description: string; data_type: string } | null;
  binary_app: WireBinaryApp | null;
}

export interface WireRequirement {
  id: number;
  category: { id: number; key: string; name: string };
  vendor: Named | null;
  devices: Named[];
  operating_system: Keyed;
  min_operating_system_version: Named | null;
  max_operating_system_version: Named | null;
  browsers: Keyed[];
  input_devices: { id: number; input_type: string }[];
  browser_based: boolean;
  gaming: boolean;
}

export interface WireTestAttachment {
  id: number;
  url: string;
  thumbnail_urls: Record<string, string>;
  content_type: string;
  original_filename: string;
}

export interface WireReview {
  status: string;
  instruction_comment: string | null;
  test_environment_comment: string | null;
  feature_comment: string | null;
  bug_type_comment: string | null;
  reviewed_at: string;
}

export interface WireAnalytics {
  testers_count: number;
  devices_count: number;
  total_features: number;
  tested_features: number;
  passed_features: number;
  failed_features: number;
  total_user_stories: number;
  tested_user_stories: number;
  passed_user_stories: number;
  failed_user_stories: number;
  blocked_user_stories: number;
  total_bugs: number;
}

export interface WireTest {
  id: number;
  test_title: string;
  title: string;
  status: string;
  analytics?: WireAnalytics;
  test_environment: WireEnvironment | null;
  features: WireSnapshot[];
  goal: string | null;
  goal_text: string | null;
  out_of_scope: string | null;
  out_of_scope_text: string | null;
  instructions: string | null;
  instructions_text: string | null;
  testing_type: string;
  attachments: WireTestAttachment[];
  requirements: WireRequirement[];
  report_language: string;
  section: WireSection;
  product: WireProduct;
  enable_low: boolean | null;
  enable_high: boolean | null;
  enable_critical: boolean | null;
  allow_device_clouds_test_scenario: boolean;
  created_by: string | null;
  submitted_by: string | null;
  start_at: string | null;
  end_at: string | null;
  allowed_bug_types: string[];
  reviews: WireReview[];
  review_status: string | null;
  demo: boolean;
}

export interface WireComment {
  id: number;
  body: string;
  author: { name: string } | null;
}

export interface WireBugDevice {
  id: number;
  category: { id: number; key: string; name: string };
  vendor: Named;
  devices: Named;
  operating_system: Keyed;
  operating_system_version: Named;
  browsers: Named[];
}

export interface WireReport {
  title: string;
  content: { data: { key: string; name: string; type: string; value: string; position: number }[] };
}

export interface WireBug {
  id: number;
  title: string;
  severity: string | null;
  status: string | null;
  auto_accepted?: boolean | null;
  known?: boolean;
  fixed: boolean | null;
  exported_at: string | null;
  external_idx: string | null;
  language: string;
  location: string | null;
  expected_result: string | null;
  actual_result: string | null;
  steps: string[] | null;
  author: { name: string } | null;
  devices: WireBugDevice[] | null;
  attachments: { id: number; url: string }[] | null;
  comments: WireComment[];
  feature: {
    id: number;
    feature_id?: number;
    title: string;
    custom_report_configurations: WireReportConfiguration[];
  } | null;
  test_feature: { id: number; feature_id?: number } | null;
  test: { id: number; title: string };
  report?: WireReport;
  reported_at: string | null;
}

export interface WireDeviceReport {
  id: number;
  category: { id: number; key: string; name: string };
  vendor: Named;
  operating_system: Keyed;
  operating_system_version: Named;
  device: Named;
  browsers: Named[];
}

export interface WireExecution {
  id: number;
  status: string;
  comment: string | null;
  executed_by: string | null;
  device_reports: WireDeviceReport[];
  test_cycle: { id: number; title: string; test_environment: { id: number; title: string } | null };
  executed_at: string;
}

export interface WireTemplate {
  id: number;
  title: string;
  test_scenario_template: string;
  max_test_duration: number;
  min_test_duration: number;
  default_test_duration: number;
}

export interface WireRejectReason {
  key: string;
  name: string;
  default_comment: string;
}
