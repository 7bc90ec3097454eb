import { px, shade } from './scene-palette.js';
import type { SceneRandom } from './scene-random.js';

/** What backgrounds are made of: skies, ground, houses, furniture. Every function returns SVG for the whole width `w`. */

type Stop = readonly [offset: number, colour: string];

function gradient(id: string, stops: readonly Stop[]): string {
  return `<linearGradient id="${id}" x1="0" y1="0" x2="0" y2="1">${stops.map(([o, c]) => `<stop offset="${o}" stop-color="${c}"/>`).join('')}</linearGradient>`;
}

export const box = (x: number, y: number, w: number, h: number, fill: string, more = ''): string =>
  `<rect x="${px(x)}" y="${px(y)}" width="${px(w)}" height="${px(h)}" fill="${fill}"${more}/>`;

export function backdrop(
  w: number,
  h: number,
  horizon: number,
  above: readonly Stop[],
  below: readonly Stop[],
): string {
  return `<defs>${gradient('a', above)}${gradient('b', below)}</defs>${box(0, 0, w, h * horizon + 1, 'url(#a)')}${box(0, h * horizon, w, h * (1 - horizon), 'url(#b)')}`;
}

/** Specks that make a flat area look like grass, sand or asphalt. */
export function speckle(
  random: SceneRandom,
  w: number,
  top: number,
  bottom: number,
  colours: readonly string[],
  count: number,
): string {
  let out = '';
  for (let i = 0; i < count; i++) {
    const size = random.between(0.8, 3.2);
    out += `<ellipse cx="${px(random.between(0, w))}" cy="${px(random.between(top, bottom))}" rx="${px(size * 1.6)}" ry="${px(size * 0.6)}" fill="${random.pick(colours)}" fill-opacity="0.5"/>`;
  }
  return out;
}

export function clouds(random: SceneRandom, w: number, h: number): string {
  let out = '';
  for (let i = random.whole(0, 4); i > 0; i--) {
    const x = random.between(0, w);
    const y = random.between(0, h * 0.3);
    const r = random.between(8, 20);
    for (const [dx, s] of [
      [-1.1, 0.7],
      [0, 1],
      [1.1, 0.75],
    ] as const)
      out += `<ellipse cx="${px(x + dx * r)}" cy="${px(y)}" rx="${px(r * s * 1.3)}" ry="${px(r * s * 0.7)}" fill="#ffffff" fill-opacity="0.7"/>`;
  }
  return out;
}

export function trees(
  random: SceneRandom,
  w: number,
  base: number,
  h: number,
  count: number,
): string {
  let out = '';
  for (let i = 0; i < count; i++) {
    const x = random.between(0, w);
    const tall = random.between(0.14, 0.4) * h;
    const leaf = random.pick(['#3d6b35', '#55813f', '#2f5a3c', '#76913f', '#a07a36']);
    out += box(x - 3, base - tall * 0.45, 6, tall * 0.5, '#5c4630');
    for (let k = 0; k < 4; k++)
      out += `<circle cx="${px(x + random.between(-0.2, 0.2) * tall)}" cy="${px(base - tall * random.between(0.5, 0.9))}" r="${px(tall * random.between(0.16, 0.28))}" fill="${shade(leaf, random.between(-0.15, 0.15))}"/>`;
  }
  return out;
}

export function buildings(
  random: SceneRandom,
  w: number,
  base: number,
  h: number,
  night: boolean,
): string {
  let out = '';
  for (let x = -random.between(0, 30); x < w; ) {
    const wide = random.between(0.12, 0.3) * w;
    const tall = random.between(0.25, 0.62) * h;
    const wall = night
      ? random.pick(['#22263a', '#2c2a3c', '#1c2230'])
      : random.pick(['#b9a48c', '#9aa3a8', '#a56b56', '#c8bfae', '#7f8a94', '#cfa77a']);
    out += box(x, base - tall, wide, tall, wall);
    const step = random.between(11, 17);
    for (let wy = base - tall + 8; wy < base - 14; wy += step * 1.3)
      for (let wx = x + 6; wx < x + wide - 8; wx += step)
        if (random.chance(night ? 0.45 : 0.85))
          out += box(
            wx,
            wy,
            step * 0.5,
            step * 0.7,
            night
              ? random.pick(['#f4d98a', '#ffe9b0', '#39415a'])
              : random.pick(['#5d7486', '#7f97a8', '#e3ecf0']),
          );
    x += wide;
  }
  return out;
}

