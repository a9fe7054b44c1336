// The headers of every answer: nothing remote, nothing guessed, nothing shared with another page.
import type { OutgoingHttpHeaders } from 'node:http';

/** Scripts, styles, pictures and connections come from this host alone; no inline script or style, no frame, no form. */
export const contentSecurityPolicy = [
  "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' blob:", "connect-src 'self'", "font-src 'self'", "manifest-src 'self'", "worker-src 'self'",
  "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'", "trusted-types svelte-trusted-html fovea-worker",
].join('; ');

export const safeHeaders: OutgoingHttpHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=()',
};
