import type { SceneBackground } from './scene-backgrounds.js';
import type { SceneRandom } from './scene-random.js';

/** How a thing may be called: by its name, by a synonym, or only by what it is for or does. */
type Words = { plain: readonly string[]; other: readonly string[]; indirect: readonly string[] };

/** `{c}` is the colour of the thing drawn; left out when the caption does not care for it. */
const WORDS: Readonly<Record<string, Words>> = {
  car: {
    plain: ['a {c}car', 'a parked {c}car', 'a {c}car'],
    other: ['a {c}sedan', 'an automobile', 'a {c}vehicle', 'a {c}hatchback'],
    indirect: ['somebody waiting at the wheel', 'a motor running'],
  },
  bicycle: {
    plain: ['a {c}bicycle', 'a {c}bike'],
    other: ['a {c}two-wheeler', 'a {c}cycle', 'a {c}racer with thin tyres'],
    indirect: ['something to pedal home on', "a cyclist's ride left standing"],
  },
  boat: {
    plain: ['a {c}boat', 'a small {c}boat'],
    other: ['a {c}sailing dinghy', 'a {c}vessel', 'a {c}yacht'],
    indirect: ['someone ready to set sail', 'a crew waiting for wind'],
  },
  dog: {
    plain: ['a {c}dog', 'a {c}dog'],
    other: ['a {c}puppy', 'a {c}hound', 'a {c}terrier'],
    indirect: ['somebody barking at the world', "man's best friend"],
  },
  cat: {
    plain: ['a {c}cat', 'a {c}cat'],
    other: ['a {c}kitten', 'a {c}tabby', 'a {c}tomcat'],
    indirect: ['somebody purring', 'a lazy mouse hunter'],
  },
  bird: {
    plain: ['a {c}bird', 'a small {c}bird'],
    other: ['a {c}sparrow', 'a {c}feathered visitor', 'a {c}finch'],
    indirect: ['something chirping', 'wings above us'],
  },
  bench: {
    plain: ['a {c}bench', 'an empty bench'],
    other: ['a {c}park seat', 'a {c}pew'],
    indirect: ['a place for two to rest', 'somewhere to sit side by side'],
  },
  chair: {
    plain: ['a {c}chair', 'an old {c}chair'],
    other: ['a {c}stool with a back', 'a {c}seat'],
    indirect: ['a place for one to sit', 'somewhere to sit down'],
  },
  umbrella: {
    plain: ['a {c}umbrella', 'an open {c}umbrella'],
    other: ['a {c}parasol', 'a {c}sunshade', 'a {c}brolly'],
    indirect: ['shelter from sun or rain'],
  },
  ball: {
    plain: ['a {c}ball', 'a {c}ball'],
    other: ['a {c}football', 'a round {c}toy'],
    indirect: ['something to kick around', 'a game about to start'],
  },
  kite: {
    plain: ['a {c}kite', 'a {c}kite'],
    other: ['a {c}paper flyer on a string', 'a {c}toy in the wind'],
    indirect: ['someone holding a string to the sky'],
  },
  lamp: {
    plain: ['a {c}lamp', 'a lamp'],
    other: ['a {c}light', 'a lantern', 'a bulb under a {c}shade'],
    indirect: ['a warm glow', 'something bright to read by'],
  },
  clock: {
    plain: ['a {c}clock', 'a round {c}clock'],
    other: ['a {c}timepiece', 'a {c}dial'],
    indirect: ['two hands showing how late it is', 'the hour ticking away'],
  },
  cup: {
    plain: ['a {c}cup', 'a cup'],
    other: ['a {c}mug', 'a {c}teacup', 'some coffee'],
    indirect: ['something hot to drink', 'a drink going cold'],
  },
  book: {
    plain: ['a {c}book', 'some books'],
    other: ['a {c}novel', 'a {c}paperback', 'a {c}volume'],
    indirect: ['something to read', 'pages waiting for a reader'],
  },
  apple: {
    plain: ['a {c}apple', 'a ripe {c}apple'],
    other: ['a piece of fruit', 'some {c}fruit'],
    indirect: ['a healthy snack', 'something to bite into'],
  },
  flower: {
    plain: ['a {c}flower', 'some {c}flowers'],
    other: ['a {c}blossom', 'a {c}daisy', 'a plant in bloom'],
    indirect: ['something freshly watered', 'petals'],
  },
  bottle: {
    plain: ['a {c}bottle', 'a glass bottle'],
    other: ['a {c}flask', 'some wine', 'a {c}carafe'],
    indirect: ['something to pour', 'a cork waiting to be pulled'],
  },
};

const LITTLE = [
  'A quiet moment {where}.',
  'Nothing much happens {where}.',
  'just another day',
  'An ordinary scene {where}.',
  'a picture taken on holiday',
  'Somebody took this photo {where}.',
  'A view that I like.',
  'All is calm {where} today.',
  'everything in its place',
  'A snapshot {where}',
];
const EXTRAS = [
  '',
  '',
  '',
  '',
  '',
  ' on a sunny day',
  ' under a pale sky',
  ' while people walk by',
  ' and nobody around',
  ' with some clutter behind',
  ' early in the morning',
];
const INDOOR_EXTRAS = [
  '',
  '',
  '',
  '',
  '',
  ' near the wall',
  ' in soft light',
  ' with some clutter behind',
  ' and nobody around',
  ' early in the morning',
];

const article = (phrase: string): string =>
  phrase.replace(/\ba (?=[aeiou])/g, 'an ').replace(/\ban (?![aeiou])/g, 'a ');
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export type CaptionThing = { name: string; colour: string };

function phrase(random: SceneRandom, thing: CaptionThing): string {
  const words = WORDS[thing.name];
  if (words === undefined)
    throw new Error(`expected words for every object but received none for '${thing.name}'`);
  const kind = random.weighted([0.68, 0.21, 0.11]);
  const form = random.pick(kind === 0 ? words.plain : kind === 1 ? words.other : words.indirect);
  return article(form.replace('{c}', random.chance(0.35) ? `${thing.colour} ` : ''));
}

function list(items: readonly string[]): string {
  const last = items[items.length - 1] ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} and ${last}`;
}

/** A caption that names some of the things, and how many of them. */
export function sceneCaption(
  random: SceneRandom,
  background: SceneBackground,
  things: readonly CaptionThing[],
): string {
  const where = random.pick(background.where);
  if (things.length === 0 || random.chance(0.1))
    return random.pick(LITTLE).replace('{where}', where);
  let named = things.filter(() => random.chance(0.56));
  if (named.length === 0) named = [random.pick(things)];
  const phrases = named.map((thing) => phrase(random, thing));
  const all = list(phrases);
  const extra = random.pick(background.indoor ? INDOOR_EXTRAS : EXTRAS);
  const first = phrases[0] ?? '';
  const rest = phrases.slice(1);
  const forms = [
    `${capital(all)} ${where}${extra}.`,
    `${capital(all)} ${where}${extra}.`,
    `There is ${all} ${where}${extra}.`,
    `${capital(where)}, ${all}${extra}.`,
    `A photo of ${all} ${where}${extra}`,
    `${all} ${where}`,
    `You can see ${all} ${where}${extra}.`,
    `View ${where} with ${all}${extra}.`,
    `Somebody left ${all} ${where}.`,
    rest.length > 0
      ? `${capital(first)} next to ${list(rest)}${extra}.`
      : `${capital(first)} ${where}, seen from close by.`,
    rest.length > 0 ? `I like how ${first} goes with ${list(rest)}.` : `I like ${first} ${where}.`,
  ];
  return random.pick(forms);
}
