// How numbers, times and sizes are written: the guide's rules (no leading zero for shares, thin space before %, a real minus), in the person's locale.
import { locale, t } from './index.svelte.ts';

const THIN = '\u2009';

/** A share as a decimal fraction without its leading zero: .87 */
export function share(value: number, digits = 2): string {
  const text = Math.abs(value).toLocaleString(locale(), { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return (value < 0 && Number(value.toFixed(digits)) !== 0 ? '\u2212' : '') + text.replace(/^0(?=\D)/, '');
}

/** 83 % */
export function percent(value: number): string {
  return `${Math.round(value * 100)}${THIN}%`;
}

/** 4.7 M, 198 k, 3,843 */
export function count(value: number): string {
  const write = (scaled: number, digits: number) => scaled.toLocaleString(locale(), { maximumFractionDigits: digits, minimumFractionDigits: digits });
  if (value >= 1e9) return `${write(value / 1e9, 1)} G`;
  if (value >= 1e8) return `${write(value / 1e6, 0)} M`;
  if (value >= 1e6) return `${write(value / 1e6, 1)} M`;
  if (value >= 1e4) return `${write(value / 1e3, 0)} k`;
  return value.toLocaleString(locale());
}

/** 46.8 MB, decimal units as every system's file manager but one shows them. */
export function bytes(value: number): string {
  for (const [unit, size] of [['GB', 1e9], ['MB', 1e6], ['kB', 1e3]] as const) {
    if (value >= size) return `${(value / size).toLocaleString(locale(), { maximumFractionDigits: value / size < 10 ? 1 : 0 })} ${unit}`;
  }
  return `${value} B`;
}

/** 2 min 30 s; coarser as it grows. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (seconds > 0 && whole === 0) return t('time.instant');
  if (whole < 60) return `${whole} s`;
  if (whole < 600) return whole % 60 === 0 ? `${whole / 60} min` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
  if (whole < 3600) return `${Math.round(whole / 60)} min`;
  return `${Math.floor(whole / 3600)} h ${Math.round((whole % 3600) / 60)} min`;
}

/** A learning rate: 1e-3, 2.2e-4. */
export function rate(value: number): string {
  const [mantissa = '', exponent = ''] = value.toExponential(1).split('e');
  return `${mantissa.replace(/\.0$/, '')}e${exponent.replace('+', '')}`;
}

/** 14:31:07 */
export function clock(time: Date, seconds = true): string {
  return time.toLocaleTimeString(locale(), { hour: '2-digit', minute: '2-digit', ...(seconds ? { second: '2-digit' } : {}), hour12: false });
}

/** today 15:06, 3 Mar, 3 Mar 2024 */
export function day(time: Date, now = new Date()): string {
  if (time.toDateString() === now.toDateString()) return `${new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' }).format(0, 'day')} ${clock(time, false)}`;
  return time.toLocaleDateString(locale(), { day: 'numeric', month: 'short', ...(time.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' }) });
}
