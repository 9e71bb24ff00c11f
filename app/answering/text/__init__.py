"""Words, names, numbers and dates of a text, as all other steps compare them."""
