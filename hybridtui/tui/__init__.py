"""The screen: Textual and nothing else. It reads the model, passes on what the user wants, and does no I/O."""
