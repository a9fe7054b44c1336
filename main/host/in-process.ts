// The link of a command or a test that lives in the same process as the studio.
import type { CallName, Link, Result } from '#contract/api.ts';
import { studioError } from '#contract/errors.ts';
import type { Studio } from '../studio.ts';
import { dispatch } from './dispatch.ts';

export function inProcessLink(studio: Studio): Link {
  let requests = 0;
  return {
    async call<N extends CallName>(name: N, args: unknown): Promise<Result<N>> {
      const response = await dispatch(studio, { id: ++requests, name, args });
      if ('error' in response) throw studioError(response.error);
      // dispatch has checked it by the table.
      return response.result as Result<N>;
    },
    on: (listener) => studio.subscribe(listener),
  };
}
