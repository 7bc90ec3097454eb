import { ANY_COLOUR, px, shade } from './scene-palette.js';
import type { SceneRandom } from './scene-random.js';

/**
 * One object that a scene can hold. `draw` fills a box of 100 x 100 with the base at y = 100; the scene moves and
 * scales it. `size` is its height as a part of the scene's shorter side, nearest and largest.
 */
export type SceneObject = {
  id: number;
  name: string;
  size: readonly [min: number, max: number];
  place: 'ground' | 'surface' | 'sky' | 'wall' | 'water';
  colours: readonly string[];
  draw(random: SceneRandom, hex: string): string;
};

const rect = (x: number, y: number, w: number, h: number, fill: string, rx = 0): string =>
  `<rect x="${px(x)}" y="${px(y)}" width="${px(w)}" height="${px(h)}" fill="${fill}"${rx ? ` rx="${px(rx)}"` : ''}/>`;
const circle = (x: number, y: number, r: number, fill: string): string =>
  `<circle cx="${px(x)}" cy="${px(y)}" r="${px(r)}" fill="${fill}"/>`;
const oval = (x: number, y: number, rx: number, ry: number, fill: string): string =>
  `<ellipse cx="${px(x)}" cy="${px(y)}" rx="${px(rx)}" ry="${px(ry)}" fill="${fill}"/>`;
const path = (d: string, fill: string): string => `<path d="${d}" fill="${fill}"/>`;
const line = (d: string, stroke: string, width: number): string =>
  `<path d="${d}" fill="none" stroke="${stroke}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`;

function car(random: SceneRandom, hex: string): string {
  const van = random.chance(0.3);
  const roof = van
    ? 'M2 80V42q0-8 8-8h62q10 0 14 18l12 6v22z'
    : 'M0 80V64l14-4 12-20q2-4 8-4h34q6 0 9 5l10 18 13 5v16z';
  const glass = van
    ? 'M52 40h20q5 0 8 16H52z M10 40h36v16H10z'
    : 'M30 42h17v18H20z M52 42h15l9 18H52z';
  const wheel = (x: number): string => circle(x, 84, 14, '#1d1d20') + circle(x, 84, 6, '#b9bcc0');
  return (
    path(roof, hex) +
    path(glass, '#bfd8e6') +
    rect(0, 70, 98, 5, shade(hex, -0.3)) +
    wheel(22) +
    wheel(77)
  );
}

function bicycle(_random: SceneRandom, hex: string): string {
  const wheel = (x: number): string =>
    `<circle cx="${x}" cy="76" r="22" fill="none" stroke="#222" stroke-width="4"/>` +
    line(`M${x - 21} 76h42M${x} 55v42`, '#777', 1);
  return (
    wheel(24) +
    wheel(78) +
    line('M24 76L40 46H68L50 76H24M40 46L50 76M68 46L78 76M68 46l-3-12', hex, 5) +
    line('M58 32h12q5 0 5 5M34 42h13', '#222', 5)
  );
}

function boat(random: SceneRandom, hex: string): string {
  const hull = path('M4 72H96L84 96H18z', hex) + rect(4, 70, 92, 5, shade(hex, 0.4));
  if (random.chance(0.3))
    return (
      hull +
      rect(34, 48, 34, 22, '#eee') +
      rect(40, 53, 8, 8, '#5b86a8') +
      rect(53, 53, 8, 8, '#5b86a8')
    );
  const sail = random.pick(['#fbfbf5', '#f3e7c9', '#d9e8f2', shade(hex, 0.6)]);
  return (
    hull +
    line('M48 72V6', '#5a4634', 3) +
    path('M51 8L90 64H51z', sail) +
    path('M45 18V64H14z', shade(sail, -0.08))
  );
}

function dog(random: SceneRandom, hex: string): string {
  const dark = shade(hex, -0.25);
  const legs = [24, 34, 62, 71].map((x) => rect(x, 68, 7, 32, dark, 3)).join('');
  const spots = random.chance(0.4) ? oval(45, 58, 10, 7, shade(hex, 0.5)) : '';
  return (
    line(random.chance(0.5) ? 'M20 56Q8 48 6 34' : 'M20 58Q8 58 2 66', hex, 6) +
    legs +
    oval(48, 60, 30, 16, hex) +
    spots +
    circle(78, 40, 15, hex) +
    oval(91, 45, 10, 7, shade(hex, 0.15)) +
    circle(99, 43, 3, '#111') +
    oval(70, 42, 5, 13, dark) +
    circle(82, 36, 2.4, '#111')
  );
}

