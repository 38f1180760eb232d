/** A bug of the triage queue. */
export interface QueueRow {
  readonly id: number;
  readonly severity: string | null;
  readonly auto_acceptance_at: string | null;
  readonly hours_left: number | null;
  readonly overdue: boolean;
}

export const idsOf = (bugs: readonly QueueRow[]) => bugs.map(({ id }) => id);
