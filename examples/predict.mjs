// node examples/predict.mjs <model, such as photos/1> <image file> <caption>
import { readFileSync } from 'node:fs';
import { query, run } from './query.mjs';

await run(import.meta.url, ['model', 'image file', 'caption'], async (model, file, text) => {
  const inputs = [{ text, image: { base64: readFileSync(file, 'base64') } }];
  const { predict } = await query(
    'query ($model: String!, $inputs: [PredictInput!]!) { predict(model: $model, inputs: $inputs) { scores { label { name } score threshold } } }',
    { model, inputs },
  );
  for (const { label, score, threshold } of predict[0].scores
    .sort((a, b) => b.score - a.score)
    .slice(0, 5)) {
    console.log(score >= threshold ? '✓' : ' ', label.name, score.toFixed(3));
  }
});