function cat(random: SceneRandom, hex: string): string {
  const dark = shade(hex, -0.3);
  const stripes = random.chance(0.5) ? line('M38 62h12M36 72h13M38 82h11', dark, 4) : '';
  return (
    line('M62 92Q92 96 88 66Q86 56 92 50', hex, 7) +
    oval(48, 78, 21, 23, hex) +
    stripes +
    circle(46, 40, 18, hex) +
    path('M29 34L30 12L43 24z M63 34L62 12L49 24z', hex) +
    path('M32 28l1-10 6 6z M60 28l-1-10-6 6z', '#e2a0a0') +
    oval(39, 39, 3, 4, '#d9c832') +
    oval(53, 39, 3, 4, '#d9c832') +
    path('M44 46h5l-2.500 3z', '#c26a6a') +
    line('M38 48l-14-2M38 50l-13 3M54 48l14-2M54 50l13 3', '#eee', 1) +
    rect(38, 84, 7, 16, dark, 3) +
    rect(50, 84, 7, 16, dark, 3)
  );
}

function bird(random: SceneRandom, hex: string): string {
  const beak = path('M86 38l14 4-13 6z', '#e8a020');
  const body =
    oval(54, 56, 28, 17, hex) + circle(76, 41, 13, hex) + beak + circle(80, 38, 2.5, '#111');
  const tail = path('M30 54L2 46 8 64 30 62z', shade(hex, -0.2));
  if (random.chance(0.5))
    return path('M40 52Q30 14 12 4Q52 8 66 50z', shade(hex, -0.2)) + tail + body;
  return (
    tail + line('M50 72v26M60 72v26', '#a06a20', 3) + body + oval(46, 55, 18, 9, shade(hex, -0.25))
  );
}

function bench(_random: SceneRandom, hex: string): string {
  const leg = shade(hex, -0.5);
  const slats =
    [34, 46].map((y) => rect(0, y, 100, 8, hex, 1)).join('') +
    rect(0, 64, 100, 8, shade(hex, 0.1), 1);
  return (
    rect(10, 30, 5, 68, leg) +
    rect(85, 30, 5, 68, leg) +
    slats +
    rect(20, 72, 5, 28, leg) +
    rect(75, 72, 5, 28, leg)
  );
}

function chair(random: SceneRandom, hex: string): string {
  const dark = shade(hex, -0.3);
  const back = random.chance(0.5)
    ? rect(24, 4, 46, 46, hex, 6)
    : rect(24, 4, 6, 56, hex) +
      rect(64, 4, 6, 56, hex) +
      rect(28, 10, 38, 7, hex) +
      rect(28, 26, 38, 7, hex);
  return (
    back +
    rect(20, 52, 58, 9, dark, 2) +
    rect(22, 60, 6, 40, hex) +
    rect(70, 60, 6, 40, hex) +
    rect(34, 60, 4, 30, dark) +
    rect(60, 60, 4, 30, dark)
  );
}

function umbrella(random: SceneRandom, hex: string): string {
  const other = random.pick([shade(hex, 0.6), shade(hex, -0.35), '#f5f5f0']);
  return (
    line('M50 40V92q0 8 8 8', '#4a4038', 4) +
    path('M2 46Q6 6 50 4Q94 6 98 46Q86 38 74 46Q62 38 50 46Q38 38 26 46Q14 38 2 46z', hex) +
    path('M26 46Q30 14 50 4Q70 14 74 46Q62 38 50 46Q38 38 26 46z', other)
  );
}

function ball(random: SceneRandom, hex: string): string {
  const other = random.pick(['#f7f7f2', '#222', shade(hex, 0.5)]);
  const mark = random.chance(0.5)
    ? path('M50 2a48 48 0 0 1 42 24Q60 40 50 50z M8 74Q40 60 50 50L50 98A48 48 0 0 1 8 74z', other)
    : path(
        'M50 32l17 12-7 20H40l-7-20z M50 2l12 8-12 9-12-9z M4 44l8 12-3 16z M96 44l-8 12 3 16z',
        other,
      );
  return circle(50, 50, 48, hex) + mark + oval(34, 28, 10, 6, '#ffffff66');
}

function kite(random: SceneRandom, hex: string): string {
  const other = random.pick([shade(hex, 0.5), '#f2c230', '#1e5aa8', '#e53935']);
  const bows = [0, 1, 2]
    .map((i) => circle(52 - i * 8 + (i % 2) * 10, 74 + i * 9, 3.5, other))
    .join('');
  return (
    line('M50 64Q40 76 52 84T44 100', '#555', 1.5) +
    path('M50 0L84 28L50 66L16 28z', hex) +
    path('M50 0L84 28H50z M50 66L16 28H50z', other) +
    bows
  );
}

