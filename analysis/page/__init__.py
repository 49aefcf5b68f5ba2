"""Bytes of one document to a ``Page``: blocks, links, forms, contacts and language, furniture told from content."""
