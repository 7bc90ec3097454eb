"""Tiny CLIP towers with random weights as PyTorch's two exporters write transformers' models, with what PyTorch makes of inputs.

    python tools/hf-exports/make.py test/fixtures/hf-exports        needs: torch transformers onnx onnxscript

Each has `last_hidden_state` beside the embedding, as Optimum's exports have. `combined` has both towers in one graph.
"""
import json, pathlib, sys
import onnx, torch
from transformers import CLIPConfig, CLIPModel, CLIPTextConfig, CLIPTextModelWithProjection, CLIPVisionConfig, CLIPVisionModelWithProjection

out = pathlib.Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)
torch.manual_seed(20261127)
BOS, EOS = 62, 63
size = dict(hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=2, projection_dim=16)
text = CLIPTextConfig(vocab_size=64, max_position_embeddings=16, bos_token_id=BOS, eos_token_id=EOS, **size)
vision = CLIPVisionConfig(image_size=16, patch_size=8, **size)


class Outputs(torch.nn.Module):
    def __init__(self, model, embeds): super().__init__(); self.model, self.embeds = model.eval(), embeds
    def forward(self, **inputs):
        found = self.model(**inputs)
        return found[self.embeds], found.last_hidden_state


class Text(Outputs):
    def forward(self, input_ids, attention_mask): return super().forward(input_ids=input_ids, attention_mask=attention_mask)


class Vision(Outputs):
    def forward(self, pixel_values): return super().forward(pixel_values=pixel_values)


def weights(model):
    """Norms with weights of their own: exporters write equal ones once."""
    for name, value in model.named_parameters():
        if 'norm' in name or name.endswith('bias'): torch.nn.init.normal_(value, 1.0 if name.endswith('weight') else 0.0, 0.2)
    return model


lengths = [3, 9, 6]
ids = torch.full((3, 9), EOS)
mask = torch.zeros_like(ids)
for row, length in enumerate(lengths):
    ids[row, :length] = torch.cat([torch.tensor([BOS]), torch.randint(1, 60, (length - 2,)), torch.tensor([EOS])])
    mask[row, :length] = 1
pixels = torch.randn(3, 3, 16, 16)
attention = {'dynamo': 'sdpa', 'traced': 'eager'}
reference = {'inputIds': ids.tolist(), 'attentionMask': mask.tolist(), 'pixelValues': pixels.flatten().tolist()}
towers = {
    'text': (Text(weights(CLIPTextModelWithProjection(text)), 'text_embeds'), (ids, mask), ['input_ids', 'attention_mask']),
    'vision': (Vision(weights(CLIPVisionModelWithProjection(vision)), 'image_embeds'), (pixels,), ['pixel_values']),
}
for tower, (module, inputs, names) in towers.items():
    with torch.no_grad(): reference[tower] = module(*inputs)[0].flatten().tolist()
    axes = {0: 'batch', 1: 'length'} if tower == 'text' else {0: 'batch'}
    for exporter, how in attention.items():
        module.model.set_attn_implementation(how)
        torch.onnx.export(
            module, inputs, str(out / f'{tower}-{exporter}.onnx'), input_names=names, output_names=[module.embeds, 'last_hidden_state'],
            **(dict(dynamo=True, external_data=False, dynamic_shapes=tuple(axes for _ in names)) if exporter == 'dynamo'
               else dict(dynamo=False, opset_version=17, dynamic_axes={name: axes for name in names})))


class Both(torch.nn.Module):
    def __init__(self, model): super().__init__(); self.model = model.eval()
    def forward(self, input_ids, pixel_values, attention_mask):
        found = self.model(input_ids=input_ids, pixel_values=pixel_values, attention_mask=attention_mask)
        return found.logits_per_image, found.logits_per_text, found.text_embeds, found.image_embeds


both = Both(weights(CLIPModel(CLIPConfig(text_config=text.to_dict(), vision_config=vision.to_dict(), projection_dim=16))))
both.model.set_attn_implementation('eager')
with torch.no_grad(): *_, texts, images = both(ids, pixels, mask)
reference['combined'] = {'text': texts.flatten().tolist(), 'vision': images.flatten().tolist()}
names = ['input_ids', 'pixel_values', 'attention_mask']
torch.onnx.export(
    both, (ids, pixels, mask), str(out / 'combined-traced.onnx'), input_names=names, dynamo=False, opset_version=17,
    output_names=['logits_per_image', 'logits_per_text', 'text_embeds', 'image_embeds'],
    dynamic_axes={name: {0: 'batch', **({1: 'length'} if name != 'pixel_values' else {})} for name in names})
for file in out.glob('*.onnx'):  # Where in Python each node came from is most of a tiny file.
    model = onnx.load(file)
    for each in [*model.graph.node, *model.graph.value_info]: each.ClearField('metadata_props')
    onnx.save(model, file)
(out / 'reference.json').write_text(json.dumps(reference) + '\n')
