/** A report that is to be written. */
export interface ReportFile {
  /** Relative to the reports folder. */
  readonly path: string;
  readonly content: string;
  /** Accepted ends of the name, without dot. */
  readonly extensions: readonly string[];
  /** Whether a report of this name is replaced; else it is an error. */
  readonly overwrite: boolean;
}

export interface WrittenReport {
  /** Its path within the reports folder, by which it can be read again. */
  readonly id: string;
  /** Its address as a resource. */
  readonly uri: string;
  /** Its absolute path. */
  readonly path: string;
  /** Its size on disk. */
  readonly bytes: number;
}

/** Where reports are kept. */
export interface ReportFolder {
  /**
   * Looks whether a report could be written, before it is made.
   *
   * @throws TestioError `invalid_report_path`, `report_exists`
   */
  check(file: Omit<ReportFile, 'content'>): Promise<void>;
  /**
   * Writes a report, whole or not at all.
   *
   * @throws TestioError `invalid_report_path`, `report_exists`, `report_not_written`; then no file was touched
   */
  write(file: ReportFile): Promise<WrittenReport>;
  /**
   * Reads a report; null where there is none.
   *
   * @throws TestioError `invalid_report_path`
   */
  read(id: string): Promise<string | null>;
  /** Ids of the reports that are there, in the order of their names; at most a thousand. */
  list(): Promise<string[]>;
}
