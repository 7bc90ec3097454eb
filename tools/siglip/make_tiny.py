"""A tiny SigLIP with random weights, as an export in Hugging Face's layout, and what Python makes of texts and images with it.

    python tools/siglip/make_tiny.py test/fixtures/siglip        needs: torch transformers tokenizers pillow onnxscript

The tokenizer is a unigram model behind the normaliser of transformers.js's SigLIP exports (punctuation removed, lower case,
single spaces): that file, not the Python class, is what a program of another language reads. Beside it stands one in the form
of SigLIP 2's, Gemma's: byte-level fallback, and nothing in it that lower-cases, which transformers' Siglip2Tokenizer does itself.
"""
import base64, json, pathlib, sys
import numpy as np, torch
from PIL import Image
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast, SiglipConfig, SiglipModel

out = pathlib.Path(sys.argv[1])
(out / "onnx").mkdir(parents=True, exist_ok=True)
images_from = out.parent / "clip/images"
LENGTH, SIDE, HIDDEN = 64, 32, 24

CORPUS = (
    "a photo of a dog. Two people on a beach! A red double-decker bus drives past a brick building. "
    "a close-up of a plate with pasta, tomatoes and basil; an aerial view of a harbour at night. "
    "black and white portrait, 1954. the letter Q on a yellow sign, upside down. snow, kitchen, window, oranges. "
    "the quick brown fox jumps over the lazy dog, 0123456789 zxvkjw"
).split(". ")
TEXTS = [
    "", " ", "a photo of a dog", "A PHOTO, of: a (dog)!", "  two   people\ton a\nbeach ", "state-of-the-art", "don't", "!!!", "Ünïcödé", "e\u0301",
    "ΟΔΟΣ", "İstanbul", "ﬁne ½ ２０", "日本語の写真", "a\u00a0b", "a\u3000b", "snow😀snow", "</s>", "a </s> b", "x" * 300, "the dog " * 80,
    "\u200bzero\u200dwidth", "a\u0000b", "#hash @at $5 ^_^ `tick` {b} |p| ~t", "<unk>", "▁under▁score", "<eos> a <pad>", "a <EOS> b", "a  b   c",
]


def unigram():
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([
        normalizers.Replace(Regex(r"""[!"#$%&'()*+,\-.:;=?@\[\\\]^_`{|}~]"""), ""),
        normalizers.Lowercase(),
        normalizers.Replace(Regex(r"\s+"), " "),
        normalizers.Strip(),
        normalizers.NFKC(),
    ])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.train_from_iterator(CORPUS * 4, trainers.UnigramTrainer(
        vocab_size=160, special_tokens=["<pad>", "</s>", "<unk>"], unk_token="<unk>", show_progress=False))
    tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    return tokenizer


def gemma():
    specials = ["<pad>", "<eos>", "<bos>", "<unk>"]
    pieces = sorted({*"".join(CORPUS).lower().replace(" ", "▁"), "▁"})
    vocab = {piece: at for at, piece in enumerate([*specials, *(f"<0x{byte:02X}>" for byte in range(256)), *pieces])}
    merges = [("t", "h"), ("th", "e"), ("▁", "a"), ("▁", "the"), ("o", "g"), ("d", "og"), ("▁", "dog"), ("p", "h"), ("▁", "▁")]
    for left, right in merges: vocab.setdefault(left + right, len(vocab))
    tokenizer = Tokenizer(models.BPE(vocab=vocab, merges=merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in specials])
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    tokenizer.post_processor = processors.TemplateProcessing(single="$A <eos>", special_tokens=[("<eos>", 1)])
    return tokenizer


def padded(file, config):
    """[texts, LENGTH], as transformers gives it."""
    fast = PreTrainedTokenizerFast(tokenizer_file=str(out / file), **config)
    return fast(TEXTS, padding="max_length", truncation=True, max_length=LENGTH, return_tensors="pt").input_ids


tokenizer = unigram()
tokenizer.save(str(out / "tokenizer.json"), pretty=False)
tokenizer_config = {"model_max_length": LENGTH, "pad_token": "</s>", "eos_token": "</s>", "unk_token": "<unk>"}
(out / "tokenizer_config.json").write_text(json.dumps(tokenizer_config, indent=1) + "\n")
ids = padded("tokenizer.json", tokenizer_config)

