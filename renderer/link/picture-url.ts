// Where a picture is, seen from any page: main/host/picture-address.ts reads it.
import { valuesText } from '#contract/picture-window.ts';
import type { Door } from './door.ts';

export const pictureUrl: Door['pictureUrl'] = (projectId, imageId, size, window) =>
  `/picture/${encodeURIComponent(projectId)}/${encodeURIComponent(imageId)}/${size}${window ? `?window=${valuesText(window)}` : ''}`;
