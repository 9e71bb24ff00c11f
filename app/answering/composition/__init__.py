"""Writing the answer: quoted or worded by a chat model, cited, or an abstention."""
