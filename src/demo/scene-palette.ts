import type { SceneRandom } from './scene-random.js';

export type SceneColour = { name: string; hex: string };

const COLOURS: Record<string, readonly string[]> = {
  red: ['#c62828', '#e53935', '#b3202c'],
  blue: ['#1e5aa8', '#3f7fd1', '#1b3f7a'],
  green: ['#2e7d32', '#57a05a', '#1f6b4a'],
  yellow: ['#f2c230', '#e6b422', '#f7d65a'],
  orange: ['#ef7d22', '#d9661f'],
  purple: ['#7b3f98', '#9a62b8'],
  white: ['#f4f1ea', '#e9e9e9'],
  black: ['#26262a', '#35333a'],
  grey: ['#8b8f94', '#6f757b'],
  brown: ['#7a4e2d', '#96643c', '#5c3a21'],
  pink: ['#e58fb0', '#d96c98'],
};

export const ANY_COLOUR = Object.keys(COLOURS);

export function pickColour(random: SceneRandom, names: readonly string[]): SceneColour {
  const name = random.pick(names);
  return { name, hex: random.pick(COLOURS[name] ?? ['#888888']) };
}

/** A lighter (amount > 0) or darker (amount < 0) shade; amount in [-1, 1]. */
export function shade(hex: string, amount: number): string {
  const channels = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  const target = amount > 0 ? 255 : 0;
  return `#${channels
    .map((value) => Math.round(value + (target - value) * Math.abs(amount)))
    .map((value) => value.toString(16).padStart(2, '0'))
    .join('')}`;
}

/** Shortest decimal with one digit: keeps the SVG small and equal everywhere. */
export function px(value: number): string {
  const rounded = Math.round(value * 10) / 10;
  return String(Object.is(rounded, -0) ? 0 : rounded);
}
