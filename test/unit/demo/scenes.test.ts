import { describe, expect, it } from 'vitest';
import {
  DEMO_SEED,
  generateScene,
  generateScenes,
  SCENE_LABELS,
} from '../../../src/demo/scenes.js';

const COUNT = 1200;
const scenes = [...generateScenes(DEMO_SEED, COUNT)];

describe('the scenes of the demo', () => {
  it('are the same for the same seed and index, in any order', () => {
    for (const index of [0, 7, 1199])
      expect(generateScene(DEMO_SEED, index)).toEqual(scenes[index]);
    expect(generateScene(DEMO_SEED + 1, 7).svg).not.toBe(scenes[7]?.svg);
    expect(new Set(scenes.map((scene) => scene.svg)).size).toBe(COUNT);
  });

  it('have unique keys that are plain file names', () => {
    expect(new Set(scenes.map((scene) => scene.key)).size).toBe(COUNT);
    for (const scene of scenes) expect(scene.key).toMatch(/^[a-z0-9-]+$/);
  });

  it('use 18 labels, unevenly, each at least 40 times in 1,200', () => {
    const counts = new Map(SCENE_LABELS.map(({ id }) => [id, 0]));
    for (const scene of scenes) {
      expect(scene.labels.length).toBeGreaterThan(0);
      expect(new Set(scene.labels).size).toBe(scene.labels.length);
      for (const label of scene.labels) {
        expect(counts.has(label)).toBe(true);
        counts.set(label, (counts.get(label) ?? 0) + 1);
      }
    }
    const sorted = [...counts.values()].sort((a, b) => a - b);
    expect(sorted).toHaveLength(18);
    expect(sorted[0]).toBeGreaterThanOrEqual(40);
    expect(sorted[17]).toBeGreaterThan(1.5 * (sorted[0] ?? 0));
  });

  it('have captions that name only some of the objects, and some captions that name none', () => {
    const byId = new Map(SCENE_LABELS.map(({ id, name }) => [id, name]));
    let named = 0;
    let all = 0;
    let silent = 0;
    for (const { caption, labels } of scenes) {
      const words = new Set(caption.toLowerCase().match(/[a-z]+/g));
      const hits = labels.filter((id) => {
        const name = byId.get(id) ?? '';
        return words.has(name) || words.has(`${name}s`);
      });
      named += hits.length;
      all += labels.length;
      if (hits.length === 0) silent++;
    }
    expect(named / all).toBeGreaterThan(0.25);
    expect(named / all).toBeLessThan(0.6);
    expect(silent / COUNT).toBeGreaterThan(0.05);
    expect(silent / COUNT).toBeLessThan(0.5);
    expect(new Set(scenes.map((scene) => scene.caption)).size).toBeGreaterThan(COUNT * 0.8);
  });

  it('read like English: no leftover placeholders, no doubled blanks, the right article', () => {
    for (const { caption } of scenes) {
      expect(caption).not.toMatch(/[{}]|\s{2}|undefined|^\s|\s$/);
      expect(caption).not.toMatch(/\b[Aa] [aeiou]|\b[Aa]n [^aeiou]/);
    }
  });

  it('are SVG without text, scripts or references to anything outside', () => {
    for (const { svg, width, height } of scenes) {
      expect(
        svg.startsWith(
          `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"`,
        ),
      ).toBe(true);
      expect(svg).not.toMatch(/href|<image|<text|<script|<style|<!|@import|NaN|undefined|Infinity/);
      const outside = [...svg.matchAll(/url\(([^)]*)\)/g)].filter(
        ([, target]) => !target?.startsWith('#'),
      );
      expect(outside).toEqual([]);
      expect(svg.match(/https?:/g)).toHaveLength(1);
    }
  });

  it('come in several shapes', () => {
    expect(
      new Set(scenes.map(({ width, height }) => `${width}x${height}`)).size,
    ).toBeGreaterThanOrEqual(4);
  });

  it('stay small: under 40 kB of SVG on average', () => {
    const bytes = scenes.reduce((sum, scene) => sum + scene.svg.length, 0);
    expect(bytes / COUNT).toBeLessThan(40_000);
  });
});
