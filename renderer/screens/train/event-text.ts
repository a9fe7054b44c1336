// What a run's event says in its log; null for those that are not worth a line.
import { assertNever } from '#contract/errors.ts';
import type { RunEventBody } from '#contract/run-events.ts';
import { duration, share } from '../../messages/format.ts';
import { errorText, t, tryT } from '../../messages/index.svelte.ts';

/** @param at epoch of training by steps; 0 for a fitted head */
export function eventText(body: RunEventBody, at: number): string | null {
  switch (body.type) {
    case 'plan': return t('event.plan', { engine: body.engine.id, threads: body.engine.threads });
    case 'prepared': return t('event.prepared', { n: body.pictures, time: duration(body.seconds) });
    case 'phase': return t('event.phase', { n: body.index + 1, name: body.name });
    case 'epoch': {
      const accuracy = share(body.validation.accuracy, 3), { dice } = body.validation;
      if (dice !== undefined) return t(body.best ? 'event.bestDice' : 'event.epochDice', { epoch: at, dice: share(dice, 3) });
      return at === 0 ? t('event.fitted', { accuracy }) : body.best ? t('event.best', { epoch: at, accuracy }) : t('event.epoch', { epoch: at, accuracy });
    }
    case 'pretraining': return t('event.pretraining', { epoch: body.epoch, epochs: body.epochs, loss: body.loss.toFixed(3), deviation: body.deviation.toFixed(4) });
    case 'pretrained': return t('event.pretrained', { plain: share(body.plain.accuracy, 3), pretrained: share(body.pretrained.accuracy, 3), n: body.pictures });
    case 'retention': return t('event.retention', { epoch: body.epoch, share: share(body.value, 3) });
    case 'warning': return tryT(`warning.${body.key}`, body.params ?? {}) ?? body.message;
    case 'finished': return body.stopped ? t('event.stopped', { time: duration(body.seconds) }) : t('event.finished', { time: duration(body.seconds) });
    case 'failed': return errorText(body.error);
    case 'progress': case 'checkpoint': case 'preview': return null;
    default: return assertNever(body);
  }
}
