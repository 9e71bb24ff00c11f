"""Who asked, read and changed what, and when."""
