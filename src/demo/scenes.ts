import { SCENE_BACKGROUNDS, type SceneBackground } from './scene-backgrounds.js';
import { type CaptionThing, sceneCaption } from './scene-captions.js';
import { SCENE_OBJECTS, type SceneObject } from './scene-objects.js';
import { pickColour, px, shade } from './scene-palette.js';
import { type SceneRandom, sceneRandom } from './scene-random.js';

/** A drawn stand-in for a photo. The caller renders `svg`; nothing here touches a decoder or a disk. */
export type Scene = {
  /** Unique within a seed, fit to be a file name without its ending. */
  key: string;
  svg: string;
  width: number;
  height: number;
  caption: string;
  /** Ids of `SCENE_LABELS` in ascending order, as strings: what a CSV's label cell lists. Every drawn object's. */
  labels: string[];
};

/** The 18 everyday objects, as `labels.csv` would list them. */
export const SCENE_LABELS: readonly { id: string; name: string }[] = SCENE_OBJECTS.map(
  ({ id, name }) => ({ id: String(id), name }),
);

/** The demo's seed. clip-mini was trained on scenes of other seeds (tools/clip-mini). */
export const DEMO_SEED = 2026;

const SIZES: readonly (readonly [number, number])[] = [
  [320, 240],
  [320, 240],
  [320, 240],
  [240, 320],
  [320, 214],
  [300, 300],
  [320, 200],
  [256, 320],
];
const OBJECT_COUNTS = [0.16, 0.24, 0.26, 0.18, 0.11, 0.05] as const;
const RARE = 0.12;

type Placed = CaptionThing & { id: number; base: number; svg: string };

function chooseObjects(random: SceneRandom, background: SceneBackground): SceneObject[] {
  const weights = SCENE_OBJECTS.map((object) => background.likely[object.name] ?? RARE);
  const chosen: SceneObject[] = [];
  for (let left = 1 + random.weighted(OBJECT_COUNTS); left > 0; left--) {
    const at = random.weighted(weights);
    const object = SCENE_OBJECTS[at];
    if (object === undefined) continue;
    chosen.push(object);
    // A second one of the same kind is possible but seldom.
    weights[at] = (weights[at] ?? 0) * 0.1;
  }
  return chosen;
}

/** Where the object's base stands, as a part of the height, and how near that is (0 far, 1 near). */
function baseline(
  random: SceneRandom,
  object: SceneObject,
  background: SceneBackground,
): { base: number; near: number } {
  const [far, close] = background.ground;
  const near = random.next() ** 0.8;
  const onGround = { base: far + (close - far) * near, near };
  const small = object.place === 'surface' || object.name === 'cat';
  if (small && background.surfaces.length > 0 && random.chance(object.name === 'cat' ? 0.25 : 0.85))
    return { base: random.pick(background.surfaces), near: random.between(0.1, 0.8) };
  if (object.place === 'sky' && !background.indoor && random.chance(0.8))
    return { base: random.between(0.14, 0.5), near: random.next() };
  if (object.place === 'wall' && (background.indoor || random.chance(0.6)))
    return { base: random.between(0.18, 0.42), near: random.next() };
  if (object.place === 'water' && (background.name === 'lake' || background.name === 'beach'))
    return { base: random.between(0.42, 0.7), near: random.next() };
  return onGround;
}