export function clutter(
  random: SceneRandom,
  w: number,
  top: number,
  bottom: number,
  colours: readonly string[],
  count: number,
): string {
  let out = '';
  for (let i = 0; i < count; i++) {
    const cw = random.between(6, 26);
    const ch = random.between(5, 24);
    out += box(
      random.between(-5, w - 5),
      random.between(top, bottom) - ch,
      cw,
      ch,
      random.pick(colours),
      random.chance(0.5) ? ' rx="3"' : '',
    );
  }
  return out;
}

export const SKIES: readonly (readonly Stop[])[] = [
  [
    [0, '#6fa8dc'],
    [1, '#d8ecf7'],
  ],
  [
    [0, '#9fb4c4'],
    [1, '#dfe4e6'],
  ],
  [
    [0, '#4f86c6'],
    [1, '#f4e1c1'],
  ],
  [
    [0, '#c96b4a'],
    [0.6, '#efb071'],
    [1, '#f9e0a8'],
  ],
];

export function road(random: SceneRandom, w: number, h: number, night: boolean): string {
  const kerb = h * random.between(0.62, 0.7);
  const asphalt = night ? '#23252b' : random.pick(['#5b5e63', '#6e6c69', '#4b4e55']);
  let dashes = '';
  for (let x = random.between(-30, 0); x < w; x += 46)
    dashes += box(x, h * 0.86, 24, 3, night ? '#8f8a60' : '#e6e0c8');
  return (
    box(0, kerb - 6, w, 8, night ? '#3c3e46' : '#aaa69c') +
    box(0, kerb, w, h - kerb, asphalt) +
    dashes +
    speckle(random, w, kerb, h, ['#000', '#999'], 30)
  );
}

export function indoorWall(
  random: SceneRandom,
  w: number,
  h: number,
  floorAt: number,
  walls: readonly string[],
  floors: readonly string[],
): string {
  const wall = random.pick(walls);
  const floor = random.pick(floors);
  let out = backdrop(
    w,
    h,
    floorAt,
    [
      [0, shade(wall, 0.1)],
      [1, shade(wall, -0.12)],
    ],
    [
      [0, shade(floor, -0.2)],
      [1, floor],
    ],
  );
  const pattern = random.whole(0, 2);
  if (pattern === 1)
    for (let x = random.between(0, 12); x < w; x += 16)
      out += box(x, 0, 3, h * floorAt, shade(wall, -0.08));
  if (pattern === 2)
    for (let y = random.between(0, 10); y < h * floorAt; y += 14)
      for (let x = 0; x < w; x += 14)
        out += box(x, y, 12, 12, shade(wall, random.between(-0.08, 0.08)));
  for (let y = h * floorAt + 8; y < h; y += random.between(8, 14))
    out += box(0, y, w, 1, shade(floor, -0.25));
  return out + box(0, h * floorAt - 4, w, 4, shade(wall, -0.4));
}

export function window(random: SceneRandom, w: number, h: number): string {
  const ww = random.between(0.2, 0.34) * w;
  const x = random.between(0.02, 0.98) * (w - ww);
  const y = h * random.between(0.06, 0.14);
  const wh = h * random.between(0.22, 0.34);
  return (
    box(x - 4, y - 4, ww + 8, wh + 8, '#eee8dc') +
    box(x, y, ww, wh, random.pick(['#a9cfe8', '#d5e6ee', '#33415c', '#f1d3a0'])) +
    box(x + ww / 2 - 1.5, y, 3, wh, '#eee8dc')
  );
}

/** A table or counter whose top is at `top`. */
export function table(random: SceneRandom, w: number, h: number, top: number): string {
  const wood = random.pick(['#8a5a35', '#b98a5a', '#6f4a30', '#d8cdb8', '#5d6a72']);
  const x = w * random.between(0, 0.1);
  const tw = w * random.between(0.82, 1);
  return (
    box(x, h * top, tw, h * 0.045, wood) +
    box(
      x + 8,
      h * (top + 0.045),
      tw - 16,
      h * (0.93 - top),
      shade(wood, -0.35),
      ' fill-opacity="0.75"',
    )
  );
}
