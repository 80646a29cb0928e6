"""Builds a small GPT-2 on the bytes of a text, trains it a little, and exports it. Nothing is downloaded.

    python tiny.py TEXT -o DIR [--steps 60] [--width 48] [--layers 2] [--limit 3000] [--dtype float32]

The vocabulary is the bytes that occur in the text. With `--save FOLDER` the model is kept as `transformers` keeps it.
"""

import argparse
from pathlib import Path

import torch
from export import export
from transformers import GPT2Config, GPT2LMHeadModel


def small_model(tokens, width, layers, window):
    config = GPT2Config(
        vocab_size=tokens,
        n_positions=window,
        n_embd=width,
        n_layer=layers,
        n_head=4,
        resid_pdrop=0.0,
        embd_pdrop=0.0,
        attn_pdrop=0.0,
        bos_token_id=0,
        eos_token_id=0,
    )
    return GPT2LMHeadModel(config)


def train(model, ids, steps, window, batch=16):
    """Adam on random windows of all but the last tenth of the text; returns the last loss."""
    optimiser = torch.optim.AdamW(model.parameters(), lr=3e-3)
    learn = ids[: len(ids) * 9 // 10]
    generator = torch.Generator().manual_seed(1)
    loss = torch.tensor(float("nan"))
    for _ in range(steps):
        begins = torch.randint(0, len(learn) - window, (batch,), generator=generator)
        part = torch.stack([learn[b : b + window] for b in begins])
        loss = model(part, labels=part).loss
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return loss.item()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("text", type=Path)
    parser.add_argument("-o", "--output", required=True, type=Path)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--width", type=int, default=48)
    parser.add_argument("--layers", type=int, default=2)
    parser.add_argument("--window", type=int, default=64)
    parser.add_argument("--limit", type=int, default=3000)
    parser.add_argument("--dtype", choices=["float32", "float16", "bfloat16"], default="float32")
    parser.add_argument("--save", type=Path)
    args = parser.parse_args()
    torch.manual_seed(1)
    data = args.text.read_bytes()
    kinds = sorted(set(data))
    number = {byte: i for i, byte in enumerate(kinds)}
    ids = torch.tensor([number[byte] for byte in data])
    model = small_model(len(kinds), args.width, args.layers, args.window)
    loss = train(model, ids, args.steps, args.window)
    if args.save:
        model.save_pretrained(args.save)
    held = ids[len(ids) * 9 // 10 :]
    count = export(model, held, args.output, args.window, args.limit, 2, getattr(torch, args.dtype))
    print(f"{len(kinds)} kinds of bytes, last loss {loss:.3f}; wrote {count} states to {args.output}")


if __name__ == "__main__":
    main()