function place(
  random: SceneRandom,
  object: SceneObject,
  background: SceneBackground,
  width: number,
  height: number,
): Placed {
  const colour = pickColour(random, object.colours);
  const hex = shade(colour.hex, random.between(-0.12, 0.12));
  const { base, near } = baseline(random, object, background);
  const [min, max] = object.size;
  // Squaring makes small ones the rule: many cannot be told from a thumbnail.
  const size =
    Math.min(width, height) *
    (min + (max - min) * (0.35 * near + 0.65 * random.next() ** 1.6)) *
    (background.indoor ? 1.1 : 1);
  const scale = size / 100;
  const x = random.between(-0.15 * size, width - 0.85 * size);
  const tilt =
    object.place === 'sky' || object.name === 'ball' || object.name === 'umbrella'
      ? random.between(-25, 25)
      : random.between(-4, 4);
  const flip = random.chance(0.5);
  const shadow =
    object.place === 'sky' || object.place === 'wall'
      ? ''
      : '<ellipse cx="50" cy="98" rx="46" ry="6" fill="#000" fill-opacity="0.22"/>';
  const turn = `translate(${px(flip ? x + size : x)} ${px(base * height - size)}) scale(${(flip ? -scale : scale).toFixed(4)} ${scale.toFixed(4)}) rotate(${px(tilt)} 50 90)`;
  return {
    name: object.name,
    colour: colour.name,
    id: object.id,
    base,
    svg: `<g transform="${turn}">${shadow}${object.draw(random, hex)}</g>`,
  };
}

/** Bushes, boxes and posts that stand before the objects and hide a part of them. */
function foreground(
  random: SceneRandom,
  background: SceneBackground,
  width: number,
  height: number,
): string {
  let out = '';
  for (let i = random.weighted([0.45, 0.35, 0.2]); i > 0; i--) {
    const x = random.between(0, width);
    const size = random.between(0.06, 0.16) * height;
    const base = height * random.between(background.ground[0], 1.02);
    if (background.indoor)
      out += `<rect x="${px(x)}" y="${px(base - size)}" width="${px(size * 1.2)}" height="${px(size)}" fill="${random.pick(['#a98a62', '#c9c2b4', '#6b7280', '#8f6f6f'])}"/>`;
    else if (random.chance(0.35))
      out += `<rect x="${px(x)}" y="${px(base - size * 3)}" width="${px(size * 0.22)}" height="${px(size * 3)}" fill="${random.pick(['#4a4a4a', '#6a5640', '#8a8d90'])}"/>`;
    else
      for (let k = 0; k < 5; k++)
        out += `<circle cx="${px(x + random.between(-1, 1) * size)}" cy="${px(base - size * random.between(0.2, 0.8))}" r="${px(size * random.between(0.3, 0.55))}" fill="${random.pick(['#3f6b3a', '#5b7f41', '#2f5232'])}"/>`;
  }
  return out;
}

/** Light of the day and a little haze, so that colours of the same thing vary. */
function light(random: SceneRandom, width: number, height: number): string {
  const tint = random.pick(['#000000', '#ffffff', '#ffb060', '#5070b0']);
  return `<rect width="${width}" height="${height}" fill="${tint}" fill-opacity="${(random.next() ** 2 * 0.28).toFixed(3)}"/>`;
}

/** The scene of this seed and index: always the same, on every machine. */
export function generateScene(seed: number, index: number): Scene {
  const random = sceneRandom(seed, index);
  const background = random.pick(SCENE_BACKGROUNDS);
  const [width, height] = random.pick(SIZES);
  const backdrop = background.draw(random, width, height);
  const placed = chooseObjects(random, background).map((object) =>
    place(random, object, background, width, height),
  );
  const byDepth = placed.slice().sort((a, b) => a.base - b.base);
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">` +
    backdrop +
    byDepth.map((one) => one.svg).join('') +
    foreground(random, background, width, height) +
    light(random, width, height) +
    '</svg>';
  const once = placed.filter((one, at) => placed.findIndex((other) => other.id === one.id) === at);
  return {
    key: `scene-${seed}-${String(index).padStart(5, '0')}`,
    svg,
    width,
    height,
    caption: sceneCaption(random, background, once),
    labels: once
      .map((one) => one.id)
      .sort((a, b) => a - b)
      .map(String),
  };
}

/** `count` scenes of one seed, drawn one at a time. */
export function* generateScenes(seed: number, count: number): Generator<Scene> {
  for (let index = 0; index < count; index++) yield generateScene(seed, index);
}
