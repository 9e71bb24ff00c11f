"""Sources in, catalogued and embedded passages out."""
