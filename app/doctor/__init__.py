"""What is installed, set and stored, and what is wrong with it. It looks, and changes nothing."""
