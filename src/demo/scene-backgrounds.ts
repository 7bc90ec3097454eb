import { px, shade } from './scene-palette.js';
import type { SceneRandom } from './scene-random.js';
import {
  backdrop,
  box,
  buildings,
  clouds,
  clutter,
  indoorWall,
  road,
  SKIES,
  speckle,
  table,
  trees,
  window,
} from './scene-scenery.js';

/**
 * A kind of place. Heights are parts of the canvas: things that stand on the ground have their base between `ground`'s
 * two, small things may also stand on `surfaces`. `likely` gives the weight of each object by name; missing ones are rare.
 */
export type SceneBackground = {
  name: string;
  where: readonly string[];
  ground: readonly [number, number];
  surfaces: readonly number[];
  indoor: boolean;
  likely: Readonly<Record<string, number>>;
  draw(random: SceneRandom, width: number, height: number): string;
};

export const SCENE_BACKGROUNDS: readonly SceneBackground[] = [
  {
    name: 'street',
    where: [
      'on the street',
      'on a busy street',
      'in the city',
      'downtown',
      'along the road',
      'at the corner',
      'in front of some buildings',
    ],
    ground: [0.7, 0.97],
    surfaces: [],
    indoor: false,
    likely: {
      car: 7,
      bicycle: 6,
      dog: 3,
      cat: 1.5,
      bird: 2,
      bench: 3,
      umbrella: 3,
      lamp: 4,
      clock: 2,
      ball: 1,
      flower: 1.5,
      chair: 1,
      bottle: 1,
    },
    draw: (r, w, h) =>
      backdrop(w, h, 0.66, r.pick(SKIES), [
        [0, '#888'],
        [1, '#666'],
      ]) +
      clouds(r, w, h) +
      buildings(r, w, h * 0.66, h, false) +
      road(r, w, h, false) +
      clutter(r, w, h * 0.64, h * 0.7, ['#4e5b4a', '#777', '#8b5e3c', '#39424e'], r.whole(0, 5)),
  },
  {
    name: 'night',
    where: [
      'at night',
      'in a dark street',
      'after dark',
      'late in the evening',
      'in the city at night',
    ],
    ground: [0.7, 0.97],
    surfaces: [],
    indoor: false,
    likely: {
      car: 6,
      bicycle: 4,
      cat: 4,
      dog: 2,
      lamp: 7,
      bench: 3,
      umbrella: 3,
      clock: 3,
      bottle: 2,
      bird: 0.5,
      boat: 0.5,
    },
    draw: (r, w, h) =>
      backdrop(
        w,
        h,
        0.66,
        [
          [0, '#0b1026'],
          [1, r.pick(['#2b2b52', '#43324f', '#1e3148'])],
        ],
        [
          [0, '#222'],
          [1, '#111'],
        ],
      ) +
      speckle(r, w, 0, h * 0.4, ['#fff', '#ffe'], 25) +
      buildings(r, w, h * 0.66, h, true) +
      road(r, w, h, true) +
      clutter(r, w, h * 0.64, h * 0.7, ['#15171d', '#2f3340'], r.whole(0, 4)),
  },
  {
    name: 'beach',
    where: [
      'on the beach',
      'by the sea',
      'at the seaside',
      'on the sand',
      'near the water',
      'on the shore',
    ],
    ground: [0.68, 0.97],
    surfaces: [],
    indoor: false,
    likely: {
      umbrella: 6,
      ball: 5,
      kite: 5,
      boat: 6,
      bird: 4,
      dog: 3,
      chair: 4,
      bottle: 2,
      book: 1.5,
      bicycle: 1,
      apple: 0.6,
    },
    draw: (r, w, h) =>
      backdrop(w, h, 0.4, r.pick(SKIES), [
        [0, r.pick(['#2f7f9e', '#4aa3b5', '#35688f'])],
        [0.4, '#7fc1c8'],
        [0.46, '#e8dfbf'],
        [1, r.pick(['#d9bf8b', '#e6cf9e', '#c9ad7d'])],
      ]) +
      clouds(r, w, h) +
      speckle(r, w, h * 0.42, h * 0.6, ['#fff', '#bfe3ea'], 24) +
      speckle(r, w, h * 0.7, h, ['#a58a5c', '#fff3d6', '#8d7a58'], 60),
  },
  {
    name: 'park',
    where: [
      'in the park',
      'on the grass',
      'under the trees',
      'on a green lawn',
      'in a public garden',
    ],
    ground: [0.62, 0.97],
    surfaces: [],
    indoor: false,
    likely: {
      bench: 6,
      dog: 5,
      kite: 4,
      bird: 4,
      ball: 4,
      bicycle: 4,
      flower: 4,
      umbrella: 1.5,
      lamp: 2,
      apple: 1,
      book: 1,
      cat: 1,
      bottle: 1,
    },
    draw: (r, w, h) =>
      backdrop(w, h, 0.55, r.pick(SKIES), [
        [0, r.pick(['#5f8f3f', '#6fa04a', '#7c9440'])],
        [1, r.pick(['#8fbf5a', '#5f8f3a', '#a3a84e'])],
      ]) +
      clouds(r, w, h) +
      trees(r, w, h * 0.58, h, r.whole(2, 6)) +
      speckle(r, w, h * 0.57, h, ['#3f6f2c', '#b6d27a', '#2f5522'], 70),
  },
  {
    name: 'lake',
    where: [
      'on the lake',
      'by the lake',
      'at the harbour',
      'on calm water',
      'next to the pier',
      'by the river',
    ],
    ground: [0.84, 0.98],
    surfaces: [],
    indoor: false,
    likely: {
      boat: 10,
      bird: 5,
      bench: 3,
      kite: 2,
      dog: 2,
      bicycle: 2,
      umbrella: 2,
      bottle: 1,
      chair: 1.5,
      flower: 1,
    },
    draw: (r, w, h) =>
      backdrop(w, h, 0.36, r.pick(SKIES), [
        [0, r.pick(['#3c6c86', '#5a8f9c', '#2f4f70'])],
        [0.7, '#86b0b8'],
        [0.72, r.pick(['#8a7a5c', '#6f7f4a', '#9a9288'])],
        [1, '#7a6a50'],
      ]) +
      clouds(r, w, h) +
      `<path d="M0 ${px(h * 0.37)}L${px(w * 0.2)} ${px(h * 0.22)}L${px(w * 0.45)} ${px(h * 0.35)}L${px(w * 0.7)} ${px(h * 0.2)}L${px(w)} ${px(h * 0.37)}z" fill="${r.pick(['#5b7a62', '#6d7f8e', '#4c5f55'])}"/>` +
      speckle(r, w, h * 0.4, h * 0.78, ['#d5eaf0', '#2c4f66'], 50),
  },
  {
    name: 'yard',
    where: [
      'in the back yard',
      'in front of the house',
      'in the garden',
      'behind the house',
      'by the fence',
    ],
    ground: [0.64, 0.97],
    surfaces: [],
    indoor: false,
    likely: {
      ball: 5,
      bicycle: 4,
      chair: 4,
      flower: 5,
      dog: 5,
      cat: 4,
      bird: 3,
      apple: 2,
      kite: 1.5,
      bottle: 1,
      bench: 2,
      car: 2,
      umbrella: 1,
    },
    draw: (r, w, h) => {
      const fence = r.pick(['#c9b79a', '#f2efe6', '#8a6f52']);
      let boards = '';
      for (let x = -4; x < w; x += 15)
        boards += box(
          x,
          h * 0.36 + r.between(-2, 2),
          12,
          h * 0.24,
          shade(fence, r.between(-0.12, 0.05)),
        );
      return (
        backdrop(w, h, 0.58, r.pick(SKIES), [
          [0, '#6b8f45'],
          [1, r.pick(['#8fb05c', '#a99a5c'])],
        ]) +
        clouds(r, w, h) +
        trees(r, w, h * 0.45, h, r.whole(0, 3)) +
        boards +
        speckle(r, w, h * 0.6, h, ['#46702f', '#c2d48a'], 50) +
        clutter(r, w, h * 0.6, h * 0.68, ['#7a5a3c', '#506b3c', '#8a8a86'], r.whole(0, 4))
      );
    },
  },
  {
    name: 'kitchen',
    where: [
      'in the kitchen',
      'on the counter',
      'on a kitchen table',
      'at breakfast',
      'on the table',
    ],
    ground: [0.86, 0.98],
    surfaces: [0.62, 0.6, 0.64, 0.36],
    indoor: true,
    likely: {
      cup: 6,
      bottle: 6,
      apple: 6,
      clock: 4,
      cat: 2,
      chair: 3,
      lamp: 2,
      flower: 2.5,
      book: 2,
      dog: 1,
    },
    draw: (r, w, h) =>
      indoorWall(
        r,
        w,
        h,
        0.8,
        ['#dfe5df', '#e9dcc3', '#cfdbe3', '#d7c9c0'],
        ['#b59a7a', '#8f9496', '#c7b8a0'],
      ) +
      (r.chance(0.6) ? window(r, w, h) : '') +
      box(w * 0.05, h * 0.36, w * 0.9, h * 0.022, r.pick(['#8a6a4a', '#f1ece2'])) +
      table(r, w, h, 0.62) +
      clutter(
        r,
        w,
        h * 0.36,
        h * 0.36,
        ['#b9b4a8', '#d9a441', '#6c7a80', '#a45a4a'],
        r.whole(0, 5),
      ) +
      clutter(r, w, h * 0.62, h * 0.62, ['#c4c0b6', '#7d8a7a', '#d3b48a'], r.whole(0, 4)),
  },
  {
    name: 'room',
    where: [
      'in the living room',
      'in a small room',
      'at home',
      'in the bedroom',
      'on the carpet',
      'by the window',
    ],
    ground: [0.78, 0.97],
    surfaces: [0.4],
    indoor: true,
    likely: {
      chair: 6,
      lamp: 5,
      book: 5,
      cat: 5,
      dog: 3,
      clock: 4,
      cup: 3,
      flower: 3,
      ball: 2,
      umbrella: 1,
      bottle: 1,
      apple: 1,
    },
    draw: (r, w, h) =>
      indoorWall(
        r,
        w,
        h,
        0.72,
        ['#c9b8a0', '#a9b7a2', '#d9cfc4', '#b08f8a', '#8fa1b3', '#e6dcae'],
        ['#9b7650', '#7a6a5e', '#b3a48c'],
      ) +
      window(r, w, h) +
      box(w * 0.04, h * 0.4, w * 0.92, h * 0.025, '#6b4c34') +
      clutter(r, w, h * 0.4, h * 0.4, ['#8a4b4b', '#4b6a8a', '#d8cfae', '#555'], r.whole(0, 6)) +
      box(
        w * r.between(0.1, 0.5),
        h * 0.83,
        w * 0.4,
        h * 0.1,
        r.pick(['#9a4b4b', '#5b6f8f', '#a89a6a']),
        ' fill-opacity="0.6"',
      ),
  },
  {
    name: 'desk',
    where: ['on a desk', 'in the office', 'at the workplace', 'in the study', 'on a wooden desk'],
    ground: [0.88, 0.98],
    surfaces: [0.66, 0.66, 0.68, 0.7, 0.3],
    indoor: true,
    likely: {
      book: 8,
      cup: 6,
      lamp: 6,
      clock: 4,
      apple: 3,
      bottle: 3,
      flower: 3,
      cat: 1,
      chair: 2,
    },
    draw: (r, w, h) =>
      indoorWall(
        r,
        w,
        h,
        0.84,
        ['#d6d9dc', '#bfb6a6', '#9fb0b8', '#e8e2d2'],
        ['#8a7a6a', '#6a7076'],
      ) +
      box(w * 0.06, h * 0.3, w * 0.88, h * 0.022, '#7a5a3c') +
      table(r, w, h, 0.66) +
      clutter(r, w, h * 0.3, h * 0.3, ['#7a8a6a', '#a2545a', '#3f5a78', '#c9bda0'], r.whole(0, 7)) +
      box(w * r.between(0.2, 0.6), h * 0.42, w * 0.24, h * 0.2, '#2b2f36', ' rx="3"') +
      clutter(r, w, h * 0.66, h * 0.66, ['#efefe8', '#999', '#555'], r.whole(0, 4)),
  },
];
