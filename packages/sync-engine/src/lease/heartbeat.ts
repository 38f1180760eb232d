import { type TestioError, toTestioError } from '@testio-mcp/domain';
import { LEASE_HEARTBEAT_MS, type Lease, type LeaseTiming, renewLease, type Store } from '@testio-mcp/persistence';

export interface HeartbeatTiming extends LeaseTiming {
  /** Milliseconds between two heartbeats. Five seconds by default. */
  readonly heartbeatMs?: number | undefined;
}

export interface Heartbeat {
  /** Resolves with `lease_lost` when a heartbeat found that somebody else has the lease; never otherwise. */
  readonly lost: Promise<TestioError>;
  /** Ends the heartbeats, and waits for one that is being written. */
  stop(): Promise<void>;
}

/** Keeps a lease alive however long nothing is written. Does not keep the process alive. */
export function startHeartbeat(store: Store, lease: Lease, timing: HeartbeatTiming): Heartbeat {
  const { promise: lost, resolve } = Promise.withResolvers<TestioError>();
  let beating: Promise<void> | undefined;

  const beat = async (): Promise<void> => {
    try {
      await store.write((scope) => renewLease(scope, lease, timing));
    } catch (thrown) {
      const error = toTestioError(thrown);
      // Other trouble of the store may pass before the lease expires; if not, the fence of the next write finds out.
      if (error.code === 'lease_lost') resolve(error);
    }
  };
  const timer = setInterval(() => {
    beating ??= beat().finally(() => {
      beating = undefined;
    });
  }, timing.heartbeatMs ?? LEASE_HEARTBEAT_MS);
  timer.unref();

  return {
    lost,
    async stop() {
      clearInterval(timer);
      await beating;
    },
  };
}
