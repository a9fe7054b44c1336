// What Fovea asks of the network: whether it may, and every request that it made.
import { z } from 'zod';

export const NetworkRequest = z.object({
  /** ISO 8601 in UTC. */
  at: z.iso.datetime(),
  /** What a person had asked for. */
  what: z.string(),
  url: z.string(),
  /** HTTP status; null when nobody answered. */
  status: z.number().int().nullable(),
});
export type NetworkRequest = z.infer<typeof NetworkRequest>;

export const NetworkState = z.object({
  /** Off: even what is asked for is not fetched. */
  allowed: z.boolean(),
  /** Newest first, at most 200. */
  requests: z.array(NetworkRequest),
});
export type NetworkState = z.infer<typeof NetworkState>;