gemma_tokenizer = gemma()
gemma_tokenizer.normalizer = normalizers.Sequence([normalizers.Lowercase(), gemma_tokenizer.normalizer])
gemma_tokenizer.save(str(out / "gemma_tokenizer.json"), pretty=False)
gemma_config = {"pad_token": "<pad>", "eos_token": "<eos>", "unk_token": "<unk>"}
gemma_ids = padded("gemma_tokenizer.json", gemma_config)
gemma().save(str(out / "gemma_tokenizer.json"), pretty=False)

torch.manual_seed(20261126)
same = dict(hidden_size=HIDDEN, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2)
config = SiglipConfig(
    text_config=dict(vocab_size=tokenizer.get_vocab_size(), max_position_embeddings=LENGTH, pad_token_id=1, bos_token_id=1, eos_token_id=1, **same),
    vision_config=dict(image_size=SIDE, patch_size=8, **same))
model = SiglipModel(config).eval()
with torch.no_grad():  # the initial weights are so small that every image would look the same
    for name, weight in model.named_parameters():
        if weight.dim() > 1: weight.copy_(torch.randn(weight.shape) * (0.7 if "embedding" in name else 1.5 / weight.shape[-1] ** 0.5))
        elif "norm" not in name: weight.copy_(torch.randn(weight.shape) * 0.1)
json_config = {"model_type": "siglip", "text_config": config.text_config.to_diff_dict(), "vision_config": config.vision_config.to_diff_dict()}
(out / "config.json").write_text(json.dumps(json_config, indent=1) + "\n")
(out / "preprocessor_config.json").write_text(json.dumps({
    "do_normalize": True, "do_rescale": True, "do_resize": True, "image_mean": [0.5] * 3, "image_std": [0.5] * 3,
    "image_processor_type": "SiglipImageProcessor", "resample": 3, "rescale_factor": 1 / 255, "size": {"height": SIDE, "width": SIDE}}, indent=1) + "\n")


class Outputs(torch.nn.Module):
    def __init__(self, tower):
        super().__init__()
        self.tower = tower

    def forward(self, x):
        found = self.tower(x)
        return found.last_hidden_state, found.pooler_output


def export(tower, example, name, axes):
    torch.onnx.export(Outputs(tower), (example,), str(out / "onnx" / f"{name}_model.onnx"), dynamo=False, opset_version=17,
                      input_names=["pixel_values" if name == "vision" else "input_ids"], output_names=["last_hidden_state", "pooler_output"],
                      dynamic_axes=axes)


hidden = {"last_hidden_state": {0: "batch"}, "pooler_output": {0: "batch"}}
export(model.vision_model, torch.rand(2, 3, SIDE, SIDE), "vision", {"pixel_values": {0: "batch"}, **hidden})
export(model.text_model, torch.ones(2, LENGTH, dtype=torch.int64), "text", {"input_ids": {0: "batch", 1: "length"}, **hidden})


def embedded(vectors):
    vectors = torch.nn.functional.normalize(vectors.pooler_output, dim=-1).detach().numpy().astype("<f4")
    return base64.b64encode(vectors.tobytes()).decode()


def pixels(name, filter):
    return np.asarray(Image.open(images_from / name).convert("RGB").resize((SIDE, SIDE), filter))


def values(levels):
    levels = levels.astype(np.float32) / np.float32(255)
    return torch.tensor(((levels - np.float32(0.5)) / np.float32(0.5)).transpose(0, 3, 1, 2))


# No image that becomes wider and lower: Pillow 13 resamples such a one vertically first, unlike the Pillow of CLIP's goldens.
names = ["syn-rgb16.png", "syn-500x3.png", "syn-1x1.png", "syn-rgba.png"]
levels = {kind: np.stack([pixels(name, filter) for name in names]) for kind, filter in
          [("bicubic", Image.Resampling.BICUBIC), ("bilinear", Image.Resampling.BILINEAR)]}
with torch.no_grad():
    reference = {
        "texts": [{"text": text, "ids": row.tolist(), "gemmaIds": other.tolist()} for text, row, other in zip(TEXTS, ids, gemma_ids)],
        "images": names,
        "levels": {kind: base64.b64encode(data.tobytes()).decode() for kind, data in levels.items()},
        "textEmbeds": embedded(model.text_model(ids)),
        "imageEmbeds": {kind: embedded(model.vision_model(values(data))) for kind, data in levels.items()},
    }
(out / "reference.json").write_text(json.dumps(reference) + "\n")