function lamp(random: SceneRandom, hex: string): string {
  const glow = `<circle cx="50" cy="24" r="34" fill="#ffe9a0" fill-opacity="0.35"/>`;
  if (random.chance(0.5))
    return (
      glow +
      rect(47, 40, 6, 54, '#5a4a3a') +
      oval(50, 96, 20, 5, '#4a3c30') +
      path('M34 8H66L80 42H20z', hex)
    );
  return (
    glow +
    rect(46, 30, 8, 68, '#2d3136') +
    rect(38, 95, 24, 5, '#2d3136') +
    path('M36 10H64L58 34H42z', '#ffe59a') +
    rect(34, 5, 32, 6, '#2d3136', 2)
  );
}

function clock(random: SceneRandom, hex: string): string {
  const face = random.pick(['#fbfaf4', '#efe6cf']);
  const ticks = line('M50 10v7M50 83v7M10 50h7M83 50h7', '#333', 4);
  const hands = `<g transform="rotate(${random.whole(0, 359)} 50 50)">${line('M50 50V28', '#222', 6)}</g><g transform="rotate(${random.whole(0, 359)} 50 50)">${line('M50 50V18', '#222', 3.5)}</g>`;
  const rim = random.chance(0.7)
    ? circle(50, 50, 49, hex) + circle(50, 50, 41, face)
    : rect(2, 2, 96, 96, hex, 8) + rect(9, 9, 82, 82, face, 4);
  return rim + ticks + hands + circle(50, 50, 4, '#222');
}

function cup(random: SceneRandom, hex: string): string {
  const steam = random.chance(0.35) ? line('M34 28q-6-8 0-14M50 28q-6-8 0-14', '#ffffffaa', 3) : '';
  return (
    steam +
    `<ellipse cx="74" cy="62" rx="18" ry="16" fill="none" stroke="${hex}" stroke-width="8"/>` +
    path('M12 34H72L66 94Q65 100 58 100H26Q19 100 18 94z', hex) +
    oval(42, 34, 30, 6, shade(hex, -0.45)) +
    rect(15, 60, 54, 7, shade(hex, 0.35))
  );
}

function book(random: SceneRandom, hex: string): string {
  if (random.chance(0.45))
    return (
      path('M50 40Q28 24 2 34V92Q28 82 50 96Q72 82 98 92V34Q72 24 50 40z', hex) +
      path('M50 44Q30 30 8 38V86Q30 78 50 90z M50 44Q70 30 92 38V86Q70 78 50 90z', '#f6f0df') +
      line('M16 50q14-4 26 3M16 62q14-4 26 3M58 53q14-7 26-3M58 65q14-7 26-3', '#8a8578', 2)
    );
  const second = shade(hex, random.pick([0.45, -0.4]));
  return (
    rect(4, 78, 92, 22, hex, 2) +
    rect(10, 82, 86, 13, '#f4eedd') +
    rect(4, 78, 10, 22, shade(hex, -0.2)) +
    rect(12, 58, 80, 20, second, 2) +
    rect(18, 62, 74, 11, '#f4eedd') +
    rect(12, 58, 9, 20, shade(second, -0.2))
  );
}

function apple(random: SceneRandom, hex: string): string {
  const one =
    path('M50 30Q30 16 14 32Q0 56 20 84Q34 102 50 94Q66 102 80 84Q100 56 86 32Q70 16 50 30z', hex) +
    line('M50 30Q50 16 58 8', '#5a3a1e', 5) +
    path('M58 18Q72 4 84 14Q72 26 58 18z', '#4d9140') +
    oval(30, 46, 6, 11, '#ffffff66');
  return random.chance(0.25)
    ? `<g transform="translate(0 40) scale(0.6)">${one}</g><g transform="translate(42 38) scale(0.6)">${one}</g>`
    : one;
}

function flower(random: SceneRandom, hex: string): string {
  const head = (x: number, y: number, r: number): string =>
    [0, 72, 144, 216, 288]
      .map(
        (a) =>
          `<ellipse cx="${x}" cy="${px(y - r)}" rx="${px(r * 0.62)}" ry="${px(r)}" fill="${hex}" transform="rotate(${a} ${x} ${y})"/>`,
      )
      .join('') + circle(x, y, r * 0.6, '#f5c542');
  const pot = random.chance(0.6)
    ? path('M30 72H70L64 100H36z', random.pick(['#b5623a', '#d8d4c8', '#4c6f8f']))
    : path('M50 96Q30 92 24 78Q44 80 50 96z M50 96Q70 90 78 74Q56 78 50 96z', '#3f8a45');
  return (
    line('M50 90V34M50 86Q36 70 28 52M50 86Q66 70 74 50', '#3f8a45', 4) +
    pot +
    head(50, 24, 12) +
    head(26, 44, 9) +
    head(76, 42, 9)
  );
}

