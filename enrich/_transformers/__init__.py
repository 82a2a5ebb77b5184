"""Runs a text classifier of any maker: files as the Hugging Face hub keeps them, without torch where it has an ONNX graph."""
