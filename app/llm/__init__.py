"""Chat models behind one contract."""
