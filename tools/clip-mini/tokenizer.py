"""clip-mini's own byte-pair vocabulary, in the form of CLIP's tokenizer.json (its pieces, not its vocabulary)."""
import json
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

BOS, EOS = '<|startoftext|>', '<|endoftext|>'
PATTERN = r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
CONTEXT = 77


def train_tokenizer(captions, size, path, config_path):
    raw = Tokenizer(models.BPE(end_of_word_suffix='</w>'))
    raw.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Replace(Regex(r'\s+'), ' '), normalizers.Lowercase()])
    raw.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(PATTERN), behavior='removed', invert=True),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
    ])
    raw.train_from_iterator(captions, trainers.BpeTrainer(
        vocab_size=size, min_frequency=2, end_of_word_suffix='</w>', show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    spec = json.loads(raw.to_str())
    # Every byte, inside and at the end of a word, then the merges in order: nothing is ever unknown.
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    words = letters + [c + '</w>' for c in letters]
    known = set(words)
    merges = []
    for pair in spec['model']['merges']:
        a, b = pair if isinstance(pair, list) else pair.split(' ')
        if len(merges) >= size - len(letters) * 2 - 2:
            break
        merges.append(f'{a} {b}')
        if a + b not in known:
            known.add(a + b)
            words.append(a + b)
    bos, eos = len(words), len(words) + 1
    vocab = {w: i for i, w in enumerate(words + [BOS, EOS])}
    special = lambda i, content, normalized: {'id': i, 'content': content, 'single_word': False, 'lstrip': False,
                                              'rstrip': False, 'normalized': normalized, 'special': True}
    spec['added_tokens'] = [special(bos, BOS, True), special(eos, EOS, False)]
    spec['model'] = {'type': 'BPE', 'dropout': None, 'unk_token': EOS, 'continuing_subword_prefix': '', 'end_of_word_suffix': '</w>',
                     'fuse_unk': False, 'byte_fallback': False, 'ignore_merges': False, 'vocab': vocab, 'merges': merges}
    spec['post_processor'] = {'type': 'RobertaProcessing', 'sep': [EOS, eos], 'cls': [BOS, bos], 'trim_offsets': False, 'add_prefix_space': False}
    spec['decoder'] = {'type': 'ByteLevel', 'add_prefix_space': True, 'trim_offsets': True, 'use_regex': True}
    with open(path, 'w', encoding='utf8') as f:
        json.dump(spec, f, ensure_ascii=False, indent=0, separators=(',', ':'))
        f.write('\n')
    token = lambda content, normalized: {'content': content, 'lstrip': False, 'normalized': normalized, 'rstrip': False, 'single_word': False, 'special': True}
    with open(config_path, 'w', encoding='utf8') as f:
        json.dump({'tokenizer_class': 'CLIPTokenizer', 'add_prefix_space': False, 'do_lower_case': True, 'bos_token': BOS, 'eos_token': EOS,
                   'pad_token': EOS, 'unk_token': EOS, 'errors': 'replace', 'model_max_length': CONTEXT, 'clean_up_tokenization_spaces': False,
                   'added_tokens_decoder': {str(bos): token(BOS, True), str(eos): token(EOS, False)}}, f, indent=2)
        f.write('\n')


def load_tokenizer(path):
    """Ids of a text with its start and end, cut to the context as the runtime does it."""
    t = Tokenizer.from_file(path)
    bos, eos = t.token_to_id(BOS), t.token_to_id(EOS)

    def encode(text):
        ids = t.encode(text).ids
        return ids if len(ids) <= CONTEXT else ids[:CONTEXT - 1] + [eos]
    return encode, bos, eos, t.get_vocab_size()
