import type { TryInput } from './use-predictions.ts';

const QUERY = `query ($model: String!, $inputs: [PredictInput!]!) {
  predict(model: $model, inputs: $inputs) {
    labels { label { name } score threshold }
  }
}`;
const LINE = QUERY.replaceAll(/\s+/g, ' ');

/** A prediction in several languages. The token stands in CLIPWRIGHT_TOKEN, a photo of one's own in photo.jpg. */
export function snippetsOf(
  origin: string,
  model: string,
  { text, image }: TryInput,
): Record<string, string> {
  const caption = text.trim() === '' ? {} : { text };
  const isFile = image !== null && image.sampleId === undefined;
  const fixed = image?.sampleId ? { ...caption, image: { sampleId: image.sampleId } } : caption;
  const shown = isFile ? { ...fixed, image: { base64: '…' } } : fixed;
  const variables = JSON.stringify({ model, inputs: [shown] }, null, 2);
  return {
    GraphQL: `${QUERY}\n\n# Variables:\n${variables}`,
    curl: curl(origin, model, fixed, isFile),
    TypeScript: `${isFile ? "import { readFileSync } from 'node:fs';\n\n" : ''}const answer = await fetch('${origin}/graphql', {
  method: 'POST',
  headers: {
    'content-type': 'application/json',
    authorization: \`Bearer \${process.env.CLIPWRIGHT_TOKEN}\`,
  },
  body: JSON.stringify({
    query: ${JSON.stringify(LINE)},
    variables: { model: ${JSON.stringify(model)}, inputs: [{ ...${JSON.stringify(fixed)}${isFile ? ", image: { base64: readFileSync('photo.jpg', 'base64') }" : ''} }] },
  }),
});
console.log((await answer.json()).data.predict[0].labels);`,
    Python: `${isFile ? 'import base64\n' : ''}import json, os, urllib.request

item = json.loads(${JSON.stringify(JSON.stringify(fixed))})
${isFile ? "item['image'] = {'base64': base64.b64encode(open('photo.jpg', 'rb').read()).decode()}\n" : ''}request = urllib.request.Request(
    '${origin}/graphql',
    headers={
        'content-type': 'application/json',
        'authorization': 'Bearer ' + os.environ['CLIPWRIGHT_TOKEN'],
    },
    data=json.dumps({
        'query': ${JSON.stringify(LINE)},
        'variables': {'model': ${JSON.stringify(model)}, 'inputs': [item]},
    }).encode(),
)
print(json.load(urllib.request.urlopen(request))['data']['predict'][0]['labels'])`,
  };
}

/** For a POSIX shell; a photo goes through a pipe, as it is too long for an argument. */
function curl(origin: string, model: string, fixed: object, isFile: boolean): string {
  const input = isFile ? { ...fixed, image: { base64: '@PHOTO@' } } : fixed;
  const body = JSON.stringify({ query: LINE, variables: { model, inputs: [input] } });
  const parts = body
    .split('@PHOTO@')
    .map((part) => `printf '%s' '${part.replaceAll("'", "'\\''")}'`);
  const written = isFile ? `{ ${parts.join('\n  base64 -w0 photo.jpg\n  ')}\n}` : parts[0];
  return `${written} |\n  curl -s ${origin}/graphql -H "authorization: Bearer $CLIPWRIGHT_TOKEN" \\\n    -H 'content-type: application/json' --data-binary @-`;
}
