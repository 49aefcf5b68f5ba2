"""The larger parts of sections, and what several sections show alike. Sections import these, never each other."""