function bottle(random: SceneRandom, hex: string): string {
  const label = random.pick(['#f6f2e4', '#e9d8a6', '#d7e6ee']);
  return (
    rect(41, 2, 18, 9, shade(hex, -0.5), 2) +
    path('M43 10H57V30Q72 38 72 52V94Q72 100 66 100H34Q28 100 28 94V52Q28 38 43 30z', hex) +
    rect(28, 58, 44, 24, label) +
    rect(34, 46, 5, 44, '#ffffff55', 2)
  );
}

const BRIGHT = ['red', 'blue', 'green', 'yellow', 'orange', 'purple', 'pink', 'white'] as const;

/** The 18 objects in the order of their ids. */
export const SCENE_OBJECTS: readonly SceneObject[] = [
  {
    id: 1,
    name: 'car',
    size: [0.16, 0.42],
    place: 'ground',
    colours: ['red', 'blue', 'white', 'black', 'grey', 'green', 'yellow'],
    draw: car,
  },
  {
    id: 2,
    name: 'bicycle',
    size: [0.17, 0.4],
    place: 'ground',
    colours: ['red', 'blue', 'black', 'green', 'yellow', 'orange'],
    draw: bicycle,
  },
  {
    id: 3,
    name: 'boat',
    size: [0.13, 0.42],
    place: 'water',
    colours: ['red', 'blue', 'white', 'brown', 'green'],
    draw: boat,
  },
  {
    id: 4,
    name: 'dog',
    size: [0.15, 0.38],
    place: 'ground',
    colours: ['brown', 'black', 'white', 'grey', 'orange'],
    draw: dog,
  },
  {
    id: 5,
    name: 'cat',
    size: [0.14, 0.34],
    place: 'ground',
    colours: ['orange', 'black', 'grey', 'white', 'brown'],
    draw: cat,
  },
  {
    id: 6,
    name: 'bird',
    size: [0.07, 0.22],
    place: 'sky',
    colours: ['blue', 'red', 'yellow', 'black', 'white', 'grey', 'green'],
    draw: bird,
  },
  {
    id: 7,
    name: 'bench',
    size: [0.18, 0.38],
    place: 'ground',
    colours: ['brown', 'green', 'grey', 'red'],
    draw: bench,
  },
  {
    id: 8,
    name: 'chair',
    size: [0.22, 0.46],
    place: 'ground',
    colours: ['brown', 'white', 'red', 'blue', 'grey', 'yellow'],
    draw: chair,
  },
  { id: 9, name: 'umbrella', size: [0.2, 0.46], place: 'ground', colours: BRIGHT, draw: umbrella },
  { id: 10, name: 'ball', size: [0.07, 0.2], place: 'ground', colours: BRIGHT, draw: ball },
  { id: 11, name: 'kite', size: [0.13, 0.34], place: 'sky', colours: BRIGHT, draw: kite },
  {
    id: 12,
    name: 'lamp',
    size: [0.22, 0.48],
    place: 'surface',
    colours: ['white', 'yellow', 'red', 'green', 'orange', 'pink'],
    draw: lamp,
  },
  {
    id: 13,
    name: 'clock',
    size: [0.1, 0.26],
    place: 'wall',
    colours: ['black', 'brown', 'red', 'blue', 'white', 'grey'],
    draw: clock,
  },
  { id: 14, name: 'cup', size: [0.08, 0.22], place: 'surface', colours: ANY_COLOUR, draw: cup },
  { id: 15, name: 'book', size: [0.08, 0.24], place: 'surface', colours: ANY_COLOUR, draw: book },
  {
    id: 16,
    name: 'apple',
    size: [0.07, 0.18],
    place: 'surface',
    colours: ['red', 'green', 'yellow'],
    draw: apple,
  },
  {
    id: 17,
    name: 'flower',
    size: [0.14, 0.36],
    place: 'surface',
    colours: ['red', 'yellow', 'pink', 'purple', 'white', 'orange', 'blue'],
    draw: flower,
  },
  {
    id: 18,
    name: 'bottle',
    size: [0.13, 0.32],
    place: 'surface',
    colours: ['green', 'brown', 'blue', 'white', 'black'],
    draw: bottle,
  },
];
